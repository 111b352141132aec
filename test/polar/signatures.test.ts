import { describe, expect, it } from "vitest";
import { entity, type PlainValue } from "../../src/facts/value.js";
import { checkFact } from "../../src/polar/check-fact.js";
import { describeSignature } from "../../src/polar/fact-signatures.js";
import { errorsOf, policyOf, warningsOf } from "./policies.js";

function signaturesOf(predicate: string, text: string, options?: Parameters<typeof policyOf>[1]): string[] {
  return (policyOf(text, options).signatures.get(predicate) ?? []).map(describeSignature).sort();
}

const people = "actor User {} actor Group {} resource Org {} resource Doc {}\n";

describe("the signature of a fact comes from its uses", () => {
  it.each([
    ["head annotations", "allow(u: User, _, d: Doc) if p(u, d);", ["p(User, Doc)"]],
    ["`matches`, wherever it stands", "f(d: Doc) if p(u, d) and u matches User;", ["p(User, Doc)"]],
    ["literals", 'f(d: Doc) if p(d, "a", 1, true);', ["p(Doc, String, Integer, Boolean)"]],
    ["the time", "f(d: Doc) if p(d, @current_unix_time);", ["p(Doc, Integer)"]],
    ["entities", 'f() if p(User{"a"});', ["p(User)"]],
    ["`in` over literals", 'f(d: Doc) if s in ["a", "b"] and p(d, s);', ["p(Doc, String)"]],
    ["`in` over entities", 'f() if x in [User{"a"}, Doc{"d"}] and p(x);', ["p(Doc)", "p(User)"]],
    ["equality", "f(d: Doc) if x = d and p(x);", ["p(Doc)"]],
    ["equality, the other way round", "f(d: Doc) if p(x) and y = x and d = y;", ["p(Doc)"]],
    ["a chain of equalities", "f(d: Doc) if p(a) and b = a and c = b and e = c and g = e and d = g;", ["p(Doc)"]],
    ["alternatives", "f(x) if (x matches User or x matches Doc) and p(x);", ["p(Doc)", "p(User)"]],
    ["only the branch it stands in", "f(x) if x matches User or (x matches Doc and p(x));", ["p(Doc)"]],
    ["under `not`", "f(u: User) if not p(u);", ["p(User)"]],
    ["inside of `forall`", "f(d: Doc) if forall(u matches User and q(u), p(u, d)); declare q(User);", ["p(User, Doc)"]],
    ["Actor and Resource", "f(a: Actor, r: Resource) if p(a, r);", ["p(Actor, Resource)"]],
    ["shorthand", 'resource X { permissions = ["r"]; "r" if p(actor, resource, "k"); }', ["p(Actor, X, String)"]],
    [
      "shorthand, in an alternative",
      'resource X { roles = ["s"]; permissions = ["r"]; "r" if "s" or ("s" and p(actor, resource, "k")); }',
      ["p(Actor, X, String)"],
    ],
    ["what stands under the same `not`", "f(u: User) if not (d matches Doc and p(u, d));", ["p(User, Doc)"]],
    [
      "not what stands under a `not` before it",
      'f(x) if x in [User{"u"}, Doc{"d"}] and not x matches User and p(x);',
      ["p(Doc)", "p(User)"],
    ],
    ["heads of the called rules", "f(x) if q(x) and p(x); q(_: Org); q(_: Doc);", ["p(Doc)", "p(Org)"]],
    [
      "relations",
      'resource R { relations = { org: Org }; } f(r: R) if has_relation(r, "org", o) and p(o);',
      ["p(Org)"],
    ],
    ["roles", 'resource R { roles = ["x"]; } f(u: User) if has_role(u, "x", r) and p(r);', ["p(R)"]],
    ["declared facts", "declare q(Doc, Integer); f(d) if q(d, n) and p(n);", ["p(Integer)"]],
    [
      "other facts, in any order",
      "f(x) if p(x) and q(x, y) and p(y); g(d: Doc, o: Org) if q(d, o);",
      ["p(Doc)", "p(Org)"],
    ],
    [
      "roles with one of two names",
      'resource R { roles = ["x"]; } resource S { roles = ["y"]; } resource T { roles = ["z"]; } f(u: User) if n in ["x", "y"] and has_role(u, n, r) and p(r);',
      ["p(R)", "p(S)"],
    ],
    [
      "rules that give any role",
      'resource R { roles = ["x"]; } resource T {} has_role(_: User, _: String, _: T); f(u: User) if has_role(u, "x", r) and p(r);',
      ["p(R)", "p(T)"],
    ],
    [
      "many variables, each by itself",
      "f(a: User, b: Doc, c: User, d: Doc, e: User, g: Doc, h: User, i: Doc, j: User, k: Group, l: Org, m: Doc) if p(j, k, l, m) and q(a, b, c, d, e) and q(g, h, i, i, i);",
      ["p(User, Group, Org, Doc)"],
    ],
    ["its other uses, where nothing else is known", "f(u: User) if p(u); g(x) if x = x and p(x);", ["p(User)"]],
    [
      "its own heads",
      "p(u: User, g: Group) if m matches Group and p(u, m) and p(m, g);",
      ["p(Group, Group)", "p(User, Group)"],
    ],
    ["policy facts", 'p(Doc{"d"}, 3);', ["p(Doc, Integer)"]],
    ["arithmetic", "f(n: Integer) if p(n + 1);", ["p(Integer)"]],
    [
      "several uses and `declare`",
      "declare p(User); f(d: Doc) if p(d); g(n: Integer) if p(n);",
      ["p(Doc)", "p(Integer)", "p(User)"],
    ],
  ])("%s", (_, text, expected) => {
    expect(signaturesOf("p", people + text)).toEqual(expected);
  });

  it("blocks give those of has_role, has_permission and has_relation", () => {
    const text = `actor User {} global { roles = ["root"]; permissions = ["stats"]; }
      resource Org { roles = ["a"]; permissions = ["p"]; relations = { up: Org, boss: User }; }`;
    expect(signaturesOf("has_role", text)).toEqual(["has_role(Actor, String)", "has_role(Actor, String, Org)"]);
    expect(signaturesOf("has_permission", text)).toEqual([
      "has_permission(Actor, String)",
      "has_permission(Actor, String, Org)",
    ]);
    expect(signaturesOf("has_relation", text)).toEqual([
      "has_relation(Org, String, Org)",
      "has_relation(Org, String, User)",
    ]);
  });

  it("roles that are entities join them", () => {
    const text = `actor User {} resource Role {} resource Org { permissions = ["read"]; }
      has_permission(u: User, p: String, o: Org) if r matches Role and has_role(u, r, o) and grants(r, p);`;
    expect(signaturesOf("has_role", text)).toEqual(["has_role(User, Role, Org)"]);
    expect(warningsOf(text)).toEqual([]);
  });

  it("asking for roles with an open name does not make undeclared names acceptable", () => {
    const policy = policyOf(`actor User {} resource Org { roles = ["a"]; permissions = ["p"]; }
      has_permission(u: User, "p", o: Org) if has_role(u, _, o);`);
    const fact = { predicate: "has_role", args: [entity("User", "u"), "b", entity("Org", "o")] };
    expect(checkFact(policy, fact)?.code).toBe("facts/unknown-name");
  });

  it("asking for relations with an open name does not make undeclared names acceptable", () => {
    const policy = policyOf(`actor User {} resource Org { relations = { boss: User }; permissions = ["p"]; }
      has_permission(u: User, "p", o: Org) if has_relation(o, n, u) and label(n); declare label(String);`);
    const fact = { predicate: "has_relation", args: [entity("Org", "o"), "owner", entity("User", "u")] };
    expect(checkFact(policy, fact)?.code).toBe("facts/unknown-name");
  });

  it("is looked for in every rule, however the predicates depend on each other", () => {
    const links = Array.from({ length: 30 }, (_, i) => `f${i}(x, y) if p${i}(x, y) and p${i + 1}(y, x);`)
      .reverse()
      .join("\n");
    expect(signaturesOf("p30", `${people}${links} start(u: User, d: Doc) if p0(u, d);`)).toEqual(["p30(User, Doc)"]);
  });
});

