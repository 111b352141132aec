import type { FactTables } from "../../facts/index.js";
import type { Table } from "../../facts/tables-table.js";
import type { Types } from "../types.js";
import type { ClauseTable } from "./clause-table.js";
import type { Argument, Clause, Goal } from "./clauses.js";
import { anything, type Known, knownValue, meet, meetKnown, only, overlaps, type TypeNames, typeOf } from "./known.js";
import { type Shape, ShapeIndex } from "./shape-index.js";

/*
 * What can be known of a predicate's answers before they are computed: of which types each argument can be, and whether it
 * can stay unbound. The least fixpoint over the rules, starting from the tables that exist; of the rules that are asked about alone.
 */

/** What an answer holds at one argument. */
export interface Output {
  readonly types: TypeNames;
  /** Whether it can stay unbound: any value of the types. */
  readonly open: boolean;
}

export class Inference {
  readonly #types: Types;
  readonly #rules: ClauseTable;
  readonly #tables: FactTables;
  readonly #facts = new Map<string, (ShapeIndex<Table> | undefined)[]>();
  /** Of the clauses that somebody asked about, directly or by way of others. */
  readonly #outputs = new Map<Clause, Output[] | undefined>();
  /** The clauses whose outputs were computed with those of a clause. */
  readonly #readers = new Map<Clause, Set<Clause>>();
  readonly #waiting = new Set<Clause>();
  /** The clause whose outputs are being computed. */
  #reader: Clause | undefined;

  constructor(types: Types, rules: ClauseTable, tables: FactTables) {
    this.#types = types;
    this.#rules = rules;
    this.#tables = tables;
  }

  /** The clauses whose heads can meet such arguments. */
  clauses(predicate: string, args: readonly Known[]): Clause[] {
    return this.#rules
      .find(predicate, args)
      .filter((clause) => clause.params.every((param, i) => meets(param, args[i]!)));
  }

  /** The tables with facts that can meet such arguments. */
  tables(predicate: string, args: readonly Known[]): Table[] {
    let arities = this.#facts.get(predicate);
    if (arities === undefined) this.#facts.set(predicate, (arities = []));
    let index = arities[args.length];
    if (index === undefined) {
      index = arities[args.length] = new ShapeIndex<Table>(args.length, shapesOfTable);
      for (const table of this.#tables.tablesOf(predicate, args.length)) index.add(table, table.name);
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
      add(columnsOf(table).map((type): Output => ({ types: only(type), open: false })));
    for (const clause of this.clauses(predicate, args)) {
      if (!clause.head.every((shape, i) => overlaps(shape.types, args[i]!.types))) continue;
      const outputs = this.#outputsOf(clause);
      if (outputs?.every((output, i) => overlaps(output.types, args[i]!.types))) add(outputs);
    }
    return found;
  }

  /** As far as they are known while they are being computed: whoever reads them then is asked again when there are more. */
  #outputsOf(clause: Clause): readonly Output[] | undefined {
    if (!this.#outputs.has(clause)) {
      this.#outputs.set(clause, undefined);
      this.#waiting.add(clause);
    }
    if (this.#reader === undefined) this.#settle();
    else {
      const readers = this.#readers.get(clause);
      if (readers === undefined) this.#readers.set(clause, new Set([this.#reader]));
      else readers.add(this.#reader);
    }
    return this.#outputs.get(clause);
  }

  #settle(): void {
    // A set gives out what is added on the way, too.
    for (const clause of this.#waiting) {
      this.#waiting.delete(clause);
      this.#reader = clause;
      try {
        if (!this.#improve(clause)) continue;
      } finally {
        this.#reader = undefined;
      }
      for (const reader of this.#readers.get(clause) ?? []) this.#waiting.add(reader);
    }
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

  /** Computes the outputs of a clause from those of the others; true when it has more than before. */
  #improve(clause: Clause): boolean {
    const found = this.variables(
      clause,
      clause.params.map(() => anything),
    );
    if (found === undefined) return false;
    const before = this.#outputs.get(clause);
    const after = clause.params.map((param): Output => {
      if (param.kind === "constant") return { types: only(typeOf(param.value)), open: false };
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
    return (exact ? this.#types.exactly(type) : this.#types.within(type)).names;
  }
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

function meets(param: Argument, arg: Known): boolean {
  if (param.kind === "variable") return true;
  return meetKnown(knownValue(param.value), arg) !== undefined;
}

function shapesOfTable(table: Table): Shape[] {
  return columnsOf(table).map((type, i) => ({ types: only(type), text: i === 1 ? table.name : undefined }));
}
