import type { PlainValue } from "../../facts/index.js";
import type { Argument, Operand } from "./clauses.js";

/** Names of types; `undefined` is every type. */
export type TypeNames = ReadonlySet<string> | undefined;

/** What is known of an argument of a call. */
export interface Known {
  readonly bound: boolean;
  readonly types: TypeNames;
  /** The string that it is. */
  readonly text: string | undefined;
}

export const anything: Known = { bound: false, types: undefined, text: undefined };

export function typeOf(value: PlainValue): string {
  if (typeof value === "object") return value.type;
  if (typeof value === "string") return "String";
  return typeof value === "bigint" ? "Integer" : "Boolean";
}

const singles = new Map<string, ReadonlySet<string>>();

/** The set of one type, always the same one. */
export function only(type: string): ReadonlySet<string> {
  let set = singles.get(type);
  if (set === undefined) {
    // Policies come and go; what they called their types need not be kept for ever.
    if (singles.size > 10_000) singles.clear();
    singles.set(type, (set = new Set([type])));
  }
  return set;
}

export function knownValue(value: PlainValue): Known {
  return { bound: true, types: only(typeOf(value)), text: typeof value === "string" ? value : undefined };
}

const integer: Known = { bound: true, types: only("Integer"), text: undefined };

export function knownOperand(operand: Operand, known: (argument: Argument) => Known): Known {
  return operand.kind === "now" ? integer : known(operand);
}

export function isEmpty(types: TypeNames): boolean {
  return types !== undefined && types.size === 0;
}

/** The types of both; one of the two sets whenever it is as good. */
export function meet(a: TypeNames, b: TypeNames): TypeNames {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const type of small) if (large.has(type)) common++;
  if (common === small.size) return small;
  return common === 0 ? noTypes : new Set([...small].filter((type) => large.has(type)));
}

const noTypes: ReadonlySet<string> = new Set();

export function overlaps(a: TypeNames, b: TypeNames): boolean {
  return !isEmpty(meet(a, b));
}

export function meetKnown(a: Known, b: Known): Known | undefined {
  if (a.text !== undefined && b.text !== undefined && a.text !== b.text) return undefined;
  const types = meet(a.types, b.types);
  if (isEmpty(types)) return undefined;
  const bound = a.bound || b.bound;
  const text = a.text ?? b.text;
  return types === a.types && bound === a.bound && text === a.text ? a : { bound, types, text };
}
