import { describe, expect, it, vi } from "vitest";
import { entity, type Fact, type FactArgument } from "../../src/facts/value.js";
import { open, openExactly } from "../../src/solver/machine.js";
import { type World, world } from "../support/questions.js";

const user = (id: string) => entity("User", id);
const doc = (id: string) => entity("Doc", id);

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answers) => answers,
    (error: { code?: unknown }) => error.code ?? error,
  );
}

function values(answers: readonly Record<string, unknown>[], name = "x"): unknown[] {
  return answers.map((answer) => answer[name]).sort();
}

const sets: readonly (readonly number[])[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
  [0, 1, 2].filter((i) => (bits & (1 << i)) !== 0),
);

/** Facts `p(1)`, `q(1)`, `r(1)`, as far as they are in the set, and `n` of 1 to 3. */
function letters(set: readonly number[]): Fact[] {
  return [...set.map((i): Fact => [["p", "q", "r"][i] as string, 1]), ["n", 1], ["n", 2], ["n", 3]];
}

const declared = "declare p(Integer); declare q(Integer); declare r(Integer); declare n(Integer);";

describe("`not` over alternatives: each of them alone is enough to deny", () => {
  const bodies: readonly (readonly [string, (p: boolean, q: boolean, r: boolean) => boolean])[] = [
    ["not p(1)", (p) => !p],
    ["not (p(1) or q(1))", (p, q) => !(p || q)],
    ["not (p(1) or q(1) or r(1))", (p, q, r) => !(p || q || r)],
    ["not (p(1) and q(1))", (p, q) => !(p && q)],
    ["not (p(1) and q(1) and r(1))", (p, q, r) => !(p && q && r)],
    ["not (p(1) and (q(1) or r(1)))", (p, q, r) => !(p && (q || r))],
    ["not ((p(1) or q(1)) and r(1))", (p, q, r) => !((p || q) && r)],
    ["not (not p(1))", (p) => p],
    ["not (not (p(1) or q(1)))", (p, q) => p || q],
    ["not (not p(1) and not q(1))", (p, q) => p || q],
    ["not (p(1) or not q(1))", (p, q) => !p && q],
    ["not p(1) and not q(1) and not r(1)", (p, q, r) => !(p || q || r)],
    ["p(1) and not (q(1) or r(1))", (p, q, r) => p && !(q || r)],
    ["(p(1) or q(1)) and not r(1)", (p, q, r) => (p || q) && !r],
    ["not a(1)", (p, q, r) => !(p || q || r)],
    ["not b(1)", (p, q, r) => !(p && q && r)],
    ["not (a(1) and not b(1))", (p, q, r) => !(p || q || r) || (p && q && r)],
    ["not a(_)", (p, q, r) => !(p || q || r)],
    ["not p(_)", (p) => !p],
    ["not (x in [1] and p(x))", (p) => !p],
    ["not (x in [2, 1] and (p(x) or q(x)))", (p, q) => !(p || q)],
    ["x in [1] and not (p(x) or q(x) or r(x))", (p, q, r) => !(p || q || r)],
    ["not (p(x) or q(x)) and x = 1", (p, q) => !(p || q)],
    ["forall(x in [1], p(x))", (p) => p],
    ["forall(x in [1], p(x) or q(x))", (p, q) => p || q],
    ["forall(x in [1], p(x) and q(x))", (p, q) => p && q],
    ["forall(p(x), q(x))", (p, q) => !p || q],
    ["forall(p(x) and q(x), r(x))", (p, q, r) => !(p && q) || r],
    ["forall(p(x) or q(x), r(x))", (p, q, r) => !(p || q) || r],
    ["forall(p(x), not q(x))", (p, q) => !p || !q],
    ["forall(x in [1] and not p(x), q(x) or r(x))", (p, q, r) => p || q || r],
    ["not forall(x in [1], p(x) or q(x))", (p, q) => !(p || q)],
  ];

  it.each(bodies)("%s", async (body, expected) => {
    for (const set of sets) {
      const [p, q, r] = [0, 1, 2].map((i) => set.includes(i)) as [boolean, boolean, boolean];
      const rules = "a(x) if p(x); a(x) if q(x); a(x) if r(x); b(x) if p(x) and q(x) and r(x);";
      const w = world({ policy: `${declared} ${rules} ok(1) if ${body};`, facts: letters(set) });
      expect([set, await w.holds("ok", 1)]).toEqual([set, expected(p, q, r)]);
      expect([set, (await w.query(body.includes("x") ? `${body} and 1 = 1` : body)).length > 0]).toEqual([
        set,
        expected(p, q, r),
      ]);
    }
  });

  it("an element that is not the first, and one that is not the last, are looked at by `forall`", async () => {
    const w = world({ policy: "" });
    for (const list of ["[0, 1, 1]", "[1, 0, 1]", "[1, 1, 0]"]) {
      expect(await w.query(`forall(x in ${list}, x = 1)`)).toEqual([]);
      expect(await w.query(`not (x in ${list} and x = 0)`)).toEqual([]);
      expect(await w.query(`forall(x in ${list}, x = 1 or x = 0)`)).toEqual([{}]);
    }
    expect(await w.query("forall(x in [], x = 1)")).toEqual([{}]);
  });

  it("a variable twice under `not` wants a fact that repeats its value, whatever facts come before", async () => {
    const edges = (...pairs: [number, number][]): World =>
      world({
        policy:
          "declare edge(Integer, Integer); loops() if edge(z, z); loopless() if not edge(z, z); apart() if not loops();",
        facts: pairs.map((pair) => ["edge", ...pair] as const),
      });
    for (const facts of [
      [
        [1, 2],
        [2, 2],
      ],
      [
        [2, 2],
        [1, 2],
      ],
      [
        [1, 2],
        [2, 1],
        [2, 2],
      ],
    ] as [number, number][][]) {
      expect(await edges(...facts).holds("loopless")).toBe(false);
      expect(await edges(...facts).holds("apart")).toBe(false);
      expect(await edges(...facts).holds("loops")).toBe(true);
    }
    expect(await edges([1, 2], [2, 1]).holds("loopless")).toBe(true);
  });

  it("a context fact denies like a stored one, under a `not` too", async () => {
    const policy = `${declared} ok(x) if n(x) and not p(x); never(x) if n(x) and not q(x); q(x) if p(x);`;
    const w = world({
      policy,
      facts: letters([]),
      contextFacts: [
        ["p", 1],
        ["p", 3],
      ],
    });
    expect(values(await w.query("ok(x)"))).toEqual([2]);
    expect(values(await w.query("never(x)"))).toEqual([2]);
    expect(await w.holds("ok", 1)).toBe(false);
    expect(await w.holds("ok", 2)).toBe(true);
  });

  it("waits for every variable that it shares, not for the first alone", async () => {
    const w = world({ policy: "same(x, y) if x = y;" });
    expect(await w.query("not same(x, y) and x = 1 and y = 2")).toEqual([{ x: 1, y: 2 }]);
    expect(await w.query("not same(x, y) and x = 1 and y = 1")).toEqual([]);
    expect(await w.query("x = 1 and not same(x, y) and y in [1, 2]")).toEqual([{ x: 1, y: 2 }]);
    expect(await codeOf(w.query("not same(x, y) and x = 1"))).toEqual([]);
    expect(await codeOf(w.query("not same(x, y) and x = 1 and y = y"))).toBe("engine/unbound-variable");
  });
});

