import { describe, expect, it } from "vitest";
import { EvaluationError } from "../../src/diagnostics/errors.js";
import { entity, type Reference } from "../../src/facts/value.js";
import { open, openExactly } from "../../src/solver/machine.js";
import { world } from "../support/questions.js";

async function failure(goal: string, policy: string): Promise<EvaluationError> {
  const error: unknown = await world({ policy })
    .query(goal)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EvaluationError);
  return error as EvaluationError;
}

describe("negation (reference 10)", () => {
  const facts = [
    ["has_role", entity("User", "ann"), "member", entity("Org", "a")],
    ["has_role", entity("User", "ann"), "member", entity("Org", "b")],
    ["has_role", entity("User", "ann"), "suspended", entity("Org", "b")],
  ] as const;
  const policy = `
    actor User {}
    resource Org { roles = ["member", "suspended"]; permissions = ["read"]; }
    has_permission(u: User, "read", o: Org) if not has_role(u, "suspended", o) and has_role(u, "member", o);
    lonely(o: Org) if has_role(_, "member", o) and not (has_role(u, "suspended", o) and u != User{"bob"});`;

  it("waits for the variables it shares with the rest, and binds nothing", async () => {
    const answers = await world({ policy, facts }).call(
      "allow",
      entity("User", "ann"),
      "read",
      openExactly("o", "Org"),
    );
    expect(answers).toEqual([{ o: entity("Org", "a") }]);
  });

  it("variables that occur nowhere else say: there is none", async () => {
    expect(await world({ policy, facts }).call("lonely", open("o"))).toEqual([{ o: entity("Org", "a") }]);
  });

  it("is decided by the complete answers of what it negates, recursive or not", async () => {
    const w = world({
      policy: `edge(1, 2); edge(2, 3); edge(3, 1); edge(4, 5);
        path(x, y) if edge(x, y); path(x, y) if path(x, z) and edge(z, y);
        apart(x, y) if x in [1, 4] and y in [3, 5] and not path(x, y);`,
    });
    expect(await w.query("apart(x, y)")).toEqual(
      expect.arrayContaining([
        { x: 1, y: 5 },
        { x: 4, y: 3 },
      ]),
    );
    expect(await w.query("apart(x, y)")).toHaveLength(2);
  });

  it("does not look at what is only half known outside of it", async () => {
    const w = world({
      policy: `edge(1, 2); edge(2, 3); edge(3, 4); edge(4, 5);
        path(x, y) if edge(x, y); path(x, y) if path(x, z) and edge(z, y);
        far(y) if path(1, y) and y > 3;
        near(y) if path(1, y) and not (far(z) and z > y + 2);`,
    });
    expect((await w.query("near(y)")).map(({ y }) => y)).toEqual([3, 4, 5]);
  });

  it("a chain of 1,500 predicates, each the negation of the next, does not use the JavaScript stack", async () => {
    const rules = Array.from({ length: 1_500 }, (_, i) => `p${i}(x) if x = 1 and not p${i + 1}(x);`);
    const w = world({ policy: `${rules.join("\n")}\np1500(1);`, limits: { milliseconds: 60_000 } });
    expect(await w.query("p0(1)")).toEqual([{}]);
    expect(await w.query("p1(1)")).toEqual([]);
  });

  it("I18: an error under a `not` is an error", async () => {
    expect((await failure("not (1 = 2 or nil.x)", "")).code).toBe("engine/unknown-member");
    expect((await failure("f()", 'f() if forall(x in [1], x < "a");')).code).toBe("engine/type-mismatch");
  });
});

describe("cut (reference 10)", () => {
  it("commits to the first rule in the order of specificity", async () => {
    const w = world({
      policy: `actor User {} actor Admin extends User {}
        f(_: User, "user"); f(_: Admin, "admin") if cut; f(_, "any");`,
    });
    expect(await w.query('f(Admin{"a"}, x)')).toEqual([{ x: "admin" }]);
    expect(await w.query('f(User{"a"}, x)')).toHaveLength(2);
  });

  it("leaves the caller's alternatives alone", async () => {
    const w = world({ policy: "one(x, y) if y in [x, 9] and cut; f(x, y) if x in [1, 2] and one(x, y);" });
    expect(await w.query("f(x, y)")).toHaveLength(2);
  });

  it("counts the answers of a recursive call as they come", async () => {
    const w = world({ policy: "n(1); n(x) if n(y) and y < 5 and x = y + 1; first(x) if n(x) and x > 2 and cut;" });
    expect(await w.query("first(x)")).toEqual([{ x: 3 }]);
  });

  it("may not depend on its own answer", async () => {
    expect((await failure("f(1)", "f(x) if f(x) and cut; f(2);")).code).toBe("engine/cut-cycle");
    expect((await failure("g(1)", "g(x) if f(x); f(x) if g(x) and cut;")).code).toBe("engine/cut-cycle");
  });

  it("may not run while a goal waits", async () => {
    expect((await failure("f(x)", "f(x) if x > 1 and cut and x = 2;")).code).toBe("engine/unbound-variable");
  });

  it("recursion through a cut over data of 2,000 levels ends", async () => {
    const policy = "down(0) if cut; down(n) if m = n - 1 and down(m);";
    expect(await world({ policy, limits: { milliseconds: 60_000 } }).query("down(2000)")).toEqual([{}]);
  });
});

