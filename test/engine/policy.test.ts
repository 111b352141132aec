import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, entity, memoryStore, PolicyError, TypedObject } from "arcturus";
import { describe, expect, test, vi } from "vitest";
import { acme, ann, anvil, bob, eve, gitcloud, gitcloudEngine, silent } from "./gitcloud.js";

const everybodyReads = `actor User {} resource Repo { permissions = ["read"]; } has_permission(_: User, "read", _: Repo);`;
const nobody = 'actor User {} resource Repo {} allow(_: User, "no", _: Repo);';

describe("loading", () => {
  test("a policy comes as text, as named sources, or from files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-policy-"));
    try {
      const file = join(folder, "main.polar");
      await writeFile(file, `\ufeff${everybodyReads}`);
      for (const policy of [
        everybodyReads,
        [
          { filename: "a.polar", source: "actor User {}" },
          { filename: "b.polar", source: everybodyReads },
        ],
        { files: [file] },
      ]) {
        const engine = await createEngine({ policy, logger: silent });
        expect(await engine.authorize(eve, "read", anvil)).toBe(true);
        await engine.close();
      }
      const fromFile = await createEngine({ policy: { files: [file] }, logger: silent });
      expect(fromFile.policySource()).toEqual([{ filename: file, source: everybodyReads }]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a file that cannot be read, or is not text, is named", async () => {
    await expect(createEngine({ policy: { files: ["no/such/file.polar"] } })).rejects.toMatchObject({
      name: "ConfigError",
      code: "config/policy-file",
      message: expect.stringContaining("no/such/file.polar") as unknown,
    });
    const folder = await mkdtemp(join(tmpdir(), "arcturus-policy-"));
    const file = join(folder, "latin1.polar");
    await writeFile(file, Buffer.from([0x23, 0xe9, 0x0a]));
    await expect(createEngine({ policy: { files: [file] } })).rejects.toMatchObject({ code: "config/policy-file" });
    await rm(folder, { recursive: true, force: true });
    for (const policy of [7, null, [7], [{ source: "" }], { files: [7] }, { file: "x" }]) {
      await expect(createEngine({ policy: policy as never })).rejects.toMatchObject({ code: "input/bad-policy" });
    }
  });

  test("a bad policy is refused with every diagnostic, and the store is left alone", async () => {
    const store = memoryStore();
    const open = vi.spyOn(store, "open");
    const error: unknown = await createEngine({
      policy: 'actor User {}\nallow(a: Userr, "x", _: User) if b(a, c);\nresource R { roles = ["a", "a"]; }',
      store,
    }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PolicyError);
    const { diagnostics, code } = error as PolicyError;
    expect(code).toBe("polar/policy");
    expect(diagnostics.filter((d) => d.severity === "error").length).toBeGreaterThan(1);
    expect(diagnostics[0]).toMatchObject({ code: "polar/unknown-type", source: "policy.polar", line: 2 });
    expect(open).not.toHaveBeenCalled();
  });

  test("warnings of a policy go to the logger and into its metadata", async () => {
    const warn = vi.fn();
    const engine = await createEngine({ policy: "f(x, y) if x = 1;", logger: { info: () => {}, warn } });
    expect(warn.mock.calls.flat().join("\n")).toMatch(/policy\.polar:1:.*polar\/unused-variable/s);
    expect(engine.policyMetadata().warnings.map((w) => w.code)).toContain("polar/unused-variable");
  });

  test("print goes to the logger", async () => {
    const info = vi.fn();
    const engine = await createEngine({ logger: { info, warn: () => {} } });
    await engine.query('print("hello", 1, User)', { bindings: { User: 2 } });
    expect(info).toHaveBeenCalledOnce();
    expect(info.mock.calls[0]?.[0]).toContain("hello");
  });

  test("inline queries must hold, by the facts of the policy alone", async () => {
    await createEngine({ policy: "f(1); ?= f(1);", logger: silent });
    for (const policy of ["f(1); ?= f(2);", "f(1); ?= f(x) and x.name = 1;"]) {
      await expect(createEngine({ policy, logger: silent })).rejects.toMatchObject({
        diagnostics: expect.arrayContaining([
          expect.objectContaining({ code: "polar/inline-query-failed", severity: "error", line: 1 }),
        ]) as unknown,
      });
    }
    // Each of them has to.
    for (const policy of ["f(1); ?= f(1); ?= f(2);", "f(1); ?= f(1); ?= f(1); ?= f(x) and x.name = 1;"]) {
      await expect(createEngine({ policy, logger: silent })).rejects.toMatchObject({
        diagnostics: expect.arrayContaining([
          expect.objectContaining({ code: "polar/inline-query-failed" }),
        ]) as unknown,
      });
    }
    const store = memoryStore();
    const engine = await createEngine({
      policy: 'actor User {} declare tall(User); allow(u: User, "x") if tall(u);',
      store,
      logger: silent,
    });
    await engine.tell("tall", ann);
    await expect(
      engine.setPolicy('actor User {} declare tall(User); allow(u: User, "x") if tall(u); ?= tall(User{"ann"});'),
    ).rejects.toBeInstanceOf(PolicyError);
  });
});

