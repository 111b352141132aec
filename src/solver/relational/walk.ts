import type { Table } from "../../facts/tables-table.js";
import { anyCode, callsOf, type Step, type Unit } from "./plan.js";
import type { Run } from "./runtime.js";
import { type Compiling, compileSteps, type End, type Goal, holds } from "./steps.js";

/*
 * Answers that take long, found with pauses. The outer loops of a plan become generators; what they go round is made of the
 * same closures as ever, so an answer costs what it costs otherwise. While a walk pauses, nobody else may use its
 * registers: it has a program of its own.
 */

/** Loops of up to so many rounds are looked into: each round may be long. Of longer ones, each round is taken in one go. */
const fewRounds = 256;

/** Like a goal, with pauses: true ends the search. */
export type Walk = () => Generator<undefined, boolean>;

/** Lets other work have its turn. */
export function* pause(run: Run): Generator<undefined, void> {
  run.due = false;
  yield;
}

/** The steps of a plan from `at` on, with pauses. Like `compileSteps`, without looking at what the end says. */
export function walkSteps(compiling: Compiling, steps: readonly Step[], at: number, end: End): Walk {
  const { run } = compiling;
  const step = steps[at];
  const goal = compileSteps(compiling, steps, at, end);
  if (step === undefined) return atOnce(run, goal);
  if (at === steps.length - 1 && step.kind !== "call") return emission(compiling, step, end) ?? atOnce(run, goal);
  switch (step.kind) {
    case "rows":
      return loop(compiling, step, rest(compiling, steps, at + 1, end));
    case "call":
      return call(compiling, step, rest(compiling, steps, at + 1, end)) ?? atOnce(run, goal);
    case "each-of":
      return atOnce(run, goal);
    default: {
      const test = compileSteps(compiling, [step], 0, { kind: "goal", goal: holds });
      const next = walkSteps(compiling, steps, at + 1, end);
      return function* () {
        return test() && (yield* next());
      };
    }
  }
}

function atOnce(run: Run, goal: Goal): Walk {
  return function* () {
    const found = goal();
    if (run.due) yield* pause(run);
    return found;
  };
}

/** Codes taken in one go. */
const piece = 16_384;

/** Rows whose found column is the answer, as a step of its own. `undefined` for other ends. */
function emission(compiling: Compiling, step: Step, end: End): Walk | undefined {
  if (step.kind !== "rows" || end.kind !== "emit" || step.columns.length !== 2 || step.mask === 0) return undefined;
  const { table, columns, mask } = step;
  const [given, found] = mask === 1 ? [columns[0]!, columns[1]!] : [columns[1]!, columns[0]!];
  if (found !== end.register) return undefined;
  const { run, registers } = compiling;
  const few = compileSteps(compiling, [step], 0, end);
  return function* () {
    const code = registers[given]!;
    const index = (mask === 1 && table.single !== undefined) || table.count === 0 ? undefined : table.index(mask);
    const group = index?.group1(code) ?? -1;
    if (index === undefined || group < 0 || index.count[group]! <= piece) {
      few();
      if (run.due) yield* pause(run);
      return false;
    }
    const { current } = end.sink;
    const start = index.start[group]!;
    const stop = start + index.count[group]!;
    for (let from = start; from < stop; from += piece) {
      const to = Math.min(from + piece, stop);
      run.tick(to - from);
      current.addAll(index.pool, from, to);
      if (current.count > run.limits.answers) run.tooManyAnswers();
      if (run.due) yield* pause(run);
    }
    return false;
  };
}

/** What stands behind a loop, in both ways. */
interface Rest {
  readonly goal: Goal;
  readonly walk: Walk;
}

function rest(compiling: Compiling, steps: readonly Step[], at: number, end: End): Rest {
  return { goal: compileSteps(compiling, steps, at, end), walk: walkSteps(compiling, steps, at, end) };
}

/** What a step goes round: `begin` says how often, `load` writes the registers of one round, or says that there is none. */
interface Loop {
  begin(): number;
  load(round: number): boolean;
}

