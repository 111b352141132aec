import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { DependencyNode } from "../../src/polar/policy.js";
import { errorsOf, policyOf } from "./policies.js";

const org = `actor User {} resource Org { roles = ["member", "suspended", "active"]; permissions = ["use"]; }
resource Site { roles = ["member", "active"]; } declare p(User); declare label(String); declare linked(Org, Resource); declare friend(User, User);\n`;

describe("negation in a cycle is refused", () => {
  it.each([
    ["of one rule", "q(u: User) if p(u) and not q(u);"],
    ["of two rules", "q(u: User) if p(u) and not r(u); r(u: User) if q(u);"],
    ["through `forall`", "q(u: User) if forall(friend(u, v), q(v));"],
    ["through the condition of `forall`", "q(u: User) if p(u) and forall(q(v) and friend(u, v), p(v));"],
    ["inside of parentheses and alternatives", "q(u: User) if p(u) and (p(u) or not (p(u) and q(u)));"],
    [
      "of one role",
      'has_role(u: User, "active", o: Org) if has_role(u, "member", o) and not has_role(u, "active", o);',
    ],
    [
      "of roles that lead to each other",
      'has_role(u: User, "active", o: Org) if p(u) and not has_role(u, "suspended", o); has_role(u: User, "suspended", o: Org) if has_role(u, "active", o);',
    ],
    [
      "when the name is open",
      'has_role(u: User, "active", o: Org) if p(u) and has_role(u, r, o) and not has_role(u, r, o);',
    ],
    [
      "when the name is one of several",
      'has_role(u: User, "active", o: Org) if r in ["member", "active"] and p(u) and not has_role(u, r, o);',
    ],
    [
      "when the type is open",
      'has_role(u: User, "active", o: Org) if p(u) and friend(u, v) and not has_role(v, "active", _x);',
    ],
    [
      "through shorthand",
      'resource Doc { permissions = ["see"]; roles = ["seer"]; "see" if "seer"; } has_role(u: User, "seer", d: Doc) if p(u) and not has_permission(u, "see", d);',
    ],
    ["inside of another negation", "q(u: User) if p(u) and not (p(u) and not q(u));"],
    ["beside a plain call of the same rule", "q(u: User) if q(u) and p(u) and not q(u);"],
    [
      "through the second alternative of shorthand",
      'resource Doc { permissions = ["see"]; roles = ["other", "seer"]; "see" if "other" or "seer"; } has_role(u: User, "seer", d: Doc) if p(u) and not has_permission(u, "see", d);',
    ],
    [
      "when the type is any resource",
      'has_role(u: User, "active", o: Org) if p(u) and linked(o, r) and r matches Resource and not has_role(u, "active", r);',
    ],
    [
      "when the type is the second of two",
      'has_role(u: User, "active", o: Org) if p(u) and (r matches Site or r matches Org) and linked(o, r) and not has_role(u, "active", r);',
    ],
    [
      "of a type that shares a subtype with the one that is asked about",
      'resource Both extends Site, Org {} has_role(u: User, "active", o: Org) if p(u) and linked(o, s) and s matches Site and not has_role(u, "active", s);',
    ],
    [
      "that a condition to the right rules out, which may run later",
      'has_role(u: User, "active", _: Org) if p(u) and not has_role(u, "active", s) and s matches Site;',
    ],
    [
      "of a rule for any resource",
      'has_role(u: User, "active", _: Resource) if p(u) and not has_role(u, "active", Org{"o"});',
    ],
    [
      "of a rule for any resource, by way of a type with subtypes",
      'resource Sub extends Org {} has_role(u: User, "active", _: Resource) if p(u) and not has_role(u, "active", Org{"o"});',
    ],
    ["of a rule for any role", 'has_role(u: User, _: String, o: Org) if p(u) and not has_role(u, "active", o);'],
    [
      "beside a call of the same role of another type",
      'f(u: User, s: Site) if has_role(u, "active", s); has_role(u: User, "active", o: Org) if p(u) and not has_role(u, "active", o);',
    ],
    [
      "when the role is any but one",
      'has_role(u: User, "active", o: Org) if p(u) and label(r) and r != "member" and not has_role(u, r, o);',
    ],
    [
      "when the role is one of a list with a rest",
      'has_role(u: User, "active", o: Org) if p(u) and r in ["member", *more] and more = ["active"] and not has_role(u, r, o);',
    ],
    [
      "when a negation to the left says which role it is not",
      'has_role(u: User, "active", o: Org) if p(u) and label(r) and not r = "member" and not has_role(u, r, o);',
    ],
    [
      "when a `forall` to the left speaks of a role",
      'has_role(u: User, "active", o: Org) if p(u) and label(r) and forall(r = "member", p(u)) and not has_role(u, r, o);',
    ],
    [
      "when only one alternative says which role",
      'has_role(u: User, "active", o: Org) if (r = "member" or p(u)) and label(r) and not has_role(u, r, o);',
    ],
    [
      "when one alternative says it is any role",
      'has_role(u: User, "active", o: Org) if p(u) and (label(r) or r = "member") and not has_role(u, r, o);',
    ],
    [
      "when the alternatives say two roles",
      'has_role(u: User, "active", o: Org) if p(u) and (r = "member" or r = "active") and not has_role(u, r, o);',
    ],
    [
      "of one relation",
      'resource Dir { relations = { up: Dir }; } has_relation(a: Dir, "up", b: Dir) if near(a, b) and not has_relation(b, "up", a); declare near(Dir, Dir);',
    ],
    ["through `allow`", 'allow(u: User, "a", o: Org) if p(u) and not allow(u, "b", o);'],
  ])("%s", (_, text) => {
    expect(errorsOf(org + text)).toContain("polar/unstratified");
  });
});

