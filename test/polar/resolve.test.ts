import { describe, expect, it } from "vitest";
import { loadGoal } from "../../src/polar/goal.js";
import type { HostType, Policy } from "../../src/polar/policy.js";
import { isAnonymous } from "../../src/polar/resolve.js";
import { isSubtype } from "../../src/polar/type-table.js";
import { type Visitor, variablesOf, walkCondition, walkParameters } from "../../src/polar/walk.js";
import { world } from "../support/questions.js";
import { errorsOf, policyOf, problemsOf, ruleText } from "./policies.js";

const host: readonly HostType[] = [
  { name: "User", extends: [], constructible: true },
  { name: "Admin", extends: ["User"], constructible: true },
  { name: "Doc", extends: [], constructible: false },
];

function rulesOf(text: string, options?: Parameters<typeof policyOf>[1]): string[] {
  return [...policyOf(text, options).rules.values()]
    .flat()
    .filter((r) => r.origin === "written")
    .map(ruleText);
}

describe("names in rules", () => {
  it("constants stand for their value, in heads too", () => {
    const [rule] = [
      ...policyOf("f(alice) if alice.age = x and x = alice;", { constants: ["alice"] }).rules.values(),
    ].flat();
    expect(rule?.params[0]?.term).toMatchObject({ kind: "constant", name: "alice" });
    expect(variablesOf({ params: rule?.params ?? [], body: rule?.body }).map((v) => v.name)).toEqual(["x", "x"]);
  });

  // One that stays a variable is fresh, and anything fits.
  it.each([
    "f(alice, [1, alice], {a: alice}, alice.boss);",
    "f(_: Doc{owner: alice});",
    "f(_: {owner: alice});",
    "f(_: [alice, *_], _: [1, [alice]]);",
    "f(_: Doc{owner: User{boss: {of: alice}}});",
    "f(x) if x matches Doc{owner: alice} and x matches {owner: alice};",
    "f(x) if x matches [1, alice] and x matches {a: [alice]};",
    "f(x) if x in alice and alice in x and alice in [1, alice];",
    "f(x) if x = x.m(1, alice) and x = alice.m(x) and x = alice.a;",
    "f(x) if forall(x = alice, alice = x);",
    "f(x) if x = 1 + alice and x = alice * 2;",
    "f(x) if x = {a: 1, b: alice} and x = {a: {b: [alice]}};",
    "f(x) if x = new User(1, alice) and alice != x;",
    "f(x) if print(x, alice) and g(x, alice) and g(alice, alice); g(_, _);",
    "f(x) if not x = alice and (x = 1 or alice = x);",
    "f([1, *alice], _: [1, *alice]);",
    "f(x) if x = [*alice] and x matches [1, *alice];",
    "f(x) if x = x.(alice) and x.(alice).(alice) = [x.a.(alice)];",
    "f(x) if x = 1 and not (g(x, alice) or not x = alice); g(_, _);",
  ])("constants are found wherever they stand: %s", (text) => {
    const found: string[] = [];
    const visitor: Visitor = {
      term: (term) => {
        if ("name" in term && term.name === "alice") found.push(term.kind);
      },
    };
    for (const { params, body } of [...policyOf(text, { types: host, constants: ["alice"] }).rules.values()].flat()) {
      walkParameters(params, visitor);
      if (body !== undefined) walkCondition(body, visitor);
    }
    expect(found).toEqual(text.match(/alice/g)?.map(() => "constant"));
  });

  it("constants are what they stand for behind a dot and a `*` too, and not anything", async () => {
    const w = world({
      policy: "f(_, [1, *others]); g(x) if {read: 1, write: 2}.(key) = x; h(x) if x matches [1, *others];",
      constants: { key: "write", others: [2], word: "x" },
    });
    expect(await w.query("f(1, [1, 2])")).toEqual([{}]);
    expect(await w.query("f(1, [1, 3]) or f(1, [1]) or f(1, [1, 2, 2])")).toEqual([]);
    expect(await w.query("h([1, 2])")).toEqual([{}]);
    expect(await w.query("h([1, 3])")).toEqual([]);
    expect(await w.query("g(x)")).toEqual([{ x: 2 }]);
    expect(await w.query("{read: 1, write: 2}.(key) = x and [0, *others] = y")).toEqual([{ x: 2, y: [0, 2] }]);
    // What is no list has no place there.
    expect(await w.query("[1, *word] = x")).toEqual([]);
  });

  it("entities of built-in types are plain values", () => {
    expect(rulesOf('f(Integer{1}, String{"a"}, Boolean{true}, Float{2}, Float{1.5});')).toEqual([
      'f(1, "a", true, 2.0, 1.5);',
    ]);
  });

  it("each `_` is a variable of its own, with a name that no text has", () => {
    const [rule] = [...policyOf("f(_, [_, *_]) if g(_, _); g(1, 2);").rules.values()].flat();
    const names = variablesOf({ params: rule?.params ?? [], body: rule?.body }).map((v) => v.name);
    expect(new Set(names).size).toBe(5);
    expect(names.every(isAnonymous)).toBe(true);
    expect(isAnonymous("_x")).toBe(false);
  });

  it.each([
    ["f(x) if x = User;", "polar/type-as-value"],
    ["f(x) if x = String;", "polar/type-as-value"],
    ["f(x) if x = {type: Admin};", "polar/type-as-value"],
    ["f(User);", "polar/type-as-value"],
    ["f([1, *User]);", "polar/type-as-value"],
    ["f(x) if x.(User) = 1;", "polar/type-as-value"],
    ["f(x: Usr);", "polar/unknown-type"],
    ['f(x) if x matches {owner: Usr{name: "a"}};', "polar/unknown-type"],
    ['f(Usr{"a"});', "polar/unknown-type"],
    ["f(x) if x = new Usr();", "polar/unknown-type"],
    ["f(x) if x = new Doc();", "polar/unknown-type"],
    ["f(x) if x = new String();", "polar/unknown-type"],
    ["declare f(Usr);", "polar/unknown-type"],
    ["type f(x: Usr);", "polar/unknown-type"],
    ["f(User{1});", "polar/bad-entity"],
    ['f(User{""});', "polar/bad-entity"],
    ['f(Resource{"a"});', "polar/bad-entity"],
    ['f(Integer{"1"});', "polar/bad-entity"],
    ["f(List{1});", "polar/bad-entity"],
    ["declare f(List);", "polar/bad-declaration"],
    ["declare allow(User, User, User);", "polar/bad-declaration"],
    ["declare f();", "polar/bad-declaration"],
    ["declare f(User, User, User, User, User, User);", "polar/bad-declaration"],
    ["f(x) if debug(x);", "polar/debug"],
  ])("%s is refused", (text, code) => {
    expect(errorsOf(text, { types: host })).toEqual([code]);
  });

  it.each([
    "User(1);",
    "f(x) if x = new User();",
    'f(x) if x matches Admin{name: "a"};',
    "f(_: Actor, _: Resource, _: List);",
  ])("%s is fine", (text) => {
    expect(errorsOf(text, { types: host })).toEqual([]);
  });

  it("says nothing more about what follows from a type that does not exist", () => {
    expect(problemsOf('actor User {}\nhas_role(u: Usr, "x", r: Rsc) if u matches Rsc and p(u, r);')).toEqual([
      "2:13 polar/unknown-type",
      "2:26 polar/unknown-type",
      "2:44 polar/unknown-type",
    ]);
  });
});

