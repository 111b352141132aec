import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine, entity, type Fact } from "arcturus";
import { orgRoles } from "arcturus/polar";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { root } from "./build.js";
import { serveHere } from "./example-here.js";
import { codes, type GraphQLAnswer } from "./graphql-client.js";

// Some tests ask many questions, on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const john = "john@beatles.com";
const ringo = "ringo@beatles.com";
const rolesOf = `{ org(id: "1") { roles { userEmail name } } }`;
const assign = `mutation ($orgId: ID!, $name: String!, $userEmail: String!) {
  assignOrgRole(orgId: $orgId, name: $name, userEmail: $userEmail)
}`;

const policyText = (name: string) => readFileSync(join(root, "policies", name), "utf8");

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

const remove = `mutation ($orgId: ID!, $userEmail: String!) { removeOrgRole(orgId: $orgId, userEmail: $userEmail) }`;

describe("taking a role away", () => {
  test.each([
    ["its own policy", undefined],
    ["the one with a rule per role", policyText("beatles-roles.polar")],
  ])("%s: whose role is gone reads nothing of the organization from the next request on", async (_, policy) => {
    const beatles = await serveHere(openBeatles, { policy });
    const view = `{ whoami org(id: "1") { name repos { name } members { email } viewerCan } users { nodes { email } } }`;
    expect((await beatles.ask(ringo, view)).data).toMatchObject({ org: { viewerCan: ["LIST_REPOS", "READ"] } });
    expect(await beatles.ask(john, remove, { orgId: "1", userEmail: ringo })).toEqual({
      data: { removeOrgRole: true },
    });
    expect((await beatles.ask(ringo, view)).data).toEqual({
      whoami: ringo,
      org: { name: "The Beatles", repos: null, members: null, viewerCan: [] },
      users: { nodes: [{ email: ringo }] },
    });
    expect((await beatles.ask(john, rolesOf)).data).toEqual({ org: { roles: fixture.slice(0, 2) } });
  });

  test("once more is fine, and a role can be given again", async () => {
    const beatles = await serveHere(openBeatles);
    for (let round = 0; round < 2; round += 1) {
      expect(codes(await beatles.ask(john, remove, { orgId: "1", userEmail: ringo }))).toEqual([]);
    }
    await beatles.ask(john, assign, { orgId: "1", name: "MEMBER", userEmail: ringo });
    expect((await beatles.ask(john, rolesOf)).data).toEqual({ org: { roles: fixture } });
  });

  test("takes the role in one organization and leaves the one in another", async () => {
    const beatles = await serveHere(openBeatles);
    await beatles.ask("mike@monsters.com", assign, { orgId: "2", name: "BILLING", userEmail: ringo });
    await beatles.ask(john, remove, { orgId: "1", userEmail: ringo });
    const both = await beatles.ask(ringo, `{ a: org(id: 1) { viewerCan } b: org(id: 2) { viewerCan } }`);
    expect(both.data).toEqual({ a: { viewerCan: [] }, b: { viewerCan: ["READ", "READ_BILLING"] } });
  });

  test.each([
    ["a member", ringo],
    ["whose role it is", "paul@beatles.com"],
    ["the owner of another organization", "mike@monsters.com"],
    ["a user without roles", "admin@admin.com"],
    ["nobody", null],
    ["an e-mail that nobody has", "yoko@beatles.com"],
  ])("by %s is denied and changes nothing", async (_, asker) => {
    const beatles = await serveHere(openBeatles);
    const before = new Set((await beatles.engine.get("has_role")).map((fact) => JSON.stringify(fact)));
    for (const userEmail of ["paul@beatles.com", john, "nobody@beatles.com"]) {
      const answer = await beatles.ask(asker, remove, { orgId: "1", userEmail });
      expect(answer.data).toEqual({ removeOrgRole: null });
      const known = asker !== null && asker !== "yoko@beatles.com";
      expect(codes(answer)).toEqual([known ? "FORBIDDEN" : "UNAUTHENTICATED"]);
    }
    expect(new Set((await beatles.engine.get("has_role")).map((fact) => JSON.stringify(fact)))).toEqual(before);
  });

  test("of an unknown user is BAD_USER_INPUT", async () => {
    const beatles = await serveHere(openBeatles);
    const answer = await beatles.ask(john, remove, { orgId: "1", userEmail: "yoko@beatles.com" });
    expect({ data: answer.data, codes: codes(answer) }).toEqual({
      data: { removeOrgRole: null },
      codes: ["BAD_USER_INPUT"],
    });
  });

  test("an owner who takes her own role away cannot take it back", async () => {
    const beatles = await serveHere(openBeatles);
    const answer = await beatles.ask(
      john,
      `mutation {
        removeOrgRole(orgId: "1", userEmail: "${john}")
        assignOrgRole(orgId: "1", name: "OWNER", userEmail: "${john}")
      }`,
    );
    expect(answer.data).toEqual({ removeOrgRole: true, assignOrgRole: null });
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
  });
});

