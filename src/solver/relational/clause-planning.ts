import type { FactTables, PlainValue } from "../../facts/index.js";
import type { Domain } from "../../facts/tables-domain.js";
import type { Table } from "../../facts/tables-table.js";
import type { Argument, Clause, Goal } from "./clauses.js";
import type { Inference } from "./inference.js";
import { anything, type Known, knownOperand, knownValue, only, typeOf } from "./known.js";
import { type ArgumentMode, type Operand, type Step, type Unit, Unsupported } from "./plan.js";
import { constant, isUnnamed, knownMode, tableStep } from "./unit-parts.js";

const mostCombinations = 64;

/** Where the units that a plan calls come from. */
export interface UnitSource {
  unit(predicate: string, modes: readonly ArgumentMode[]): Unit;
  code(value: PlainValue): number;
}

/** One variable of a clause while its goals are put in order. */
interface Slot {
  /** The type that it has in this plan; `undefined` as long as nobody needs to know. */
  type: string | undefined;
  /** -1 as long as there is none. */
  register: number;
  bound: boolean;
  /** See `ArgumentMode`. */
  unnamed: boolean;
}

/** One clause in one unit: its variables get types and registers, its goals an order. */
export class ClausePlanning {
  readonly #planner: UnitSource;
  readonly #inference: Inference;
  readonly #tables: FactTables;
  readonly #unit: Unit;
  readonly #clause: Clause;

  constructor(planner: UnitSource, inference: Inference, tables: FactTables, unit: Unit, clause: Clause) {
    this.#planner = planner;
    this.#inference = inference;
    this.#tables = tables;
    this.#unit = unit;
    this.#clause = clause;
  }

