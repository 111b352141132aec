import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODES } from "../../src/diagnostics/codes.js";
import { Source } from "../../src/diagnostics/source.js";
import { loadGoal } from "../../src/polar/goal.js";
import { loadPolicy } from "../../src/polar/load.js";
import { runs } from "../support/effort.js";
import { polarCases } from "./polar-cases.js";
import { errorsOf, policyOf, problemsOf, summaryOf, warningsOf } from "./policies.js";

const base = `actor User {}
resource Org { roles = ["member"]; permissions = ["read"]; "read" if "member"; }
resource Repo { roles = ["reader"]; permissions = ["read"]; relations = { org: Org }; "read" if "reader"; }
`;

describe("many sources", () => {
  const load = (...texts: [string, string][]): ReturnType<typeof loadPolicy> =>
    loadPolicy(texts.map(([name, text]) => new Source(name, text)));

  it("form one policy, in any order", () => {
    const { policy } = load(
      ["b", 'resource Doc extends Item { permissions = ["read"]; "read" if f(actor); }'],
      ["a", "actor User {} resource Item {} f(_: User);"],
    );
    expect(policy?.types.get("Doc")?.ancestors).toEqual(["Doc", "Item"]);
  });

  it("report their problems source by source, top to bottom", () => {
    const { diagnostics } = load(["z", "f(x: Nope);\ng(y: Nope"], ["a", "h(x) if i(x);\nj(z: Nope);"]);
    expect(diagnostics.filter((d) => d.severity === "error").map((d) => `${d.source}:${d.line} ${d.code}`)).toEqual([
      "z:1 polar/unknown-type",
      "z:2 polar/unexpected-end",
      "a:1 polar/undefined-rule",
      "a:2 polar/unknown-type",
    ]);
  });

  it("stand there once each", () => {
    const codes = (...texts: [string, string][]): string[] =>
      load(...texts)
        .diagnostics.filter((d) => d.severity === "error")
        .map((d) => `${d.source} ${d.code}`);
    expect(codes(["a", "f(1);"], ["a", "f(2);"])).toEqual(["a polar/duplicate-source"]);
    expect(codes(["a", "f(1);"], ["b", " f(1);\n"])).toEqual(["b polar/duplicate-source"]);
    expect(codes(["a", "f(1);"], ["b", "g(1);"], ["c", "g(1);"], ["d", "f(1);"])).toEqual([
      "c polar/duplicate-source",
      "d polar/duplicate-source",
    ]);
    expect(codes(["a", ""], ["b", " "])).toEqual([]);
  });

  it("may repeat and extend each other's blocks", () => {
    expect(
      errorsOf(
        `${base} actor User {} resource Org { roles = ["member"]; } resource Org { roles = ["owner"]; "member" if "owner"; }`,
      ),
    ).toEqual([]);
    expect(errorsOf(`${base} resource Repo { relations = { org: User }; }`)).toEqual(["polar/duplicate-declaration"]);
  });
});

describe("limits", () => {
  it("hold for rules, shorthand included, and for bytes", () => {
    expect(errorsOf(base, { limits: { rules: 3 } })).toEqual(["polar/limit-exceeded"]);
    expect(errorsOf(base, { limits: { rules: 4 } })).toEqual([]);
    expect(errorsOf('f("ä");', { limits: { sourceBytes: 7 } })).toEqual(["polar/limit-exceeded"]);
    expect(errorsOf('f("ä");', { limits: { sourceBytes: 8 } })).toEqual([]);
    expect(errorsOf('f("€");', { limits: { sourceBytes: 8 } })).toEqual(["polar/limit-exceeded"]);
    expect(errorsOf('f("€");', { limits: { sourceBytes: 9 } })).toEqual([]);
    expect(errorsOf('f("🎉");', { limits: { sourceBytes: 9 } })).toEqual(["polar/limit-exceeded"]);
    expect(errorsOf('f("🎉");', { limits: { sourceBytes: 10 } })).toEqual([]);
  });

  it("end combinations of types that nobody can mean", () => {
    const types = Array.from({ length: 12 }, (_, i) => `resource T${i} {}`).join(" ");
    const any = (x: string): string => `(${Array.from({ length: 12 }, (_, i) => `${x} matches T${i}`).join(" or ")})`;
    const text = `actor User {} ${types} f(a, b, c, d, e) if ${["a", "b", "c", "d", "e"].map(any).join(" and ")} and p(a, b, c, d, e);`;
    expect(errorsOf(text)).toEqual(["polar/limit-exceeded"]);
  });
});