describe("goals that wait", () => {
  it("of branches that wait for different things none is dropped", async () => {
    const w = world({ policy: "" });
    expect(await w.query("(x > 5 or x > 1) and x = 2")).toEqual([{ x: 2 }]);
    expect(await w.query("(x > 1 or x > 5) and x = 2")).toEqual([{ x: 2 }]);
    expect(await w.query("not ((x > 5 or x > 1) and x = 2)")).toEqual([]);
    expect(await w.query("(not x = 2 or not x = 3) and x in [2]")).toEqual([{ x: 2 }]);
  });

  it("each of several goals that wait is run", async () => {
    const w = world({ policy: "" });
    expect(values(await w.query("x > 1 and x < 4 and x != 2 and x in [0, 1, 2, 3, 4]"))).toEqual([3]);
    expect(await w.query("x > y and y > z and z = 1 and x = 2 and y = 2")).toEqual([]);
    expect(await w.query("x > y and y > z and x = 3 and z = 1 and y = 2")).toHaveLength(1);
    expect(await w.query("a = b + 1 and b = c + 1 and c = 1 and a = 3")).toHaveLength(1);
    expect(await w.query("a = b + 1 and b = c + 1 and c = 1 and a = 4")).toEqual([]);
  });

  it("a goal that waits in a called rule, under a `not` or left of a `cut` is an error, never skipped", async () => {
    const w = world({
      policy: "f(x) if x > 1; g(x) if f(x) and x = 0; c(x) if x > 1 and cut; h(x) if x matches {a: 1};",
    });
    for (const goal of ["f(x)", "g(x)", "not f(_)", "c(x)", "h(x)", "not (x > 1)", "forall(x > 1, 1 = 2)"])
      expect([goal, await codeOf(w.query(goal))]).toEqual([goal, "engine/unbound-variable"]);
  });
});

describe("disjunctions", () => {
  it("branches that agree are one, and those that differ in a variable asked about, in its type or in a term are not", async () => {
    const w = world({ policy: "f(x, y) if (x = 1 or x = 2) and (y = 1 or y = 2) and x + y < 4;" });
    expect(values(await w.query("(x = 1 or x = 2 or x = 1)"))).toEqual([1, 2]);
    expect(values(await w.query("(x = 1 or x = 2) and 1 = 1"))).toEqual([1, 2]);
    expect(await w.query("f(x, y)")).toHaveLength(3);
    expect(await w.query("(x = 1 and y = 1 or x = 1 and y = 2) and y = 2 and x = 1")).toEqual([{ x: 1, y: 2 }]);
    expect(await w.query("(x = 1 and y = 2 or x = 2 and y = 2) and y = 2 and x = 2")).toEqual([{ x: 2, y: 2 }]);
    expect(await w.query("(x = [1] or x = [2]) and [2] = x")).toEqual([{ x: [2] }]);
    expect(await w.query("(x = {a: 1} or x = {a: 2}) and x.a = 2")).toHaveLength(1);
    expect(await w.query("(x = 1 or x = 1.0) and x matches Float")).toHaveLength(1);
    expect(await w.query("(x = y or x = 1) and y = 2 and x = 2")).toEqual([{ x: 2, y: 2 }]);
    expect(await w.query("(x = y or x = z) and y = 1 and z = 2 and x = 2")).toHaveLength(1);
    expect(await w.query("((x = 1 or x = 2) and (y = x or y = 3) or x = 4 and y = 4) and y = 2")).toEqual([
      { x: 2, y: 2 },
    ]);
  });

  it("a variable that occurs in one branch only is local to it", async () => {
    const w = world({ policy: `${declared} f(x) if (n(y) and y = x or x = 9) and x > 2;`, facts: letters([]) });
    expect(values(await w.query("f(x)"))).toEqual([3, 9]);
  });
});

