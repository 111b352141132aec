import { describe, expect, it } from "vitest";
import { entity } from "../../src/facts/value.js";
import { createHost } from "../../src/solver/create-host.js";
import { TypedObject, type TypeOptions } from "../../src/solver/host.js";
import { openExactly } from "../../src/solver/machine.js";
import { objects, types } from "../support/case-objects.js";
import { world } from "../support/questions.js";

const fixture = world({ policy: "actor User {}", types, constants: objects });

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answers) => `answers ${JSON.stringify(answers)}`,
    (error: { code?: unknown }) => error.code,
  );
}

describe("what a policy can reach of an object (reference 9)", () => {
  it.each([
    "constructor",
    "__proto__",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "then",
    "__defineGetter__",
  ])("R17: not `%s`, read or called", async (name) => {
    expect(await codeOf(fixture.query(`x = alice.${name}`))).toBe("engine/missing-property");
    expect(await codeOf(fixture.query(`x = alice.("${name}")`))).toBe("engine/missing-property");
    expect(await codeOf(fixture.query(`alice.${name}() = 1`))).toBe("engine/missing-property");
    expect(await codeOf(fixture.query(`alice matches {${name}: _}`))).toBe("engine/missing-property");
    expect(await codeOf(fixture.query(`x = alice.obj.${name}`))).toBe("engine/missing-property");
  });

  it("R19: methods of the declared class chain, and no others", async () => {
    class Base {
      readonly id = "1";
      base(): boolean {
        return true;
      }
      get plus(): number {
        return 2;
      }
    }
    class Hidden extends Base {
      secret(): boolean {
        return true;
      }
      override base(): boolean {
        return false;
      }
    }
    const w = world({ policy: "", types: { Base: { class: Base } }, constants: { thing: new Hidden() } });
    expect(await w.query("thing.base()")).toEqual([{}]);
    expect(await w.query("x = thing.plus")).toEqual([{ x: 2 }]);
    expect(await codeOf(w.query("thing.secret()"))).toBe("engine/missing-property");
    expect(await codeOf(w.query("x = thing.base"))).toBe("engine/not-a-value");
  });

  it("with `fields`, those and the methods of the class; a `?` makes one optional", async () => {
    class Bear {
      readonly id = "b";
      readonly species = "polar";
      readonly weight = 400;
      get loud(): boolean {
        return true;
      }
      growls(): boolean {
        return true;
      }
    }
    const w = world({
      policy: "",
      types: { Bear: { class: Bear, fields: { species: "String", nickname: "String?", mood: "String" } } },
      constants: { bear: new Bear() },
    });
    expect(await w.query("bear.species = x and bear.nickname = y and bear.growls()")).toEqual([
      { x: "polar", y: null },
    ]);
    for (const name of ["weight", "loud", "id", "mood"]) {
      expect(await codeOf(w.query(`x = bear.${name}`))).toBe("engine/missing-property");
    }
  });

  it("R20: a `__proto__` out of JSON is data that nobody can name, and is merged nowhere", async () => {
    const actor = JSON.parse('{"__proto__": {"admin": true}, "name": "eve"}') as object;
    const w = world({ policy: "", constants: {} });
    expect(await w.query("actor.name = x", { actor })).toEqual([expect.objectContaining({ x: "eve" })]);
    expect(await codeOf(w.query("x = actor.admin", { actor }))).toBe("engine/missing-property");
    expect(await codeOf(w.query("x = actor.__proto__", { actor }))).toBe("engine/missing-property");
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect(await w.query("x = {__proto__: 1, a: 2} and y = x.__proto__")).toHaveLength(1);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it("R21: a polluted Object.prototype changes no answer", async () => {
    const polluted = Object.prototype as { admin?: unknown; id?: unknown };
    polluted.admin = true;
    try {
      expect(await codeOf(fixture.query("alice.admin"))).toBe("engine/missing-property");
      expect(await codeOf(fixture.query("alice.obj.admin"))).toBe("engine/missing-property");
      expect(await fixture.query("x = {a: 1} and x.admin")).toEqual([]);
      expect(await fixture.query("alice.age = x")).toEqual([{ x: 30 }]);
    } finally {
      delete polluted.admin;
    }
  });

  it("R18, R22: each property is read at most once, whatever it answers", async () => {
    let reads = 0;
    class Fickle {
      readonly id = "f";
      get level(): number {
        return ++reads;
      }
      toJSON(): never {
        throw new Error("never asked");
      }
    }
    const w = world({ policy: "", types: { Fickle: { class: Fickle } }, constants: { it: new Fickle() } });
    expect(await w.query("it.level = it.level and x = it.level and not it.level > 1")).toEqual([{ x: 1 }]);
    expect(reads).toBe(1);
  });

  it("R22: a reference whose getters change their mind is read once", async () => {
    let reads = 0;
    const shifty = {
      type: "User",
      get id(): string {
        return reads++ === 0 ? "eve" : "root";
      },
    };
    const w = world({ policy: "actor User {} is(u: User, u);" });
    expect(await w.holds("is", shifty, entity("User", "eve"))).toBe(true);
    expect(reads).toBe(1);
  });

  it("R18: a getter that throws is a host error with its cause", async () => {
    const cause = new Error("broken");
    class Broken {
      readonly id = "b";
      get name(): string {
        throw cause;
      }
    }
    const w = world({ policy: "", types: { Broken: { class: Broken } }, constants: { it: new Broken() } });
    await expect(w.query("not it.name = 1")).rejects.toMatchObject({ code: "engine/host-error", cause });
  });

  it.each([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a class", class {}],
    ["a date", new Date(0)],
    ["a buffer", Buffer.from("x")],
    ["a boxed string", Object("text")],
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    ["a thenable", { then: () => undefined }],
    ["undefined", undefined],
    ["an integer beyond 64 bits", 2n ** 63n],
  ])("R18, R24, R25: %s is not a value", async (_, value) => {
    class Box {
      readonly id = "1";
      give(): unknown {
        return value;
      }
    }
    const w = world({ policy: "", types: { Box: { class: Box } }, constants: { box: new Box() } });
    expect(await codeOf(w.query("x = box.give()"))).toBe("engine/not-a-value");
    expect(await codeOf(w.query("not box.give() = 1"))).toBe("engine/not-a-value");
  });

  it("R23: cyclic and very deep data is bounded", async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const list: unknown[] = [];
    list.push(list);
    const w = world({ policy: "f(x) if g(x); g(_);" });
    expect(await w.query("x.self.self = x", { x: cyclic })).toHaveLength(1);
    expect(await w.query("f(x)", { x: cyclic })).toHaveLength(1);
    const copy: { self?: unknown } = {};
    copy.self = copy;
    await expect(w.query("x = y", { x: cyclic, y: copy })).rejects.toMatchObject({ code: "engine/limit-exceeded" });
    expect(await codeOf(w.query("y = x", { x: { list } }).then(() => w.query("y = x.list", { x: { list } })))).toBe(
      "engine/not-a-value",
    );
  });

  it.each(['"false"', "[]", "1", "nil", '""'])("R28: %s is no condition", async (value) => {
    expect(await codeOf(fixture.query(`x = ${value} and x`))).toBe("engine/not-a-condition");
  });

  it("host iterables: arrays, sets, maps as pairs; null reads as nil", async () => {
    const w = world({
      policy: "",
      constants: { box: { set: new Set([1, 2]), map: new Map([["k", 1]]), array: [1, null], none: null } },
    });
    expect(await w.query("x in box.set")).toEqual([{ x: 1 }, { x: 2 }]);
    expect(await w.query("[k, v] in box.map")).toEqual([{ k: "k", v: 1 }]);
    expect(await w.query("x in box.array")).toEqual([{ x: 1 }, { x: null }]);
    expect(await w.query("box.none = nil")).toEqual([{}]);
    expect(await codeOf(w.query("x in box.none"))).toBe("engine/not-iterable");
    expect(await codeOf(w.query("x in box"))).toBe("engine/not-iterable");
  });
});

describe("identity of objects (reference 4)", () => {
  it("an object and the reference to it are one entity", async () => {
    expect(await fixture.query('alice = User{"alice"} and alice == User{"alice"}')).toEqual([{}]);
    expect(await fixture.query("alice = bob")).toEqual([]);
    expect(await fixture.query('root = User{"root"}')).toEqual([]);
  });

  it("a fact about the reference holds for the object, and leads back to it", async () => {
    const w = world({
      policy: 'actor User {} declare owns(User, Repo); f(u: User, r: Repo) if owns(u, r) and r.name = "web";',
      types,
      constants: objects,
      facts: [["owns", entity("User", "alice"), entity("Repo", "web")]],
    });
    expect(await w.query("repo.name = x and f(alice, repo)")).toEqual([{ x: "web" }]);
    expect(await w.query("repo.name = _ and f(alice, r)")).toHaveLength(1);
  });

  it("value objects are equal by class and own data, in lists and as arguments too", async () => {
    const w = world({ policy: "near(new Point(1, 2)); same(p: Point, p);", types });
    expect(await w.query("near(new Point(1, 2))")).toEqual([{}]);
    expect(await w.query("near(new Point(2, 1))")).toEqual([]);
    expect(await w.query("near(new Point(1, 2)) and near(new Point(1, 3))")).toEqual([]);
    expect(await w.query("same(new Point(1, 2), new Point(1.0, 2))")).toEqual([{}]);
    expect(await w.query("new Point(1, 2) in [new Point(0, 0)]")).toEqual([]);
    expect(await w.query("new Point(1, 2) = {x: 1, y: 2}")).toEqual([]);
  });

  it("integer ids are decimal text; ids of other kinds are refused", async () => {
    class Row {
      readonly id: unknown;
      constructor(id: unknown) {
        this.id = id;
      }
    }
    const host = createHost({ Row: { class: Row } });
    expect(host.reference(new Row(7))).toEqual({ type: "Row", id: "7" });
    expect(host.reference(new Row(7n))).toEqual({ type: "Row", id: "7" });
    expect(host.reference(new Row(undefined))).toBeUndefined();
    expect(host.reference("text")).toBeUndefined();
    expect(() => host.reference(new Row(1.5))).toThrow(/neither a text nor an integer/);
    expect(() => host.reference(new Row({}))).toThrow(/neither a text nor an integer/);
  });

  it("a typed object has the type it is given, and the id it is given", async () => {
    const w = world({
      policy: "actor User {} resource Post {} own(u: User, p: Post) if p.author = u.name;",
      types: { Post: {}, User: { class: class {}, id: "name", fields: { name: "String" } } },
    });
    const post = new TypedObject("Post", { author: "ann" }, "1");
    const input = new TypedObject("Post", { author: "ann" }, undefined);
    const ann = new TypedObject("User", { name: "ann" }, "ann");
    expect(await w.holds("own", ann, post)).toBe(true);
    expect(await w.holds("own", ann, input)).toBe(true);
    expect(await w.holds("own", ann, new TypedObject("Post", { author: "bob" }, "1"))).toBe(false);
    expect(await w.holds("own", ann, new TypedObject("Page", { author: "ann" }, "1"))).toBe(false);
  });

  it("two classes under one name, or no class at all, are configuration errors", () => {
    class A {}
    expect(() => createHost({ A: { class: A }, B: { class: A } })).toThrow(/same class/);
    expect(() => createHost({ A: { class: (() => 1) as never } })).toThrow(/not a class/);
    expect(() => createHost({ A: { fields: { x: 1 as never } } })).toThrow(/not the name of a type/);
  });
});

describe("values that come later (reference 9)", () => {
  class Slow {
    readonly id: string;
    readonly log: string[];
    constructor(id: string, log: string[]) {
      this.id = id;
      this.log = log;
    }
    async ok(): Promise<boolean> {
      this.log.push(this.id);
      return this.id !== "c";
    }
    later(n: number): Promise<number> {
      return Promise.resolve(n + 1);
    }
    reject(): Promise<never> {
      return Promise.reject(new Error("refused"));
    }
  }
  const make = (log: string[] = []) => ({
    types: { Slow: { class: Slow, fields: {} } } satisfies Record<string, TypeOptions>,
    constants: { a: new Slow("a", log), b: new Slow("b", log), c: new Slow("c", log) },
  });

  it("everything that one round can reach is asked before anything is awaited", async () => {
    const log: string[] = [];
    const w = world({ policy: "", ...make(log) });
    const run = w.run();
    expect(await w.query("x in [a, b, c] and x.ok()")).toHaveLength(2);
    expect(log.sort()).toEqual(["a", "b", "c"]);
    expect(run.mode).toBe("all");
  });

  it("a promise under `not`, `forall` or left of a cut is awaited, not guessed", async () => {
    const w = world({ policy: "first(x) if x in [c, b, a] and x.ok() and cut;", ...make() });
    expect(await w.query("not c.ok()")).toEqual([{}]);
    expect(await w.query("not a.ok()")).toEqual([]);
    expect(await w.query("forall(x in [a, b], x.ok())")).toEqual([{}]);
    expect(await w.query("forall(x in [a, c], x.ok())")).toEqual([]);
    expect((await w.query("first(x)")).map(({ x }) => (x as Slow).id)).toEqual(["b"]);
  });

  it("one promise may lead to the next", async () => {
    const w = world({ policy: "up(n, n, _); up(n, m, s) if n < m and k = s.later(n) and up(k, m, s);", ...make() });
    expect(await w.query("up(0, 20, a)")).toEqual([{}]);
  });

  it("a proof that stands before any promise answers at once", () => {
    const w = world({ policy: "f(x) if x.ok(); f(_);", ...make() });
    expect(w.machine.call("f", [new Slow("a", [])], w.run("first")).kind).toBe("pending");
    const quick = world({ policy: "f(_); f(x) if x.ok();", ...make() });
    expect(quick.machine.call("f", [new Slow("a", [])], quick.run("first")).kind).toBe("done");
  });

  it("R27: a rejected promise is an error, under `not` too", async () => {
    const w = world({ policy: "", ...make() });
    await expect(w.query("not a.reject()")).rejects.toMatchObject({
      code: "engine/host-error",
      cause: new Error("refused"),
    });
  });
});

describe("`load` and relations (contract, section 3)", () => {
  interface Row {
    readonly id: string;
    readonly owner_id: string | null;
    readonly species?: string;
  }
  const rows: Record<string, Row> = {
    "1": { id: "1", owner_id: "ann", species: "polar" },
    "2": { id: "2", owner_id: null, species: "brown" },
  };
  const batches: string[][] = [];
  const bears = (load: TypeOptions["load"]): Readonly<Record<string, TypeOptions>> => ({
    User: { id: "name", fields: { name: "String" } },
    Bear: {
      fields: { species: "String?", owner_id: "String?" },
      relations: { owner: { type: "User", kind: "one", from: "owner_id", to: "name" } },
      ...(load === undefined ? {} : { load }),
    },
  });
  const policy = `actor User {} resource Bear {}
    declare known(Bear, Boolean);
    feed(u: User, b: Bear) if b.owner = u;
    polar(b: Bear) if known(b, true) and b.species = "polar";`;
  const facts = ["1", "2"].map((id) => ["known", entity("Bear", id), true] as const);

  it("rows are loaded in one batch, read as of the type, and relations lead to entities", async () => {
    const contexts: unknown[] = [];
    const load: TypeOptions["load"] = (ids, context) => {
      batches.push([...ids]);
      contexts.push(context);
      return Promise.resolve(ids.map((id) => rows[id] ?? null));
    };
    const w = world({ policy, facts, types: bears(load), context: "request" });
    expect(await w.call("polar", openExactly("b", "Bear"))).toEqual([{ b: entity("Bear", "1") }]);
    expect(batches.map((batch) => batch.sort())).toEqual([["1", "2"]]);
    expect(contexts).toEqual(["request"]);
    expect(await w.holds("feed", entity("User", "ann"), entity("Bear", "1"))).toBe(true);
    expect(await w.holds("feed", entity("User", "bob"), entity("Bear", "1"))).toBe(false);
    expect(await w.holds("feed", entity("User", "ann"), entity("Bear", "2"))).toBe(false);
  });

  it("a row that does not exist, or a type without `load`, has no properties", async () => {
    const none = world({ policy, types: bears(() => Promise.resolve([null])) });
    expect(await codeOf(none.holds("feed", entity("User", "ann"), entity("Bear", "9")))).toBe(
      "engine/missing-property",
    );
    const unloaded = world({ policy, types: bears(undefined) });
    expect(await codeOf(unloaded.holds("feed", entity("User", "ann"), entity("Bear", "1")))).toBe(
      "engine/missing-property",
    );
  });

  it.each([
    ["throws", () => Promise.reject(new Error("down"))],
    ["answers too little", () => Promise.resolve([])],
    ["answers undefined", () => Promise.resolve(undefined as never)],
    ["answers texts", () => Promise.resolve(["row" as never])],
  ])("R27: a `load` that %s is an error", async (_, load) => {
    const w = world({ policy, types: bears(load) });
    expect(await codeOf(w.holds("feed", entity("User", "ann"), entity("Bear", "1")))).toBe("engine/host-error");
  });
});
