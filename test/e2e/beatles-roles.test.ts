import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine, entity } from "arcturus";
import { orgRoles } from "arcturus/polar";
import { describe, expect, onTestFinished, test } from "vitest";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { root } from "./build.js";
import { serveHere } from "./example-here.js";
import { codes } from "./graphql-client.js";

const john = "john@beatles.com";
const ringo = "ringo@beatles.com";
const rolesOf = `{ org(id: "1") { roles { userEmail name } } }`;
const assign = `mutation ($orgId: ID!, $name: String!, $userEmail: String!) {
  assignOrgRole(orgId: $orgId, name: $name, userEmail: $userEmail)
}`;

const fixture = [
  { userEmail: "john@beatles.com", name: "OWNER" },
  { userEmail: "paul@beatles.com", name: "MEMBER" },
  { userEmail: "ringo@beatles.com", name: "MEMBER" },
];

describe("assigning a role", () => {
  test.each([
    ["an unknown user", { orgId: "1", name: "MEMBER", userEmail: "yoko@beatles.com" }],
    ["an unknown role", { orgId: "1", name: "DRUMMER", userEmail: ringo }],
    ["a role in other letters", { orgId: "1", name: "owner", userEmail: ringo }],
  ])("%s is BAD_USER_INPUT and changes nothing", async (_, variables) => {
    const beatles = await serveHere(openBeatles);
    const answer = await beatles.ask(john, assign, variables);
    expect(answer.data).toEqual({ assignOrgRole: null });
    expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
    expect((await beatles.ask(john, rolesOf)).data).toEqual({ org: { roles: fixture } });
  });

  test.each(["3", "01", " 1", "one"])(
    "organization %j: nobody owns it, and if all were allowed it is BAD_USER_INPUT",
    async (orgId) => {
      const variables = { orgId, name: "MEMBER", userEmail: ringo };
      const beatles = await serveHere(openBeatles);
      expect(codes(await beatles.ask(john, assign, variables))).toEqual(["FORBIDDEN"]);
      const open = await serveHere(openBeatles, { policy: "allow(_, _, _);" });
      expect(codes(await open.ask(john, assign, variables))).toEqual(["BAD_USER_INPUT"]);
      expect(await open.engine.get("has_role", entity("User", 6), null, null)).toHaveLength(1);
    },
  );

  test.each([
    ["a member", ringo],
    ["the owner of another organization", "mike@monsters.com"],
    ["a user without roles", "admin@admin.com"],
    ["nobody", null],
    ["an e-mail that nobody has", "yoko@beatles.com"],
  ])("by %s is denied and changes nothing", async (_, asker) => {
    const beatles = await serveHere(openBeatles);
    const before = new Set((await beatles.engine.get("has_role")).map((fact) => JSON.stringify(fact)));
    const answer = await beatles.ask(asker, assign, { orgId: "1", name: "OWNER", userEmail: ringo });
    expect(answer.data).toEqual({ assignOrgRole: null });
    const known = asker !== null && asker !== "yoko@beatles.com";
    expect(codes(answer)).toEqual([known ? "FORBIDDEN" : "UNAUTHENTICATED"]);
    expect(new Set((await beatles.engine.get("has_role")).map((fact) => JSON.stringify(fact)))).toEqual(before);
  });

  test("twenty at once leave one role per user and organization", async () => {
    const beatles = await serveHere(openBeatles);
    const names = Array.from({ length: 20 }, (_, index) => ["MEMBER", "BILLING"][index % 2]);
    const answers = await Promise.all(
      names.map((name) => beatles.ask(john, assign, { orgId: "1", name, userEmail: ringo })),
    );
    expect(answers.flatMap(codes)).toEqual([]);
    expect(await beatles.engine.get("has_role", entity("User", 6), null, entity("Organization", 1))).toHaveLength(1);
    expect(await beatles.engine.get("has_role", { type: "User" }, null, entity("Organization", 2))).toHaveLength(3);
  });

  test("the role in one organization does not touch the one in another", async () => {
    const beatles = await serveHere(openBeatles);
    await beatles.ask("mike@monsters.com", assign, { orgId: "2", name: "BILLING", userEmail: ringo });
    const both = await beatles.ask(ringo, `{ a: org(id: 1) { viewerCan } b: org(id: 2) { viewerCan } }`);
    expect(both.data).toEqual({ a: { viewerCan: ["LIST_REPOS", "READ"] }, b: { viewerCan: ["READ", "READ_BILLING"] } });
  });

  test("an owner who gives herself away is one no longer", async () => {
    const beatles = await serveHere(openBeatles);
    const twice = `mutation {
      first: assignOrgRole(orgId: "1", name: "MEMBER", userEmail: "${john}")
      second: assignOrgRole(orgId: "1", name: "OWNER", userEmail: "${john}")
    }`;
    const answer = await beatles.ask(john, twice);
    expect(answer.data).toEqual({ first: `created a new role for org: 1, ${john}, MEMBER`, second: null });
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
  });
});

describe("the two policies", () => {
  const read = (name: string) => ({ filename: name, source: readFileSync(join(root, "policies", name), "utf8") });

  async function engineOf(...policy: { readonly filename: string; readonly source: string }[]): Promise<Engine> {
    const engine = await createEngine({ policy });
    onTestFinished(() => engine.close());
    return engine;
  }

  test("give the same answers to every question, for every pair of roles that a user may hold", async () => {
    const blocks = await engineOf(read("beatles.polar"));
    const rules = await engineOf(read("beatles-roles.polar"), orgRoles({ type: "Organization", name: "organization" }));
    const roles = [undefined, "OWNER", "MEMBER", "BILLING"];
    const resources = [
      ...["1", "2", "3"].map((id) => entity("Organization", id)),
      ...["1", "2", "3"].map((id) => entity("Repository", id)),
    ];
    let answers = 0;
    for (const engine of [blocks, rules]) {
      for (const id of ["1", "2"])
        await engine.tell("has_relation", entity("Repository", id), "organization", entity("Organization", id));
      for (const [first, one] of roles.entries()) {
        for (const [second, two] of roles.entries()) {
          const user = entity("User", `${first}-${second}`);
          if (one !== undefined) await engine.tell("has_role", user, one, entity("Organization", "1"));
          if (two !== undefined) await engine.tell("has_role", user, two, entity("Organization", "2"));
        }
      }
    }
    for (const first of roles.keys()) {
      for (const second of roles.keys()) {
        const user = entity("User", `${first}-${second}`);
        expect(await rules.actions(user)).toEqual(await blocks.actions(user));
        for (const resource of resources) {
          const expected = await blocks.actions(user, resource);
          expect(await rules.actions(user, resource), `${user.id} on ${resource.type} ${resource.id}`).toEqual(
            expected,
          );
          for (const action of ["READ", "LIST_REPOS", "READ_BILLING", "CREATE_ROLE", "whoami"]) {
            expect(await rules.authorize(user, action, resource)).toBe(expected.includes(action));
            answers += 1;
          }
        }
        for (const [action, type] of [
          ["READ", "Repository"],
          ["READ", "Organization"],
          ["READ_BILLING", "Organization"],
        ] as const) {
          const expected = await blocks.list(user, action, type);
          expect((await rules.list(user, action, type)).sort()).toEqual(expected.sort());
        }
      }
    }
    expect(answers).toBe(480);
    expect(await blocks.actions(entity("User", "1-0"), entity("Organization", "1"))).toHaveLength(4);
  });
});