describe("`cut`", () => {
  it("commits in each call anew", async () => {
    const w = world({
      policy: `one(x, y) if y in [x, 9] and cut; two(x, y) if one(x, y); two(x, 7) if x > 1;
        pair(a, b) if one(1, a) and one(2, b); chain(a, b) if one(1, a) and one(a, b);`,
    });
    expect(await w.query("pair(a, b)")).toEqual([{ a: 1, b: 2 }]);
    expect(await w.query("chain(a, b)")).toEqual([{ a: 1, b: 1 }]);
    expect(await w.query("two(2, y)")).toHaveLength(2);
    expect(await w.query("x in [1, 2, 3] and one(x, y)")).toHaveLength(3);
    expect(await w.query("one(1, y) and x in [1, 2]")).toHaveLength(2);
  });

  it("drops the rules that follow, and none that another call has still to try", async () => {
    const w = world({
      policy: `grade(x, "low") if x < 3 and cut; grade(x, "middle") if x < 6 and cut; grade(_, "high");
        both(x, y, g) if grade(x, g) and grade(y, g);`,
    });
    for (const [x, grade] of [
      [1, "low"],
      [4, "middle"],
      [9, "high"],
    ] as const)
      expect(await w.query(`grade(${x}, g)`)).toEqual([{ g: grade }]);
    expect(await w.query("both(1, 2, g)")).toEqual([{ g: "low" }]);
    expect(await w.query("both(1, 4, g)")).toEqual([]);
    expect(await w.query('not grade(1, "high")')).toEqual([]);
    expect(await w.query("not both(1, 4, _)")).toEqual([{}]);
  });

  it("a call left of it is asked again in full right of it", async () => {
    const w = world({
      policy: "g(1); g(2); g(x) if x = 3; f(x, y) if g(x) and cut and g(y); h(y) if (g(_) and cut) and g(y);",
    });
    expect(await w.query("f(x, y)")).toEqual([1, 2, 3].map((y) => ({ x: 1, y })));
    expect(values(await w.query("h(y)"), "y")).toEqual([1, 2, 3]);
    expect(values(await w.query("g(_) and f(_, y)"), "y")).toEqual([1, 2, 3]);
  });

  it("in parentheses, under a `not` and in a branch of `or` it stays there", async () => {
    const w = world({
      policy: `f(x) if (x in [1, 2] and cut); f(9);
        g(x, y) if x in [1, 2] and (y in [x, 5] and cut);
        h(x) if x in [1, 2] and not (y in [2, 3] and cut and y = x);
        k(x) if (x = 1 and cut) or x = 2; k(3);
        l(x) if (x in [1, 2] and cut) and cut; l(9);
        m(x) if (x in [1, 2] and cut or x = 5) and cut; m(9);`,
    });
    expect(values(await w.query("f(x)"))).toEqual([1, 9]);
    expect(values(await w.query("g(x, y)"))).toEqual([1, 2]);
    expect(values(await w.query("h(x)"))).toEqual([1]);
    expect(values(await w.query("k(x)"))).toEqual([1, 3]);
    expect(values(await w.query("l(x)"))).toEqual([1]);
    expect(values(await w.query("m(x)"))).toEqual([1]);
    expect(await w.query("x in [1, 2] and y in [3, 4] and cut")).toEqual([{ x: 1, y: 3 }]);
  });

  it("may stand in any rule of a predicate", async () => {
    const w = world({ policy: "f(1); f(x) if x in [2, 3] and cut; f(4); g(5) if cut; g(6); h(7); h(8) if cut;" });
    expect(values(await w.query("f(x)"))).toEqual([1, 2]);
    expect(values(await w.query("g(x)"))).toEqual([5]);
    expect(values(await w.query("h(x)"))).toEqual([7, 8]);
    expect(values(await w.query("f(x) and f(x)"))).toEqual([1, 2]);
  });

  it("commits to the first answer of what stands left of it, facts first, then rules", async () => {
    const w = world({
      policy: "declare n(Integer); f(x) if n(x) and cut; n(x) if x = 0; g(x) if m(x) and cut; m(5); m(4);",
      facts: [["n", 7]],
    });
    expect(await w.query("f(x)")).toEqual([{ x: 7 }]);
    expect(await w.query("g(x)")).toEqual([{ x: 5 }]);
  });
});

describe("`in`", () => {
  const facts: Fact[] = [
    ["owner", doc("1"), user("ann")],
    ["owner", doc("2"), user("bob")],
  ];
  const policy = "actor User {} resource Doc {} declare owner(Doc, User);";

  it("over references: by type and id, once for each, first and last", async () => {
    const w = world({ policy, facts });
    expect(await w.query('User{"a"} in [Doc{"a"}, User{"b"}, User{"a"}]')).toEqual([{}]);
    expect(await w.query('User{"a"} in [User{"a"}, User{"b"}]')).toEqual([{}]);
    expect(await w.query('User{"a"} in [Doc{"a"}, User{"b"}]')).toEqual([]);
    expect(await w.query('x in [User{"a"}, User{"b"}, User{"a"}]')).toHaveLength(2);
    expect(await w.query('owner(d, u) and u in [User{"eve"}, User{"bob"}]')).toEqual([{ d: doc("2"), u: user("bob") }]);
  });

  it("elements with variables are alternatives, beside those that are known", async () => {
    const w = world({ policy: "" });
    expect(await w.query("1 in [y, z] and y = 2 and z = 1")).toEqual([{ y: 2, z: 1 }]);
    expect(await w.query("1 in [y] and y = 2")).toEqual([]);
    expect(await w.query("x in [y, 2] and y = 1 and x = 1")).toEqual([{ x: 1, y: 1 }]);
    expect(await w.query("[1, a] in [[2, 3], [1, 4], [1, 5]]")).toHaveLength(2);
    expect(await w.query("[1, 2] in [[1, a], [b, 2]] and a = 2 and b = 9")).toHaveLength(1);
    expect(await w.query("not 1 in [2, 3]")).toEqual([{}]);
    expect(await w.query("x in [1, *r] and r = [2, 3]")).toHaveLength(3);
    expect(await w.query("3 in [1, *r] and r = [2, 3]")).toHaveLength(1);
    expect(await w.query("9 in [1, *r] and r = [2, 3]")).toEqual([]);
    expect(await w.query("x in {a: 1, b: 2}")).toHaveLength(2);
    expect(await w.query('["b", v] in {a: 1, b: 2}')).toEqual([{ v: 2 }]);
    expect(await w.query('"\u{1f600}" in "a\u{1f600}b"')).toEqual([{}]);
    expect(await w.query('"ab" in "abc"')).toEqual([]);
    expect(await w.query("d = {a: 1, b: 2} and d.(k) = 2")).toEqual([expect.objectContaining({ k: "b" })]);
  });

  it("1 is found among Floats, and a value object by its data", async () => {
    const w = world({ policy: "" });
    expect(await w.query("1 in [0.5, 1.0]")).toEqual([{}]);
    expect(await w.query("9007199254740993 in [9007199254740992.0]")).toEqual([]);
    expect(await w.query("true in [1]")).toEqual([]);
    expect(await w.query("nil in [0, nil]")).toEqual([{}]);
    expect(await w.query("nil in [0, false]")).toEqual([]);
  });
});