describe("what follows from a statement that cannot be read", () => {
  it("is not reported", () => {
    expect(
      problemsOf(
        'actor User { roles = [reader]; }\nf(u: User) if g(u, 1) and h(u);\ng(u: User, x if x = 1;\nhas_role(_: User, "reader", _: User);',
      ),
    ).toEqual(["1:23 polar/unexpected-token", "3:14 polar/unexpected-token"]);
  });

  it("and what does not follow is", () => {
    expect(errorsOf('f(x if 1;\nallow(x, "a", y) if hidden(x, y);')).toEqual([
      "polar/unexpected-token",
      "polar/undefined-rule",
    ]);
  });
});

describe("a variable that occurs once in a body", () => {
  // Wherever it stands, it would stand for anything.
  it.each([
    "x.m(lone) = 1",
    "x.(lone) = 1",
    "x.m({a: [1, lone]}) = 1",
    "x = [1, *lone]",
    "x = new Thing(lone)",
    "x = 1 + lone",
    "x = {a: lone}",
    "x = lone",
    "lone.name = x",
    "x in lone",
    "lone in [x]",
    "x matches {a: lone}",
    "x matches Thing{a: {b: lone}}",
    "x matches [1, lone]",
    "x matches [1, *lone]",
    "forall(x = 1, x = lone)",
    "forall(x = lone, x = 1)",
    "not x = lone",
    "(x = 1 or x = lone)",
    "g(x, lone)",
    "print(x, lone)",
  ])("%s is an error", (body) => {
    const types = [{ name: "Thing", extends: [], constructible: true }];
    const text = (name: string): string => `g(_, _); f(x) if x = x and ${body.replace("lone", name)};`;
    expect(errorsOf(text("lone"), { types })).toEqual(["polar/unsafe-variable"]);
    expect(errorsOf(text("_lone"), { types })).toEqual([]);
  });

  it("is one in a rule without parameters too, and in every rule", () => {
    expect(errorsOf("g(_); f() if g(x); f() if g(y);")).toEqual(["polar/unsafe-variable", "polar/unsafe-variable"]);
  });
});

describe("calls that lead nowhere", () => {
  it.each([
    ["f(u: User) if u = u and not has_role(u);", "polar/wrong-arity"],
    ["f(u: User) if forall(has_role(u), u = u);", "polar/wrong-arity"],
    ["f(u: User) if u = u and not nope(u.name);", "polar/undefined-rule"],
    ['f(u: User) if u.name = "x" or nope(u.name);', "polar/undefined-rule"],
    ["allow_request(_, _, _, _);", "polar/wrong-arity"],
    ["allow_field(_, _, _);", "polar/wrong-arity"],
  ])("%s", (text, code) => {
    expect(errorsOf(base + text)).toEqual([code]);
  });
});