describe("users and members", () => {
  const everybody = "{ users { totalCount nodes { id email } } }";

  test.each([
    ["the owner", john, ["1", "2", "6"]],
    ["a member", ringo, ["1", "2", "6"]],
    ["somebody at another organization", "sully@monsters.com", ["4", "5", "7"]],
    ["a user without roles", "admin@admin.com", ["3"]],
  ])("%s sees oneself and one's own organizations", async (_, asker, ids) => {
    for (const policy of [undefined, policyText("beatles-roles.polar")]) {
      const beatles = await serveHere(openBeatles, { policy });
      const { data } = await beatles.ask(asker, everybody);
      expect(data).toMatchObject({ users: { totalCount: ids.length, nodes: ids.map((id) => ({ id })) } });
    }
  });

  test("nobody sees nobody", async () => {
    const beatles = await serveHere(openBeatles);
    expect(codes(await beatles.ask(null, everybody))).toEqual(["UNAUTHENTICATED"]);
  });

  test("pages are full and counts are right", async () => {
    const beatles = await serveHere(openBeatles);
    const page = (after: string) =>
      beatles.ask(ringo, `{ users(first: 2${after}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`);
    const first = (await page("")).data?.["users"] as { readonly pageInfo: { readonly endCursor: string } };
    expect(first).toMatchObject({ totalCount: 3, nodes: [{ id: "1" }, { id: "2" }], pageInfo: { hasNextPage: true } });
    const second = (await page(`, after: "${first.pageInfo.endCursor}"`)).data?.["users"];
    expect(second).toMatchObject({ totalCount: 3, nodes: [{ id: "6" }], pageInfo: { hasNextPage: false } });
  });

  test("whoever joins is seen, and sees", async () => {
    const beatles = await serveHere(openBeatles);
    await beatles.ask(john, assign, { orgId: "1", name: "BILLING", userEmail: "admin@admin.com" });
    const members = `{ org(id: "1") { members { id email } } }`;
    const expected = ["1", "2", "3", "6"].map((id) => ({ id }));
    for (const asker of [john, "admin@admin.com"]) {
      expect((await beatles.ask(asker, members)).data).toMatchObject({ org: { members: expected } });
    }
    expect(codes(await beatles.ask("sully@monsters.com", members))).toEqual(["FORBIDDEN"]);
  });

  test("a member whom the policy hides is left out of the list of members", async () => {
    const policy = policyText("beatles.polar").replace(
      "is_member(member, organization) and",
      `is_member(member, organization) and not member = User{"2"} and`,
    );
    expect(policy).toContain("not member");
    const beatles = await serveHere(openBeatles, { policy });
    expect((await beatles.ask(john, `{ org(id: "1") { members { id } } }`)).data).toEqual({
      org: { members: [{ id: "1" }, { id: "6" }] },
    });
  });
});

