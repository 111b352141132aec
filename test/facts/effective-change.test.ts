import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  combine,
  type EffectiveChange,
  effectiveChange,
  type FactChange,
  FactTables,
  isConcrete,
  matchesPattern,
  PendingFacts,
  type PlainValue,
  type StoredFact,
  type StoredPattern,
} from "../../src/facts/index.js";
import { runs } from "../support/effort.js";

const user = (id: string): PlainValue => ({ type: "User", id });
const org = (id: string): PlainValue => ({ type: "Org", id });

// Few facts, so that changes meet each other; and names that an entity, a string and a boolean share.
const value = fc.constantFrom<PlainValue>(user("a"), user("b"), org("a"), "a", "true", true, 1n, "1");
const shape = fc.record({
  predicate: fc.constantFrom("p", "has_role"),
  args: fc.array(value, { minLength: 1, maxLength: 3 }),
});
const fewFacts = fc.constantFrom<StoredFact>(
  { predicate: "p", args: [user("a")] },
  { predicate: "p", args: [user("b")] },
  { predicate: "p", args: [org("a")] },
  { predicate: "p", args: ["a"] },
  { predicate: "q", args: [user("a")] },
  { predicate: "has_role", args: [user("a"), "a", org("a")] },
  { predicate: "has_role", args: [user("b"), "a", org("a")] },
  { predicate: "has_role", args: [user("a"), "b", org("a")] },
);
const fact: fc.Arbitrary<StoredFact> = fc.oneof({ weight: 3, arbitrary: fewFacts }, { weight: 1, arbitrary: shape });
const pattern: fc.Arbitrary<StoredPattern> = fc
  .tuple(fact, fc.array(fc.constantFrom("keep", "any", "type"), { minLength: 3, maxLength: 3 }))
  .map(([{ predicate, args }, how]) => ({
    predicate,
    args: args.map((arg, i) => {
      if (how[i] === "any") return undefined;
      return how[i] === "type" && typeof arg === "object" ? { anyOf: arg.type } : arg;
    }),
  }));
const change: fc.Arbitrary<FactChange> = fc.record({
  deletes: fc.array(pattern, { maxLength: 3 }),
  inserts: fc.array(fact, { maxLength: 3 }),
});

/** Shares nothing with what is tested. */
const text = (one: unknown): string =>
  JSON.stringify(one, (_, v: unknown) => (typeof v === "bigint" ? { integer: String(v) } : v));
const texts = (facts: Iterable<StoredFact>): string[] =>
  [...facts].map(({ predicate, args }) => text([predicate, args])).sort();
function fits({ predicate, args }: StoredFact, pattern: StoredPattern): boolean {
  if (predicate !== pattern.predicate || args.length !== pattern.args.length) return false;
  return args.every((arg, i) => {
    const wanted = pattern.args[i];
    if (wanted === undefined) return true;
    if (typeof wanted === "object" && "anyOf" in wanted) return typeof arg === "object" && arg.type === wanted.anyOf;
    return text(arg) === text(wanted);
  });
}

/** What a change makes of a set of facts: deletes first, then inserts. */
function apply(facts: Map<string, StoredFact>, { deletes, inserts }: FactChange): Map<string, StoredFact> {
  const after = new Map([...facts].filter(([, one]) => !deletes.some((pattern) => fits(one, pattern))));
  for (const one of inserts) after.set(text([one.predicate, one.args]), one);
  return after;
}

function difference(
  from: Map<string, StoredFact>,
  to: Map<string, StoredFact>,
): { removed: string[]; added: string[] } {
  return {
    removed: [...from.keys()].filter((key) => !to.has(key)).sort(),
    added: [...to.keys()].filter((key) => !from.has(key)).sort(),
  };
}
const said = ({ removed, added }: EffectiveChange): { removed: string[]; added: string[] } => ({
  removed: texts(removed),
  added: texts(added),
});

describe("what changes come to", () => {
  test("one after the other, each seeing those before it while the view stands still; and all of them as one", () => {
    fc.assert(
      fc.property(
        fc.array(fact, { maxLength: 6 }),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (before, changes) => {
          const view = new FactTables();
          view.insertMany(before);
          const start = new Map(before.map((one) => [text([one.predicate, one.args]), one]));
          const pending = new PendingFacts();
          let state = start;
          const effective = changes.map((one) => {
            const after = apply(state, one);
            const came = effectiveChange(view, pending, one);
            expect(said(came)).toEqual(difference(state, after));
            state = after;
            return came;
          });
          expect(said(combine(effective))).toEqual(difference(start, state));
          expect(texts(view.facts()), "the view stood still").toEqual([...start.keys()].sort());
          for (const one of effective) view.apply(one);
          expect(texts(view.facts())).toEqual([...state.keys()].sort());
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test("keep the policy that the facts were checked by", () => {
    const checkedBy = {};
    const told = effectiveChange(new FactTables(), new PendingFacts(), { deletes: [], inserts: [], checkedBy });
    expect(told.checkedBy).toBe(checkedBy);
    expect(combine([told]).checkedBy).toBe(checkedBy);
  });

  test("a fact matches a pattern argument by argument; a pattern without an open argument is a fact", () => {
    fc.assert(
      fc.property(fact, pattern, (one, pattern) => {
        expect(matchesPattern(one, pattern)).toBe(fits(one, pattern));
        expect(isConcrete(pattern)).toBe(
          pattern.args.every((arg) => arg !== undefined && !(typeof arg === "object" && "anyOf" in arg)),
        );
      }),
      { numRuns: runs(300) },
    );
  });
});