describe("relations", () => {
  const text = (rule: string): string =>
    `${base} resource Sub extends Repo {} resource Dir { relations = { parent: Dir }; } declare linked(Org, Repo); ${rule}`;

  it.each([
    ['has_relation(r: Repo, "org", o: Org) if linked(o, r);', []],
    ['has_relation(r: Sub, "org", o: Org) if linked(o, r);', []],
    ['has_relation(o: Org, "org", r: Repo) if linked(o, r);', ["polar/relation-order"]],
    ['has_relation(o: Org, "org", r: Sub) if linked(o, r);', ["polar/relation-order"]],
    ["has_relation(o: Org, _: String, r: Repo) if linked(o, r);", ["polar/relation-order"]],
    ['has_relation(Org{"o"}, "org", Repo{"r"});', ["polar/relation-order"]],
    ['has_relation(_: Repo, "org", _: User);', ["polar/rule-type-mismatch"]],
    ['has_relation(_: Repo, "orgs", _: Org);', ["polar/unknown-relation"]],
    ['has_relation(_: Org, "orgs", _: Repo);', ["polar/unknown-relation"]],
    ['has_relation(_: Dir, "parent", _: Dir);', []],
    ['has_relation(a: Dir, "parent", b: Dir) if b = a.parent;', ["polar/relation-order-unclear"]],
    ['resource SubOrg extends Org {} has_relation(r: Repo, "org", o: SubOrg) if linked(o, r);', []],
    ['has_relation(r, "org", o: Org) if linked(o, r);', ["polar/rule-type-mismatch"]],
  ])("%s", (rule, codes) => {
    const found = loadPolicy([new Source("p", text(rule))]).diagnostics;
    expect(found.filter((d) => d.severity !== "hint").map((d) => d.code)).toEqual(codes);
  });

  it("shows the head as it should be", () => {
    const { diagnostics } = loadPolicy([
      new Source("p", text('has_relation(o: Org, "org", r: Repo) if linked(o, r);')),
    ]);
    expect(diagnostics[0]?.help).toBe('write `has_relation(r: Repo, "org", o: Org)`');
  });
});

describe("names of roles, permissions and relations", () => {
  it.each([
    ['f(u: User, r: Repo) if has_role(u, "reeder", r);', "polar/unknown-role"],
    ['f(u: User) if has_role(u, "reader", r) and r matches Org;', "polar/unknown-role"],
    ['f(u: User) if not has_role(u, "nobody", Repo{"r"});', "polar/unknown-role"],
    ['f(u: User, r) if has_role(u, "nobody", r);', "polar/unknown-role"],
    ['f(u: User) if has_role(u, "reader");', "polar/unknown-role"],
    ['f(u: User) if r matches Repo and has_relation(r, "org", o) and has_role(u, "reader", o);', "polar/unknown-role"],
    ['has_permission(_: User, "write", _: Repo);', "polar/unknown-permission"],
    ['has_permission(_: User, _: "write", _: Repo);', "polar/unknown-permission"],
    ['has_permission(u: User, "write", r: Repo) if has_role(u, "reader", r);', "polar/unknown-permission"],
    ['f(u: User, r: Repo) if has_role(u, "read", r);', "polar/unknown-role"],
    ['f(u: User, r: Repo) if has_permission(u, "reader", r);', "polar/unknown-permission"],
    ['f(u: User, r: Repo) if has_role(u, "org", r);', "polar/unknown-role"],
    ['global { permissions = ["stats"]; } f(u: User) if has_role(u, "stats");', "polar/unknown-role"],
    ['global { roles = ["root"]; } f(u: User) if has_permission(u, "root");', "polar/unknown-permission"],
    ['global { roles = ["root"]; } f(u: User, r: Repo) if has_role(u, "root", r);', "polar/unknown-role"],
    ['f(r: Repo, o: Org) if has_relation(o, "org", r);', "polar/unknown-relation"],
    ['?= has_role(User{"a"}, "writer", Repo{"r"});', "polar/unknown-role"],
    ['test "x" { setup { has_role(User{"a"}, "writer", Repo{"r"}); } }', "polar/unknown-role"],
    ['test "x" { assert has_permission(User{"a"}, "write", Repo{"r"}); }', "polar/unknown-permission"],
  ])("%s", (rule, code) => {
    expect(errorsOf(base + rule)).toEqual([code]);
  });

  it.each([
    'f(u: User, r: Resource) if has_role(u, "member", r);',
    'f(u: User) if (r matches Repo or r matches Org) and has_role(u, "reader", r);',
    'resource Sub extends Repo {} f(u: User, r: Sub) if has_role(u, "reader", r);',
  ])("%s is fine", (rule) => {
    expect(errorsOf(base + rule)).toEqual([]);
  });
});

