import type { FactTables, PlainValue } from "../../facts/index.js";
import type { Table } from "../../facts/tables-table.js";
import type { Policy } from "../../polar/policy.js";
import { createTypes, type Types } from "../types.js";
import { type Argument, type Clause, clausesOf, type Goal, type Operand } from "./clauses.js";

import { type Shape, ShapeIndex } from "./shape-index.js";

/*
 * What can be known of a predicate's answers before they are computed: of which types each argument can be, and whether it
 * can stay unbound. The least fixpoint over the rules, starting from the tables that exist.
 */

/** Names of types; `undefined` is every type. */
export type TypeNames = ReadonlySet<string> | undefined;

/** What is known of an argument of a call. */
export interface Known {
  readonly bound: boolean;
  readonly types: TypeNames;
  /** The string that it is. */
  readonly text: string | undefined;
}

/** What an answer holds at one argument. */
export interface Output {
  readonly types: TypeNames;
  /** Whether it can stay unbound: any value of the types. */
  readonly open: boolean;
}

export class Inference {
  readonly types: Types;
  readonly #tables: FactTables;
  readonly #clauses: Clause[] = [];
  readonly #definitions = new Map<string, ShapeIndex<Clause>[]>();
  /** The clauses in whose bodies a predicate is called. */
  readonly #callers = new Map<string, ShapeIndex<Clause>[]>();
  readonly #facts = new Map<string, ShapeIndex<Table>[]>();
  readonly #outputs = new Map<Clause, Output[]>();

