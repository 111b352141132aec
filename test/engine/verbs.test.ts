import { createEngine, type Engine, entity, memoryStore, toPredicate } from "arcturus";
import { describe, expect, test } from "vitest";
import { acme, ann, anvil, bob, eve, gitcloud, gitcloudEngine, rocket, silent } from "./gitcloud.js";

describe("asking", () => {
  test("an engine without a policy denies everything", async () => {
    const engine = await createEngine({ logger: silent });
    expect(await engine.authorize(ann, "read", anvil)).toBe(false);
    expect(await engine.list(ann, "read", "Repo")).toEqual([]);
    expect(await engine.actions(ann, anvil)).toEqual([]);
    expect(await engine.filter(ann, "read", "Repo")).toEqual({ kind: "none" });
  });

  test("authorize says who may do what", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.authorize(ann, "delete", anvil)).toBe(true);
    expect(await engine.authorize(bob, "delete", anvil)).toBe(false);
    expect(await engine.authorize(bob, "read", rocket), "a member of the parent's organization").toBe(true);
    expect(await engine.authorize(eve, "read", anvil)).toBe(false);
  });

  test("authorize without a resource asks for a global permission", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.authorize(ann, "read_audit_log")).toBe(false);
    await engine.tell("has_role", ann, "auditor");
    expect(await engine.authorize(ann, "read_audit_log")).toBe(true);
    expect(await engine.actions(ann)).toEqual(["read_audit_log"]);
  });

  test("decide answers at once, with a boolean", async () => {
    const engine = await gitcloudEngine();
    expect(engine.decide(ann, "delete", anvil)).toBe(true);
    expect(engine.decide(eve, "delete", anvil)).toBe(false);
    expect(engine.decide(ann, "delete", anvil, { contextFacts: [["is_banned", ann]] })).toBe(false);
  });

  test("names that the policy does not know are denied, never an error", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.authorize(ann, "fly", anvil)).toBe(false);
    expect(await engine.authorize(entity("Robot", "r2"), "read", anvil)).toBe(false);
    expect(await engine.authorize(ann, "read", entity("Planet", "mars"))).toBe(false);
    expect(await engine.list(ann, "read", "Planet")).toEqual([]);
    expect(await engine.actions(ann, entity("Planet", "mars"))).toEqual([]);
    expect(await engine.authorize("ann", "read", anvil)).toBe(false);
    expect(await engine.authorize(1, "read", true)).toBe(false);
  });

  test("authorizeMany answers in order", async () => {
    const engine = await gitcloudEngine();
    await engine.tell("is_public", entity("Repo", "open"));
    const repos = [anvil, entity("Repo", "nowhere"), entity("Repo", "open"), rocket, acme];
    expect(await engine.authorizeMany(bob, "read", repos)).toEqual([true, false, true, true, true]);
    expect(await engine.authorizeMany(eve, "read", repos)).toEqual([false, false, true, false, false]);
    expect(await engine.authorizeMany(ann, "read", [])).toEqual([]);
  });

  test("list names every resource of the type, and * when there is no end to them", async () => {
    const engine = await gitcloudEngine();
    expect((await engine.list(bob, "read", "Repo")).sort()).toEqual(["anvil", "rocket"]);
    expect(await engine.list(bob, "delete", "Repo")).toEqual([]);
    await engine.setPolicy(
      `actor User {} resource Repo { permissions = ["read"]; } has_permission(_: User, "read", _: Repo);`,
    );
    expect(await engine.list(eve, "read", "Repo")).toEqual(["*"]);
  });

  test("actions are sorted, and * alone when any action is allowed", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.actions(ann, anvil)).toEqual(["delete", "read"]);
    expect(await engine.actions(bob, anvil)).toEqual(["read"]);
    await engine.setPolicy(`actor User {} resource Repo {} allow(_: User, _, _: Repo);`);
    expect(await engine.actions(bob, anvil)).toEqual(["*"]);
  });

  test("query gives the answers to a goal, absent variables meaning any", async () => {
    const engine = await gitcloudEngine();
    const answers = await engine.query('has_role(who, role, Org{"acme"})');
    expect(answers).toHaveLength(3);
    expect(answers).toEqual(
      expect.arrayContaining([
        { who: ann, role: "admin" },
        { who: ann, role: "member" },
        { who: bob, role: "member" },
      ]),
    );
    expect(await engine.query('allow(User{"eve"}, "read", Repo{"anvil"})')).toEqual([]);
    expect(await engine.query('allow(User{"ann"}, "read", Repo{"anvil"})')).toEqual([{}]);
    expect(await engine.query("x = 9007199254740993")).toEqual([{ x: 9007199254740993n }]);
    expect(await engine.query('x = nil and y = [1, 2.5, {a: "b"}]')).toEqual([{ x: null, y: [1, 2.5, { a: "b" }] }]);
  });

  test("a goal over values of the application takes bindings", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.query('allow(who, action, Repo{"anvil"})', { bindings: { who: bob } })).toEqual([
      { who: bob, action: "read" },
    ]);
  });

  test("explain says whether, and for a denial what would have been enough", async () => {
    const engine = await gitcloudEngine();
    const yes = await engine.explain(bob, "read", rocket);
    expect(yes.allowed).toBe(true);
    expect(yes.derivation).toBeDefined();
    const no = await engine.explain(eve, "read", anvil);
    expect(no.allowed).toBe(false);
    expect(no.derivation).toBeUndefined();
    expect(no.attempts.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(no)), "an explanation is plain data").toEqual(no);
  });

  test("filter names its degenerate answers, and toPredicate says what authorize says", async () => {
    const engine = await gitcloudEngine();
    const filter = await engine.filter(bob, "read", "Repo");
    expect(filter).toMatchObject({ kind: "where", condition: { kind: "ids", type: "Repo" } });
    const rows = [anvil, rocket, entity("Repo", "nowhere"), entity("Org", "anvil")];
    const allowed = toPredicate(filter);
    for (const row of rows) {
      expect(allowed(row), row.id).toBe(row.type === "Repo" && (await engine.authorize(bob, "read", row)));
    }
    expect([{ id: "anvil" }, { id: "nowhere" }, {}].map(toPredicate(filter))).toEqual([true, false, false]);
    expect(await engine.filter(eve, "read", "Repo")).toEqual({ kind: "none" });
    expect([anvil].map(toPredicate({ kind: "none" }))).toEqual([false]);
    expect([anvil].map(toPredicate({ kind: "all" }))).toEqual([true]);
  });

  test("toPredicate reads ids as the caller says, integers included", () => {
    const allowed = toPredicate(
      { kind: "where", condition: { kind: "ids", type: "Repo", ids: ["7", "8"] } },
      { id: (row: { readonly key: unknown }) => row.key as number },
    );
    const keys: unknown[] = [7, 8n, "7", 7.5, "07", null, undefined, ["7"], true];
    expect(keys.map((key) => allowed({ key }))).toEqual([true, true, true, false, false, false, false, false, false]);
  });
});

