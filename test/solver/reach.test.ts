import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { entity } from "../../src/facts/value.js";
import { createHost } from "../../src/solver/create-host.js";
import { TypedObject, type TypeOptions } from "../../src/solver/host.js";
import { type World, world } from "../support/questions.js";

/*
 * Every way in which a name that is not declared could be read or called all the same. What is called writes down that it
 * ran: an answer is not the only thing that must not happen.
 */

async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answers) => answers,
    (error: { code?: unknown }) => error.code ?? error,
  );
}

function asking(things: Readonly<Record<string, unknown>>, types: Readonly<Record<string, TypeOptions>>): World {
  return world({ policy: "", types, constants: things });
}

/** Reads, calls, matches and asks by a computed name. */
async function everyWay(w: World, thing: string, name: string): Promise<unknown[]> {
  const goals = [
    `x = ${thing}.${name}`,
    `x = ${thing}.("${name}")`,
    `n = "${name}" and x = ${thing}.(n)`,
    `${thing} matches {${name}: _}`,
    `${thing}.${name}() = x`,
    `not ${thing}.${name}() = 1`,
    `not ${thing}.${name} = 1`,
  ];
  return [...new Set(await Promise.all(goals.map((goal) => outcome(w.query(goal)))))];
}

const missing = ["engine/missing-property"];