describe("types", () => {
  const policy = policyOf(
    `actor User {} resource Doc {} resource Sheet extends Doc {} actor Bot extends Doc {}
     resource Book extends Sheet, Plain {}`,
    { types: [...host, { name: "Plain", extends: [], constructible: true }] },
  );
  const subtypes = (sup: string): string[] =>
    [...policy.types.keys()].filter((sub) => isSubtype(policy.types, sub, sup));

  it("a class below an actor is an actor; every actor is a resource", () => {
    expect(subtypes("Actor")).toEqual(["User", "Admin", "Bot"]);
    expect(subtypes("Resource")).toEqual(["User", "Admin", "Doc", "Sheet", "Bot", "Book"]);
    expect(policy.types.get("Admin")?.kind).toBe("actor");
    expect(policy.types.get("Plain")?.kind).toBe("host");
    expect(isSubtype(policy.types, "Actor", "Resource")).toBe(true);
    expect(isSubtype(policy.types, "Resource", "Actor")).toBe(false);
  });

  it("blocks and classes together make the order of types", () => {
    expect(policy.types.get("Book")?.ancestors).toEqual(["Book", "Sheet", "Plain", "Doc"]);
    expect(subtypes("Plain")).toEqual(["Plain", "Book"]);
  });

  it.each([
    ["actor Actor {}", "polar/reserved-name"],
    ["resource Global {}", "polar/reserved-name"],
    ["resource Dictionary {}", "polar/reserved-name"],
    ["resource A extends A {}", "polar/extends-cycle"],
    ["resource A extends Integer {}", "polar/unknown-type"],
    ['resource A { roles = ["x", "y", "x"]; }', "polar/duplicate-declaration"],
    ['resource A { roles = ["x"]; permissions = ["x"]; }', "polar/duplicate-declaration"],
    ['actor User {} resource A { roles = ["x"]; relations = { x: User }; }', "polar/duplicate-declaration"],
    ['resource A { roles = ["x"]; } resource A { permissions = ["x"]; }', "polar/duplicate-declaration"],
    ['resource A { roles = ["x"]; } resource B extends A { permissions = ["x"]; }', "polar/duplicate-declaration"],
    [
      "resource A { relations = { x: A }; } resource B extends A { relations = { x: B }; }",
      "polar/duplicate-declaration",
    ],
    ['global { roles = ["x"]; permissions = ["x"]; }', "polar/duplicate-declaration"],
    ['global { roles = ["x"]; } global { permissions = ["x"]; }', "polar/duplicate-declaration"],
    ['resource A { roles = ["x"]; roles = ["y"]; }', "polar/bad-declaration"],
    ["resource A { roles = { x: A }; }", "polar/bad-declaration"],
    ['resource A { relations = ["x"]; }', "polar/bad-declaration"],
    ['resource A { names = ["x"]; }', "polar/bad-declaration"],
    ["resource A { relations = { x: Integer }; }", "polar/bad-declaration"],
    ["resource A { relations = { x: B }; }", "polar/unknown-type"],
    [
      'resource A { roles = ["x"]; } resource B { permissions = ["x"]; } resource C extends A, B {}',
      "polar/duplicate-declaration",
    ],
  ])("%s is refused", (text, code) => {
    expect(errorsOf(text)).toEqual([code]);
  });

  it("types that extend each other in a circle are refused, each where it closes it", () => {
    expect(errorsOf("resource A extends B {} resource B extends C {} resource C extends A {}")).toEqual([
      "polar/extends-cycle",
      "polar/extends-cycle",
      "polar/extends-cycle",
    ]);
  });

  it("an application type named like a built-in one is refused", () => {
    expect(errorsOf("f(1);", { types: [{ name: "String", extends: [], constructible: true }] })).toEqual([
      "polar/reserved-name",
    ]);
  });
});