describe("a call that no signature can be inferred for", () => {
  it.each([
    "f(x) if p(x);",
    "f(x, y: User) if p(x, y);",
    "f() if p();",
    "f(x: User) if p(x, x, x, x, x, x);",
    "f(x: User) if p(x.name);",
    "f(x: List) if p(x);",
    "f() if p([1]);",
    "f() if p(1.5);",
    "f() if p(4 / 2);",
    "f(u: User) if u = u and not p(u.name);",
    "f(x: List) if p(x); g(u: User) if p(u);",
    "f(x) if p(x) and x = [1]; declare q(User); g(u: User) if q(u) and p(u);",
  ])("%s is an undefined rule", (text) => {
    expect(errorsOf(people + text)).toEqual(["polar/undefined-rule"]);
  });

  it("is a warning when that is asked for, except under `not`", () => {
    const options = { undefinedPredicates: "warning" } as const;
    const policy = policyOf("hello(friend) if is_friendly(friend);", options);
    expect(policy.warnings.map((d) => d.code)).toContain("polar/undefined-rule");
    for (const arg of [entity("User", "sam"), entity("Computer", "steve")]) {
      expect(checkFact(policy, { predicate: "is_friendly", args: [arg] })).toBeUndefined();
    }
    expect(checkFact(policy, { predicate: "is_friendly", args: [] })?.code).toBe("facts/wrong-arity");
    expect(errorsOf("hello(friend) if friend = friend and not is_friendly(friend);", options)).toEqual([
      "polar/undefined-rule",
    ]);
  });
});

