import type { IntegerDomain } from "../../facts/tables-domain.js";
import { hashPair } from "../../facts/tables-index.js";
import type { Table } from "../../facts/tables-table.js";
import type { Comparison } from "./clauses.js";
import { anyCode, type Operand, type Step, type Unit } from "./plan.js";
import type { Answers, Run } from "./runtime.js";

/*
 * Steps as closures over a file of registers. Each closure runs what follows it once for every way in which its own step
 * holds, and answers true as soon as that does: true ends the search.
 */

export type Goal = () => boolean;

/** A unit ready to be called: arguments go into its registers. */
export interface Callable {
  readonly registers: Int32Array;
  /** Whether it holds. Of units without outputs. */
  check(): boolean;
  /** Its answers; whoever asked gives them back with `release`. Of units with outputs. */
  answers(): Answers;
  release(answers: Answers): void;
  /** `check` without a memory, for a question that nothing goes on around. */
  readonly direct?: Goal;
  /** `answers`, with pauses (`walk.ts`). */
  walk?(): Generator<undefined, Answers>;
  /** `check`, with pauses. */
  walkCheck?(): Generator<undefined, boolean>;
}

/** Where answers go. */
export interface Sink {
  current: Answers;
}

/** What stands at the end of a plan. */
export type End =
  | { readonly kind: "goal"; readonly goal: Goal }
  /** The one output goes into the sink. */
  | { readonly kind: "emit"; readonly register: number; readonly sink: Sink };

export interface Compiling {
  readonly run: Run;
  readonly registers: Int32Array;
  callable(step: Extract<Step, { kind: "call" }>): Callable;
}

/** The closure of steps from `at` on. */
export function compileSteps(compiling: Compiling, steps: readonly Step[], at: number, end: End): Goal {
  const step = steps[at];
  if (step === undefined) return end.kind === "goal" ? end.goal : emit(compiling, end.register, end.sink);
  if (step.kind === "rows" && at === steps.length - 1 && end.kind === "emit") {
    const direct = emitRows(compiling, step, end.register, end.sink);
    if (direct !== undefined) return direct;
  }
  const fused =
    at === steps.length - 2 && end.kind === "goal" && end.goal === holds
      ? above(compiling, step, steps[at + 1]!)
      : undefined;
  if (fused !== undefined) return fused;
  const next = compileSteps(compiling, steps, at + 1, end);
  const last = at === steps.length - 1 && end.kind === "goal" && end.goal === holds;
  return compileStep(compiling, step, last ? undefined : next, next);
}

/** The end of a proof. */
export const holds: Goal = () => true;

/** `direct` is undefined when nothing follows but success. */
function compileStep(compiling: Compiling, step: Step, direct: Goal | undefined, next: Goal): Goal {
  const { registers, run } = compiling;
  switch (step.kind) {
    case "same": {
      const { left, right } = step;
      return () => registers[left] === registers[right] && next();
    }
    case "copy": {
      const { from, to } = step;
      return () => {
        registers[to] = registers[from]!;
        return next();
      };
    }
    case "any": {
      const { to } = step;
      return () => {
        registers[to] = anyCode;
        return next();
      };
    }
    case "has":
      return has(registers, step.table, step.columns, direct, next);
    case "rows":
      return rows(run, registers, step, next);
    case "call":
      return call(compiling, step, direct, next);
    case "one-of": {
      const { register } = step;
      const codes = new Set(step.codes);
      return () => codes.has(registers[register]!) && next();
    }
    case "each-of": {
      const { register, codes } = step;
      return () => {
        for (const code of codes) {
          registers[register] = code;
          if (next()) return true;
        }
        return false;
      };
    }
    case "compare":
      return compare(compiling, step, next);
    case "not": {
      const alternatives = step.alternatives.map((inner) =>
        compileSteps(compiling, inner, 0, { kind: "goal", goal: holds }),
      );
      const [only] = alternatives;
      if (alternatives.length === 1) return () => !only!() && next();
      return () => {
        for (const alternative of alternatives) if (alternative()) return false;
        return next();
      };
    }
  }
}