describe("what a call remembers", () => {
  it("the types that its variables may have are a part of the question", async () => {
    const w = world({
      policy: `f(_: String, 1); f(_: Integer, 2); f("a", 3); f(5, 4);
        s(x: String, n) if f(x, n); i(x: Integer, n) if f(x, n);
        all(n) if s(_, n); all(n) if i(_, n); rev(n) if i(_, n); rev(n) if s(_, n);
        both(x, n) if s(x, n); both(x, n) if i(x, n);`,
    });
    expect(values(await w.query("all(n)"), "n")).toEqual([1, 2, 3, 4]);
    expect(values(await w.query("rev(n)"), "n")).toEqual([1, 2, 3, 4]);
    expect(values(await w.query("both(x, n) and x = 5"), "n")).toEqual([2, 4]);
    expect(values(await w.query('both(x, n) and x = "a"'), "n")).toEqual([1, 3]);
    expect(await w.query("s(x, n) and x = 5")).toEqual([]);
  });

  it("answers that are open in different ways stand beside each other", async () => {
    const w = world({
      policy: "f(_: String); f(_: Integer); g(_: String); g(_); h(_); h(_: String); k(x, x); k(_: String, _);",
    });
    for (const value of ["1", '"a"']) expect(await w.query(`f(x) and x = ${value}`)).toHaveLength(1);
    expect(await w.query("f(x) and x = true")).toEqual([]);
    for (const name of ["g", "h"]) {
      for (const value of ["1", '"a"', "true", "[1]"])
        expect(await w.query(`${name}(x) and x = ${value}`)).toHaveLength(1);
      expect(await w.query(`${name}(x)`)).toEqual([{}]);
    }
    expect(await w.query("k(x, y) and x = 1 and y = 2")).toEqual([]);
    expect(await w.query("k(x, y) and x = 1 and y = 1")).toHaveLength(1);
    expect(await w.query('k(x, y) and x = "a" and y = 2')).toHaveLength(1);
  });

  it("one variable twice is one question, and an answer with one variable twice is no answer for pairs", async () => {
    const w = world({
      policy: `edge(1, 2); edge(2, 1); two(x, y) if edge(x, y); two([x, y], 1) if edge(x, y); three(x, y, z) if edge(x, y) and edge(y, z);
        same(x, x); same(1, 2); same([3], [4]); same([x, 1], [x, 1]);`,
    });
    expect(await w.query("two(x, x)")).toEqual([]);
    expect(await w.query("two([x, x], 1)")).toEqual([]);
    expect(await w.query("three(x, y, x)")).toHaveLength(2);
    expect(await w.query("three(x, x, _)")).toEqual([]);
    expect(await w.call("two", open("x"), open("x"))).toEqual([]);
    expect(await w.query("same(x, y) and x = 1 and y = 2")).toHaveLength(1);
    expect(await w.query("same(x, y) and x = 2 and y = 1")).toEqual([]);
    expect(await w.query("same(x, y) and x = [3] and y = [4]")).toHaveLength(1);
    expect(await w.query("same([x], [y]) and x = 3 and y = 4")).toHaveLength(1);
    expect(await w.query("same([x], [y]) and x = 4 and y = 3")).toEqual([]);
  });

  it("a fact with a wildcard is one about every entity of the type, and about no other", async () => {
    const w = world({
      policy: `actor User {} actor Admin extends User {} actor Bot {} resource Doc {} declare grant(Actor, Doc); declare level(Doc, Integer);
        f(u, d) if grant(u, d); g(u, d) if not grant(u, d); h(d, n) if level(d, n);`,
      contextFacts: [
        { predicate: "grant", args: [{ anyOf: "User" }, doc("1")] },
        { predicate: "level", args: [doc("1"), undefined] },
      ],
    });
    for (const [who, granted] of [
      [user("a"), true],
      [entity("Admin", "a"), true],
      [entity("Bot", "a"), false],
    ] as const) {
      expect([who, await w.holds("f", who, doc("1"))]).toEqual([who, granted]);
      expect([who, await w.holds("g", who, doc("1"))]).toEqual([who, !granted]);
      expect([who, await w.holds("f", who, doc("2"))]).toEqual([who, false]);
    }
    expect(await w.call("f", openExactly("u", "User"), doc("1"))).toEqual([{}]);
    expect(await w.call("f", openExactly("u", "Bot"), doc("1"))).toEqual([]);
    expect(await w.query('f(u, Doc{"1"}) and u = Bot{"a"}')).toEqual([]);
    expect(await w.query('f(u, Doc{"1"}) and u = User{"a"}')).toHaveLength(1);
    expect(await w.holds("h", doc("1"), 7)).toBe(true);
    expect(await w.holds("h", doc("2"), 7)).toBe(false);
  });

  it("each of its arguments is: actor, action, type and mode", async () => {
    const facts: Fact[] = [
      ["grant", user("ann"), "read", doc("1")],
      ["grant", user("bob"), "write", doc("1")],
      ["grant", user("ann"), "read", doc("2")],
    ];
    const w = world({
      policy: `actor User {} resource Doc {} resource Page {} declare grant(User, String, Doc);
        may(u, a, d) if grant(u, a, d);
        all(u, v, a, b, d, e) if may(u, a, d) and may(v, b, e);
        any(u, a, d) if may(u, _, d) and may(_, a, d) and may(u, a, _);`,
      facts,
    });
    const arguments_: FactArgument[][] = [];
    for (const u of ["ann", "bob"])
      for (const a of ["read", "write"]) for (const d of ["1", "2"]) arguments_.push([user(u), a, doc(d)]);
    const holds = (args: readonly FactArgument[]): boolean =>
      facts.some((fact) => JSON.stringify(fact.slice(1)) === JSON.stringify(args));
    for (const one of arguments_) {
      for (const other of arguments_) {
        const [u, a, d] = one as [FactArgument, FactArgument, FactArgument];
        const [v, b, e] = other as [FactArgument, FactArgument, FactArgument];
        expect([one, other, await w.holds("all", u, v, a, b, d, e)]).toEqual([one, other, holds(one) && holds(other)]);
      }
    }
    expect(await w.holds("any", user("ann"), "read", doc("1"))).toBe(true);
    expect(await w.holds("any", user("ann"), "write", doc("1"))).toBe(false);
    expect(await w.call("may", user("ann"), open("a"), openExactly("d", "Page"))).toEqual([]);
    expect(await w.call("may", user("ann"), open("a"), openExactly("d", "Doc"))).toHaveLength(2);
    expect(await w.call("may", open("u"), open("a"), open("u"))).toEqual([]);
  });

  it("under mutual recursion no call is taken for finished before all of it is", async () => {
    // A ring with a tail: every node reaches what lies behind it, from whichever node one asks first, and inside of each other.
    const edges: Fact[] = [
      [1, 2],
      [2, 3],
      [3, 1],
      [3, 4],
      [4, 5],
      [5, 4],
      [6, 1],
    ].map(([a, b]) => ["edge", a, b] as Fact);
    const policy = `declare edge(Integer, Integer);
      even(x, y) if edge(x, z) and odd(z, y); odd(x, y) if edge(x, y); odd(x, y) if edge(x, z) and even(z, y);
      back(x, y) if odd(z, y) and edge(x, z); any(x, y) if even(x, y); any(x, y) if odd(x, y);
      cannot(x, y) if x in [1, 2, 3, 4, 5, 6] and y in [1, 2, 3, 4, 5, 6] and not any(x, y);
      stuck(x) if x in [1, 4, 6] and forall(any(x, y), any(y, x));
      deep(x, y) if any(x, z) and any(z, y) and not even(z, x);`;
    const w = world({ policy, facts: edges });
    const step = (from: Set<string>): Set<string> => {
      const next = new Set<string>();
      for (const pair of from)
        for (const [, a, b] of edges) if (pair.split(",")[1] === String(a)) next.add(`${pair.split(",")[0]},${b}`);
      return next;
    };
    const [odd, even] = [new Set<string>(), new Set<string>()];
    let now = new Set([1, 2, 3, 4, 5, 6].map((n) => `${n},${n}`));
    for (let length = 1; length <= 60; length++) {
      now = step(now);
      for (const pair of now) (length % 2 === 1 ? odd : even).add(pair);
    }
    const pairs = async (name: string): Promise<string[]> =>
      (await w.query(`${name}(x, y)`)).map(({ x, y }) => `${x},${y}`).sort();
    expect(await pairs("odd")).toEqual([...odd].sort());
    expect(await pairs("even")).toEqual([...even].sort());
    expect(await pairs("back")).toEqual([...even].sort());
    const any = new Set([...odd, ...even]);
    const all = [1, 2, 3, 4, 5, 6].flatMap((x) => [1, 2, 3, 4, 5, 6].map((y) => `${x},${y}`));
    expect(await pairs("any")).toEqual([...any].sort());
    expect(await pairs("cannot")).toEqual(all.filter((pair) => !any.has(pair)).sort());
    expect(values(await w.query("stuck(x)"))).toEqual([4]);
    const deep = all.filter((pair) => {
      const [x, y] = pair.split(",") as [string, string];
      return [1, 2, 3, 4, 5, 6].some((z) => any.has(`${x},${z}`) && any.has(`${z},${y}`) && !even.has(`${z},${x}`));
    });
    expect(await pairs("deep")).toEqual(deep.sort());
    for (const pair of all) {
      const [x, y] = pair.split(",").map(Number) as [number, number];
      expect([pair, await w.holds("even", x, y), await w.holds("cannot", x, y)]).toEqual([
        pair,
        even.has(pair),
        !any.has(pair),
      ]);
    }
  });

  it("`authorize` looks at every answer of a call on the way, not at the first alone", async () => {
    const policy = `${declared} m(x) if n(x); k(x) if m(x); k(7); late() if m(x) and x > 2; never() if not late();
      pair(x, y) if m(x) and k(y) and x + y = 10; all() if forall(m(x), k(x)); some() if forall(k(x), m(x));`;
    const w = world({ policy, facts: letters([]) });
    expect(await w.holds("late")).toBe(true);
    expect(await w.holds("never")).toBe(false);
    expect(await w.holds("pair", 3, 7)).toBe(true);
    expect(await w.holds("pair", open("x"), open("y"))).toBe(true);
    expect(await w.holds("all")).toBe(true);
    expect(await w.holds("some")).toBe(false);
  });

  it("facts that need several values of one variable find them all, of the store and of the context", async () => {
    const w = world({
      policy:
        "actor User {} actor Bot {} resource Doc {} declare grant(Actor, Doc); f(u: Actor, d) if grant(u, d); both(d) if grant(u, d) and grant(v, d) and u != v;",
      facts: [
        ["grant", user("a"), doc("1")],
        ["grant", entity("Bot", "a"), doc("1")],
        ["grant", user("a"), doc("2")],
      ],
      contextFacts: [
        ["grant", user("c"), doc("2")],
        ["grant", user("c"), doc("3")],
      ],
    });
    expect(await w.query("f(u, d)")).toHaveLength(5);
    expect(values((await w.query("both(d)")).map(({ d }) => ({ x: (d as { id: string }).id })))).toEqual(["1", "2"]);
    expect(await w.query('f(u, Doc{"2"})')).toHaveLength(2);
    expect(await w.call("f", openExactly("u", "Bot"), open("d"))).toHaveLength(1);
  });

  it("an Integer in a fact is met by a Float of its value, stored or of the context, and by no other", async () => {
    for (const where of ["facts", "contextFacts"] as const) {
      const w = world({ policy: "declare level(Integer); f(x) if level(x);", [where]: [["level", 1]] });
      for (const goal of ["level(1)", "level(1.0)", "f(1)", "f(1.0)"])
        expect([goal, await w.query(goal)]).toEqual([goal, [{}]]);
      for (const goal of ["level(1.5)", 'level("1")', "level(true)", "f(2)", "level(nil)", "level([1])", "f(1e300)"])
        expect([goal, await w.query(goal)]).toEqual([goal, []]);
    }
  });

  it("a head may name one variable twice, a value, a term or a pattern", async () => {
    const w = world({
      policy: `actor User {} actor Admin extends User {}
        twice(x, x); one(1); listed([x, *_], x); keyed({a: x}, x); nested([x, [x]]); ent(User{"a"}); nothing(nil); yes(true);
        pat(_: {a: 1}); pats(_: {a: 1, b: 2}); key(d) if d.b = nil; keyless(d) if not d.b = nil; list(_: [1, _]); typed(_: User{}); half(0.5);`,
    });
    const table: readonly (readonly [string, boolean])[] = [
      ["twice(1, 1)", true],
      ["twice(1, 1.0)", true],
      ["twice(1, 2)", false],
      ["twice([1], [1])", true],
      ["twice([1], [2])", false],
      ["one(1)", true],
      ["one(1.0)", true],
      ["one(2)", false],
      ['one("1")', false],
      ["one(true)", false],
      ["listed([1, 2], 1)", true],
      ["listed([1, 2], 2)", false],
      ["keyed({a: 1}, 1)", true],
      ["keyed({a: 1, b: 2}, 1)", false],
      ["nested([1, [1]])", true],
      ["nested([1, [2]])", false],
      ['ent(User{"a"})', true],
      ['ent(User{"b"})', false],
      ['ent(Admin{"a"})', false],
      ["ent(1)", false],
      ["nothing(nil)", true],
      ["nothing(false)", false],
      ["nothing(0)", false],
      ["yes(true)", true],
      ["yes(false)", false],
      ["pat({a: 1, b: 2})", true],
      ["pat({a: 2})", false],
      ["pats({a: 1, b: 2})", true],
      ["pats({a: 1, b: 3})", false],
      ["pats({a: 2, b: 2})", false],
      ["pats({a: 1})", false],
      ["key({b: nil})", true],
      ["key({a: 1})", false],
      ["keyless({a: 1})", true],
      ["keyless({b: nil})", false],
      ["pat({})", false],
      ["pat(1)", false],
      ["list([1, 9])", true],
      ["list([2, 9])", false],
      ["list([1])", false],
      ['typed(Admin{"a"})', true],
      ["typed({a: 1})", false],
      ["half(0.5)", true],
      ["half(0)", false],
    ];
    for (const [goal, holds] of table) expect([goal, (await w.query(goal)).length > 0]).toEqual([goal, holds]);
  });
});