describe("rules against their types", () => {
  it.each([
    ["type f(x: Integer); f(x);", false],
    ["type f(x: Integer); f(_: Integer);", true],
    ['type f(x: Integer); type f(x: String, y: String); f("a", "b");', true],
    ["type f(x: Resource); f(_: Org);", true],
    ["type f(x: Org{name: 1}); f(_: Org);", false],
    ["type f(x: Org{name: 1}); f(_: Org{name: 1, age: 2});", true],
    ["type f(x: Org{name: 1}); f(_: Org{name: 2});", false],
    ["type f(x: [1, 2]); f(_: [1, 2]);", true],
    ["type f(x: [1, 2]); f(_: [1]);", false],
    ["type f([1, x]); f([1, 2]);", true],
    ["type f({a: 1}); f({a: 2});", false],
    ["type f(x: Org{a: 1, b: 2}); f(_: Org{a: 1});", false],
    ["type f({a: 1, b: 2}); f({a: 1, b: 3});", false],
    ['type f(Org{"a"}); f(Repo{"a"});', false],
    ["type f(9007199254740993); f(9007199254740993);", true],
    ["type f(9007199254740993); f(9007199254740992);", false],
    ["type f(1.5); f(1.5);", true],
    ["type f(1.5); f(2.5);", false],
    ["type f(1); f(1.0);", false],
    ['type f("a"); f("a");', true],
    ['type f("a", true); f("a", false);', false],
    ["type f(_: 1); f(2);", false],
    ["type f({a: 1}); f({a: 1, b: 2});", false],
    ["type f(x: {a: 1}); f({a: 1, b: 2});", true],
    ["type f([1, [2]]); f([1, [3]]);", false],
    ["type f(x: Org); f(_: Repo);", false],
    ['type f(x: Org); f(Repo{"r"});', false],
    ['type f(x: Org); f(Org{"o"});', true],
    ["type f(x: Org); f({});", false],
    ["type f(x: String); f(1);", false],
    ["type f(x: Integer); type f(x: String); f(1);", true],
    ['type f(x: Integer); type f(x: String); f("a");', true],
    ["type f(x: Integer); type f(x: String); f(true);", false],
    ["type f(nil); f(nil);", true],
    ['type f(Org{"a"}); f(Org{"b"});', false],
    ["type f(x: List); f([1]);", true],
    ["type f(x: Dictionary); f({});", true],
    ["type f(x, y: 1); f(_, 1);", true],
    ["type allow(a: Actor, b: String, c: Resource); allow(_, _, _);", false],
    ["has_role(_: User, _: Repo, _: Org);", true],
    ["has_role(_: User, _: Integer, _: Org);", false],
    ["has_permission(_: User, _: Repo, _: Org);", false],
    ["has_role(_: User);", false],
    ["type has_role(a: Actor, n: Integer, x: Resource); has_role(_: User, 1, _: Org);", true],
  ])("%s", (text, fits) => {
    expect(errorsOf(base + text)).toEqual(fits ? [] : ["polar/rule-type-mismatch"]);
  });
});