describe("negation without a cycle is fine", () => {
  it.each([
    [
      "another role of the same type",
      'has_role(u: User, "active", o: Org) if has_role(u, "member", o) and not has_role(u, "suspended", o);',
    ],
    [
      "the same role of another type",
      'has_role(u: User, "active", o: Org) if s matches Site and p(u) and not has_role(u, "active", s) and o = o and s = s;',
    ],
    ["a permission beside a role", 'has_role(u: User, "active", o: Org) if p(u) and not has_permission(u, "use", o);'],
    [
      "recursion beside it",
      "q(u: User) if p(u); q(u: User) if friend(u, v) and q(v); r(u: User) if p(u) and not q(u);",
    ],
    ["a predicate of another arity", "q(u: User) if p(u) and not q(u, u); q(_: User, _: User);"],
    ["facts alone", "q(u: User) if p(u) and not friend(u, u);"],
    [
      "a role that only an alternative speaks of which cannot hold",
      'has_role(u: User, "active", o: Org) if p(u) and (r = "member" or (r = "active" and u matches Org)) and not has_role(u, r, o);',
    ],
    [
      "the same role of another type than shorthand asks about",
      'resource Repo { roles = ["a"]; relations = { org: Org }; "a" if "member" on "org"; } has_role(u: User, "member", s: Site) if p(u) and linked(o, s) and o = o and not has_role(u, "a", Repo{"r"});',
    ],
  ])("%s", (_, text) => {
    expect(errorsOf(org + text)).toEqual([]);
  });
});

it("names the cycle and points at its calls", () => {
  const text = `${org}a(u: User) if p(u) and not b(u);\nb(u: User) if c(u);\nc(u: User) if a(u);`;
  const { diagnostics } = loadPolicy([new Source("p.polar", text)]);
  const [error] = diagnostics.filter((d) => d.severity === "error");
  expect(error).toMatchObject({
    line: 3,
    column: 28,
    message: "`a` depends on its own negation, by way of `b` and `c`",
  });
  expect(error?.related?.map((r) => `${r.line}:${r.column}`)).toEqual(["4:15", "5:15"]);
});

describe("the dependency graph", () => {
  const text = `${org}
    q(u: User) if p(u); q(u: User) if friend(u, v) and q(v);
    r(u: User) if p(u) and not q(u);
    s(u: User) if r(u) and not r(u);
    has_role(u: User, "active", o: Org) if has_role(u, "member", o);
    has_role(u: User, "member", s: Site) if p(u) and s = s;`;
  const { dependencies, rules } = policyOf(text);
  const nodeOf = (key: string): DependencyNode =>
    dependencies.nodeOf.get(rules.get(key)?.[0] as never) as DependencyNode;

  it("has every rule in one node, and divides roles by name and type", () => {
    const all = [...rules.values()].flat();
    expect(all.every((rule) => dependencies.nodeOf.get(rule)?.rules.includes(rule))).toBe(true);
    expect(dependencies.nodes.flatMap((node) => node.rules)).toHaveLength(all.length);
    const roles = dependencies.nodes.filter((node) => node.predicate === "has_role/3");
    expect(roles.map((node) => [node.name, node.type])).toEqual([
      ["active", "Org"],
      ["member", "Site"],
    ]);
    expect(roles[0]?.edges).toEqual([]);
  });

  it("counts negations in strata and knows what is recursive", () => {
    expect(["q/1", "r/1", "s/1"].map((key) => nodeOf(key).stratum)).toEqual([0, 1, 2]);
    expect(["q/1", "r/1"].map((key) => nodeOf(key).recursive)).toEqual([true, false]);
  });

  it("puts every component behind those it leads to", () => {
    for (const node of dependencies.nodes) {
      expect(dependencies.components[node.component]).toContain(node);
      for (const { to } of node.edges) expect(to.component).toBeLessThanOrEqual(node.component);
    }
  });

  it("finds a negation among more rules than a call is joined with one by one", () => {
    const types = Array.from({ length: 60 }, (_, i) => `resource T${i} { roles = ["r"]; }`).join("\n");
    const written = Array.from({ length: 60 }, (_, i) => `has_role(u: User, "r", _: T${i}) if p(u);`).join("\n");
    const last =
      'has_role(u: User, "r", t: T59) if p(u) and linked(t, x) and x matches Resource and not has_role(u, "r", x);';
    const text = `actor User {} declare p(User); declare linked(Resource, Resource);\n${types}\n${written}\n`;
    expect(errorsOf(text)).toEqual([]);
    expect(errorsOf(text + last)).toEqual(["polar/unstratified"]);
  });

  it("stays small when many calls may lead to many rules", () => {
    const types = Array.from({ length: 60 }, (_, i) => `resource T${i} { roles = ["r"]; permissions = ["p"]; }`).join(
      "\n",
    );
    const written = Array.from({ length: 60 }, (_, i) => {
      return `has_role(u: User, "r", t: T${i}) if friend(u, v) and has_role(v, "r", t); f${i}(u: User) if has_role(u, "r", x) and x = x;`;
    }).join("\n");
    const graph = policyOf(`actor User {} declare friend(User, User);\n${types}\n${written}`).dependencies;
    expect(graph.nodes.reduce((n, node) => n + node.edges.length, 0)).toBeLessThan(300);
  });
});