describe("the order of rules (reference 11.3)", () => {
  const order = async (heads: readonly string[], goal: string): Promise<string> => {
    const rules = heads.map((head, i) => `f(${head}) if print("${i}") and 1 = 2;`);
    const w = world({
      policy: `actor User {} actor Admin extends User {} actor Root extends Admin {} actor Bot {} resource Doc {}
        ${rules.join("\n")}`,
      types: { Thing: { class: class Thing {}, fields: {} } },
    });
    await w.query(goal);
    return w.printed.map((line) => line.replaceAll('"', "")).join("");
  };

  it.each<[string, readonly string[], string, string]>([
    ["a subtype before its supertype", ["_: User", "_: Admin"], 'f(Admin{"a"})', "10"],
    ["over two levels", ["_: User", "_: Root", "_: Admin"], 'f(Root{"a"})', "120"],
    ["a pattern before none", ["_", "_: User"], 'f(Admin{"a"})', "10"],
    ["a type before Actor", ["_: Actor", "_: User"], 'f(User{"a"})', "10"],
    ["a type before Resource", ["_: Resource", "_: Doc"], 'f(Doc{"a"})', "10"],
    ["Actor before Resource", ["_: Resource", "_: Actor"], 'f(User{"a"})', "10"],
    ["a value in a pattern before none", ["_", '_: "a"'], 'f("a")', "10"],
    ["a value in the head like none", ["_", '"a"'], 'f("a")', "01"],
    ["more fields first", ["_: {a: 1}", "_: {a: 1, b: 2}"], "f({a: 1, b: 2})", "10"],
    ["equal ones as written", ["_: User", "_: User"], 'f(User{"a"})', "01"],
    ["the first difference decides", ["_: User, _: Admin", "_: Admin, _: User"], 'f(Admin{"a"}, Admin{"b"})', "10"],
    ["then the second", ["_: User, _: User", "_: User, _: Admin"], 'f(Admin{"a"}, Admin{"b"})', "10"],
    ["a type before a dictionary", ["_: {}", "_: User"], 'f(User{"a"})', "10"],
    ["what has no order stays where it is", ["_: User", "_: Bot", "_: Admin"], 'f(Admin{"a"})', "20"],
    [
      "never before one that must come before it",
      ["_: User, _: Doc", "_: Bot, _: Admin", "_: Admin, _: User"],
      "f(x, y)",
      "012",
    ],
    [
      "a supertype never before its subtype",
      ["_: Bot, _: User", "_: Admin, _: Doc", "_: User, _: Admin"],
      "f(x, y)",
      "012",
    ],
    ["a type without a bearing between two", ["_: User", "_: Doc", "_: Root", "_: Admin"], 'f(Root{"a"})', "230"],
  ])("%s", async (_, heads, goal, wanted) => {
    expect(await order(heads, goal)).toBe(wanted);
  });
});