function loop(compiling: Compiling, step: Extract<Step, { kind: "rows" }>, next: Rest): Walk {
  const { run } = compiling;
  const { begin, load } = step.mask === 0 ? all(compiling, step) : listed(compiling, step);
  return function* () {
    const rounds = begin();
    const looping = rounds > 1 ? 1 : 0;
    run.tick(rounds * looping);
    run.loops += looping;
    let found = false;
    for (let i = 0; !found && i < rounds; i++) {
      if (!load(i)) continue;
      found = rounds <= fewRounds ? yield* next.walk() : next.goal();
      if (run.due) yield* pause(run);
    }
    run.loops -= looping;
    return found;
  };
}

/** Every row of a table. */
function all({ registers }: Compiling, { table, columns }: Extract<Step, { kind: "rows" }>): Loop {
  const width = columns.length;
  return {
    begin: () => table.single?.length ?? table.count,
    load: (round) => {
      const { single, cells } = table;
      if (single === undefined) {
        for (let i = 0; i < width; i++) registers[columns[i]!] = cells[round * width + i]!;
        return true;
      }
      const value = single[round]!;
      registers[columns[0]!] = round;
      if (width === 2) registers[columns[1]!] = value;
      return value >= 0;
    },
  };
}

/** The rows that an index lists for the given columns. */
function listed({ registers }: Compiling, { table, columns, mask }: Extract<Step, { kind: "rows" }>): Loop {
  const width = columns.length;
  const given = columns.filter((_, i) => mask & (1 << i));
  const free = columns.flatMap((_, i) => (mask & (1 << i) ? [] : [i]));
  const key = new Int32Array(given.length);
  let start = 0;
  return {
    begin: () => {
      for (let i = 0; i < given.length; i++) key[i] = registers[given[i]!]!;
      if (mask === 1 && table.single !== undefined) return 1;
      if (table.count === 0) return 0;
      const index = table.index(mask);
      const group = index.group(key);
      if (group < 0) return 0;
      start = index.start[group]!;
      return index.count[group]!;
    },
    load: (round) => {
      const { single } = table;
      if (mask === 1 && single !== undefined) {
        const code = registers[given[0]!]!;
        const value = code < single.length ? single[code]! : -1;
        if (width === 2) registers[columns[1]!] = value;
        return value >= 0;
      }
      const payload = table.index(mask).pool[start + round]!;
      if (width === 2) registers[columns[free[0]!]!] = payload;
      else for (const column of free) registers[columns[column]!] = table.cells[payload * width + column]!;
      return true;
    },
  };
}

/** A unit with one output, or with none. */
function call(compiling: Compiling, step: Extract<Step, { kind: "call" }>, next: Rest): Walk | undefined {
  const { registers, run } = compiling;
  const callee = compiling.callable(step);
  const { inputs, outputs } = step.unit;
  const [output] = outputs;
  const { walkCheck } = callee;
  const pass = (): void => {
    for (const input of inputs) callee.registers[input] = registers[step.args[input]!]!;
  };
  if (output === undefined && walkCheck !== undefined)
    return function* () {
      pass();
      return (yield* walkCheck()) && (yield* next.walk());
    };
  if (callee.walk === undefined || output === undefined || outputs.length > 1) return undefined;
  const to = step.args[output]!;
  return function* () {
    pass();
    const answers = yield* callee.walk!();
    const { cells, count } = answers;
    let found = false;
    run.loops++;
    if (answers.open) {
      registers[to] = anyCode;
      found = yield* next.walk();
    }
    for (let i = 0; !found && i < count; i++) {
      registers[to] = cells[i]!;
      found = count <= fewRounds ? yield* next.walk() : next.goal();
      if (run.due) yield* pause(run);
    }
    run.loops--;
    callee.release(answers);
    return found;
  };
}

/** The indexes that a unit and all that it calls look into. */
export function indexesOf(root: Unit): { readonly table: Table; readonly mask: number }[] {
  const found: { readonly table: Table; readonly mask: number }[] = [];
  const seen = new Set<Unit>([root]);
  const visit = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (step.kind === "not") for (const alternative of step.alternatives) visit(alternative);
      if (step.kind !== "rows" || step.mask === 0) continue;
      const { table, mask } = step;
      if (!found.some((one) => one.table === table && one.mask === mask)) found.push({ table, mask });
    }
    for (const { unit } of callsOf(steps)) seen.add(unit);
  };
  // A set gives out what is added while it is gone through.
  for (const unit of seen) for (const { steps } of unit.plans) visit(steps);
  return found;
}