describe("replacing", () => {
  test("setPolicy replaces the policy; the facts stay", async () => {
    const engine = await gitcloudEngine();
    expect(await engine.authorize(eve, "read", anvil)).toBe(false);
    await engine.setPolicy(everybodyReads);
    expect(await engine.authorize(eve, "read", anvil)).toBe(true);
    expect(engine.policySource()).toEqual([{ filename: "policy.polar", source: everybodyReads }]);
    await engine.setPolicy(gitcloud);
    expect(await engine.authorize(eve, "read", anvil)).toBe(false);
    expect(await engine.authorize(bob, "read", anvil)).toBe(true);
  });

  test("R97: a bad policy changes nothing", async () => {
    const engine = await gitcloudEngine();
    const { hash } = engine.policyMetadata();
    for (const policy of ["allow(", 'allow(_: Nobody, "x", _);', "f(1); ?= f(2);"]) {
      await expect(engine.setPolicy(policy)).rejects.toBeInstanceOf(PolicyError);
      expect(engine.policyMetadata().hash).toBe(hash);
      expect(await engine.authorize(ann, "delete", anvil)).toBe(true);
    }
  });

  test("policies that are set together take effect in the order of the calls", async () => {
    const engine = await gitcloudEngine();
    const results = await Promise.allSettled([
      engine.setPolicy(everybodyReads),
      engine.setPolicy("allow("),
      engine.setPolicy(nobody),
    ]);
    expect(results.map((r) => r.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(engine.policySource()[0]?.source).toBe(nobody);
  });

  test("also when the one that was set first takes longer to load", async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-policy-"));
    try {
      const files = [
        join(folder, "a.polar"),
        join(folder, "b.polar"),
        join(folder, "c.polar"),
        join(folder, "d.polar"),
      ];
      await Promise.all(files.map((file) => writeFile(file, "")));
      await writeFile(files[2] as string, everybodyReads);
      await writeFile(files[3] as string, 'allow(_: User, "enter", _: Repo);');
      const engine = await gitcloudEngine();
      await Promise.all([engine.setPolicy({ files }), engine.setPolicy(nobody)]);
      expect(engine.policySource().map(({ source }) => source)).toEqual([nobody]);
      expect(await engine.authorize(eve, "read", anvil)).toBe(false);
      await engine.setPolicy({ files });
      expect(engine.policySource().map(({ filename }) => filename)).toEqual(files);
      expect(await engine.actions(eve, anvil)).toEqual(["enter"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("none comes into force in an engine that was closed meanwhile", async () => {
    const store = memoryStore();
    const engine = await gitcloudEngine({ store });
    const { hash } = engine.policyMetadata();
    const set = engine.setPolicy(everybodyReads);
    const behind = engine.setPolicy(nobody);
    await Promise.resolve();
    await engine.close();
    await expect(set).rejects.toMatchObject({ code: "engine/closed" });
    await expect(behind).rejects.toMatchObject({ code: "engine/closed" });
    expect(engine.policyMetadata().hash).toBe(hash);
  });

  test("R96: a question that is waiting finishes under the policy it began with", async () => {
    class Doc {
      readonly id: string;
      readonly #open: Promise<boolean>;
      constructor(id: string, open: Promise<boolean>) {
        this.id = id;
        this.#open = open;
      }
      open(): Promise<boolean> {
        return this.#open;
      }
    }
    let answer: (open: boolean) => void = () => {};
    const open = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const engine = await createEngine({
      logger: silent,
      types: { Doc: { class: Doc } },
      policy: 'actor User {} allow(_: User, "read", doc: Doc) if doc.open();',
    });
    const question = engine.authorize(ann, "read", new Doc("d", open));
    const several = engine.authorizeMany(ann, "read", [new Doc("d", open), new Doc("e", open)]);
    await engine.setPolicy('actor User {} allow(_: User, "write", _: Doc);');
    expect(await engine.authorize(ann, "read", new Doc("d", open)), "a new question asks the new policy").toBe(false);
    answer(true);
    expect(await question).toBe(true);
    expect(await several).toEqual([true, true]);
  });

  test("a waiting question is answered by the facts as they stand in the end", async () => {
    let loaded: (rows: object[]) => void = () => {};
    const engine = await createEngine({
      logger: silent,
      types: {
        Doc: {
          fields: { open: "Boolean" },
          load: () =>
            new Promise<object[]>((resolve) => {
              loaded = resolve;
            }),
        },
      },
      policy:
        'actor User {} declare reader(User, Doc); allow(u: User, "read", d: Doc) if reader(u, d) and d.open = true;',
    });
    await engine.tell("reader", ann, entity("Doc", "1"));
    const question = engine.authorize(ann, "read", entity("Doc", "1"));
    await engine.delete("reader", ann, entity("Doc", "1"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    loaded([{ id: "1", open: true }]);
    expect(await question, "the revocation was acknowledged before the answer").toBe(false);
  });
});

describe("facts that a policy has outgrown", () => {
  const roles = (names: string): string => `
    actor User {} resource Org { roles = [${names}]; permissions = ["read"]; }
    has_permission(u: User, "read", o: Org) if has_role(u, _name, o);`;

  test("I6: they stay stored, have no effect, are listed, and come back with a policy that knows them", async () => {
    const warn = vi.fn();
    const engine = await createEngine({ policy: roles('"admin", "member"'), logger: { info: () => {}, warn } });
    await engine.bulkTell([
      ["has_role", ann, "admin", acme],
      ["has_role", bob, "member", acme],
    ]);
    await engine.setPolicy(roles('"member"'));
    expect(engine.decide(ann, "read", acme)).toBe(false);
    expect(engine.decide(bob, "read", acme)).toBe(true);
    expect(await engine.query('has_role(u, "member", Org{"acme"})')).toEqual([{ u: bob }]);
    expect(await engine.query('has_role(u, _r, Org{"acme"})')).toEqual([{ u: bob }]);
    expect((await engine.explain(ann, "read", acme)).allowed).toBe(false);
    expect(await engine.get("has_role", ann, null, null)).toEqual([["has_role", ann, "admin", acme]]);
    expect(engine.policyMetadata().misfits).toMatchObject({ count: 1 });
    expect(warn.mock.calls.flat().join("\n")).toMatch(/1 stored fact.*no effect/s);
    await expect(engine.tell("has_role", ann, "admin", acme)).rejects.toMatchObject({ code: "facts/unknown-name" });
    await engine.tell("has_role", eve, "member", acme);
    expect(engine.decide(eve, "read", acme), "facts told since are seen").toBe(true);
    await engine.delete("has_role", bob, "member", acme);
    expect(engine.decide(bob, "read", acme), "facts deleted since are gone").toBe(false);
    await engine.setPolicy(roles('"admin", "member"'));
    expect(engine.decide(ann, "read", acme)).toBe(true);
    expect(engine.policyMetadata().misfits.count).toBe(0);
  });

  test("they can be deleted", async () => {
    const engine = await createEngine({ policy: roles('"admin"'), logger: silent });
    await engine.tell("has_role", ann, "admin", acme);
    await engine.setPolicy(roles('"member"'));
    await engine.delete("has_role", ann, "admin", acme);
    expect(await engine.get("has_role")).toEqual([]);
    await engine.setPolicy(roles('"admin"'));
    expect(engine.decide(ann, "read", acme)).toBe(false);
  });
});

describe("metadata", () => {
  test("types, roles, permissions, relations and the actions that rules can grant", async () => {
    const engine = await gitcloudEngine();
    const metadata = engine.policyMetadata();
    expect(metadata.types["Repo"]).toEqual({
      kind: "resource",
      roles: ["admin", "reader"],
      permissions: ["delete", "read"],
      relations: { org: "Org", parent: "Repo" },
      actions: ["delete", "read"],
      objectActions: [],
    });
    expect(metadata.types["User"]).toMatchObject({ kind: "actor", actions: [] });
    expect(metadata.globalActions).toEqual(["read_audit_log"]);
    expect(metadata.globalRoles).toEqual(["auditor"]);
    expect(metadata.globalPermissions).toEqual(["read_audit_log"]);
    expect(metadata.otherTypes).toEqual({ actions: [], objectActions: [] });
    expect(engine.policyMetadata(), "made once").toBe(metadata);
  });

  const metadataOf = async (
    policy: string,
    types = {},
  ): Promise<ReturnType<Awaited<ReturnType<typeof createEngine>>["policyMetadata"]>> =>
    (await createEngine({ policy, types, logger: silent })).policyMetadata();

  test("actions come from literals, lists, comparisons, and called predicates", async () => {
    const metadata = await metadataOf(`
      actor User {} resource Doc { permissions = ["f", "g"]; } resource Note {}
      allow(_: User, "a", _: Doc);
      allow(_: User, x, _: Doc) if x in ["b", "c"];
      allow(_: User, x, _: Doc) if x = "d" or x = "e";
      allow(u: User, x, d: Doc) if has_permission(u, x, d) and x != "a";
      has_permission(u: User, "g", d: Doc) if has_permission(u, "f", d);
      allow(u: User, x, _: Note) if x = "n" and may(u, x);
      declare may(User, String);
    `);
    expect(metadata.types["Doc"]?.actions).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    expect(metadata.types["Note"]?.actions).toEqual(["n"]);
  });

  test("an action that a rule, or a fact that may be told, leaves open is *", async () => {
    expect((await metadataOf("actor User {} resource Doc {} allow(_: User, _, _: Doc);")).types["Doc"]?.actions).toBe(
      "*",
    );
    const told = await metadataOf(
      "actor User {} resource Doc {} allow(u: User, x, _: Doc) if may(u, x); declare may(User, String);",
    );
    expect(told.types["Doc"]?.actions).toBe("*");
    const open = await metadataOf("actor User {} resource Doc {} allow(_, _, _);");
    expect(open.types["Doc"]?.actions).toBe("*");
    expect(open.otherTypes.actions).toBe("*");
  });

  test("a subtype has the actions of its supertypes, and not the other way round", async () => {
    const metadata = await metadataOf(`
      actor User {} resource Item { permissions = ["read"]; } resource Doc extends Item { permissions = ["sign"]; }
      has_permission(_: User, "read", _: Item); has_permission(_: User, "sign", _: Doc);
    `);
    expect(metadata.types["Item"]?.actions).toEqual(["read"]);
    expect(metadata.types["Doc"]?.actions).toEqual(["read", "sign"]);
  });

  test("every action that authorize allows is among those that metadata names", async () => {
    const engine = await gitcloudEngine();
    await engine.bulkTell([
      ["has_role", eve, "auditor"],
      ["has_permission", eve, "delete", anvil],
      ["has_permission", eve, "read_audit_log"],
    ]);
    for (const actor of [ann, bob, eve]) {
      for (const resource of [acme, anvil]) {
        const known = engine.policyMetadata().types[resource.type]?.actions;
        expect(known).toEqual(expect.arrayContaining(await engine.actions(actor, resource)));
      }
      expect(engine.policyMetadata().globalActions).toEqual(expect.arrayContaining(await engine.actions(actor)));
    }
  });

  test("object actions are those whose rules read the resource, or what hangs on it, but not the actor", async () => {
    class Doc {
      readonly id = "d";
    }
    class Person {
      readonly id = "p";
      readonly teams: string[] = [];
    }
    const metadata = await metadataOf(
      `
      actor User {}
      allow(_: User, "plain", _: Doc);
      allow(p: Person, "by actor", _: Doc) if "x" in p.teams;
      allow(p: Person, "by actor's own", _: Doc) if t = p.teams and "x" in t;
      allow(_: User, "dot", d: Doc) if d.public;
      allow(_: User, "pattern", _: Doc{public: true});
      allow(u: User, "called", d: Doc) if mine(u, d);
      mine(u: User, d: Doc) if d.owner = u;
      allow(u: User, "reached", d: Doc) if above(d, f) and f.public;
      declare above(Doc, Doc);
      allow(_: User, "negated", d: Doc) if not d.secret;
      has_permission(_: User, "other type", n: Note) if n.public;
      resource Note { permissions = ["other type"]; }
      allow(u: User, x, n: Note) if has_permission(u, x, n);
    `,
      { Doc: { class: Doc }, Person: { class: Person } },
    );
    expect(metadata.types["Doc"]?.objectActions).toEqual(["called", "dot", "negated", "pattern", "reached"]);
    expect(metadata.types["Note"]?.objectActions).toEqual(["other type"]);
  });

  test.each([
    ["the right side of a comparison", 'allow(_: User, "x", d: Doc) if "ann" = d.owner;'],
    ["the left side", 'allow(_: User, "x", d: Doc) if d.size > 3;'],
    ["a collection", 'allow(_: User, "x", d: Doc) if "red" in d.tags;'],
    ["an element", 'allow(_: User, "x", d: Doc) if d.tag in ["red"];'],
    ["the first half of forall", 'allow(_: User, "x", d: Doc) if forall(t in d.tags, t = "red");'],
    ["the second half of forall", 'allow(_: User, "x", d: Doc) if forall(t in ["red"], d.tag = t);'],
    ["an argument of a call", 'allow(_: User, "x", d: Doc) if is_red(d.tag); is_red("red");'],
    ["a rule that is called with the resource first", 'allow(_: User, "x", d: Doc) if open(d); open(d) if d.open;'],
    [
      "the second rule that is called",
      'allow(_: User, "x", d: Doc) if open(d); open(d) if big(d); open(d) if d.open; declare big(Doc);',
    ],
    [
      "what another user than the actor has",
      'allow(u: User, "x", d: Doc) if kind(u) and owner(d, o) and o matches User and kind(o); kind(p) if p.kind; declare owner(Doc, User);',
    ],
    ["one of two branches", 'allow(u: User, "x", d: Doc) if may(u) or d.open; declare may(User);'],
    ["what is printed", 'allow(_: User, "x", d: Doc) if print(d.name);'],
    ["an element of a list", 'allow(_: User, "x", d: Doc) if [d.tag] = ["red"];'],
    ["an argument of the actor's own method", 'allow(u: User, "x", d: Doc) if u.likes(d.tag);'],
    ["a pattern in a condition", 'allow(_: User, "x", d: Doc) if d matches Doc{open: true};'],
  ])("an object action is one that reads %s", async (_what, rules) => {
    class Doc {
      readonly id = "d";
    }
    class User {
      readonly id = "u";
      readonly kind = true;
      likes(): boolean {
        return true;
      }
    }
    const metadata = await metadataOf(`${rules} allow(u: User, "y", _: Doc) if u.kind and u.likes("red");`, {
      Doc: { class: Doc },
      User: { class: User },
    });
    expect(metadata.types["Doc"]?.objectActions).toEqual(["x"]);
    expect(metadata.types["Doc"]?.actions).toEqual(["x", "y"]);
  });

  test("an action that one branch leaves open, or that may stand in the rest of a list, is *", async () => {
    for (const rule of [
      'allow(u: User, x, _: Doc) if x = "d" or may(u, x);',
      'allow(u: User, x, _: Doc) if may(u, x) or x = "d";',
      'allow(_: User, x, _: Doc) if x = "d" or true;',
      'allow(u: User, x, _: Doc) if names(rest, u) and x in ["d", *rest]; names(["e"], _: User);',
      'allow(u: User, x, _: Doc) if x != "d" and may(u, "y");',
      'allow(u: User, x, _: Doc) if x < "d" and may(u, "y");',
    ]) {
      const metadata = await metadataOf(`actor User {} resource Doc {} ${rule} declare may(User, String);`);
      expect([rule, metadata.types["Doc"]?.actions]).toEqual([rule, "*"]);
    }
  });

  test("an object action is answered for objects and refused, not guessed, by list", async () => {
    class Doc {
      readonly id: string;
      readonly isPublic: boolean;
      constructor(id: string, isPublic: boolean) {
        this.id = id;
        this.isPublic = isPublic;
      }
    }
    const engine = await createEngine({
      logger: silent,
      types: { Doc: { class: Doc } },
      policy: 'actor User {} allow(_: User, "read", d: Doc) if d.isPublic;',
    });
    expect(engine.policyMetadata().types["Doc"]?.objectActions).toEqual(["read"]);
    expect(await engine.authorizeMany(ann, "read", [new Doc("1", true), new Doc("2", false)])).toEqual([true, false]);
    expect(await engine.authorize(ann, "read", new TypedObject("Doc", { isPublic: true }, undefined))).toBe(true);
    await expect(engine.list(ann, "read", "Doc")).rejects.toMatchObject({
      code: expect.stringMatching(/^engine\//) as unknown,
    });
    await expect(engine.authorize(ann, "read", entity("Doc", "1"))).rejects.toMatchObject({
      code: "engine/missing-property",
    });
  });

  test("the hash changes with the text, and only with it", async () => {
    const one = await metadataOf(everybodyReads);
    const same = await metadataOf(everybodyReads);
    const other = await metadataOf(`${everybodyReads} `);
    expect(one.hash).toBe(same.hash);
    expect(one.hash).not.toBe(other.hash);
  });
});