function has(
  registers: Int32Array,
  table: Table,
  columns: readonly number[],
  direct: Goal | undefined,
  next: Goal,
): Goal {
  const [a, b] = columns as [number, number];
  if (columns.length === 1) return () => table.has1(registers[a]!) && next();
  if (columns.length === 2) {
    if (direct === undefined) return () => table.has2(registers[a]!, registers[b]!);
    return () => table.has2(registers[a]!, registers[b]!) && next();
  }
  const codes = new Int32Array(columns.length);
  return () => {
    for (let i = 0; i < columns.length; i++) codes[i] = registers[columns[i]!]!;
    return table.has(codes) && next();
  };
}

function rows(run: Run, registers: Int32Array, step: Extract<Step, { kind: "rows" }>, next: Goal): Goal {
  const { table, columns, mask } = step;
  if (mask === 0) return scan(run, registers, table, columns, next);
  if (columns.length !== 2) return wideRows(run, registers, step, next);
  const [given, found] = mask === 1 ? [columns[0]!, columns[1]!] : [columns[1]!, columns[0]!];
  return () => {
    const code = registers[given]!;
    if (mask === 1) {
      const single = table.single;
      if (single !== undefined) {
        const value = code < single.length ? single[code]! : -1;
        if (value < 0) return false;
        registers[found] = value;
        return next();
      }
    }
    if (table.count === 0) return false;
    const index = table.index(mask);
    const group = index.group1(code);
    if (group < 0) return false;
    let at = index.start[group]!;
    const size = index.count[group]!;
    const { pool } = index;
    if (size === 1) {
      registers[found] = pool[at]!;
      return next();
    }
    run.tick(size);
    run.loops++;
    for (const end = at + size; at < end; at++) {
      registers[found] = pool[at]!;
      if (next()) {
        run.loops--;
        return true;
      }
    }
    run.loops--;
    return false;
  };
}

function scan(run: Run, registers: Int32Array, table: Table, columns: readonly number[], next: Goal): Goal {
  const width = columns.length;
  return () => {
    if (table.count === 0) return false;
    run.tick(table.count);
    // Only a table stored in rows has them at hand; the other kind is written out.
    const cells = table.single === undefined ? table.cells : table.snapshot();
    run.loops++;
    for (let row = 0; row < table.count; row++) {
      for (let i = 0; i < width; i++) registers[columns[i]!] = cells[row * width + i]!;
      if (next()) {
        run.loops--;
        return true;
      }
    }
    run.loops--;
    return false;
  };
}

function wideRows(run: Run, registers: Int32Array, step: Extract<Step, { kind: "rows" }>, next: Goal): Goal {
  const { table, columns, mask } = step;
  const width = columns.length;
  const given = columns.filter((_, i) => mask & (1 << i));
  const free = columns.flatMap((_, i) => (mask & (1 << i) ? [] : [i]));
  const key = new Int32Array(given.length);
  return () => {
    if (table.count === 0) return false;
    const index = table.index(mask);
    for (let i = 0; i < given.length; i++) key[i] = registers[given[i]!]!;
    const group = index.group(key);
    if (group < 0) return false;
    let at = index.start[group]!;
    const size = index.count[group]!;
    const { pool } = index;
    run.tick(size);
    run.loops++;
    for (const end = at + size; at < end; at++) {
      const cell = pool[at]! * width;
      for (const column of free) registers[columns[column]!] = table.cells[cell + column]!;
      if (next()) {
        run.loops--;
        return true;
      }
    }
    run.loops--;
    return false;
  };
}

function call(compiling: Compiling, step: Extract<Step, { kind: "call" }>, direct: Goal | undefined, next: Goal): Goal {
  const { registers, run } = compiling;
  const { inputs, outputs } = step.unit;
  const lookups = lookupsOf(step.unit);
  if (lookups !== undefined) {
    const [a, b] = step.unit.inputs.map((input) => step.args[input]!) as [number, number];
    return hasAny(registers, lookups, a, b, direct, next);
  }
  const callee = compiling.callable(step);
  const into = callee.registers;
  const from = inputs.map((input) => step.args[input]!);
  const pass = passing(registers, from, into, inputs);
  if (outputs.length === 0) {
    if (direct === undefined)
      return () => {
        pass();
        return callee.check();
      };
    return () => {
      pass();
      return callee.check() && next();
    };
  }
  const to = outputs.map((output) => step.args[output]!);
  const width = outputs.length;
  const [first] = to as [number];
  return () => {
    pass();
    const answers = callee.answers();
    run.loops++;
    let found = false;
    if (answers.open) {
      registers[first] = anyCode;
      found = next();
    }
    const { cells, count } = answers;
    if (width === 1)
      for (let i = 0; !found && i < count; i++) {
        registers[first] = cells[i]!;
        found = next();
      }
    else
      for (let i = 0; !found && i < count; i++) {
        for (let j = 0; j < width; j++) registers[to[j]!] = cells[i * width + j]!;
        found = next();
      }
    run.loops--;
    callee.release(answers);
    return found;
  };
}