describe("with declared `fields`, nothing else of an object is reachable (reference 9)", () => {
  const ran: string[] = [];
  const spy = (what: string) => () => {
    ran.push(what);
    return true;
  };
  class Base {
    get inherited(): boolean {
      ran.push("inherited");
      return true;
    }
    shadowed(): string {
      return "of the class";
    }
  }
  class Doc extends Base {
    readonly id = "1";
    readonly open = true;
    readonly secret = "s";
    readonly wipe = spy("wipe");
    get loud(): boolean {
      ran.push("loud");
      return true;
    }
  }
  const fields = { open: "Boolean" };
  const plain = { id: "1", open: true, secret: "s", wipe: spy("wipe"), wipes: { now: spy("wipes") } };
  const bare = Object.assign(Object.create(null) as object, plain);
  const below = Object.assign(Object.create({ secret: "s", wipe: spy("wipe") }) as object, { id: "1", open: true });
  const proxy = new Proxy({ id: "1", open: true }, { get: (o, k) => (k in o ? Reflect.get(o, k) : spy("proxy")) });
  const own = new Doc();
  const cases: readonly (readonly [string, unknown])[] = [
    ["an object of a class", own],
    ["a typed plain object", new TypedObject("Doc", plain, "1")],
    ["a typed object without a prototype", new TypedObject("Doc", bare, "1")],
    ["a typed object with a prototype of its own", new TypedObject("Doc", below, "1")],
    ["a typed proxy", new TypedObject("Doc", proxy, "1")],
  ];

  it.each(cases)("%s: neither data, functions, getters nor what is inherited", async (_, thing) => {
    const w = asking({ d: thing }, { Doc: { class: Doc, fields } });
    expect(await w.query("d.open = x")).toEqual([{ x: true }]);
    for (const name of ["secret", "wipe", "wipes", "loud", "inherited", "id", "then", "constructor", "length"]) {
      expect([name, await everyWay(w, "d", name)]).toEqual([name, missing]);
    }
    expect(ran).toEqual([]);
  });

  it("`fields: {}` declares that there is nothing to read", async () => {
    const w = asking({ d: own }, { Doc: { class: Doc, fields: {} } });
    for (const name of ["open", "secret", "wipe", "loud"]) expect(await everyWay(w, "d", name)).toEqual(missing);
    expect(ran).toEqual([]);
  });

  it("a method of the class is never replaced by a function of the object, unless the function is declared", async () => {
    const it = Object.assign(new Doc(), { shadowed: spy("shadowed") });
    const w = asking({ d: it }, { Doc: { class: Doc, fields } });
    expect(await w.query("d.shadowed() = x")).toEqual([{ x: "of the class" }]);
    expect(ran).toEqual([]);
    const declared = asking({ d: it }, { Doc: { class: Doc, fields: { shadowed: "Any" } } });
    expect(await declared.query("d.shadowed() = x")).toEqual([{ x: true }]);
    expect(ran.splice(0)).toEqual(["shadowed"]);
  });

  it("a subclass without `fields` has those of its superclass, and of two declarations the nearer holds", async () => {
    class Sub extends Doc {
      readonly more = 1;
    }
    const bound = asking({ d: new Sub() }, { Doc: { class: Doc, fields }, Sub: { class: Sub } });
    for (const name of ["more", "secret", "wipe"]) expect(await everyWay(bound, "d", name)).toEqual(missing);
    const types = {
      Doc: { class: Doc, fields: { open: "Boolean", gone: "String" } },
      Sub: { class: Sub, fields: { gone: "String?", more: "Integer" } },
    };
    const w = asking({ sub: new Sub(), doc: own }, types);
    expect(await w.query("sub.gone = x and sub.more = y")).toEqual([{ x: null, y: 1 }]);
    expect(await outcome(w.query("x = doc.gone"))).toBe("engine/missing-property");
  });

  it("neither in a polluted Object.prototype, of this realm or of another, nor in one of its names", async () => {
    const polluted = Object.prototype as { admin?: unknown };
    const foreign = runInNewContext("Object.prototype.admin = true; ({ id: '1' })") as object;
    polluted.admin = true;
    try {
      const types = { Doc: { fields: { admin: "Boolean", boss: "Any" } }, Free: {} };
      const w = asking(
        {
          here: new TypedObject("Doc", { id: "1" }, "1"),
          there: new TypedObject("Doc", foreign, "1"),
          free: new TypedObject("Free", foreign, "1"),
        },
        types,
      );
      for (const thing of ["here", "there", "free"]) {
        expect([thing, await outcome(w.query(`x = ${thing}.admin`))]).toEqual([thing, "engine/missing-property"]);
      }
    } finally {
      delete polluted.admin;
    }
    const names = ["toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "toLocaleString"];
    class Says {
      readonly id = "1";
      readonly valueOf = () => 1;
      override = 1;
      toString(): string {
        return "it";
      }
      hasOwnProperty(): boolean {
        return true;
      }
    }
    for (const types of [{ Says: { class: Says } }, { Says: { class: Says, fields: { valueOf: "Any" } } }]) {
      const w = asking({ d: new Says() }, types);
      for (const name of names) expect([name, await everyWay(w, "d", name)]).toEqual([name, missing]);
    }
  });
});

describe("without declared `fields`", () => {
  it("a class that is not declared gives its objects no methods, but their own data", async () => {
    class Loose {
      readonly text = "t";
      method(): boolean {
        return true;
      }
      get accessor(): boolean {
        return true;
      }
    }
    const w = asking({ box: { loose: new Loose(), call: () => true } }, {});
    expect(await w.query("x = box.loose.text")).toEqual([{ x: "t" }]);
    expect(await everyWay(w, "box.loose", "accessor")).toEqual(missing);
    expect(await outcome(w.query("box.loose.method() = x"))).toBe("engine/missing-property");
    expect(await outcome(w.query("box.call() = x"))).toBe("engine/missing-property");
  });

  it("a class, a datum and a getter are no methods; a method is no datum", async () => {
    class Thing {
      readonly id = "1";
      readonly made = class {};
      readonly datum = 1;
      get got(): number {
        return 1;
      }
      method(): number {
        return 1;
      }
    }
    const w = asking({ d: new Thing() }, { Thing: { class: Thing } });
    for (const goal of ["d.made() = x", "d.datum() = x", "d.got() = x", "d.made = x", "d.method = x"]) {
      expect([goal, await outcome(w.query(goal))]).toEqual([goal, "engine/not-a-value"]);
    }
  });

  it("a property that is only ever set reads as a missing one", async () => {
    class Sink {
      readonly id = "1";
      last = 0;
      set value(to: number) {
        this.last = to;
      }
    }
    const w = asking({ d: new Sink() }, { Sink: { class: Sink } });
    expect(await outcome(w.query("x = d.value"))).toBe("engine/missing-property");
    const declared = asking({ d: new Sink() }, { Sink: { class: Sink, fields: { value: "Integer?" } } });
    expect(await declared.query("x = d.value")).toEqual([{ x: null }]);
  });
});

describe("what was read is remembered for that object, that name and those arguments only", () => {
  it("a property that is named like a call is not the answer of the call", async () => {
    class Door {
      readonly id = "1";
      opens(): boolean {
        return true;
      }
    }
    const w = asking({ d: new Door() }, { Door: { class: Door } });
    expect(await outcome(w.query('d.opens() and x = d.("opens()")'))).toBe("engine/missing-property");
    expect(await outcome(w.query('not d.("opens()") = 1 and d.opens()'))).toBe("engine/missing-property");
  });

  it("one row under two types has what each of them declares", async () => {
    const row = { name: "ann", secret: "s" };
    const types = {
      User: { fields: { name: "String" } },
      Profile: { fields: { name: "String", secret: "String" } },
    };
    const w = world({
      policy: `secret(u: User, _: Profile, x) if u.secret = x;
        secret(p: Profile, u: User, x) if p.secret = x and u.name = "ann";
        after(u: User, p: Profile, x) if p.secret = _ and u.secret = x;`,
      types,
    });
    const user = new TypedObject("User", row, "1");
    const profile = new TypedObject("Profile", row, "1");
    expect(await outcome(w.holds("secret", user, profile, "s"))).toBe("engine/missing-property");
    expect(await outcome(w.holds("after", user, profile, "s"))).toBe("engine/missing-property");
    expect(await outcome(w.holds("secret", profile, user, "s"))).toBe(true);
  });

  it("types and ids whose letters run into each other stay apart", async () => {
    const types = { Doc: { fields: { open: "Boolean" } }, Docs: { fields: { open: "Boolean" } } };
    const w = world({
      policy: "resource Doc {} resource Docs {} both(_: Docs, ref) if ref.open; both(_: Doc, ref) if ref.open;",
      types,
    });
    const open = new TypedObject("Docs", { open: true }, "1");
    expect(await w.holds("both", open, entity("Docs", "1"))).toBe(true);
    expect(await outcome(w.holds("both", open, entity("Doc", "s1")))).toBe("engine/missing-property");
  });

  it("nothing is remembered from one question to the next", async () => {
    const door = { id: "1", open: true };
    const w = asking({ d: new TypedObject("Door", door, "1"), box: { list: new Set([1]) } }, { Door: {} });
    expect(await w.query("x = d.open")).toEqual([{ x: true }]);
    door.open = false;
    expect(await w.query("x = d.open")).toEqual([{ x: false }]);
    const given = { list: new Set([1]) };
    expect(await w.query("x in g.list", { g: given })).toEqual([expect.objectContaining({ x: 1 })]);
    given.list.delete(1);
    expect(await w.query("x in g.list", { g: given })).toEqual([]);
  });

  it("calls differ by each of their arguments, and by their object", async () => {
    class Scale {
      readonly id: string;
      readonly calls: unknown[][] = [];
      constructor(id: string) {
        this.id = id;
      }
      sees(...args: unknown[]): string {
        this.calls.push(args);
        return `${this.id}:${args.map(String).join()}`;
      }
    }
    const [a, b] = [new Scale("a"), new Scale("b")];
    const w = asking({ a, b }, { Scale: { class: Scale } });
    const goal =
      'p = a.sees(1, "2") and q = a.sees("1", 2) and r = a.sees("1,2") and u = a.sees(1, "3") and s = b.sees(1, "2") and t = a.sees(1, "2")';
    expect(await w.query(goal)).toEqual([{ p: "a:1,2", q: "a:1,2", r: "a:1,2", s: "b:1,2", t: "a:1,2", u: "a:1,3" }]);
    expect(a.calls).toEqual([[1, "2"], ["1", 2], ["1,2"], [1, "3"]]);
    expect(b.calls).toEqual([[1, "2"]]);
  });

  it("a generator is run through once, and what failed in it fails again", async () => {
    class Source {
      readonly id = "1";
      *numbers(): Generator<number> {
        yield 1;
        yield 2;
      }
      *broken(): Generator<number> {
        yield 1;
        throw new Error("broken");
      }
      async *later(): AsyncGenerator<number> {
        yield 1;
        yield 2;
      }
    }
    const w = asking({ s: new Source() }, { Source: { class: Source } });
    expect(await w.query("x in s.numbers() and not 3 in s.numbers() and 2 in s.numbers()")).toHaveLength(2);
    expect(await w.query("forall(x in s.numbers(), x < 2)")).toEqual([]);
    expect(await w.query("2 in s.numbers() and forall(x in s.numbers(), x < 2)")).toEqual([]);
    expect(await w.query("2 in s.later() and forall(x in s.later(), x < 2)")).toEqual([]);
    const { memo, ...run } = w.run();
    const items = await outcome(w.query("g = s.broken() and x in g"));
    expect(items).toBe("engine/host-error");
    const reading = memo.call(memo.argument(new Source()) as never, "broken", []);
    const generator = (reading as unknown as { value: never }).value;
    expect(() => memo.iterate(generator, () => undefined)).toThrow("an iterable failed");
    expect(() => memo.iterate(generator, () => undefined)).toThrow("an iterable failed");
    expect(run.mode).toBe("all");
  });
});

describe("what a value is", () => {
  it.each([
    ["a regular expression", /x/],
    ["a boxed number", Object(1)],
    ["a boxed boolean", Object(true)],
    ["an error", new Error("e")],
    ["a buffer of bytes", new ArrayBuffer(1)],
    ["a view of bytes", new Uint8Array(1)],
    ["a weak map", new WeakMap()],
    ["a weak set", new WeakSet()],
    ["an integer below 64 bits", -(2n ** 63n) - 1n],
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    ["a function with `then`", Object.assign(() => 1, { then: () => 1 })],
  ])("%s is none, whatever it would read as", async (_, value) => {
    const w = asking({ box: new TypedObject("Box", { value, list: [1, value] }, "1") }, { Box: {} });
    expect(await outcome(w.query("x = box.value"))).toBe("engine/not-a-value");
    expect(await outcome(w.query("1 in box.list"))).toBe("engine/not-a-value");
    expect(await outcome(w.query("not box.value = 1"))).toBe("engine/not-a-value");
  });

  it.each([
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [-(2n ** 63n), -(2n ** 63n)],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [-(2 ** 53) + 1, -(2 ** 53) + 1],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [2n ** 53n, 2n ** 53n],
    [-(2n ** 53n) + 1n, -(2 ** 53) + 1],
    [-(2n ** 53n), -(2n ** 53n)],
    [1e300, 1e300],
    [0.5, 0.5],
  ])("%s comes back as %s", async (given, wanted) => {
    const [answer] = await world({ policy: "" }).query("x = y", { y: given });
    expect(answer?.["x"]).toBe(wanted);
  });

  it("an object of a class that is not declared is no entity where a field is declared to hold one", async () => {
    class Impostor {
      readonly id = "ann";
      readonly name = "ann";
    }
    const types = { User: { fields: { name: "String" } }, Doc: { fields: { owner: "User", owners: "User" } } };
    const doc = (owner: unknown): TypedObject => new TypedObject("Doc", { owner, owners: [owner] }, "1");
    const w = world({
      policy: `actor User {} resource Doc {} own(u: User, d: Doc) if d.owner = u;
        among(u: User, d: Doc) if u in d.owners;`,
      types,
    });
    for (const predicate of ["own", "among"]) {
      expect(await w.holds(predicate, entity("User", "ann"), doc({ id: "ann", name: "ann" }))).toBe(true);
      expect(await w.holds(predicate, entity("User", "bob"), doc({ id: "ann", name: "ann" }))).toBe(false);
      expect(await w.holds(predicate, entity("User", "ann"), doc(new Impostor()))).toBe(false);
      expect(await w.holds(predicate, entity("User", "ann"), doc(Object.create({ id: "ann" })))).toBe(false);
    }
  });

  it("one plain object is what each field is declared to hold, whichever is read first", async () => {
    const shared = { id: "1" };
    const types = { User: {}, Team: {}, Doc: { fields: { raw: "Any", owner: "User", team: "Team" } } };
    const w = world({ policy: "actor User {} actor Team {} resource Doc {}", types });
    const d = new TypedObject("Doc", { raw: shared, owner: shared, team: shared }, "1");
    const goals = [
      "d.raw = _",
      'd.owner = User{"1"}',
      'd.team = Team{"1"}',
      'not d.owner = Team{"1"}',
      "d.raw != d.team",
    ];
    for (const [i] of goals.entries()) {
      const goal = [...goals.slice(i), ...goals.slice(0, i)].join(" and ");
      expect([goal, (await w.query(goal, { d })).length]).toEqual([goal, 1]);
    }
  });

  it("what a promise brings is what the field is declared to hold, as if it had been there at once", async () => {
    const types = { User: { fields: { name: "String" } }, Doc: { fields: { owner: "User" } } };
    const w = world({ policy: "actor User {} resource Doc {} own(u: User, d: Doc) if d.owner = u;", types });
    const doc = new TypedObject("Doc", { owner: Promise.resolve({ id: "ann", name: "ann" }) }, "1");
    expect(await w.holds("own", entity("User", "ann"), doc)).toBe(true);
    expect(await w.holds("own", entity("User", "bob"), doc)).toBe(false);
  });

  it("what a method is given holds `__proto__` as data", async () => {
    class Checker {
      readonly id = "1";
      admin(options: object): boolean {
        return Reflect.get(options, "admin") === true;
      }
      names(options: object): string {
        return Object.keys(options).join();
      }
    }
    const w = asking({ c: new Checker() }, { Checker: { class: Checker } });
    expect(await w.query("c.admin({__proto__: {admin: true}}) = x")).toEqual([{ x: false }]);
    expect(await w.query("c.names({__proto__: {admin: true}}) = x")).toEqual([{ x: "__proto__" }]);
    expect(await w.query("c.admin({admin: true}) = x")).toEqual([{ x: true }]);
  });

  it("an id is a text that is not empty, or an integer that is exact", () => {
    const host = createHost({ Row: {} });
    const idOf = (id: unknown): unknown => {
      try {
        return host.reference(new TypedObject("Row", { row: { id } }, undefined)) ?? "none";
      } catch (error) {
        return error;
      }
    };
    expect(idOf("1")).toBe("none");
    class Row {
      readonly id: unknown;
      constructor(id: unknown) {
        this.id = id;
      }
    }
    const rows = createHost({ Row: { class: Row } });
    expect(rows.reference(new Row(2 ** 53 - 1))).toEqual({ type: "Row", id: "9007199254740991" });
    for (const id of ["", 2 ** 53, 1.5, Number.NaN, true, Symbol("s"), ["1"], { toString: () => "1" }]) {
      expect(() => rows.reference(new Row(id))).toThrow(/neither a text nor an integer/);
    }
  });

  it("an instance is of the nearest declared class, with the id that its superclass declares", () => {
    class Base {
      readonly key = "k";
    }
    class Between extends Base {}
    class Leaf extends Between {}
    class Below extends Leaf {}
    const host = createHost({ Base: { class: Base, id: "key" }, Leaf: { class: Leaf } });
    expect(host.reference(new Base())).toEqual({ type: "Base", id: "k" });
    expect(host.reference(new Between())).toEqual({ type: "Base", id: "k" });
    expect(host.reference(new Leaf())).toEqual({ type: "Leaf", id: "k" });
    expect(host.reference(new Below())).toEqual({ type: "Leaf", id: "k" });
    expect(host.types.map(({ name, extends: above }) => [name, above])).toEqual([
      ["Base", []],
      ["Leaf", ["Base"]],
    ]);
    expect(() => createHost({ All: { class: Object } })).toThrow(/not a class/);
  });

  it("of three classes in a row, the topmost is a supertype of the lowest", async () => {
    class A {
      readonly id = "1";
    }
    class B extends A {}
    class C extends B {}
    const w = asking({ c: new C() }, { A: { class: A }, B: { class: B }, C: { class: C } });
    expect(await w.query("c matches A and c matches B and c matches C")).toEqual([{}]);
    expect(await w.query('c = C{"1"} and c != A{"1"}')).toEqual([{}]);
    const types = { A: { class: A, fields: { id: "String" } }, B: { class: B }, C: { class: C } };
    const bound = asking({ c: Object.assign(new C(), { secret: 1 }) }, types);
    expect(await bound.query("x = c.id")).toEqual([{ x: "1" }]);
    expect(await everyWay(bound, "c", "secret")).toEqual(missing);
  });
});

describe("relations of an object (contract, section 3)", () => {
  const types = (relation: object): Readonly<Record<string, TypeOptions>> => ({
    User: { id: "name", fields: { name: "String", email: "String" } },
    Doc: { fields: {}, relations: { owner: { type: "User", kind: "one", from: "owner_id", to: "name", ...relation } } },
  });
  const policy = `actor User {} resource Doc {} own(u: User, d: Doc) if d.owner = u;
    reach(d: Doc, n) if d.owner.name = n; reads(d: Doc, x) if d.owner_id = x;`;
  const ann = entity("User", "ann");
  const doc = (data: object): TypedObject => new TypedObject("Doc", data, "1");

  it("lead to the entity that the key names, and not by a column that is not its id", async () => {
    const w = world({ policy, types: types({}) });
    expect(await w.holds("own", ann, doc({ owner_id: "ann" }))).toBe(true);
    expect(await w.holds("own", ann, doc({ owner_id: "bob" }))).toBe(false);
    expect(await w.holds("own", ann, doc({ owner_id: null }))).toBe(false);
    expect(await w.holds("own", entity("User", "7"), doc({ owner_id: 7 }))).toBe(true);
    for (const owner_id of [undefined, "", 1.5, true, {}]) {
      expect(await outcome(w.holds("own", ann, doc({ owner_id })))).toMatch(/^engine\//);
    }
    const byMail = world({ policy, types: types({ to: "email" }) });
    expect(await outcome(byMail.holds("own", ann, doc({ owner_id: "ann" })))).toBe("engine/missing-property");
  });

  it("a column that only a relation uses is not readable itself", async () => {
    const w = world({ policy, types: types({}) });
    expect(await outcome(w.holds("reads", doc({ owner_id: "ann" }), "ann"))).toBe("engine/missing-property");
  });

  it("one that the object carries is of the related type, with that type's fields only", async () => {
    const w = world({ policy, types: types({}) });
    expect(await w.holds("reach", doc({ owner: { name: "ann", secret: 1 } }), "ann")).toBe(true);
    expect(await w.holds("own", ann, doc({ owner: { name: "ann" } }))).toBe(true);
    expect(await w.holds("own", ann, doc({ owner: { name: "bob" }, owner_id: "ann" }))).toBe(false);
    expect(await w.holds("own", ann, doc({ owner: null, owner_id: "ann" }))).toBe(false);
    const many = world({ policy, types: types({ kind: "many" }) });
    expect(await outcome(many.holds("own", ann, doc({ owner_id: "ann" })))).toBe("engine/missing-property");
  });
});
