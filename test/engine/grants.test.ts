import { createEngine, type Engine, isReference } from "arcturus";
import { describe, expect, onTestFinished, test } from "vitest";
import { decisionWorld } from "../differential/decision-worlds.js";

async function engineOf(source: string): Promise<Engine> {
  const engine = await createEngine({
    policy: [{ source, filename: "p.polar" }],
    logger: { info: () => {}, warn: () => {} },
  });
  onTestFinished(() => engine.close());
  return engine;
}

const rulesOf = (engine: Engine, action: string, type: string, actorType?: string): string[] =>
  engine
    .policyGrants({ action, resource: { type }, ...(actorType !== undefined && { actorType }) })
    .rules.map(({ rule, source, line, column }) => `${rule} ${source}:${line}:${column}`);

describe("what in a policy could grant an action", () => {
  const blocks = `actor User {}
actor Visitor {}
resource Repo {
  roles = ["reader", "owner"];
  permissions = ["read", "delete", "archive"];
  "read" if "reader";
  "read" if "owner";
  "delete" if "owner";
}
has_permission(_: Visitor, "read", repo: Repo) if is_public(repo);
`;

  test("shorthand rules and written ones, with their places", async () => {
    const engine = await engineOf(blocks);
    expect(rulesOf(engine, "read", "Repo")).toEqual([
      'has_permission(_: Visitor, "read", repo: Repo) p.polar:10:1',
      '"read" if "reader" p.polar:6:3',
      '"read" if "owner" p.polar:7:3',
    ]);
    expect(rulesOf(engine, "delete", "Repo")).toEqual(['"delete" if "owner" p.polar:8:3']);
  });

  test("a permission without a rule is granted by facts alone", async () => {
    const engine = await engineOf(blocks);
    expect(engine.policyGrants({ action: "archive", resource: { type: "Repo" } })).toEqual({
      rules: [],
      facts: ["has_permission(Actor, String, Repo)"],
    });
  });

  test("what nothing could grant has neither", async () => {
    const engine = await engineOf(blocks);
    for (const [action, type] of [
      ["raed", "Repo"],
      ["read", "Nowhere"],
    ] as const) {
      expect(engine.policyGrants({ action, resource: { type } })).toEqual({ rules: [], facts: [] });
    }
    expect(engine.policyGrants({ action: "read" })).toEqual({ rules: [], facts: [] });
  });

  test("rules for other types of actors are left out", async () => {
    const engine = await engineOf(`actor User {} actor Visitor {}
resource Page { permissions = ["read", "edit"]; }
has_permission(_: User, "edit", _: Page);
has_permission(_: Actor, "read", _: Page);`);
    expect(rulesOf(engine, "edit", "Page", "User")).toHaveLength(1);
    expect(rulesOf(engine, "edit", "Page", "Visitor")).toEqual([]);
    expect(rulesOf(engine, "read", "Page", "Visitor")).toHaveLength(1);
  });

  test("a rule that hands the action on is followed to those that settle it", async () => {
    const engine = await engineOf(
      `actor User {}
allow(actor, action, resource) if role(actor, r, resource) and role_allows(r, action, resource);
role_allows("editor", action, _: Post) if action in ["read", "edit"];
role_allows("owner", _action, _: Post);
role_allows("guest", "read", _: Post);
role(_: User, "editor", _);
role(_: User, "owner", _);
role(_: User, "guest", _);
allow(_: User, action, _: Post) if action = "list" or action = "count";
type Post;`.replace("type Post;", "resource Post {}"),
    );
    expect(rulesOf(engine, "edit", "Post").map((rule) => rule.split(" p.")[0])).toEqual([
      'role_allows("editor", action, _: Post)',
      'role_allows("owner", _action, _: Post)',
    ]);
    expect(rulesOf(engine, "list", "Post").map((rule) => rule.split(" p.")[0])).toEqual([
      'role_allows("owner", _action, _: Post)',
      "allow(_: User, action, _: Post)",
    ]);
  });

  const heads = (engine: Engine, ...question: [string, string, string?]): string[] =>
    rulesOf(engine, ...question).map((rule) => rule.split(" p.")[0] as string);

  test("a rule that settles one action itself and asks others about the rest is there for both", async () => {
    const engine = await engineOf(`actor User {}
resource Post { permissions = ["read"]; }
allow(u: User, action, p: Post) if action = "list" or has_permission(u, action, p);
has_permission(_: User, "read", _: Post);`);
    expect(heads(engine, "list", "Post")).toEqual(["allow(u: User, action, p: Post)"]);
    expect(heads(engine, "read", "Post")).toEqual(["allow(u: User, action, p: Post)"]);
    expect(heads(engine, "write", "Post")).toEqual([]);
  });

  test("actions that facts may name are granted by these facts", async () => {
    const engine = await engineOf(`actor User {}
resource Post {}
allow(u: User, action, p: Post) if may(u, action, p);
may(_: User, "read", _: Post);
declare may(User, String, Post);`);
    expect(engine.policyGrants({ action: "anything", resource: { type: "Post" } })).toEqual({
      rules: [],
      facts: ["may(User, String, Post)"],
    });
    expect(engine.policyGrants({ action: "anything", resource: { type: "User" } }).facts).toEqual([]);
  });

  test("types below an actor are actors; types below two types are of both", async () => {
    const engine = await engineOf(`actor User {}
actor Admin extends User {}
actor Bot {}
actor Hybrid extends User, Bot {}
resource Post {}
allow(_: Actor, "see", _: Post);
allow(_: User, "read", _: Post);
allow(u: User, action, p: Post) if automatic(u, action, p);
automatic(_: Bot, "crawl", _: Post);
allow(x, "mirror", x);`);
    for (const actor of ["User", "Admin", "Bot", "Hybrid"]) {
      expect([actor, heads(engine, "see", "Post", actor)]).toEqual([actor, ['allow(_: Actor, "see", _: Post)']]);
      expect(heads(engine, "read", "Post", actor)).toHaveLength(actor === "Bot" ? 0 : 1);
    }
    for (const actor of [undefined, "Hybrid"]) {
      expect(heads(engine, "crawl", "Post", actor)).toEqual(['automatic(_: Bot, "crawl", _: Post)']);
    }
    expect(heads(engine, "crawl", "Post", "Admin")).toEqual([]);
    expect(heads(engine, "see", "Post", "Post")).toEqual([]);
    expect(heads(engine, "mirror", "Post", "User")).toEqual([]);
    expect(heads(engine, "mirror", "Post", "Post")).toHaveLength(1);
  });

  test("a constant in a head may be anybody", async () => {
    class Person {
      readonly id = "owner";
    }
    const engine = await createEngine({
      policy: [
        {
          source: 'allow(OWNER, "rule", _: Post); allow(_: Person, "visit", HOME); resource Post {} resource Page {}',
          filename: "p.polar",
        },
      ],
      types: { Person: { class: Person } },
      constants: { OWNER: new Person(), HOME: { type: "Page", id: "home" } },
      logger: { info: () => {}, warn: () => {} },
    });
    onTestFinished(() => engine.close());
    expect(heads(engine, "rule", "Post", "Person")).toEqual(['allow(OWNER, "rule", _: Post)']);
    expect(heads(engine, "visit", "Page", "Person")).toEqual(['allow(_: Person, "visit", HOME)']);
    expect(await engine.authorize(new Person(), "rule", { type: "Post", id: "1" })).toBe(true);
    expect(engine.policyMetadata().types["Page"]?.actions).toContain("visit");
  });

  test("global actions, and actions on the name of a type", async () => {
    const engine = await engineOf(`actor User {}
global { roles = ["admin"]; permissions = ["see reports"]; "see reports" if "admin"; }`);
    expect(engine.policyGrants({ action: "see reports" }).rules.map((r) => r.rule)).toEqual([
      '"see reports" if "admin"',
    ]);
    const named = await engineOf('actor User {} resource Post {} allow(_: User, "create", "Post");');
    expect(named.policyGrants({ action: "create", resource: "Post" }).rules).toHaveLength(1);
    expect(named.policyGrants({ action: "create", resource: "Page" }).rules).toEqual([]);
  });

  test("setPolicy changes it", async () => {
    const engine = await engineOf(blocks);
    await engine.setPolicy('actor User {} resource Repo { permissions = ["read"]; }');
    expect(rulesOf(engine, "read", "Repo")).toEqual([]);
  });
});

