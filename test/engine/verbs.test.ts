import { createEngine, entity, memoryStore, toPredicate } from "arcturus";
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
