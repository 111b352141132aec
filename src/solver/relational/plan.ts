import type { Domain } from "../../facts/tables-domain.js";
import type { Table } from "../../facts/tables-table.js";
import type { Clause, Comparison } from "./clauses.js";

/*
 * The intermediate form between rules and closures. A *unit* is a predicate specialised to argument types, to the strings
 * that are known, and to which arguments are given; it has one *plan* for every way to prove it, a list of steps over
 * numbered registers, each of which holds a code. See docs/decisions/002-relational-plans.md.
 */

/** How one argument of a unit is used. */
export type ArgumentMode =
  /** A string known when compiling; it has no register. */
  | { readonly kind: "text"; readonly text: string }
  /** Given by the caller. */
  | { readonly kind: "in"; readonly domain: Domain }
  /** Found by the unit; when `unnamed`, answers that rules and tables name need not be among them. */
  | { readonly kind: "out"; readonly domain: Domain; readonly unnamed?: boolean }
  /** Nobody looks at it: it is enough that there is a value, of one of the types. */
  | { readonly kind: "ignored"; readonly types: readonly string[] | undefined };

export interface Unit {
  readonly number: number;
  readonly predicate: string;
  readonly modes: readonly ArgumentMode[];
  /** Registers of the arguments that are given, and of those that are found. The register of an argument is its position. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  plans: Plan[];
  /** How many registers its plans use. */
  registers: number;
  /** Registers that always hold the same code. */
  readonly constants: Map<number, number>;
  /** Whether an output can stay unbound, which is written `anyCode`. */
  open: boolean;
  /** The units that depend on each other have the same number; callees have lower numbers. */
  component: number;
  /** Whether it depends on itself. */
  recursive: boolean;
}

/** In an output register: any value of the domain. */
export const anyCode = -1;

export interface Plan {
  /** The rule; `undefined` for facts. */
  readonly clause: Clause | undefined;
  readonly steps: readonly Step[];
}

export type Step =
  /** Two registers hold the same code. */
  | { readonly kind: "same"; readonly left: number; readonly right: number }
  | { readonly kind: "copy"; readonly from: number; readonly to: number }
  /** Leaves an output unbound. */
  | { readonly kind: "any"; readonly to: number }
  /** The row is in the table. One register per column. */
  | { readonly kind: "has"; readonly table: Table; readonly columns: readonly number[] }
  /** For every row of the table whose columns in `mask` hold the codes of their registers: its other columns into theirs. */
  | { readonly kind: "rows"; readonly table: Table; readonly columns: readonly number[]; readonly mask: number }
  /** The unit holds, or: for each of its answers, with the outputs into their registers. One register per argument, -1 for none. */
  | { readonly kind: "call"; readonly unit: Unit; readonly args: readonly number[] }
  | { readonly kind: "one-of"; readonly register: number; readonly codes: readonly number[] }
  | { readonly kind: "each-of"; readonly register: number; readonly codes: readonly number[] }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly domain: Domain;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: "not"; readonly alternatives: readonly (readonly Step[])[] };

/** A register, or the seconds since 1970. */
export type Operand = number | "now";

/** The steps of a plan and of its negations that call a unit. */
export function* callsOf(steps: readonly Step[]): Iterable<Extract<Step, { kind: "call" }>> {
  for (const step of steps) {
    if (step.kind === "call") yield step;
    else if (step.kind === "not") for (const alternative of step.alternatives) yield* callsOf(alternative);
  }
}

/** Thrown while planning: this question is for the machine. */
export class Unsupported extends Error {}