describe("while the application has not answered", () => {
  class Slow {
    readonly id: string;
    readonly answers: Readonly<Record<string, boolean>>;
    readonly log: string[] = [];
    constructor(id: string, answers: Readonly<Record<string, boolean>>) {
      this.id = id;
      this.answers = answers;
    }
    async later(name: string): Promise<boolean> {
      this.log.push(name);
      await undefined;
      return this.answers[name] ?? false;
    }
    now(name: string): boolean {
      this.log.push(name);
      return this.answers[name] ?? false;
    }
    boom(): boolean {
      this.log.push("boom");
      throw new Error("never to be asked");
    }
    async reject(): Promise<boolean> {
      throw new Error("refused");
    }
  }
  const asked = (
    answers: Readonly<Record<string, boolean>>,
    policy = "",
    slow = new Slow("1", answers),
  ): [World, Slow] => [world({ policy, types: { Slow: { class: Slow } }, constants: { s: slow } }), slow];

  it("what is guarded by a promise under `not` is not run before the promise is known", async () => {
    const [w, slow] = asked({ banned: true });
    expect(await w.query('not s.later("banned") and s.boom()')).toEqual([]);
    expect(await w.query('forall(x in [1], s.later("member")) and s.boom()')).toEqual([]);
    expect(slow.log).not.toContain("boom");
  });

  it("what stands right of a `cut` is not run before what is left of it is known", async () => {
    const [w, slow] = asked(
      { a: true, b: true },
      'first(n) if n in ["a", "b"] and s.later(n) and cut; f(n) if first(n) and n = "b" and s.boom();',
    );
    expect(await w.query("f(n)")).toEqual([]);
    expect(await w.query("first(n)")).toEqual([{ n: "a" }]);
    expect(slow.log).not.toContain("boom");
    const [mixed] = asked(
      { a: true, b: true },
      'g(n) if (n = "a" and s.later("a") or n = "b" and s.now("b")) and cut; h() if g("b") and s.boom(); h2(n) if g(n) and n = "b" and s.boom();',
    );
    expect(await mixed.query("g(n)")).toEqual([{ n: "a" }]);
    expect(await mixed.query("h2(n)")).toEqual([]);
  });

  it("left of a `cut`, answers that are known do not overtake those that are not", async () => {
    const policy = `g(n) if n = "a" and s.later("a"); g(n) if n = "b";
      h() if g(n) and (n = "a" or s.boom()) and cut;
      k() if g(n) and cut and n = "b" and s.boom();
      l() if (g(n) and cut) and n = "b" and s.boom();
      m() if (n = "a" and s.later("a") or n = "b" and s.now("b")) and cut and n = "b" and s.boom();`;
    for (const [goal, answers] of [
      ["h()", 1],
      ["k()", 0],
      ["l()", 0],
      ['g(n) and cut and n = "b" and s.boom()', 0],
      ['(n = "a" and s.later("a") or n = "b" and s.now("b")) and cut and n = "b" and s.boom()', 0],
      ["m()", 0],
    ] as const) {
      const [w, slow] = asked({ a: true, b: true }, policy);
      expect([goal, (await w.query(goal)).length]).toEqual([goal, answers]);
      expect(slow.log).not.toContain("boom");
    }
  });

  it("of several promises that are waited for together one that is rejected is an error, whatever the others say", async () => {
    const [w] = asked({ a: true, b: true });
    for (const goal of [
      's.later("a") and s.reject()',
      's.reject() or s.later("a")',
      's.later("a") or s.reject() or s.later("b")',
      'x in [1, 2] and (x = 1 and s.later("a") or x = 2 and s.reject())',
      's.later("a") and not s.reject()',
      "forall(x in [1], s.reject())",
    ])
      expect([goal, await codeOf(w.query(goal))]).toEqual([goal, "engine/host-error"]);
    expect(await w.query('s.later("none") and s.reject()')).toEqual([]);
  });

  it("a proof left of a promise is enough, and one right of it does not count yet", async () => {
    const [w] = asked(
      { a: false },
      'f() if s.reject(); f() if 1 = 1; g() if 1 = 1; g() if s.reject(); h() if s.later("a"); h() if 1 = 1;',
    );
    expect(await codeOf(w.holds("f"))).toBe("engine/host-error");
    expect(await w.holds("g")).toBe(true);
    expect(await w.holds("h")).toBe(true);
    expect(w.machine.call("h", [], w.run("first")).kind).toBe("pending");
  });

  it("a call that was cut short by a promise is worked out again, and not taken for an empty one", async () => {
    const [w] = asked(
      { a: true, b: true },
      `ok(n) if s.later(n); both() if not (not ok("a")) and ok("a") and not ok("c"); one(n) if ok(n) and cut;
      twice() if one("a") and one("a") and not one("c") and one("b");`,
    );
    expect(await w.query("both()")).toEqual([{}]);
    expect(await w.query("twice()")).toEqual([{}]);
    expect(await w.query('not ok("a") or ok("b")')).toEqual([{}]);
  });

  it("the elements of an async generator come complete, and a failing one is an error", async () => {
    class Source {
      readonly id = "1";
      async *numbers(): AsyncGenerator<number> {
        yield 1;
        yield 2;
      }
      async *broken(): AsyncGenerator<number> {
        yield 1;
        throw new Error("broken");
      }
      async *exotic(): AsyncGenerator<unknown> {
        yield 1;
        yield new Date(0);
      }
    }
    const w = world({ policy: "", types: { Source: { class: Source } }, constants: { s: new Source() } });
    expect(values(await w.query("x in s.numbers()"))).toEqual([1, 2]);
    expect(await w.query("forall(x in s.numbers(), x < 2)")).toEqual([]);
    for (const goal of ["1 in s.broken()", "not 9 in s.broken()", "forall(x in s.broken(), x = 1)"])
      expect([goal, await codeOf(w.query(goal))]).toEqual([goal, "engine/host-error"]);
    expect(await codeOf(w.query("not 9 in s.exotic()"))).toBe("engine/not-a-value");
  });

  it("`load` answers for each id its own row, and any other number of rows is an error", async () => {
    const rows: Record<string, object> = { "1": { open: true }, "2": { open: false }, "3": { open: true } };
    const types = (load: (ids: readonly string[]) => Promise<(object | null)[]>) => ({
      Doc: { fields: { open: "Boolean" }, load },
      Note: { fields: { open: "Boolean" }, load },
    });
    const policy = "resource Doc {} resource Note {} declare known(Resource); f(d) if known(d) and d.open;";
    const facts: Fact[] = [..."123"].map((id) => ["known", doc(id)]);
    const w = world({
      policy,
      facts: [...facts, ["known", entity("Note", "1")]],
      types: types(async (ids) => ids.map((id) => rows[id] ?? null)),
    });
    expect(values((await w.query("f(x)")).map(({ x }) => ({ x: `${(x as { id: string }).id}` })))).toEqual([
      "1",
      "1",
      "3",
    ]);
    for (const load of [async () => [{ open: true }, { open: true }], async () => [], async () => [null, null]]) {
      const wrong = world({ policy, facts: [["known", doc("1")]], types: types(load as never) });
      expect(await codeOf(wrong.holds("f", doc("1")))).toBe("engine/host-error");
    }
  });
});