  /** One list of steps for each combination of types that its variables can have. */
  plans(): Step[][] {
    const unit = this.#unit;
    const clause = this.#clause;
    const found = this.#inference.variables(clause, unit.modes.map(knownMode));
    if (found === undefined) return [];
    const known = found.known.slice();
    const slots: Slot[] = known.map(() => ({ type: undefined, register: -1, bound: false, unnamed: false }));
    const before: Goal[] = [];
    for (const [i, param] of clause.params.entries()) {
      const mode = unit.modes[i]!;
      if (mode.kind === "ignored" || (mode.kind === "text" && param.kind === "constant")) continue;
      if (param.kind === "variable" && slots[param.index]!.register < 0) {
        const slot = slots[param.index]!;
        if (mode.kind === "text")
          Object.assign(slot, { type: "String", register: this.#constant(mode.text), bound: true });
        else
          Object.assign(slot, {
            type: mode.domain.name,
            register: i,
            bound: mode.kind === "in",
            unnamed: isUnnamed(mode),
          });
        continue;
      }
      // A constant, or a variable that stands in the head twice: a variable of its own for the argument, to be unified.
      const index = slots.length;
      if (mode.kind === "text")
        slots.push({ type: "String", register: this.#constant(mode.text), bound: true, unnamed: false });
      else slots.push({ type: mode.domain.name, register: i, bound: mode.kind === "in", unnamed: isUnnamed(mode) });
      known.push(knownMode(mode));
      before.push({ kind: "unify", left: { kind: "variable", index }, right: param });
    }
    return this.#combinations([...before, ...clause.goals], known, slots, unit.outputs);
  }

  /** The plans of a conjunction; `wanted` are output registers that it must fill. */
  #combinations(
    goals: readonly Goal[],
    known: readonly Known[],
    slots: readonly Slot[],
    wanted: readonly number[],
  ): Step[][] {
    const uses = countUses(goals, slots.length);
    let combinations: Slot[][] = [slots.map((slot) => ({ ...slot }))];
    for (let v = 0; v < slots.length; v++) {
      // What is used once, and not asked for, needs no type.
      if (slots[v]!.type !== undefined || uses[v]! < 2) continue;
      const types = known[v]!.types;
      if (types === undefined) throw new Unsupported();
      if (combinations.length * types.size > mostCombinations) throw new Unsupported();
      combinations = combinations.flatMap((combination) =>
        [...types].map((type) => combination.map((slot, i) => (i === v ? { ...slot, type } : slot))),
      );
    }
    const plans: Step[][] = [];
    for (const combination of combinations) {
      const steps = this.#order(
        goals,
        known,
        combination.map((slot) => ({ ...slot })),
        wanted,
      );
      if (steps !== undefined) plans.push(steps);
    }
    return plans;
  }

  /** The goals as steps, cheapest first; `undefined` when they cannot hold for these types. */
  #order(
    goals: readonly Goal[],
    known: readonly Known[],
    slots: Slot[],
    wanted: readonly number[],
  ): Step[] | undefined {
    const steps: Step[] = [];
    const remaining: Goal[] = [];
    for (const goal of goals) {
      if (goal.kind === "branch-end") continue;
      if (goal.kind === "fail") return undefined;
      if (goal.kind === "other") throw new Unsupported();
      if (goal.kind === "type") {
        const { type } = slots[goal.variable]!;
        if (type !== undefined && !this.#inference.typesOf(goal.type, goal.exact).has(type)) return undefined;
        continue;
      }
      if (goal.kind === "truth") {
        const left: Argument = { kind: "variable", index: goal.variable };
        remaining.push({ kind: "unify", left, right: { kind: "constant", value: true } });
      } else remaining.push(goal);
    }
    while (remaining.length > 0) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      remaining.forEach((goal, i) => {
        const cost = this.#cost(goal, known, slots, remaining, wanted);
        if (cost < least) [best, least] = [i, cost];
      });
      if (least === Number.POSITIVE_INFINITY) throw new Unsupported();
      const [goal] = remaining.splice(best, 1);
      if (!this.#emit(goal!, known, slots, steps)) return undefined;
    }
    for (const slot of slots)
      if (!slot.bound && wanted.includes(slot.register)) {
        steps.push({ kind: "any", to: slot.register });
        this.#unit.open = true;
      }
    return steps;
  }

  #cost(
    goal: Goal,
    known: readonly Known[],
    slots: readonly Slot[],
    remaining: readonly Goal[],
    wanted: readonly number[],
  ): number {
    const bound = (argument: Argument): boolean => argument.kind === "constant" || slots[argument.index]!.bound;
    switch (goal.kind) {
      case "unify":
        return bound(goal.left) || bound(goal.right) ? 0 : Number.POSITIVE_INFINITY;
      case "compare":
        return [goal.left, goal.right].every((side) => side.kind === "now" || bound(side))
          ? 0
          : Number.POSITIVE_INFINITY;
      case "in":
        return bound(goal.element) ? 0 : 5;
      case "not":
        return goal.outer.every((v) => slots[v]!.bound) ? 3 : Number.POSITIVE_INFINITY;
      case "call": {
        const target = this.#target(goal, known, slots);
        if (target === undefined) return 0;
        const { modes, table } = target;
        const given = modes.filter((mode, i) => mode.kind === "in" || (mode.kind === "text" && i !== 1)).length;
        const all = modes.every((mode) => mode.kind === "in" || mode.kind === "text");
        if (table !== undefined) {
          if (all) return 1;
          if (given === 0) return 50;
          return modes[0]!.kind === "in" && table.single !== undefined ? 4 : 6;
        }
        // What may stay unbound must be bound by others first, unless it is only passed on.
        const outputs = this.#inference.outputs(goal.predicate, modes.map(knownMode));
        for (const [i, mode] of modes.entries()) {
          const argument = goal.args[i]!;
          if (mode.kind !== "out" || !outputs?.[i]?.open || argument.kind !== "variable") continue;
          const { register } = slots[argument.index]!;
          const passedOn = wanted.includes(register) && countUses(remaining, slots.length)[argument.index] === 1;
          if (!passedOn) return Number.POSITIVE_INFINITY;
        }
        if (modes.every((mode) => mode.kind !== "out")) return given === 0 ? 40 : 2;
        return given === 0 ? 60 : 8;
      }
      default:
        throw new Unsupported();
    }
  }

  #emit(goal: Goal, known: readonly Known[], slots: Slot[], steps: Step[]): boolean {
    switch (goal.kind) {
      case "unify": {
        const [a, b] = [this.#typeOf(goal.left, slots), this.#typeOf(goal.right, slots)];
        if (a !== undefined && b !== undefined && a !== b) return false;
        const [from, to] = this.#isBound(goal.left, slots) ? [goal.left, goal.right] : [goal.right, goal.left];
        const register = this.#register(from, slots);
        if (this.#isBound(to, slots)) {
          const other = this.#register(to, slots);
          const { constants } = this.#unit;
          if (constants.has(register) && constants.has(other)) return register === other;
          steps.push({ kind: "same", left: register, right: other });
        } else this.#bindTo(to, register, a ?? b, slots, steps);
        return true;
      }
      case "in": {
        const type = this.#typeOf(goal.element, slots);
        const values = goal.values.filter((value) => type === undefined || typeOf(value) === type);
        if (values.length === 0) return false;
        const isBound = this.#isBound(goal.element, slots);
        // An element nobody looks at: there is a value, that is enough.
        if (!isBound && type === undefined) return true;
        const codes = [...new Set(values.map((value) => this.#planner.code(value)))];
        const register = isBound ? this.#register(goal.element, slots) : this.#free(goal.element, slots);
        const constantCode = this.#unit.constants.get(register);
        if (constantCode !== undefined) return codes.includes(constantCode);
        steps.push({ kind: isBound ? "one-of" : "each-of", register, codes });
        return true;
      }
      case "compare": {
        const side = (operand: typeof goal.left): Operand =>
          operand.kind === "now" ? "now" : this.#register(operand, slots);
        const typeName = (operand: typeof goal.left): string => {
          const [type] = knownOperand(operand, (x) => this.#knownOf(x, known, slots)).types ?? [];
          if (type === undefined) throw new Unsupported();
          return type;
        };
        const [a, b] = [typeName(goal.left), typeName(goal.right)];
        const equality = goal.operator === "==" || goal.operator === "!=";
        if (a !== b) return equality ? goal.operator === "!=" : unsupported();
        if (!equality && a !== "Integer" && a !== "Boolean") throw new Unsupported();
        steps.push({
          kind: "compare",
          operator: goal.operator,
          domain: this.#domain(a),
          left: side(goal.left),
          right: side(goal.right),
        });
        return true;
      }
      case "not": {
        const alternatives = goal.alternatives.flatMap((goals) => this.#negated(goals, known, slots));
        steps.push({ kind: "not", alternatives });
        return true;
      }
      case "call": {
        const target = this.#target(goal, known, slots);
        if (target === undefined) return false;
        this.#emitCall(goal, target, slots, steps);
        return true;
      }
      default:
        throw new Unsupported();
    }
  }

  #emitCall(goal: Extract<Goal, { kind: "call" }>, target: Target, slots: Slot[], steps: Step[]): void {
    const { modes, table } = target;
    const again: Step[] = [];
    const args = goal.args.map((argument, i) => {
      const mode = modes[i]!;
      const isName = i === 1 && table?.name !== undefined;
      if (mode.kind === "ignored") return table !== undefined && !isName ? this.#unit.registers++ : -1;
      if (mode.kind === "text") return table !== undefined && !isName ? this.#constant(mode.text) : -1;
      if (mode.kind === "in") return this.#register(argument, slots);
      // The same unbound variable twice: the second is found apart and compared.
      if (this.#isBound(argument, slots)) {
        again.push({ kind: "same", left: this.#register(argument, slots), right: this.#unit.registers });
        return this.#unit.registers++;
      }
      return this.#free(argument, slots);
    });
    if (table === undefined) {
      const unit = this.#planner.unit(goal.predicate, modes);
      steps.push({ kind: "call", unit, args });
      const outputs = this.#inference.outputs(goal.predicate, modes.map(knownMode));
      if (unit.outputs.some((i) => outputs?.[i]?.open)) this.#unit.open = true;
    } else {
      let mask = 0;
      const columns: number[] = [];
      args.forEach((register, i) => {
        const mode = modes[i]!;
        if (i === 1 && table.name !== undefined) {
          const name = this.#constant(table.name);
          if (mode.kind === "in") steps.push({ kind: "same", left: register, right: name });
          if (mode.kind === "out") steps.push({ kind: "copy", from: name, to: register });
          return;
        }
        if (mode.kind === "in" || mode.kind === "text") mask |= 1 << columns.length;
        columns.push(register);
      });
      steps.push(tableStep(table, columns, mask));
    }
    steps.push(...again);
  }

  /** The plans of one alternative of a negation: registers of outer variables are as they stand, its own are local. */
  #negated(goals: readonly Goal[], known: readonly Known[], slots: readonly Slot[]): Step[][] {
    const inner = known.map((k, i): Known => {
      const slot = slots[i]!;
      return slot.bound ? { bound: true, types: only(slot.type!), text: k.text } : anything;
    });
    const narrowed = this.#inference.narrow(goals, inner);
    return narrowed === undefined ? [] : this.#combinations(goals, narrowed, slots, []);
  }

  /** How a call would be made now; `undefined` when nothing can answer it. */
  #target(goal: Extract<Goal, { kind: "call" }>, known: readonly Known[], slots: readonly Slot[]): Target | undefined {
    const modes = goal.args.map((argument): ArgumentMode => {
      if (argument.kind === "constant") {
        if (typeof argument.value === "string") return { kind: "text", text: argument.value };
        return { kind: "in", domain: this.#domain(typeOf(argument.value)) };
      }
      const slot = slots[argument.index]!;
      if (slot.type === undefined && !slot.bound) {
        const types = known[argument.index]!.types;
        return { kind: "ignored", types: types === undefined ? undefined : [...types].sort() };
      }
      if (slot.bound) {
        const text = this.#textOf(slot);
        return text === undefined ? { kind: "in", domain: this.#domain(slot.type!) } : { kind: "text", text };
      }
      const domain = this.#domain(slot.type!);
      return slot.unnamed ? { kind: "out", domain, unnamed: true } : { kind: "out", domain };
    });
    const args = modes.map(knownMode);
    if (this.#inference.outputs(goal.predicate, args) === undefined) return undefined;
    const tables = this.#inference.tables(goal.predicate, args);
    const clauses = this.#inference.clauses(goal.predicate, args);
    if (clauses.length === 0 && tables.length === 1) return { modes, table: tables[0]! };
    return { modes, table: undefined };
  }

  #textOf(slot: Slot): string | undefined {
    const code = this.#unit.constants.get(slot.register);
    return code === undefined || slot.type !== "String" ? undefined : this.#tables.strings.texts[code];
  }

  #knownOf(argument: Argument, known: readonly Known[], slots: readonly Slot[]): Known {
    if (argument.kind === "constant") return knownValue(argument.value);
    const slot = slots[argument.index]!;
    return slot.type === undefined ? known[argument.index]! : { ...anything, types: only(slot.type) };
  }

  #typeOf(argument: Argument, slots: readonly Slot[]): string | undefined {
    return argument.kind === "constant" ? typeOf(argument.value) : slots[argument.index]!.type;
  }

  #isBound(argument: Argument, slots: readonly Slot[]): boolean {
    return argument.kind === "constant" || slots[argument.index]!.bound;
  }

  #constant(value: PlainValue): number {
    return constant(this.#unit, this.#planner.code(value));
  }

  #register(argument: Argument, slots: readonly Slot[]): number {
    return argument.kind === "constant" ? this.#constant(argument.value) : slots[argument.index]!.register;
  }

  /** A register for a variable that gets its value now. */
  #free(argument: Argument, slots: readonly Slot[]): number {
    if (argument.kind === "constant") throw new Unsupported();
    const slot = slots[argument.index]!;
    if (slot.register < 0) slot.register = this.#unit.registers++;
    slot.bound = true;
    return slot.register;
  }

  /** Gives an unbound variable the value of a register: by a copy if its own register is that of an output. */
  #bindTo(argument: Argument, register: number, type: string | undefined, slots: readonly Slot[], steps: Step[]): void {
    if (argument.kind === "constant") throw new Unsupported();
    const slot = slots[argument.index]!;
    slot.type ??= type;
    if (slot.type === undefined) throw new Unsupported();
    slot.bound = true;
    if (slot.register < 0) slot.register = register;
    else steps.push({ kind: "copy", from: register, to: slot.register });
  }

  #domain(type: string): Domain {
    if (type === "String") return this.#tables.strings;
    if (type === "Integer") return this.#tables.integers;
    if (type === "Boolean") return this.#tables.booleans;
    if (type === "Float" || type === "List" || type === "Dictionary") throw new Unsupported();
    return this.#tables.entities(type);
  }
}

interface Target {
  readonly modes: readonly ArgumentMode[];
  readonly table: Table | undefined;
}

function unsupported(): never {
  throw new Unsupported();
}

/** How often each variable stands in the goals, apart from mere type conditions. */
function countUses(goals: readonly Goal[], variables: number): number[] {
  const uses = new Array<number>(variables).fill(0);
  const see = (argument: Argument | { readonly kind: "now" }): void => {
    if (argument.kind === "variable") uses[argument.index]!++;
  };
  for (const goal of goals) {
    if (goal.kind === "call") goal.args.forEach(see);
    else if (goal.kind === "unify" || goal.kind === "compare") [goal.left, goal.right].forEach(see);
    else if (goal.kind === "in") see(goal.element);
    else if (goal.kind === "truth") uses[goal.variable]!++;
    else if (goal.kind === "not") for (const index of goal.outer) uses[index]!++;
  }
  return uses;
}