  constructor(policy: Policy, tables: FactTables) {
    this.types = createTypes(policy);
    this.#tables = tables;
    for (const rules of policy.rules.values()) for (const rule of rules) this.#clauses.push(...clausesOf(rule));
    for (const clause of this.#clauses) this.#define(clause);
    const waiting = new Set(this.#clauses);
    // A set gives out what is added on the way, too.
    for (const clause of waiting) {
      waiting.delete(clause);
      if (!this.#improve(clause)) continue;
      const { predicate, params } = clause;
      const shapes = this.#outputs.get(clause)!.map(({ types }, i): Shape => ({ types, text: textOf(params[i]!) }));
      for (const caller of this.#callers.get(predicate)?.[params.length]?.find(shapes) ?? []) waiting.add(caller);
    }
  }

  /** All constants of the rules that are strings. */
  texts(): Set<string> {
    const texts = new Set<string>();
    const see = (argument: Argument): void => {
      if (argument.kind === "constant" && typeof argument.value === "string") texts.add(argument.value);
    };
    const walk = (goals: readonly Goal[]): void => {
      for (const goal of goals) {
        if (goal.kind === "call") goal.args.forEach(see);
        else if (goal.kind === "unify") [goal.left, goal.right].forEach(see);
        else if (goal.kind === "not") goal.alternatives.forEach(walk);
        else if (goal.kind === "in") for (const value of goal.values) see({ kind: "constant", value });
      }
    };
    for (const clause of this.#clauses) {
      clause.params.forEach(see);
      walk(clause.goals);
    }
    return texts;
  }

  /** The clauses whose heads can meet such arguments. */
  clauses(predicate: string, args: readonly Known[]): Clause[] {
    const found = this.#definitions.get(predicate)?.[args.length]?.find(args) ?? [];
    return found.filter((clause) => clause.params.every((param, i) => meets(param, args[i]!)));
  }

  /** The tables with facts that can meet such arguments. */
  tables(predicate: string, args: readonly Known[]): Table[] {
    let arities = this.#facts.get(predicate);
    if (arities === undefined) this.#facts.set(predicate, (arities = []));
    let index = arities[args.length];
    if (index === undefined) {
      index = arities[args.length] = new ShapeIndex(args.length);
      for (const table of this.#tables.tablesOf(predicate, args.length)) index.add(table, shapesOfTable(table));
    }
    return index.find(args).filter((table) => {
      if (table.name !== undefined && args[1]!.text !== undefined && args[1]!.text !== table.name) return false;
      return columnsOf(table).every((type, i) => args[i]!.types?.has(type) ?? true);
    });
  }

  /** What answers to such a call can hold; `undefined` when there can be none. */
  outputs(predicate: string, args: readonly Known[]): Output[] | undefined {
    let found: { types: Set<string> | undefined; open: boolean }[] | undefined;
    const add = (outputs: readonly Output[]): void => {
      found ??= outputs.map(() => ({ types: new Set<string>(), open: false }));
      outputs.forEach((output, i) => {
        const into = found![i]!;
        const types = meet(output.types, args[i]!.types);
        if (types === undefined) into.types = undefined;
        else if (into.types !== undefined) for (const type of types) into.types.add(type);
        if (output.open && !args[i]!.bound) into.open = true;
      });
    };
    for (const table of this.tables(predicate, args))
      add(columnsOf(table).map((type): Output => ({ types: new Set([type]), open: false })));
    for (const clause of this.clauses(predicate, args)) {
      const outputs = this.#outputs.get(clause);
      if (outputs?.every((output, i) => !isEmpty(meet(output.types, args[i]!.types)))) add(outputs);
    }
    return found;
  }

  /**
   * The types of a clause's variables in any answer to such a call, `undefined` when it can have none; and which of its
   * variables its goals bind.
   */
  variables(
    clause: Clause,
    args: readonly Known[],
  ): { readonly known: Known[]; readonly ground: boolean[] } | undefined {
    const known: Known[] = Array.from({ length: clause.variables }, () => anything);
    const ground: boolean[] = Array.from({ length: clause.variables }, () => false);
    for (const [i, param] of clause.params.entries()) {
      if (param.kind !== "variable") continue;
      const met = meetKnown(known[param.index]!, args[i]!);
      if (met === undefined) return undefined;
      known[param.index] = met;
      if (args[i]!.bound) ground[param.index] = true;
    }
    // Twice, since a later goal may say what an earlier one needs; a third pass gains little.
    for (let pass = 0; pass < 2; pass++)
      for (const goal of clause.goals) if (!this.#narrow(goal, known, ground)) return undefined;
    return { known, ground };
  }

  /** What the goals of a conjunction say about its variables; `undefined` when it cannot hold. */
  narrow(goals: readonly Goal[], known: readonly Known[]): Known[] | undefined {
    const narrowed = known.slice();
    const ground = narrowed.map(() => false);
    for (let pass = 0; pass < 2; pass++)
      for (const goal of goals) if (!this.#narrow(goal, narrowed, ground)) return undefined;
    return narrowed;
  }

  /** What is known of an argument. */
  known(argument: Argument, known: readonly Known[]): Known {
    return argument.kind === "variable" ? known[argument.index]! : knownValue(argument.value);
  }

  #define(clause: Clause): void {
    const { goals, headGoals, params, predicate, variables } = clause;
    const index = <T>(into: Map<string, ShapeIndex<T>[]>, name: string, arity: number): ShapeIndex<T> => {
      let arities = into.get(name);
      if (arities === undefined) into.set(name, (arities = []));
      return (arities[arity] ??= new ShapeIndex(arity));
    };
    const shapes = (args: readonly Argument[], types: readonly TypeNames[]): Shape[] =>
      args.map((argument) =>
        argument.kind === "variable" ? { types: types[argument.index], text: undefined } : knownValue(argument.value),
      );
    index(this.#definitions, predicate, params.length).add(
      clause,
      shapes(params, this.#stated(goals.slice(0, headGoals), variables)),
    );
    const stated = this.#stated(goals, variables);
    for (const goal of goals)
      if (goal.kind === "call")
        index(this.#callers, goal.predicate, goal.args.length).add(clause, shapes(goal.args, stated));
  }

  /** The types that the goals demand of each variable outright. */
  #stated(goals: readonly Goal[], variables: number): TypeNames[] {
    const stated: TypeNames[] = Array.from({ length: variables }, () => undefined);
    for (const goal of goals)
      if (goal.kind === "type")
        stated[goal.variable] = meet(stated[goal.variable], this.typesOf(goal.type, goal.exact));
    return stated;
  }

  /** Computes the outputs of a clause from those of the others; true when it has more than before. */
  #improve(clause: Clause): boolean {
    const found = this.variables(
      clause,
      clause.params.map(() => anything),
    );
    if (found === undefined) return false;
    const before = this.#outputs.get(clause);
    const after = clause.params.map((param): Output => {
      if (param.kind === "constant") return { types: new Set([typeOf(param.value)]), open: false };
      return { types: found.known[param.index]!.types, open: !found.ground[param.index]! };
    });
    this.#outputs.set(clause, after);
    return (
      before === undefined ||
      after.some((output, i) => output.types?.size !== before[i]!.types?.size || output.open !== before[i]!.open)
    );
  }

  /** Takes what a goal says about its variables into account; false when it has no answer. */
  #narrow(goal: Goal, known: Known[], ground: boolean[]): boolean {
    switch (goal.kind) {
      case "call": {
        const args = goal.args.map((argument) => this.known(argument, known));
        const outputs = this.outputs(goal.predicate, args);
        if (outputs === undefined) return false;
        for (const [i, argument] of goal.args.entries()) {
          if (argument.kind !== "variable") continue;
          const met = meetKnown(known[argument.index]!, { ...anything, types: outputs[i]!.types });
          if (met === undefined) return false;
          known[argument.index] = met;
          if (!outputs[i]!.open) ground[argument.index] = true;
        }
        return true;
      }
      case "type": {
        const met = meetKnown(known[goal.variable]!, { ...anything, types: this.typesOf(goal.type, goal.exact) });
        if (met === undefined) return false;
        known[goal.variable] = met;
        return true;
      }
      case "unify": {
        const { left, right } = goal;
        const met = meetKnown(this.known(left, known), this.known(right, known));
        if (met === undefined) return false;
        const grounded = [left, right].some((side) => side.kind === "constant" || ground[side.index]!);
        for (const side of [left, right]) {
          if (side.kind !== "variable") continue;
          known[side.index] = met;
          if (grounded) ground[side.index] = true;
        }
        return true;
      }
      case "truth": {
        const met = meetKnown(known[goal.variable]!, knownValue(true));
        if (met === undefined) return false;
        known[goal.variable] = met;
        ground[goal.variable] = true;
        return true;
      }
      case "in": {
        const types = new Set(goal.values.map(typeOf));
        const met = meetKnown(this.known(goal.element, known), { ...anything, types });
        if (met === undefined) return false;
        if (goal.element.kind === "variable") {
          known[goal.element.index] = met;
          ground[goal.element.index] = true;
        }
        return true;
      }
      case "fail":
        return false;
      default:
        return true;
    }
  }

  typesOf(type: string, exact: boolean): ReadonlySet<string> {
    return (exact ? this.types.exactly(type) : this.types.within(type)).names;
  }
}

export const anything: Known = { bound: false, types: undefined, text: undefined };

export function typeOf(value: PlainValue): string {
  if (typeof value === "object") return value.type;
  if (typeof value === "string") return "String";
  return typeof value === "bigint" ? "Integer" : "Boolean";
}

export function knownValue(value: PlainValue): Known {
  return { bound: true, types: new Set([typeOf(value)]), text: typeof value === "string" ? value : undefined };
}

const integer: Known = { bound: true, types: new Set(["Integer"]), text: undefined };

export function knownOperand(operand: Operand, known: (argument: Argument) => Known): Known {
  return operand.kind === "now" ? integer : known(operand);
}

/** The types of all arguments of a table's facts. */
export function columnsOf(table: {
  readonly name: string | undefined;
  readonly domains: readonly { readonly name: string }[];
}): string[] {
  const types = table.domains.map((domain) => domain.name);
  if (table.name !== undefined) types.splice(1, 0, "String");
  return types;
}

export function isEmpty(types: TypeNames): boolean {
  return types !== undefined && types.size === 0;
}

export function meet(a: TypeNames, b: TypeNames): TypeNames {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  let whole = true;
  for (const type of a) if (!b.has(type)) whole = false;
  return whole ? a : new Set([...a].filter((type) => b.has(type)));
}

export function meetKnown(a: Known, b: Known): Known | undefined {
  if (a.text !== undefined && b.text !== undefined && a.text !== b.text) return undefined;
  const types = meet(a.types, b.types);
  if (isEmpty(types)) return undefined;
  return { bound: a.bound || b.bound, types, text: a.text ?? b.text };
}

function meets(param: Argument, arg: Known): boolean {
  if (param.kind === "variable") return true;
  return meetKnown(knownValue(param.value), arg) !== undefined;
}

function textOf(argument: Argument): string | undefined {
  return argument.kind === "constant" && typeof argument.value === "string" ? argument.value : undefined;
}

function shapesOfTable(table: Table): Shape[] {
  return columnsOf(table).map((type, i) => ({ types: new Set([type]), text: i === 1 ? table.name : undefined }));
}