describe("limits, exactly", () => {
  it("as many answers as allowed are answered, one more is an error, in every question anew", async () => {
    const policy = "f(x) if x in [1, 2, 3]; g(x) if f(x); h(x) if not f(x);";
    for (let i = 0; i < 2; i++) {
      expect(await world({ policy, limits: { answers: 3 } }).query("g(x)")).toHaveLength(3);
      expect(await codeOf(world({ policy, limits: { answers: 2 } }).query("g(x)"))).toBe("engine/limit-exceeded");
    }
    const w = world({ policy, limits: { answers: 3 } });
    for (let i = 0; i < 3; i++) expect(await w.query("f(x) and g(x)")).toHaveLength(3);
    const set = { list: new Set([1, 2, 3]) };
    expect(await world({ policy, limits: { answers: 3 } }).query("x in s.list", { s: set })).toHaveLength(3);
    expect(await codeOf(world({ policy, limits: { answers: 2 } }).query("1 in s.list", { s: set }))).toBe(
      "engine/limit-exceeded",
    );
  });

  it("steps are counted within `not` and `cut` too, and from nothing in each question", async () => {
    const policy =
      "count(0) if cut; count(n) if m = n - 1 and count(m); f() if not count(2000); g() if forall(n in [498, 499, 500], count(n)); long(n) if n < 1; long(n) if n > 0 and m = n - 1 and long(m);";
    for (const goal of ["f()", "count(2000)", "long(2000)", "not long(2000)"])
      expect([goal, await codeOf(world({ policy, limits: { steps: 1_000 } }).query(goal))]).toEqual([
        goal,
        "engine/limit-exceeded",
      ]);
    const w = world({ policy, limits: { steps: 4_000 } });
    for (let i = 0; i < 5; i++) expect(await w.query("long(500)")).toEqual([{}]);
  });

  it("the time that the application takes to answer counts", async () => {
    class Slow {
      readonly id = "1";
      async later(milliseconds: number): Promise<boolean> {
        await undefined;
        vi.setSystemTime(Date.now() + milliseconds);
        return true;
      }
    }
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const options = { policy: "", types: { Slow: { class: Slow } }, limits: { milliseconds: 1_000 } };
      const w = world({ ...options, constants: { s: new Slow() } });
      for (let i = 0; i < 3; i++) expect(await w.query("s.later(600)")).toEqual([{}]);
      expect(await codeOf(w.query("s.later(600) and s.later(601)"))).toBe("engine/timeout");
      expect(await codeOf(w.query("s.later(1001)"))).toBe("engine/timeout");
      expect(await codeOf(w.query("not s.later(1001)"))).toBe("engine/timeout");
    } finally {
      vi.useRealTimers();
    }
  });

  it("a signal that is raised while the application answers ends the question", async () => {
    const stop = new AbortController();
    class Slow {
      readonly id = "1";
      async later(): Promise<boolean> {
        stop.abort("enough");
        return true;
      }
    }
    const w = world({
      policy: "",
      types: { Slow: { class: Slow } },
      constants: { s: new Slow() },
      signal: stop.signal,
    });
    expect(await codeOf(w.query("s.later()"))).toBe("engine/aborted");
  });
});