describe("goals", () => {
  const policy = policyOf(
    `actor User {} global { permissions = ["stats"]; }
     resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
     owns(_: User, _: Doc) if false; f(1);`,
    { constants: ["alice"], types: [{ name: "Point", extends: [], constructible: true }] },
  );
  const codes = (goal: string, bindings?: string[]): string[] =>
    loadGoal(goal, policy, bindings === undefined ? {} : { bindings }).diagnostics.map((d) => d.code);

  it("list their variables in order, without those that begin with `_`", () => {
    const { goal } = loadGoal("f(x) and not f(_y) and owns(u, _) and f(x)", policy);
    expect(goal?.variables).toEqual(["x", "u"]);
  });

  it.each([
    ["f(1", "polar/unexpected-end"],
    ["nope(1)", "polar/undefined-rule"],
    ["f(1, 2)", "polar/wrong-arity"],
    ["allow(x)", "polar/wrong-arity"],
    ["x matches Nope", "polar/unknown-type"],
    ["x = User", "polar/type-as-value"],
    ['has_role(u, "writer", Doc{"d"})', "polar/unknown-role"],
    ['x matches Doc and has_permission(u, "write", x)', "polar/unknown-permission"],
    ['has_permission(u, "stat")', "polar/unknown-permission"],
    ['has_relation(Doc{"d"}, "owner", u)', "polar/unknown-relation"],
    ["x = new Point(x: 1)", "polar/keyword-arguments"],
    ["debug()", "polar/debug"],
  ])("%s is refused", (goal, code) => {
    expect(codes(goal)).toEqual([code]);
    expect(loadGoal(goal, policy).goal).toBeUndefined();
  });

  it.each([
    'allow(u, "anything", Doc{"d"})',
    "allow(a, b)",
    'has_role(alice, "reader", x)',
    'has_permission(u, "stats")',
    "has_relation(a, b, c)",
    "owns(u, d)",
    "allow_field(a, b, c, d)",
  ])("%s may be asked", (goal) => {
    expect(codes(goal)).toEqual([]);
  });

  it("may bind variables that are called like a constant or a type", () => {
    expect(loadGoal("f(alice)", policy, { bindings: ["alice"] }).goal?.variables).toEqual(["alice"]);
    expect(codes("f(User)", ["User"])).toEqual([]);
    expect(loadGoal("f(alice)", policy).goal?.variables).toEqual([]);
  });

  it("may be nested as deep as they are let", () => {
    expect(loadGoal("((f(1)))", policy, { nesting: 3 }).diagnostics).toEqual([]);
    expect(loadGoal("((f(1)))", policy, { nesting: 2 }).diagnostics.map((d) => d.code)).toEqual(["polar/too-deep"]);
  });

  it("find the facts that the policy uses, and no others", () => {
    const facts: Policy = policyOf("actor User {} g(u: User) if banned(u); declare tagged(User, String);");
    expect(loadGoal("banned(x) and tagged(x, y)", facts).diagnostics).toEqual([]);
    expect(loadGoal("banned(x, y)", facts).diagnostics.map((d) => d.code)).toEqual(["polar/wrong-arity"]);
  });
});