/** The tables of a unit that holds when the pair of its two inputs is in one of them; `undefined` for any other unit. */
function lookupsOf(unit: Unit): Table[] | undefined {
  if (unit.recursive || unit.inputs.length !== 2 || unit.outputs.length > 0) return undefined;
  const [a, b] = unit.inputs;
  const tables: Table[] = [];
  for (const { steps } of unit.plans) {
    const [step] = steps;
    if (steps.length !== 1 || step?.kind !== "has" || step.columns.length !== 2) return undefined;
    if (step.columns[0] !== a || step.columns[1] !== b) return undefined;
    tables.push(step.table);
  }
  return tables;
}

/** One pair in any of several tables, without a closure for each. */
function hasAny(
  registers: Int32Array,
  tables: readonly Table[],
  a: number,
  b: number,
  direct: Goal | undefined,
  next: Goal,
): Goal {
  const [first, second] = tables as [Table, Table];
  if (tables.length === 1) return has(registers, first, [a, b], direct, next);
  if (tables.length === 2) {
    if (direct === undefined)
      return () => {
        const x = registers[a]!;
        const y = registers[b]!;
        const hash = hashPair(x, y);
        return first.hasPair(x, y, hash) || second.hasPair(x, y, hash);
      };
    return () => {
      const x = registers[a]!;
      const y = registers[b]!;
      const hash = hashPair(x, y);
      return (first.hasPair(x, y, hash) || second.hasPair(x, y, hash)) && next();
    };
  }
  return () => {
    const x = registers[a]!;
    const y = registers[b]!;
    const hash = hashPair(x, y);
    for (let i = 0; i < tables.length; i++) if (tables[i]!.hasPair(x, y, hash)) return next();
    return false;
  };
}

/**
 * "Something about what stands above it": one row of a one-valued column, then look-ups, in one closure. `undefined` for
 * other steps.
 */
function above(compiling: Compiling, step: Step, then: Step): Goal | undefined {
  if (step.kind !== "rows" || step.mask !== 1 || step.columns.length !== 2) return undefined;
  const lookups =
    then.kind === "call"
      ? lookupsOf(then.unit)
      : then.kind === "has" && then.columns.length === 2
        ? [then.table]
        : undefined;
  if (lookups === undefined) return undefined;
  const { registers, run } = compiling;
  const general = rows(run, registers, step, compileSteps(compiling, [then], 0, { kind: "goal", goal: holds }));
  const [given, found] = step.columns as [number, number];
  const pair =
    then.kind === "call"
      ? then.unit.inputs.map((input) => then.args[input]!)
      : (then as { columns: readonly number[] }).columns;
  const [a, b] = pair as [number, number];
  const { table } = step;
  return () => {
    const { single } = table;
    if (single === undefined) return general();
    const code = registers[given]!;
    const value = code < single.length ? single[code]! : -1;
    if (value < 0) return false;
    registers[found] = value;
    const x = registers[a]!;
    const y = registers[b]!;
    const hash = hashPair(x, y);
    for (let i = 0; i < lookups.length; i++) if (lookups[i]!.hasPair(x, y, hash)) return true;
    return false;
  };
}

/** Ends of proofs, each of one look-up, as one closure; the others stay as they are. */
export function compilePlans(compiling: Compiling, plans: readonly (readonly Step[])[]): Goal[] {
  const { registers } = compiling;
  const goals: Goal[] = [];
  const lookups: { a: number; b: number; tables: Table[] }[] = [];
  for (const steps of plans) {
    const [step] = steps;
    if (steps.length === 1 && step?.kind === "has" && step.columns.length === 2) {
      const [a, b] = step.columns as [number, number];
      const same = lookups.find((lookup) => lookup.a === a && lookup.b === b);
      if (same !== undefined) same.tables.push(step.table);
      else lookups.push({ a, b, tables: [step.table] });
    } else goals.push(compileSteps(compiling, steps, 0, { kind: "goal", goal: holds }));
  }
  return [...lookups.map(({ a, b, tables }) => hasAny(registers, tables, a, b, undefined, holds)), ...goals];
}