test("the status of an engine counts facts and changes, and names no fact", async () => {
  const engine = await engineOf('actor User {} resource Repo { roles = ["reader"]; }');
  const before = engine.status();
  expect(before).toEqual({ store: "memory", version: before.version, facts: 0, policy: engine.policyMetadata().hash });
  await engine.tell("has_role", { type: "User", id: "ann" }, "reader", { type: "Repo", id: "1" });
  expect(engine.status()).toEqual({ ...before, facts: 1, version: before.version + 1 });
});

test("what is allowed in a random world, something in its policy could grant to an actor of that type", async () => {
  let allowed = 0;
  for (let seed = 1; seed <= 4; seed++) {
    const world = decisionWorld(seed);
    const [actors, resources] = [world.actors.filter(isReference), world.resources.filter(isReference)];
    const engine = await createEngine({ policy: world.policy, logger: { info: () => {}, warn: () => {} } });
    await engine.bulkTell(world.facts);
    const known = new Map<string, number>();
    for (const actor of actors) {
      for (const action of world.actions) {
        if (typeof action !== "string") continue;
        const answers = await engine.authorizeMany(actor, action, resources);
        for (const { type } of resources.filter((_, i) => answers[i])) {
          allowed++;
          const key = JSON.stringify([actor.type, action, type]);
          if (!known.has(key)) {
            const { rules, facts } = engine.policyGrants({ action, actorType: actor.type, resource: { type } });
            known.set(key, rules.length + facts.length);
          }
          expect(known.get(key), `seed ${seed}: ${key}`).toBeGreaterThan(0);
        }
      }
    }
    await engine.close();
  }
  expect(allowed).toBeGreaterThan(20);
});