describe("tests in policies", () => {
  it("come out ready to be run", () => {
    const policy = policyOf(`${base}
      test fixture staff { has_role(User{"a"}, "member", Org{"o"}); }
      test "members read" {
        setup { fixture staff; has_role(_: User, "reader", _); }
        assert allow(User{"a"}, "read", x: Org) iff x in [Org{"o"}];
        assert_not allow(User{"b"}, "read", Org{"o"});
      }`);
    const [test] = policy.tests;
    expect(test?.facts.map((f) => f.args)).toEqual([
      [{ type: "User", id: "a" }, "member", { type: "Org", id: "o" }],
      [{ anyOf: "User" }, "reader", undefined],
    ]);
    expect(test?.assertions.map(({ negated, variable, iff }) => ({ negated, variable, iff }))).toEqual([
      { negated: false, variable: { name: "x", type: "Org" }, iff: [{ type: "Org", id: "o" }] },
      { negated: true, variable: undefined, iff: undefined },
    ]);
  });

  it.each([
    ['test "x" { setup { fixture nope; } }', "polar/bad-test"],
    ['test "x" {} test "x" {}', "polar/bad-test"],
    ['test fixture f {} test fixture f {} test "x" { setup { fixture f; } }', "polar/bad-test"],
    ['test "x" { setup { has_role(u, "member", Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { has_role(u: User, "member", Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { has_role(User{"a"}, ["member"], Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { has_role("a", "member", Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { has_role(_: User{name: "a"}, "member", Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { has_role(_: Org, "member", Org{"o"}); } }', "polar/bad-test"],
    ['test "x" { setup { allow(User{"a"}, "read", Org{"o"}); } }', "polar/undefined-rule"],
    ['test "x" { setup { barks(User{"a"}); } }', "polar/undefined-rule"],
    ['test "x" { setup { has_role(User{"a"}); } }', "polar/wrong-arity"],
    ['test "x" { assert barks(User{"a"}); }', "polar/undefined-rule"],
    ['test "x" { assert allow(User{"a"}); }', "polar/wrong-arity"],
    ['test "x" { assert allow(u: User, "read", o: Org); }', "polar/bad-test"],
    ['test "x" { assert allow(u: User{name: "a"}, "read", Org{"o"}); }', "polar/bad-test"],
    ['test "x" { assert allow(User{"a"}, "read", Org{"o"}) iff x in []; }', "polar/bad-test"],
    ['test "x" { assert allow(User{"a"}, "read", o: Org) iff y in []; }', "polar/bad-test"],
    ['test "x" { assert allow(User{"a"}, "read", o: Org) iff o = Org{"o"}; }', "polar/bad-test"],
    ['test "x" { assert allow(User{"a"}, "read", o: Org) iff o in [1.5]; }', "polar/bad-test"],
    ['test "x" { assert allow(User{"a"}, "read", o: Org) iff o in [Org{"o"}, *_]; }', "polar/bad-test"],
    ['test "x" { assert_not allow(User{"a"}, "read", o: Org) iff o in []; }', "polar/bad-test"],
  ])("%s", (text, code) => {
    expect(errorsOf(base + text)).toEqual([code]);
  });

  it("may share a fixture", () => {
    const { tests } = policyOf(`${base}
      test fixture staff { has_role(User{"a"}, "member", Org{"o"}); }
      test "one" { setup { fixture staff; } assert allow(User{"a"}, "read", Org{"o"}); }
      test "two" { setup { fixture staff; } assert allow(User{"a"}, "read", Org{"o"}); }`);
    expect(tests.map(({ facts }) => facts.length)).toEqual([1, 1]);
  });

  it("may use one variable twice", () => {
    expect(errorsOf(`${base} same(_: User, _: User); test "x" { assert same(u: User, u); }`)).toEqual([]);
  });
});

