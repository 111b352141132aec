import type { FactReader } from "../../src/facts/store.js";
import { type Fact, isReference, type PlainValue, type StoredFact, type StoredPattern } from "../../src/facts/value.js";

/** Facts in their inner form: integers as `bigint`. */
export function stored([predicate, ...args]: Fact): StoredFact {
  return { predicate, args: args.map((arg) => (typeof arg === "number" ? BigInt(arg) : arg)) };
}

/** A reader over an array, with nothing clever in it. */
export function factList(facts: readonly Fact[]): FactReader {
  const all = facts.map(stored);
  return {
    match: (predicate, args) =>
      all
        .filter((fact) => fact.predicate === predicate && fact.args.length === args.length)
        .filter((fact) => args.every((arg, i) => fits(arg, fact.args[i] as PlainValue)))
        .map((fact) => fact.args),
  };
}

function fits(pattern: StoredPattern["args"][number], value: PlainValue): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern !== "object") return pattern === value;
  if (!isReference(value) || value.type !== ("anyOf" in pattern ? pattern.anyOf : pattern.type)) return false;
  return "anyOf" in pattern || pattern.id === value.id;
}
