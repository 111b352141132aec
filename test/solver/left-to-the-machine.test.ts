import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { type Fact, FactTables, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import { createRelational } from "../../src/solver/relational/index.js";
import { world } from "../support/questions.js";
import { smallFact } from "../support/small-policies.js";

/*
 * Where the general evaluator ends in an error, an answer of the compiled rules would be one that nobody has proved. So they must
 * not answer there, whatever they were asked before; and where they do answer, they must say what the general evaluator says.
 */

const declared = `
actor User {} resource Org {} resource Doc {}
declare known(Org); declare known(Doc); declare closed(Org); declare size(Org, Integer);
declare mark(Org, Integer); declare mark(Org, String); declare mark(Doc, Integer); declare flag(Org, Boolean); declare flag(Org, Integer);
declare likes(User, String);
`;

interface Case {
  readonly name: string;
  readonly rules: string;
  /** In this order, of one solver. */
  readonly questions: readonly (readonly [action: string, resource: "Org" | "Doc", outcome: boolean | "error"])[];
}

const facts = [
  "known Org:1",
  "known Doc:1",
  "size Org:1 5",
  "mark Org:1 text",
  "mark Org:1 1",
  "mark Doc:1 2",
  "flag Org:1 7",
  "flag Org:1 true",
  "likes User:u odd",
];

const cases: readonly Case[] = [
  {
    name: "a text that may be compared with a number",
    rules: `allow(_: User, "more", o: Org) if mark(o, m) and m > 1;
      allow(_: User, "same", o: Org) if mark(o, m) and m == 2;`,
    questions: [
      ["more", "Org", "error"],
      ["same", "Org", "error"],
    ],
  },
  {
    name: "such a comparison in one alternative of a `not`",
    rules: `allow(_: User, "a", o: Org) if known(o) and not (closed(o) or mark(o, m) and m == 2);
      allow(_: User, "b", o: Org) if known(o) and not (mark(o, m) and m == 2 or closed(o));
      allow(_: User, "c", o: Org) if known(o) and not (closed(o) or size(o, n) and n == 2);`,
    questions: [
      ["c", "Org", true],
      ["a", "Org", "error"],
      ["b", "Org", "error"],
    ],
  },
  {
    name: "a number that stands as a condition",
    rules: `allow(_: User, "flag", o: Org) if flag(o, f) and f;
      allow(_: User, "no flag", o: Org) if known(o) and not (flag(o, f) and f);`,
    questions: [
      ["flag", "Org", "error"],
      ["no flag", "Org", "error"],
    ],
  },
  {
    name: "a helper that fails for one of two texts",
    rules: `help("good", o: Org) if known(o);
      help("bad", o: Org) if mark(o, m) and m == 2;
      allow(_: User, "good", o: Org) if help("good", o);
      allow(_: User, "bad", o: Org) if help("bad", o);`,
    questions: [
      ["good", "Org", true],
      ["bad", "Org", "error"],
      ["good", "Org", true],
    ],
  },
  {
    name: "a helper that fails for one of two types",
    rules: `help(x) if mark(x, m) and m == 2;
      allow(_: User, "help", d: Doc) if help(d);
      allow(_: User, "help", o: Org) if help(o);`,
    questions: [
      ["help", "Doc", true],
      ["help", "Org", "error"],
      ["help", "Doc", true],
    ],
  },
  {
    name: "a rule for actions that nobody names",
    rules: `allow(u: User, action, o: Org) if likes(u, action) and mark(o, m) and m == 2;
      allow(_: User, "plain", d: Doc) if known(d);`,
    questions: [
      ["plain", "Doc", true],
      ["odd", "Org", "error"],
      ["plain", "Doc", true],
    ],
  },
  {
    name: "a comparison that nothing binds",
    rules: `allow(_: User, "open", o: Org) if known(o) and more(_x, o);
      more(n, o: Org) if n > 1 and known(o);`,
    questions: [["open", "Org", "error"]],
  },
];

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

describe("compiled rules leave a question to the general evaluator where it can end in an error", () => {
  const user: Reference = { type: "User", id: "u" };
  it.each(cases)("$name", async ({ rules, questions }) => {
    const tables = new FactTables();
    tables.insertMany(facts.map(smallFact));
    const relational = createRelational(load(declared + rules), tables);
    const machine = world({
      policy: declared + rules,
      facts: facts.map((line): Fact => {
        const { predicate, args } = smallFact(line);
        return [predicate, ...args] as Fact;
      }),
    });
    for (const [action, type, outcome] of questions) {
      const resource: Reference = { type, id: "1" };
      const answer = await machine.holds("allow", user, action, resource).catch(() => "error");
      expect([action, answer]).toEqual([action, outcome]);
      const wanted = outcome === "error" ? undefined : outcome;
      expect([action, relational.check(user, action, resource)]).toEqual([action, wanted]);
      expect([action, relational.checkMany(user, action, [resource])]).toEqual([
        action,
        wanted === undefined ? undefined : [wanted],
      ]);
    }
  });

  it("what only the general evaluator knows", () => {
    const tables = new FactTables();
    tables.insertMany(facts.map(smallFact));
    const relational = createRelational(
      load(`${declared}
        allow(_: User, "field", o: Org{name: "x"}) if known(o);
        allow(_: User, "field within", d: Doc) if known(d) and not d matches Doc{name: "x"};
        allow(u: User, "rest", o: Org) if known(o) and likes(u, l) and l in ["odd", *_rest];
        allow(u: User, "known", o: Org) if known(o) and likes(u, l) and l in ["odd", "a"];`),
      tables,
    );
    const ask = (action: string, type: string): unknown => relational.check(user, action, { type, id: "1" });
    expect(ask("known", "Org")).toBe(true);
    expect(ask("field", "Org")).toBeUndefined();
    expect(ask("field within", "Doc")).toBeUndefined();
    expect(ask("rest", "Org")).toBeUndefined();
  });

  it("a list that something else has to bound: what a circle of rules leaves open is open at its end too", () => {
    const tables = new FactTables();
    tables.insertMany(["given User:u Doc:1", "root User:u", "hidden Doc:2"].map(smallFact));
    const relational = createRelational(
      load(`actor User {} resource Doc {} declare given(User, Doc); declare root(User); declare hidden(Doc);
        fourth(u, d) if third(u, d);
        third(u, d) if second(u, d);
        second(u, d) if given(u, d);
        second(u, d) if first(u, d);
        first(u, d) if third(u, d);
        first(u, d) if beginning(u, d);
        beginning(u: User, _: Doc) if root(u);
        allow(u: User, "see", d: Doc) if fourth(u, d) and not hidden(d);`),
      tables,
    );
    expect(relational.list(user, "see", "Doc")).toBeUndefined();
    expect(relational.check(user, "see", { type: "Doc", id: "2" })).toBe(false);
    expect(relational.check(user, "see", { type: "Doc", id: "3" })).toBe(true);
  });
});