describe("warnings", () => {
  it.each([
    ["f(1);", ["polar/no-allow"]],
    ["allow(_, _, _);", []],
    [`${base} allow(_: User, "x", _: Org);`, ["polar/unused-permissions"]],
    [`${base} allow(a, p, x) if may(a, p, x); may(a, p, x) if has_permission(a, p, x);`, []],
    [`${base} allow_field(a, _, x, _) if has_permission(a, "read", x); allow(_: User, "x", _: Org);`, []],
    [`${base} f(u: User) if bannd(u); banned(_: User);`, ["polar/similar-name"]],
    [`${base} f(u: User) if p(u); q(_: User);`, []],
    [`${base} f(u: User, o: Org) if has_rule(u, "x", o);`, ["polar/similar-name"]],
    [`${base} f(x) if x = 1; f(y) if y = 1;`, ["polar/duplicate-rule"]],
    [`${base} f(x) if x = 1; f(y) if y = 1; f(z) if z = 1;`, ["polar/duplicate-rule", "polar/duplicate-rule"]],
    [`${base} f(x, y) if x = y; f(x, y) if y = x;`, []],
    [`${base} f(x, y) if g(x, y); f(x, y) if g(y, x); g(1, 2);`, []],
    [`${base} f(x) if x matches Org; f(x) if x matches! Org;`, []],
    [`${base} f(Org{"a"}); f(Repo{"a"});`, []],
    [
      `${base} f([1, *_]); f([1]); f({a: 1}); f({b: 1}); f(_: [1, *_]); f(_: [1]); f(_: {a: 1}); f(_: Org{a: 1}); f(_: Org);`,
      [],
    ],
    [`${base} f(x) if x = 1 + 2; f(x) if x = 1 - 2; f(x) if x.a(1); f(x) if x.a(2); f(x) if not x = 1;`, []],
    [`${base} f(x);`, ["polar/unused-variable"]],
    [`${base} f(x, y) if x = 1;`, ["polar/unused-variable"]],
    ['resource Doc { roles = ["r"]; permissions = ["p"]; @x "p" if "r"; }', ["polar/ignored-flag"]],
    [`${base} f(1); f(1.0); f(-0.0); f(0.0); f("1"); f(true);`, []],
    [`${base} f(x) if (x = 1 and cut) or x = 2; f(x) if x = 1 and cut or x = 2;`, ["polar/ambiguous-precedence"]],
    [`${base} f(u: User) if u matches Org;`, ["polar/unreachable-rule"]],
    [`${base} f(u: User) if u = Org{"o"};`, ["polar/unreachable-rule"]],
    [`${base} f(x) if x in ["a"] and x = "b";`, ["polar/unreachable-rule"]],
    [`${base} f(x: Float) if x = 1;`, []],
    [`${base} f(x) if x in [];`, ["polar/unreachable-rule"]],
    [`${base} f(x: String) if x matches 1;`, ["polar/unreachable-rule"]],
    [`${base} f(x: String) if x in ["a", "b"] and x in ["c", "d"];`, ["polar/unreachable-rule"]],
    [`${base} f(x: String) if x in ["a", "b"] and x in ["b", "c"] and x = "a";`, ["polar/unreachable-rule"]],
    [`${base} f(x: String) if x in ["a", "b"] and x in ["b", "c"];`, []],
    [`${base} f(x: Org) if x = y and y = z and z matches User;`, ["polar/unreachable-rule"]],
    [`${base} f(u: User) if u matches Org and (u = u or u = 1);`, ["polar/unreachable-rule"]],
    [`${base} f(x) if (x matches Org and x matches User) or x = 1;`, []],
    [`${base} f(x: Float) if x in [1, 2];`, []],
    [`${base} f(_u: User) if _u matches Org;`, ["polar/unreachable-rule"]],
    [`${base} f(u: User, v: User) if u = u and v matches Org;`, ["polar/unreachable-rule"]],
    [
      `${base} f(u: User) if u matches Org; f(v: User) if v matches Org;`,
      ["polar/unreachable-rule", "polar/unreachable-rule", "polar/duplicate-rule"],
    ],
    [`${base} f(u: User) if not u matches Org;`, []],
    [`${base} f(u: User) if u matches Org or u = User{"a"};`, []],
    [`${base} resource A {} resource B {} resource C extends A, B {} f(x: A) if x matches B;`, []],
    [`${base} f(x: Actor) if x matches Org;`, ["polar/unreachable-rule"]],
    ["resource Item {} actor Bot extends Item {} f(x: Item) if x matches Actor;", []],
  ])("%s", (text, codes) => {
    expect(warningsOf(text)).toEqual(codes);
  });

  it("hints at roles on which nothing depends and permissions that nothing grants", () => {
    const hints = (text: string): string[] =>
      policyOf(base + text)
        .warnings.filter((d) => d.severity === "hint")
        .map((d) => d.message);
    expect(hints('resource Doc { roles = ["a", "b"]; permissions = ["p", "q"]; "p" if "a"; }')).toEqual([
      "nothing depends on the role `b` of `Doc`",
      "no rule grants the permission `q` of `Doc`",
    ]);
    expect(
      hints(
        'resource Doc { roles = ["a"]; permissions = ["p"]; } has_permission(u: User, _: String, d: Doc) if has_role(u, _, d);',
      ),
    ).toEqual([]);
    // What one type grants, another does not, and neither does `global`.
    const granted = 'actor User {} resource Doc { permissions = ["p"]; roles = ["a"]; "p" if "a"; }';
    const none = (type: string): string => `no rule grants the permission \`p\` of \`${type}\``;
    const hintsOf = (text: string): string[] => policyOf(text).warnings.map((d) => d.message);
    expect(hintsOf(`${granted} resource Other { permissions = ["p"]; }`)).toEqual([none("Other")]);
    expect(hintsOf(`${granted} global { permissions = ["p"]; }`)).toEqual([none("global")]);
    expect(
      hintsOf(
        'actor User {} global { permissions = ["p"]; } resource Doc { permissions = ["p"]; } has_permission(_: User, "p");',
      ),
    ).toEqual([none("Doc")]);
    expect(
      hintsOf(
        'actor User {} resource Doc { roles = ["a"]; } resource Sub extends Doc {} resource Far {} f(u: User, s: Sub) if has_role(u, "a", s);',
      ),
    ).toEqual([]);
    expect(
      hints('resource Doc { roles = ["a"]; } resource Sub extends Doc { permissions = ["p"]; "p" if "a"; }'),
    ).toEqual([]);
  });
});