/** Copies registers of the caller to those of the callee. */
export function passing(
  from: Int32Array,
  sources: readonly number[],
  to: Int32Array,
  targets: readonly number[],
): () => void {
  const [a, b] = sources as [number, number];
  const [x, y] = targets as [number, number];
  if (sources.length === 0) return () => {};
  if (sources.length === 1)
    return () => {
      to[x] = from[a]!;
    };
  if (sources.length === 2)
    return () => {
      to[x] = from[a]!;
      to[y] = from[b]!;
    };
  return () => {
    for (let i = 0; i < sources.length; i++) to[targets[i]!] = from[sources[i]!]!;
  };
}

function emit(compiling: Compiling, register: number, sink: Sink): Goal {
  const { registers, run } = compiling;
  const { answers: most } = run.limits;
  return () => {
    const { current } = sink;
    current.add(registers[register]!);
    if (current.count > most) run.tooManyAnswers();
    return false;
  };
}

/** Rows whose found column is the answer: the inner loop of lists. */
function emitRows(
  compiling: Compiling,
  step: Extract<Step, { kind: "rows" }>,
  register: number,
  sink: Sink,
): Goal | undefined {
  const { table, columns, mask } = step;
  if (columns.length !== 2 || mask === 0 || columns[mask === 1 ? 1 : 0] !== register) return undefined;
  const { registers, run } = compiling;
  const given = columns[mask === 1 ? 0 : 1]!;
  const { answers: most } = run.limits;
  return () => {
    const code = registers[given]!;
    const { current } = sink;
    if (mask === 1) {
      const single = table.single;
      if (single !== undefined) {
        const value = code < single.length ? single[code]! : -1;
        if (value >= 0) current.add(value);
        return false;
      }
    }
    if (table.count === 0) return false;
    const index = table.index(mask);
    const group = index.group1(code);
    if (group < 0) return false;
    const size = index.count[group]!;
    if (size === 0) return false;
    const start = index.start[group]!;
    const { pool } = index;
    run.tick(size);
    current.addAll(pool, start, start + size);
    if (current.count > most) run.tooManyAnswers();
    return false;
  };
}

function compare(compiling: Compiling, step: Extract<Step, { kind: "compare" }>, next: Goal): Goal {
  const { registers, run } = compiling;
  const { operator, left, right, domain } = step;
  if (left !== "now" && right !== "now") {
    if (operator === "==") return () => registers[left] === registers[right] && next();
    if (operator === "!=") return () => registers[left] !== registers[right] && next();
    if (domain.kind === "boolean") {
      const test = comparison(operator);
      return () => test(registers[left]!, registers[right]!) && next();
    }
  }
  const { integers } = domain as IntegerDomain;
  const value = (operand: Operand): (() => bigint) =>
    operand === "now" ? () => run.seconds() : () => integers[registers[operand]!]!;
  const [a, b] = [value(left), value(right)];
  const test = comparison(operator);
  return () => test(a(), b()) && next();
}

function comparison(operator: Comparison): (a: number | bigint, b: number | bigint) => boolean {
  switch (operator) {
    case "==":
      return (a, b) => a === b;
    case "!=":
      return (a, b) => a !== b;
    case "<":
      return (a, b) => a < b;
    case "<=":
      return (a, b) => a <= b;
    case ">":
      return (a, b) => a > b;
    case ">=":
      return (a, b) => a >= b;
  }
}

/** Whether one of them holds, tried in order. */
export function anyOf(goals: readonly Goal[]): Goal {
  const [a, b, c, d] = goals as [Goal, Goal, Goal, Goal];
  switch (goals.length) {
    case 0:
      return () => false;
    case 1:
      return a;
    case 2:
      return () => a() || b();
    case 3:
      return () => a() || b() || c();
    case 4:
      return () => a() || b() || c() || d();
    default:
      return () => {
        for (let i = 0; i < goals.length; i++) if (goals[i]!()) return true;
        return false;
      };
  }
}