describe("asking the general evaluator", () => {
  /** Facts of the question's own, even none, are not for compiled rules. */
  const general = { contextFacts: [] };

  test("an action that one rule leaves open is any action, whatever others name", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {}
        allow(_: User, "read", _: Repo);
        allow(u: User, _, _: Repo) if is_owner(u);
        declare is_owner(User);`,
    });
    await engine.tell("is_owner", ann);
    for (const options of [undefined, general]) {
      expect(await engine.actions(ann, anvil, options)).toEqual(["*"]);
      expect(await engine.actions(bob, anvil, options)).toEqual(["read"]);
    }
  });

  test("a resource that one rule leaves open is every one, whatever others name", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
        has_permission(u: User, "read", _: Repo) if is_owner(u);
        declare is_owner(User);`,
    });
    await engine.tell("is_owner", ann);
    await engine.tell("has_role", ann, "reader", anvil);
    for (const options of [undefined, general]) {
      expect(await engine.list(ann, "read", "Repo", options)).toEqual(["*"]);
      expect(await engine.filter(ann, "read", "Repo", options)).toEqual({ kind: "all" });
    }
  });

  test("names of actions are strings: nobody can ask for another one", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo {}
        allow(_: User, x, _: Repo) if x in ["read", 1, true, User{"ann"}] or x = "write";
        allow(_: User, 7, _: Repo);`,
    });
    for (const options of [undefined, general]) {
      expect(await engine.actions(ann, anvil, options)).toEqual(["read", "write"]);
    }
  });

  test("a string as the resource is one, for every verb, with and without the general evaluator", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: `actor User {}
        allow(_: User, "create", "Repo");
        allow(_: User, "see reports");
        allow(_: User, "count", 3);`,
    });
    for (const options of [{}, general]) {
      expect(await engine.authorize(ann, "create", "Repo", options)).toBe(true);
      expect(await engine.authorize(ann, "see reports", "Repo", options)).toBe(false);
      expect(await engine.authorize(ann, "see reports", undefined, options)).toBe(true);
      expect(engine.decide(ann, "see reports", "Repo", options)).toBe(false);
      expect(engine.decide(ann, "create", undefined, options)).toBe(false);
      expect(await engine.authorizeMany(ann, "create", ["Org", "Repo", "repo"], options)).toEqual([false, true, false]);
      expect(await engine.actions(ann, "Repo", options)).toEqual(["create"]);
      expect(await engine.actions(ann, 3, options)).toEqual(["count"]);
      expect(await engine.actions(ann, undefined, options)).toEqual(["see reports"]);
      expect((await engine.explain(ann, "see reports", "Repo", options)).allowed).toBe(false);
    }
  });

  test("one bad resource among many, wherever it stands, is an error and no answer", async () => {
    const engine = await gitcloudEngine();
    for (const options of [{}, general]) {
      for (const at of [0, 1, 2]) {
        const resources = [anvil, rocket, acme] as unknown[];
        resources[at] = { type: "Repo", id: "" };
        await expect(engine.authorizeMany(ann, "read", resources as never, options)).rejects.toMatchObject({
          code: "input/empty",
        });
      }
    }
  });

  test("the same resource several times has the same answer each time, in its place", async () => {
    const engine = await gitcloudEngine();
    const nowhere = entity("Repo", "nowhere");
    const resources = [nowhere, anvil, nowhere, anvil, acme, anvil, nowhere];
    for (const options of [{}, general]) {
      expect(await engine.authorizeMany(bob, "read", resources, options)).toEqual([
        false,
        true,
        false,
        true,
        true,
        true,
        false,
      ]);
    }
  });
});

describe("asking about objects of the application", () => {
  class Doc {
    readonly id: string | undefined;
    readonly open: boolean;
    constructor(id: string | undefined, open: boolean) {
      this.id = id;
      this.open = open;
    }
  }
  class Person {
    readonly id = "ann";
    readonly docs: readonly Doc[];
    constructor(docs: readonly Doc[]) {
      this.docs = docs;
    }
  }
  const policy = `
    allow(p: Person, "read", d: Doc) if d in p.docs and d.open;
    allow(p: Person, "read", d: Doc) if reads(p, d);
    allow(p: Person, "check", d: Doc) if d in p.docs and d.open > 3;
    declare reads(Person, Doc);`;
  const library = (): Promise<Engine> =>
    createEngine({ policy, logger: silent, types: { Doc: { class: Doc }, Person: { class: Person } } });

  test("an object and a fact about the same id are listed once", async () => {
    const engine = await library();
    await engine.tell("reads", entity("Person", "ann"), entity("Doc", "1"));
    const ann = new Person([new Doc("1", true), new Doc("2", false), new Doc("3", true), new Doc("3", true)]);
    expect((await engine.list(ann, "read", "Doc")).sort()).toEqual(["1", "3"]);
  });

  test("one that has no id cannot be listed, and is not listed as something else", async () => {
    const engine = await library();
    const ann = new Person([new Doc("1", true), new Doc(undefined, true)]);
    await expect(engine.list(ann, "read", "Doc")).rejects.toMatchObject({ code: "engine/not-a-value" });
    await expect(engine.filter(ann, "read", "Doc")).rejects.toMatchObject({ code: "engine/not-a-value" });
  });

  test("an error about one of many resources is an error of all, and of no other question", async () => {
    const engine = await createEngine({
      logger: silent,
      types: { Doc: { class: Doc } },
      policy: 'actor User {} allow(_: User, "check", d: Doc) if d.id != "2" or d.open > 3;',
    });
    const docs = ["1", "2", "3"].map((id) => new Doc(id, true));
    for (let turn = 0; turn < docs.length; turn++) {
      docs.push(docs.shift() as Doc);
      const all = engine.authorizeMany(ann, "check", docs);
      const others = engine.authorizeMany(
        ann,
        "check",
        docs.filter(({ id }) => id !== "2"),
      );
      await expect(all).rejects.toMatchObject({ code: "engine/type-mismatch" });
      expect(await others).toEqual([true, true]);
    }
  });

  test("load is given the context of its own question, in every verb", async () => {
    const seen: unknown[] = [];
    const engine = await createEngine({
      logger: silent,
      types: {
        Doc: {
          fields: { open: "Boolean" },
          load: async (ids, context) => {
            seen.push(context);
            return ids.map((id) => ({ id, open: context === "yes" }));
          },
        },
      },
      policy: `actor User {} declare reader(User, Doc);
        allow(u: User, "read", d: Doc) if reader(u, d) and d.open;`,
    });
    const doc = entity("Doc", "1");
    await engine.tell("reader", ann, doc);
    const verbs = [
      (context: string) => engine.authorize(ann, "read", doc, { context }),
      (context: string) => engine.decide(ann, "read", doc, { context }),
      async (context: string) => (await engine.authorizeMany(ann, "read", [doc, doc], { context }))[1],
      async (context: string) => (await engine.list(ann, "read", "Doc", { context })).length > 0,
      async (context: string) => (await engine.actions(ann, doc, { context })).length > 0,
      async (context: string) => (await engine.explain(ann, "read", doc, { context })).allowed,
      async (context: string) => (await engine.filter(ann, "read", "Doc", { context })).kind !== "none",
      async (context: string) => (await engine.query('allow(User{"ann"}, "read", d)', { context })).length > 0,
    ];
    for (const ask of verbs) {
      // Both at once: what one has loaded is not read by the other.
      expect(await Promise.all([ask("yes"), ask("no"), ask("yes")])).toEqual([true, false, true]);
    }
    expect(seen.filter((context) => context === "no")).toHaveLength(verbs.length);
  });

  test("a goal is told what its variables stand for, and another goal is not", async () => {
    const engine = await library();
    const p = new Person([new Doc("1", true)]);
    const d = p.docs[0];
    expect(await engine.query('allow(p, "read", d)', { bindings: { p, d } })).toHaveLength(1);
    expect(await engine.query('allow(p, "read", d)', { bindings: { p, d: new Doc("2", false) } })).toEqual([]);
  });
});

describe("aborted before it began", () => {
  test("no verb answers", async () => {
    const engine = await gitcloudEngine();
    const signal = AbortSignal.abort();
    const aborted = { name: "EvaluationError", code: "engine/aborted" };
    for (const ask of [
      () => engine.authorize(ann, "read", anvil, { signal }),
      async () => engine.decide(ann, "read", anvil, { signal }),
      () => engine.authorizeMany(ann, "read", [anvil], { signal }),
      () => engine.authorizeMany(ann, "read", [], { signal }),
      () => engine.list(ann, "read", "Repo", { signal }),
      () => engine.actions(ann, anvil, { signal }),
      () => engine.explain(ann, "read", anvil, { signal }),
      () => engine.filter(ann, "read", "Repo", { signal }),
      () => engine.query('allow(User{"ann"}, "read", x)', { signal }),
      () => engine.authorize(ann, "read", anvil, { signal, contextFacts: [] }),
    ]) {
      await expect(ask()).rejects.toMatchObject(aborted);
    }
  });
});

describe("writing", () => {
  test("tell grants at once, delete takes it back at once", async () => {
    const engine = await gitcloudEngine();
    await engine.tell("has_role", eve, "reader", anvil);
    expect(engine.decide(eve, "read", anvil)).toBe(true);
    await engine.delete("has_role", eve, "reader", anvil);
    expect(engine.decide(eve, "read", anvil)).toBe(false);
  });

  test("R53: telling twice and deleting what is not there is fine", async () => {
    const engine = await gitcloudEngine();
    await engine.tell("has_role", eve, "reader", anvil);
    await engine.tell("has_role", eve, "reader", anvil);
    expect(await engine.get("has_role", eve, null, null)).toHaveLength(1);
    await engine.delete("has_role", eve, "reader", anvil);
    await engine.delete("has_role", eve, "reader", anvil);
    expect(await engine.get("has_role", eve, null, null)).toEqual([]);
  });

  test("wildcards delete what they match", async () => {
    const engine = await gitcloudEngine();
    await engine.tell("has_role", bob, "reader", anvil);
    await engine.delete("has_role", bob, null, { type: "Org" });
    expect(await engine.get("has_role", bob, null, null)).toEqual([["has_role", bob, "reader", anvil]]);
    await engine.delete("has_role", null, null, null);
    expect(await engine.get("has_role")).toEqual([]);
  });

  test("R52: a batch deletes first and inserts then, all or nothing", async () => {
    const engine = await gitcloudEngine();
    await engine.batch({
      deletes: [["has_role", null, null, acme]],
      inserts: [["has_role", bob, "admin", acme]],
    });
    expect(await engine.get("has_role", null, null, acme)).toEqual([["has_role", bob, "admin", acme]]);
    await expect(
      engine.batch({ deletes: [["has_role", null, null, acme]], inserts: [["has_role", bob, "owner", acme]] }),
    ).rejects.toMatchObject({ code: "facts/unknown-name" });
    expect(await engine.get("has_role", null, null, acme)).toHaveLength(1);
  });

  test("a bulk write with one bad fact writes none", async () => {
    const engine = await gitcloudEngine();
    await expect(
      engine.bulkTell([
        ["has_role", eve, "reader", anvil],
        ["has_role", eve, "raeder", anvil],
      ]),
    ).rejects.toMatchObject({ name: "InputError", code: "facts/unknown-name" });
    expect(engine.decide(eve, "read", anvil)).toBe(false);
  });

  test("writes resolve to revisions that a read can wait for", async () => {
    const engine = await gitcloudEngine();
    const { revision } = await engine.tell("has_role", eve, "reader", anvil);
    expect(await engine.authorize(eve, "read", anvil, { atLeast: revision })).toBe(true);
    expect(await engine.decide(eve, "read", anvil, { atLeast: revision })).toBe(true);
    expect(await engine.list(eve, "read", "Repo", { atLeast: revision })).toContain("anvil");
    await expect(engine.authorize(eve, "read", anvil, { atLeast: "1.forged.0.x" })).rejects.toMatchObject({
      name: "InputError",
      code: "facts/bad-revision",
    });
  });

  test("get gives facts back as they were told, integers as numbers where they fit", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: `actor User {} resource Repo { permissions = ["read"]; }
        has_permission(u: User, "read", _: Repo) if age(u, n) and n > 17 and vip(u, true);
        declare age(User, Integer);`,
    });
    await engine.bulkTell([
      ["age", ann, 18],
      ["age", bob, 9007199254740993n],
      ["vip", ann, true],
    ]);
    expect(await engine.get("age", ann, null)).toEqual([["age", ann, 18]]);
    expect(await engine.get("age", null, 18)).toEqual([["age", ann, 18]]);
    expect(await engine.get("age", bob, null)).toEqual([["age", bob, 9007199254740993n]]);
    expect(await engine.get("vip", null, true)).toEqual([["vip", ann, true]]);
    expect(await engine.get("age", null, { type: "User" })).toEqual([]);
    expect(await engine.authorize(ann, "read", anvil)).toBe(true);
  });

  test("a predicate alone stands for its facts of one to five arguments", async () => {
    const engine = await createEngine({
      logger: silent,
      policy: [1, 2, 3, 4, 5].map((n) => `declare tag(${new Array(n).fill("String").join(", ")});`).join("\n"),
    });
    const facts = [1, 2, 3, 4, 5].map((n) => ["tag", ...new Array<string>(n).fill("x")] as const);
    for (const fact of facts) await engine.tell(...fact);
    expect((await engine.get("tag")).sort((a, b) => a.length - b.length)).toEqual(facts);
  });

  test("two engines on one store share it, each with its own policy", async () => {
    const store = memoryStore();
    const first = await createEngine({ policy: gitcloud, store, logger: silent });
    const second = await createEngine({
      store,
      logger: silent,
      policy: `actor User {} resource Org { roles = ["admin", "member", "owner"]; permissions = ["audit"]; "audit" if "owner"; }`,
    });
    await first.tell("has_role", ann, "admin", acme);
    await second.tell("has_role", bob, "owner", acme);
    expect(first.decide(ann, "create_repo", acme)).toBe(true);
    expect(second.decide(bob, "audit", acme)).toBe(true);
    expect(second.decide(ann, "audit", acme)).toBe(false);
    expect(await first.get("has_role", null, null, acme)).toHaveLength(2);
    await first.close();
    expect(second.decide(bob, "audit", acme), "the other engine goes on").toBe(true);
    await second.close();
  });

  test("I6: what only another engine's policy knows has no effect here, not even through an open rule", async () => {
    const store = memoryStore();
    const open = await createEngine({
      store,
      logger: silent,
      policy: `actor User {} resource Org { roles = ["member"]; permissions = ["read"]; }
        has_permission(u: User, "read", o: Org) if has_role(u, _role, o);`,
    });
    const other = await createEngine({
      store,
      logger: silent,
      policy: `actor User {} resource Org { roles = ["former_member", "member"]; }`,
    });
    await other.tell("has_role", eve, "former_member", acme);
    expect(open.decide(eve, "read", acme)).toBe(false);
    await other.tell("has_role", eve, "member", acme);
    expect(open.decide(eve, "read", acme)).toBe(true);
    await other.delete("has_role", eve, "member", acme);
    expect(open.decide(eve, "read", acme)).toBe(false);
  });
});

describe("closing", () => {
  test("a closed engine answers nothing and writes nothing", async () => {
    const engine = await gitcloudEngine();
    await engine.close();
    await engine.close();
    const closed = { name: "StoreError", code: "engine/closed" };
    expect(() => engine.decide(ann, "read", anvil)).toThrow(expect.objectContaining(closed));
    await expect(engine.authorize(ann, "read", anvil)).rejects.toMatchObject(closed);
    await expect(engine.list(ann, "read", "Repo")).rejects.toMatchObject(closed);
    await expect(engine.tell("has_role", ann, "reader", anvil)).rejects.toMatchObject(closed);
    await expect(engine.get("has_role")).rejects.toMatchObject(closed);
    await expect(engine.setPolicy(gitcloud)).rejects.toMatchObject(closed);
  });

  test("verbs work when they are taken off the engine", async () => {
    const { authorize, tell, decide } = await gitcloudEngine();
    await tell("has_role", eve, "reader", anvil);
    expect(await authorize(eve, "read", anvil)).toBe(true);
    expect(decide(eve, "read", anvil)).toBe(true);
  });
});