describe("checking facts", () => {
  const policy = policyOf(`actor User {} actor Bot extends User {} global { roles = ["root"]; }
    resource Item { roles = ["reader"]; permissions = ["read"]; relations = { owner: User }; "read" if "reader"; }
    resource Doc extends Item { roles = ["editor"]; }
    declare tagged(Item, String); declare level(User, Integer); declare open(Item, Boolean);
    allow(a, p, x) if has_permission(a, p, x);`);
  const user = entity("User", "u");
  const doc = entity("Doc", "d");
  const item = entity("Item", "i");
  const refusal = (predicate: string, ...args: PlainValue[]): ReturnType<typeof checkFact> =>
    checkFact(policy, { predicate, args });

  it.each([
    ["has_role", user, "reader", item],
    ["has_role", user, "reader", doc],
    ["has_role", entity("Bot", "b"), "editor", doc],
    ["has_role", user, "root"],
    ["has_permission", user, "read", doc],
    ["has_relation", doc, "owner", entity("Bot", "b")],
    ["tagged", doc, ""],
    ["level", user, 3n],
    ["open", item, false],
  ] as [string, ...PlainValue[]][])("%s of fitting arguments may be told", (predicate, ...args) => {
    expect(refusal(predicate, ...args)).toBeUndefined();
  });

  it.each([
    ["facts/unknown-predicate", "barks", [user]],
    ["facts/unknown-predicate", "allow", [user, "read", doc]],
    ["facts/wrong-arity", "has_role", [user]],
    ["facts/wrong-arity", "tagged", [doc]],
    ["facts/unknown-name", "has_role", [user, "editor", item]],
    ["facts/unknown-name", "has_role", [user, "rood"]],
    ["facts/unknown-name", "has_permission", [user, "raed", doc]],
    ["facts/unknown-name", "has_relation", [doc, "onwer", user]],
    ["facts/wrong-type", "has_role", ["u", "reader", doc]],
    ["facts/wrong-type", "has_role", [doc, "reader", doc]],
    ["facts/wrong-type", "has_role", [user, "reader", user]],
    ["facts/wrong-type", "has_role", [entity("Robot", "r"), "reader", doc]],
    ["facts/wrong-type", "has_relation", [doc, "owner", doc]],
    ["facts/wrong-type", "tagged", [user, "x"]],
    ["facts/wrong-type", "level", [user, "3"]],
    ["facts/wrong-type", "open", [item, 1n]],
  ] as [string, string, PlainValue[]][])("%s for %s", (code, predicate, args) => {
    const found = refusal(predicate, ...args);
    expect(found?.code).toBe(code);
    expect(found?.message).toContain("not used in policy");
  });

  it.each([
    ["has_role", user, "read", item],
    ["has_permission", user, "reader", item],
    ["has_role", user, "stats"],
    ["has_permission", user, "root"],
    ["has_relation", item, "reader", user],
    ["has_relation", item, "owner", entity("Folder", "f")],
    ["has_relation", item, "folder", user],
  ] as [string, ...PlainValue[]][])("%s of a name that is something else is refused", (predicate, ...args) => {
    const strict = policyOf(`actor User {} global { roles = ["root"]; permissions = ["stats"]; } resource Folder {}
      resource Item { roles = ["reader"]; permissions = ["read"]; relations = { owner: User, folder: Folder }; }`);
    expect(checkFact(strict, { predicate, args })?.code).toMatch(/^facts\/(unknown-name|wrong-type)$/);
  });

  it("says what would have been right", () => {
    expect(refusal("taged", doc, "x")?.help).toBe("did you mean `tagged`?");
    expect(refusal("has_role", user, "raeder", doc)?.help).toBe("did you mean `reader`?");
    expect(refusal("tagged", user, "x")).toMatchObject({
      message: "`tagged(User, String)` is not used in policy: argument 1 cannot be of type `User`",
      help: "used: `tagged(Item, String)`",
    });
    expect(refusal("has_role", entity("Usr", "u"), "reader", doc)).toMatchObject({
      message: "`has_role(Usr, String, Doc)` is not used in policy: there is no type `Usr`",
      help: "did you mean `User`?",
    });
  });

  it("takes wildcards of tests and patterns", () => {
    expect(checkFact(policy, { predicate: "tagged", args: [undefined, { anyOf: "String" }] })).toBeUndefined();
    expect(checkFact(policy, { predicate: "tagged", args: [{ anyOf: "Doc" }, undefined] })).toBeUndefined();
    expect(checkFact(policy, { predicate: "tagged", args: [{ anyOf: "User" }, undefined] })?.code).toBe(
      "facts/wrong-type",
    );
  });
});
