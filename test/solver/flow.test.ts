import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LimitError } from "../../src/diagnostics/errors.js";
import { Source } from "../../src/diagnostics/source.js";
import { FactTables, type PlainValue, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import { createRelational, type Relational } from "../../src/solver/relational/index.js";
import { runs } from "../support/effort.js";

/** One action for each thing that a flow chart can do. */
const policyText = `
actor User {}
actor Group {}
resource Org { roles = ["member"]; }
resource Folder { roles = ["reader", "writer"]; relations = { parent: Folder, org: Org }; "reader" if "writer"; }
declare in_group(User, Group); declare shared(Group, Folder); declare owner(Folder, User);
declare hidden(Folder); declare level(User, Integer); declare state(Folder, String); declare seen(User, Folder, Integer);

allow(u: User, "pair", f: Folder) if has_role(u, "reader", f);
allow(u: User, "column", f: Folder) if owner(f, u);
allow(u: User, "above", f: Folder) if has_relation(f, "org", o) and has_role(u, "member", o);
allow(u: User, "groups", f: Folder) if in_group(u, g) and shared(g, f);
allow(u: User, "not", f: Folder) if owner(f, u) and not hidden(f);
allow(u: User, "level", f: Folder) if has_role(u, "writer", f) and level(u, n) and n > 2;
allow(_: User, "state", f: Folder) if state(f, s) and s in ["open", "draft"];
allow(u: User, "wide", f: Folder) if level(u, n) and seen(u, f, n);
allow(u: User, "ladder", f: Folder) if under(u, f);
allow(u: User, "climb", f: Folder) if visible(u, f);
allow(u: User, "beside", f: Folder) if not under(u, f) and not visible(u, f);

under(u: User, f: Folder) if has_role(u, "writer", f);
under(u: User, f: Folder) if has_relation(f, "parent", p) and under(u, p);
visible(u: User, f: Folder) if owner(f, u);
visible(u: User, f: Folder) if in_group(u, g) and shared(g, f);
visible(u: User, f: Folder) if has_relation(f, "parent", p) and not hidden(f) and visible(u, p);
`;
const actions = [
  "pair",
  "column",
  "above",
  "groups",
  "not",
  "level",
  "state",
  "wide",
  "ladder",
  "climb",
  "beside",
] as const;

const loaded = loadPolicy([new Source("policy.polar", policyText)]);
const policy = loaded.policy!;

type Row = readonly [predicate: string, ...args: (string | number)[]];

const types: Readonly<Record<string, string>> = { u: "User", g: "Group", f: "Folder", o: "Org" };

/** `u1` is a user, `f3` a folder; anything else is a text. */
function value(text: string | number): PlainValue {
  if (typeof text === "number") return BigInt(text);
  return /^[ugfo]\d+$/.test(text) ? { type: types[text[0]!]!, id: text } : text;
}

const stored = ([predicate, ...args]: Row): { predicate: string; args: PlainValue[] } => ({
  predicate,
  args: args.map(value),
});

/** What the policy says, written down once more without any solver. */
function model(facts: readonly Row[]): (user: string, action: string, folder: string) => boolean {
  const known = new Set(facts.map((fact) => JSON.stringify(fact)));
  const has = (...row: Row): boolean => known.has(JSON.stringify(row));
  const beside = (predicate: string, first: string): (string | number)[] =>
    facts.filter((fact) => fact[0] === predicate && fact[1] === first).map((fact) => fact[2]!);
  const related = (folder: string, name: string): string[] =>
    facts
      .filter((fact) => fact[0] === "has_relation" && fact[1] === folder && fact[2] === name)
      .map((fact) => fact[3] as string);
  const groups = (u: string, f: string): boolean => beside("in_group", u).some((g) => has("shared", g, f));
  const reaches = (from: string, goes: (f: string) => boolean, found: (f: string) => boolean): boolean => {
    const met = new Set([from]);
    for (const f of met) {
      if (found(f)) return true;
      if (goes(f)) for (const p of related(f, "parent")) met.add(p);
    }
    return false;
  };
  const under = (u: string, f: string): boolean =>
    reaches(
      f,
      () => true,
      (at) => has("has_role", u, "writer", at),
    );
  const visible = (u: string, f: string): boolean =>
    reaches(
      f,
      (at) => !has("hidden", at),
      (at) => has("owner", at, u) || groups(u, at),
    );
  return (u, action, f) => {
    switch (action) {
      case "pair":
        return has("has_role", u, "reader", f) || has("has_role", u, "writer", f);
      case "column":
        return has("owner", f, u);
      case "above":
        return related(f, "org").some((o) => has("has_role", u, "member", o));
      case "groups":
        return groups(u, f);
      case "not":
        return has("owner", f, u) && !has("hidden", f);
      case "level":
        return has("has_role", u, "writer", f) && beside("level", u).some((n) => (n as number) > 2);
      case "state":
        return has("state", f, "open") || has("state", f, "draft");
      case "wide":
        return beside("level", u).some((n) => has("seen", u, f, n));
      case "ladder":
        return under(u, f);
      case "climb":
        return visible(u, f);
      default:
        return !under(u, f) && !visible(u, f);
    }
  };
}

const users = ["u0", "u1", "u2"];
const folders = Array.from({ length: 14 }, (_, i) => `f${i}`);
const user = fc.constantFrom(...users);
const group = fc.constantFrom("g0", "g1", "g2");
const folder = fc.constantFrom(...folders);
const org = fc.constantFrom("o0", "o1");

/** Facts of every shape. */
const anyFact: fc.Arbitrary<Row> = fc.oneof(
  fc.tuple(fc.constant("has_role"), user, fc.constantFrom("reader", "writer"), folder),
  fc.tuple(fc.constant("has_role"), user, fc.constant("member"), org),
  fc.tuple(fc.constant("has_relation"), folder, fc.constant("parent"), folder),
  fc.tuple(fc.constant("has_relation"), folder, fc.constant("org"), org),
  fc.tuple(fc.constant("in_group"), user, group),
  fc.tuple(fc.constant("shared"), group, folder),
  fc.tuple(fc.constant("owner"), folder, user),
  fc.tuple(fc.constant("hidden"), folder),
  fc.tuple(fc.constant("level"), user, fc.integer({ min: 0, max: 4 })),
  fc.tuple(fc.constant("state"), folder, fc.constantFrom("open", "draft", "shut")),
  fc.tuple(fc.constant("seen"), user, folder, fc.integer({ min: 0, max: 4 })),
);

/** Columns with one value each, as nearly all relations between resources are: they are stored in another way. */
const columns: fc.Arbitrary<Row[]> = fc
  .record({
    parents: fc.array(fc.nat(13), { minLength: 14, maxLength: 14 }),
    orgs: fc.array(org, { minLength: 14, maxLength: 14 }),
    owners: fc.array(user, { minLength: 14, maxLength: 14 }),
    roots: fc.nat(3),
  })
  .map(({ parents, orgs, owners, roots }) =>
    folders.flatMap((f, i): Row[] => [
      ...(i < roots ? [] : [["has_relation", f, "parent", `f${parents[i]!}`] as const]),
      ["has_relation", f, "org", orgs[i]!],
      ["owner", f, owners[i]!],
    ]),
  );

/** Asks about everybody and everything, a stranger and an unknown folder as well. */
function compare(relational: Relational, facts: readonly Row[]): void {
  const wanted = model(facts);
  for (const u of [...users, "u99"])
    for (const action of actions)
      for (const f of [...folders, "f99"]) {
        const [actor, resource] = [value(u) as Reference, value(f) as Reference];
        const right = wanted(u, action, f);
        const answers = [
          relational.check(actor, action, resource),
          relational.decide("User", u, action, "Folder", f),
          relational.decider(actor, action, "Folder")(f),
          relational.checkMany(actor, action, [resource, resource])?.[1],
          relational.actions(actor, resource)?.includes(action),
        ];
        // An assertion for each of thousands of questions would take most of the time.
        if (answers.some((answer) => answer !== right)) expect([u, action, f, answers]).toEqual([u, action, f, right]);
      }
}

/** So that all tables are there from the beginning: charts are drawn anew when one appears. */
const oneOfEach: Row[] = [
  ["has_role", "u9", "reader", "f0"],
  ["has_role", "u9", "writer", "f0"],
  ["has_role", "u9", "member", "o0"],
  ["has_relation", "f0", "org", "o0"],
  ["in_group", "u9", "g0"],
  ["shared", "g9", "f0"],
  ["hidden", "f9"],
  ["level", "u9", 1],
  ["state", "f9", "shut"],
  ["seen", "u9", "f9", 1],
];

describe("a check as a flow chart", () => {
  it("is how all of these are decided", () => {
    const tables = new FactTables();
    const relational = createRelational(policy, tables);
    expect(loaded.diagnostics).toEqual([]);
    for (const fact of [...oneOfEach, ["has_relation", "f1", "parent", "f0"], ["owner", "f1", "u1"]] as Row[])
      tables.insert(stored(fact));
    for (const action of actions) expect([action, relational.way("User", action, "Folder")]).toEqual([action, "flow"]);
  });

  it("answers what the policy says, while columns get second values and lose them again (I1)", () => {
    fc.assert(
      fc.property(
        columns,
        fc.array(anyFact, { maxLength: 25 }),
        fc.array(anyFact, { maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (dense, some, later, deleted) => {
          const tables = new FactTables();
          const relational = createRelational(policy, tables);
          const facts = new Map<string, Row>();
          const tell = (fact: Row): void => {
            tables.insert(stored(fact));
            facts.set(JSON.stringify(fact), fact);
          };
          for (const fact of [...oneOfEach, ...dense, ...some]) tell(fact);
          compare(relational, [...facts.values()]);
          for (const fact of later) tell(fact);
          compare(relational, [...facts.values()]);
          for (const n of deleted) {
            const [key, fact] = [...facts][n] ?? [];
            if (key === undefined || fact === undefined) continue;
            facts.delete(key);
            tables.delete(stored(fact));
          }
          compare(relational, [...facts.values()]);
        },
      ),
      { numRuns: runs(8) },
    );
  }, 600_000);

  it("leaves a way that is too long to those who count its steps exactly", () => {
    const tables = new FactTables();
    for (const fact of oneOfEach) tables.insert(stored(fact));
    for (let i = 1; i <= 1_000; i++) tables.insert(stored(["has_relation", `f${i}`, "parent", `f${i - 1}`]));
    const relational = createRelational(policy, tables, { limits: { steps: 500 } });
    const [owner, other] = [value("u9") as Reference, value("u1") as Reference];
    expect(relational.way("User", "ladder", "Folder")).toBe("flow");
    expect(relational.check(owner, "ladder", value("f400") as Reference)).toBe(true);
    expect(relational.check(other, "ladder", value("f400") as Reference)).toBe(false);
    expect(() => relational.check(owner, "ladder", value("f900") as Reference)).toThrow(LimitError);
    expect(relational.check(owner, "ladder", value("f400") as Reference)).toBe(true);
  });

  it("does not know an id that has to be looked at first, whatever is known beside it", () => {
    const tables = new FactTables();
    const relational = createRelational(policy, tables);
    for (const fact of oneOfEach) tables.insert(stored(fact));
    expect(relational.decide("User", "u9", "pair", "Folder", "f0")).toBe(true);
    for (const id of ["", "\0", "\ud800", "é", "a".repeat(65)]) {
      expect(relational.decide("User", id, "pair", "Folder", "f0")).toBeUndefined();
      expect(relational.decide("User", "u9", "pair", "Folder", id)).toBeUndefined();
      expect(relational.decider(value("u9") as Reference, "pair", "Folder")(id)).toBeUndefined();
    }
    // Known now, but nobody says that it was looked at.
    tables.insert({ predicate: "has_role", args: [{ type: "User", id: "é" }, "reader", value("f0")] });
    expect(relational.decide("User", "é", "pair", "Folder", "f0")).toBeUndefined();
    expect(relational.check({ type: "User", id: "é" }, "pair", value("f0") as Reference)).toBe(true);
    expect(relational.decide("User", "u9", "pair", "Folder", "f0")).toBe(true);
  });
});