describe("answers (reference 11)", () => {
  it("a more general answer stands for its special cases", async () => {
    expect(await world({ policy: "f(1); f(_); f(2);" }).query("f(x)")).toEqual([{}]);
    const pairs = await world({ policy: "f(1, 2); f(_, 2); f(3, 4); f(1, 1); g(x, x); g(1, 1); g(1, 2);" }).query(
      "f(x, y)",
    );
    expect(pairs).toEqual(expect.arrayContaining([{ y: 2 }, { x: 3, y: 4 }, { x: 1, y: 1 }]));
    expect(pairs).toHaveLength(3);
  });

  it("an open answer of one type does not stand for values of another", async () => {
    const w = world({ policy: 'f(_: String); f(1); f("a");' });
    expect(await w.query("f(x)")).toEqual(expect.arrayContaining([{}, { x: 1 }]));
    expect(await w.query("f(x)")).toHaveLength(2);
    expect(await w.query("f(x) and x = 2")).toEqual([]);
    expect(await w.query('f(x) and x = "b"')).toEqual([{ x: "b" }]);
  });

  it("a call with one variable twice asks for equal arguments", async () => {
    const w = world({ policy: "edge(1, 2); edge(2, 2); two(x, y) if edge(x, y); same([x, y]) if edge(x, y);" });
    expect(await w.query("two(x, x)")).toEqual([{ x: 2 }]);
    expect(await w.query("same([x, x])")).toEqual([{ x: 2 }]);
    expect(await w.query("y = x and two(x, y)")).toEqual([{ x: 2, y: 2 }]);
  });

  it("types without a common subtype leave no answer", async () => {
    const w = world({ policy: "actor User {} resource Org {} f(_: User); g(_: Org); h(_: Resource);" });
    expect(await w.query("f(x) and g(x)")).toEqual([]);
    expect(await w.query("f(x) and h(x)")).toEqual([{}]);
    expect(await w.call("h", openExactly("x", "Org"))).toEqual([{}]);
    expect(await w.call("f", openExactly("x", "Org"))).toEqual([]);
  });

  it("`list` speaks of the type itself, and rules for its supertypes count", async () => {
    const w = world({
      policy: `actor User {} resource Item {} resource Doc extends Item {}
        ok(_: User, i: Item) if starred(i, true); declare starred(Item, Boolean);`,
      facts: [
        ["starred", entity("Item", "i"), true],
        ["starred", entity("Doc", "d"), true],
      ],
    });
    const ids = async (type: string): Promise<string[]> =>
      (await w.call("ok", entity("User", "u"), openExactly("x", type))).map(({ x }) => (x as Reference).id);
    expect(await ids("Doc")).toEqual(["d"]);
    expect(await ids("Item")).toEqual(["i"]);
    expect(await ids("Unheard")).toEqual([]);
  });

  it("1 and 1.0 are one answer, and each still matches its own type", async () => {
    const w = world({ policy: "f(1); f(1.0); f(2.0);" });
    expect(await w.query("f(x)")).toHaveLength(2);
    expect(await w.query("f(x) and x matches Float")).toHaveLength(2);
    expect(await w.query("f(x) and x matches Integer")).toEqual([{ x: 1 }]);
  });

  it("names with hostile separators stay apart (I10, R31)", async () => {
    const facts = [
      ["likes", entity("User", "a:b"), entity("User", "c")],
      ["likes", entity("User", "a"), entity("User", "b:c")],
    ] as const;
    const w = world({
      policy: "actor User {} declare likes(User, User); knows(x: User, y: User) if likes(x, y);",
      facts,
    });
    expect(await w.holds("knows", entity("User", "a:b"), entity("User", "c"))).toBe(true);
    expect(await w.holds("knows", entity("User", "a"), entity("User", "b:c"))).toBe(true);
    expect(await w.holds("knows", entity("User", "a"), entity("User", "c"))).toBe(false);
    expect(await w.query("knows(x, y)")).toHaveLength(2);
  });
});

describe("print (reference 10)", () => {
  it("writes Polar text in the order of the rules and holds", async () => {
    const w = world({
      policy: `actor User {} actor Admin extends User {}
        f(_: User) if print("user", 1, [x, 2.0], {a: nil}) and x = 1;
        f(_: Admin) if print("admin\\n");`,
    });
    expect(await w.query('f(Admin{"a"})')).toEqual([{}]);
    expect(w.printed).toEqual(['"admin\\n"', '"user", 1, [_, 2.0], {a: nil}']);
  });
});

describe("facts given for one question (reference 13)", () => {
  it("join the stored ones, and may be wildcards in a test", async () => {
    const policy =
      'actor User {} resource Org { roles = ["member"]; } ok(u: User, o: Org) if has_role(u, "member", o);';
    const member = (org: string) => ["has_role", entity("User", "ann"), "member", entity("Org", org)] as const;
    const w = world({ policy, facts: [member("a")], contextFacts: [member("b")] });
    expect(await w.call("ok", entity("User", "ann"), openExactly("o", "Org"))).toHaveLength(2);
    const anyone = world({
      policy,
      contextFacts: [{ predicate: "has_role", args: [{ anyOf: "User" }, "member", undefined] }],
    });
    expect(await anyone.call("ok", entity("User", "bob"), openExactly("o", "Org"))).toEqual([{}]);
    expect(await anyone.call("ok", entity("Org", "bob"), openExactly("o", "Org"))).toEqual([]);
  });
});