describe("any text", () => {
  const known = new Set(CODES.keys());
  const check = (text: string): void => {
    const source = new Source("p.polar", text);
    const { policy, diagnostics } = loadPolicy([source], { constants: ["alice"] });
    expect(policy === undefined).toBe(diagnostics.some((d) => d.severity === "error"));
    for (const d of diagnostics) {
      expect(known.has(d.code), summaryOf(d)).toBe(true);
      expect(d.line).toBeLessThanOrEqual(source.lineStarts.length);
      expect(d.message, d.code).toMatch(/^[^A-Z]/);
      expect(d.message).not.toMatch(/\.$/);
    }
  };

  it("is loaded or refused, whatever is missing from it", () => {
    const policies = polarCases.map((c) => c.policy).filter((p) => p.length > 20);
    const pieces = fc.constantFrom(...policies).chain((policy) => {
      const tokens = policy.match(/\w+|"[^"]*"|\s+|./gs) ?? [];
      return fc.array(fc.tuple(fc.nat(tokens.length - 1), fc.nat(tokens.length - 1)), { maxLength: 3 }).map((swaps) => {
        const changed = [...tokens];
        for (const [from, to] of swaps) changed[from] = tokens[to] as string;
        return changed.join("");
      });
    });
    fc.assert(fc.property(pieces, check), { numRuns: runs(200) });
  });

  it("takes time in proportion to its nesting", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "p(x)" : `(x matches User and (p(x) or (y = x and ${nested(depth - 1)})))`;
    const text = `actor User {} declare p(User); f(x, y) if ${nested(60)};`;
    check(text);
    const goal = loadGoal(`${nested(60)}`, policyOf("actor User {} declare p(User);"));
    expect(goal.diagnostics).toEqual([]);
  });

  it("may be as high as the parser lets it be", () => {
    check(`f(x) if x = ${Array.from({ length: 900 }, () => "1").join(" + ")};`);
    check(`f(x) if x${".a".repeat(900)} = 1;`);
    check(`f(x) if ${"not (".repeat(190)}x = 1${")".repeat(190)};`);
    check(`f(${"[".repeat(199)}${"]".repeat(199)});`);
  });
});