describe("the two policies", () => {
  const read = (name: string) => ({ filename: name, source: policyText(name) });

  async function engineOf(...policy: { readonly filename: string; readonly source: string }[]): Promise<Engine> {
    const engine = await createEngine({ policy });
    onTestFinished(() => engine.close());
    return engine;
  }

  async function both(): Promise<{ readonly blocks: Engine; readonly rules: Engine }> {
    const prelude = orgRoles({ type: "Organization", name: "organization" });
    return {
      blocks: await engineOf(read("beatles.polar")),
      rules: await engineOf(read("beatles-roles.polar"), prelude),
    };
  }

  test("give the same answers to every question, for every pair of roles that a user may hold", async () => {
    const { blocks, rules } = await both();
    const roles = [undefined, "OWNER", "MEMBER", "BILLING"];
    const resources = [
      ...roles.flatMap((_, first) => [0, 2].map((second) => entity("User", `${first}-${second}`))),
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
          ["READ", "User"],
          ["READ_BILLING", "Organization"],
        ] as const) {
          const expected = await blocks.list(user, action, type);
          expect((await rules.list(user, action, type)).sort()).toEqual(expected.sort());
        }
      }
    }
    expect(answers).toBe(1120);
    expect(await blocks.actions(entity("User", "1-0"), entity("Organization", "1"))).toHaveLength(4);
  });

  const ids = ["1", "2", "3"];
  const anyId = fc.constantFrom(...ids);
  const anyRole = fc.constantFrom("OWNER", "MEMBER", "BILLING");
  const anyFact: fc.Arbitrary<Fact> = fc.oneof(
    fc
      .tuple(anyId, anyRole, anyId)
      .map(([user, role, org]): Fact => ["has_role", entity("User", user), role, entity("Organization", org)]),
    fc
      .tuple(anyId, anyId)
      .map(
        ([repo, org]): Fact => [
          "has_relation",
          entity("Repository", repo),
          "organization",
          entity("Organization", org),
        ],
      ),
  );

  test("give the same answers whatever the facts are, several roles and organizations among them", async () => {
    const { blocks, rules } = await both();
    const types = ["Organization", "Repository", "User"];
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyFact, { maxLength: 8 }), async (facts) => {
        for (const engine of [blocks, rules]) {
          const deletes = (await Promise.all(["has_role", "has_relation"].map((name) => engine.get(name)))).flat();
          await engine.batch({ deletes, inserts: facts });
        }
        for (const user of ids.map((id) => entity("User", id))) {
          for (const type of types) {
            for (const id of ids) {
              const expected = await blocks.actions(user, entity(type, id));
              granted += expected.length;
              expect(await rules.actions(user, entity(type, id))).toEqual(expected);
            }
            for (const action of ["READ", "READ_BILLING", "CREATE_ROLE"]) {
              expect((await rules.list(user, action, type)).sort()).toEqual(
                (await blocks.list(user, action, type)).sort(),
              );
            }
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(granted).toBeGreaterThan(60);
  });

  const emails = [john, "paul@beatles.com", "mike@monsters.com", "admin@admin.com"];
  const anyStep = fc.record({
    asker: fc.constantFrom(...emails, null),
    mutation: fc.constantFrom("assign", "remove"),
    orgId: fc.constantFrom("1", "2", "3"),
    name: fc.constantFrom("OWNER", "MEMBER", "BILLING", "DRUMMER"),
    userEmail: fc.constantFrom(...emails, "yoko@beatles.com"),
  });

  test("answer alike over HTTP, to whatever people do to each other's roles and then see", async () => {
    const world = `query { whoami repositories { totalCount nodes { name } } users { totalCount nodes { email } }
      a: org(id: "1") { ...of } b: org(id: "2") { ...of } }
      fragment of on Organization { billingAddress viewerCan repos { name } roles { userEmail name } members { email } }`;
    const summary = ({ data, errors }: GraphQLAnswer) => ({
      data,
      errors: errors?.map(({ path, extensions }) => [path, extensions?.["code"]]),
    });
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 30 }), async (steps) => {
        const blocks = await serveHere(openBeatles);
        const rules = await serveHere(openBeatles, { policy: policyText("beatles-roles.polar") });
        for (const { asker, mutation, ...variables } of steps) {
          const document = mutation === "assign" ? assign : remove;
          const expected = summary(await blocks.ask(asker, document, variables));
          expect(summary(await rules.ask(asker, document, variables))).toEqual(expected);
          told.add(JSON.stringify(expected.errors?.[0]?.[1] ?? mutation));
        }
        for (const asker of [...emails, null]) {
          expect(summary(await rules.ask(asker, world))).toEqual(summary(await blocks.ask(asker, world)));
        }
      }),
      // The same steps every time, so that each kind of answer is among them.
      { numRuns: 4, seed: 1 },
    );
    expect([...told].sort()).toEqual(
      ["BAD_USER_INPUT", "FORBIDDEN", "UNAUTHENTICATED", "assign", "remove"].map((word) => JSON.stringify(word)),
    );
  });
});
