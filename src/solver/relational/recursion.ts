import type { Table } from "../../facts/tables-table.js";
import type { Plan, Step, Unit } from "./plan.js";
import type { Program } from "./program.js";
import { Answers, keep, TupleSet } from "./runtime.js";
import { anyOf, type Callable, compilePlans, compileSteps, type End, type Goal, type Sink } from "./steps.js";
import { pause, type Walk, walkSteps } from "./walk.js";

/*
 * Units that depend on themselves. None of these strategies recurses in JavaScript over data: they work off lists.
 */

/** So many states in a row, each the only one that follows from the last, are walked through without being recorded. */
const mostHops = 64;

type Call = Extract<Step, { kind: "call" }>;

/** The one call back of a plan, if it has one. */
function backOf(plan: Plan, members: readonly Unit[]): Call | undefined {
  return plan.steps.find((step): step is Call => step.kind === "call" && members.includes(step.unit));
}

function mostInputs(members: readonly Unit[]): number {
  return Math.max(...members.map((unit) => unit.inputs.length));
}

/** Writes the state that a call back leads to: the member's number, then its inputs. */
function stateOf(members: readonly Unit[], registers: Int32Array, call: Call, state: Int32Array): () => void {
  const member = members.indexOf(call.unit);
  const from = call.unit.inputs.map((input) => call.args[input]!);
  const { length } = from;
  const width = state.length;
  return () => {
    state[0] = member;
    for (let i = 0; i < length; i++) state[i + 1] = registers[from[i]!]!;
    for (let i = length + 1; i < width; i++) state[i] = 0;
  };
}

/**
 * The commonest recursion of all: from one thing to the one above it, everything else staying as it is. `undefined` for
 * any other.
 */
interface Ladder {
  readonly table: Table;
  /** The register of the input that changes. */
  readonly register: number;
  readonly direct: Goal;
}

function ladderOf(program: Program, members: readonly Unit[], registers: Int32Array): Ladder | undefined {
  const [unit] = members as [Unit];
  const onward = unit.plans.filter((plan) => backOf(plan, members) !== undefined);
  const [plan] = onward;
  if (members.length > 1 || plan === undefined || onward.length > 1 || plan.steps.length !== 2) return undefined;
  const [rows, back] = plan.steps as [Step, Call];
  if (rows.kind !== "rows" || rows.mask !== 1 || rows.columns.length !== 2) return undefined;
  const [register, found] = rows.columns as [number, number];
  const moved = unit.inputs.filter((input) => back.args[input] !== input);
  if (moved.length !== 1 || moved[0] !== register || back.args[register] !== found) return undefined;
  const direct = unit.plans.filter((other) => other !== plan).map((other) => other.steps);
  return { table: rows.table, register, direct: anyOf(compilePlans(program.compiling(registers), direct)) };
}

/** Checks: states are searched, each at most once, until one holds by itself. */
export function search(program: Program, members: readonly Unit[]): Callable[] {
  const { run } = program;
  const width = mostInputs(members) + 1;
  const states = new TupleSet(width);
  const state = new Int32Array(width);
  const only = new Int32Array(width);
  /** How many states followed from the one at hand, 2 for more: as long as it is one, it is in `only` and not recorded. */
  let following = 0;
  let recording = false;
  const files = members.map((unit) => program.registersOf(unit));
  const forget = (): void => states.clear();
  const ladder = ladderOf(program, members, files[0]!);

  const record = (): void => {
    if (recording) states.add(state, 0);
    else if (following === 0) {
      for (let i = 0; i < width; i++) only[i] = state[i]!;
      following = 1;
    } else {
      if (following === 1) states.add(only, 0);
      following = 2;
      states.add(state, 0);
    }
  };
  const expand = members.map((unit, m) => {
    const registers = files[m]!;
    const compiling = program.compiling(registers);
    const direct: (readonly Step[])[] = [];
    const onward: Goal[] = [];
    for (const plan of unit.plans) {
      const back = backOf(plan, members);
      if (back === undefined) direct.push(plan.steps);
      else {
        const write = stateOf(members, registers, back, state);
        const goal: Goal = () => {
          write();
          record();
          return false;
        };
        onward.push(compileSteps(compiling, plan.steps.slice(0, -1), 0, { kind: "goal", goal }));
      }
    }
    return anyOf([...compilePlans(compiling, direct), ...onward]);
  });
  const load = (from: Int32Array, at: number): number => {
    const member = from[at]!;
    const { inputs } = members[member]!;
    const registers = files[member]!;
    for (let i = 0; i < inputs.length; i++) registers[inputs[i]!] = from[at + 1 + i]!;
    return member;
  };

  /** Records the question itself. False when it is there already: then it was searched in this question, and did not hold. */
  const recordRoot = (root: number): boolean => {
    recording = true;
    state[0] = root;
    const { inputs } = members[root]!;
    for (let i = 0; i < inputs.length; i++) state[i + 1] = files[root]![inputs[i]!]!;
    state.fill(0, inputs.length + 1);
    return states.add(state, 0);
  };
  /** The next state to be expanded. */
  let next = 0;
  /** Whether one of the states holds; `undefined` when it was interrupted because it is time to pause. */
  const work = (pausing: boolean): boolean | undefined => {
    while (next < states.count) {
      if (pausing && run.due) return undefined;
      run.tick(1);
      if (expand[load(states.cells, next++ * width)]!()) return true;
    }
    return false;
  };

  const solve = (root: number): boolean => {
    const before = states.count;
    recording = run.loops > 0;
    if (recording) {
      if (!recordRoot(root)) return false;
    } else {
      if (ladder !== undefined) {
        const { table, register, direct } = ladder;
        const registers = files[0]!;
        // A step that was passed before means a circle; the one remembered moves up every 2^n steps (Brent).
        let passed = -1;
        for (let hop = 1, next = 1; ; hop++) {
          run.tick(1);
          if (direct()) return true;
          const { single } = table;
          // With several above, the way forks: a search.
          if (single === undefined) break;
          const from = registers[register]!;
          const above = from < single.length ? single[from]! : -1;
          if (above < 0 || above === passed || above === from) return false;
          if (hop === next) {
            passed = above;
            next *= 2;
          }
          registers[register] = above;
        }
      }
      for (let member = root, hop = 0; ; hop++) {
        following = 0;
        run.tick(1);
        if (expand[member]!()) {
          states.truncate(before);
          return true;
        }
        if (following !== 1) break;
        if (hop === mostHops) {
          states.add(only, 0);
          break;
        }
        member = load(only, 0);
      }
      recording = true;
    }
    if (before === 0) run.atEnd(forget);
    next = before;
    const found = work(false) === true;
    // What was searched in vain stays known to be in vain, for this question.
    if (found || run.loops === 0) states.truncate(before);
    return found;
  };
  return members.map((_, m) => ({
    registers: files[m]!,
    check: () => solve(m),
    *walkCheck() {
      if (run.loops > 0) return solve(m);
      run.atEnd(forget);
      next = states.count;
      recordRoot(m);
      for (;;) {
        const found = work(true);
        if (found !== undefined) return found;
        yield* pause(run);
      }
    },
    answers: () => {
      throw new Error("a check has no answers");
    },
    release: () => {},
  }));
}

/** Answers lead to answers: the inputs are the same all the way. */
export function spread(program: Program, members: readonly Unit[]): Callable[] {
  const { run } = program;
  const files = members.map((unit) => program.registersOf(unit));
  const sinks = members.map((unit): Sink => ({ current: new Answers(unit.outputs.length) }));
  const free: Answers[][] = members.map(() => []);
  const domains = members.map((unit) => program.outputDomain(unit));
  const direct: { readonly m: number; readonly steps: readonly Step[]; readonly end: End; readonly goal: Goal }[] = [];
  let walks: Walk[] | undefined;
  /** By member: what to do with each of its answers. */
  const consumers: { readonly registers: Int32Array; readonly to: readonly number[]; readonly goal: Goal }[][] =
    members.map(() => []);
  members.forEach((unit, m) => {
    const registers = files[m]!;
    const compiling = program.compiling(registers);
    const end = program.end(unit, registers, sinks[m]!);
    for (const plan of unit.plans) {
      const back = backOf(plan, members);
      if (back === undefined) {
        direct.push({ m, steps: plan.steps, end, goal: compileSteps(compiling, plan.steps, 0, end) });
      } else
        consumers[members.indexOf(back.unit)]!.push({
          registers,
          to: back.unit.outputs.map((output) => back.args[output]!),
          goal: compileSteps(compiling, plan.steps.slice(1), 0, end),
        });
    }
  });
  const read = new Int32Array(members.length);

  const start = (root: number, answers: Answers): void => {
    const from = files[root]!;
    members.forEach((unit, m) => {
      unit.inputs.forEach((input, i) => {
        files[m]![input] = from[members[root]!.inputs[i]!]!;
      });
      sinks[m]!.current = m === root ? answers : program.borrow(unit.outputs.length, domains[m], free[m]!);
    });
    read.fill(0);
  };
  /** Works off what is there. False when it was interrupted because it is time to pause. */
  const work = (pausing: boolean): boolean => {
    for (let progress = true; progress; ) {
      progress = false;
      for (let m = 0; m < members.length; m++) {
        const source = sinks[m]!.current;
        const { width } = source;
        while (read[m]! < source.count) {
          if (pausing && run.due) return false;
          progress = true;
          run.tick(1);
          const at = read[m]!++ * width;
          for (const { registers, to, goal } of consumers[m]!) {
            for (let i = 0; i < width; i++) registers[to[i]!] = source.cells[at + i]!;
            goal();
          }
        }
      }
    }
    return true;
  };
  const finish = (root: number): void => {
    for (let m = 0; m < members.length; m++) {
      if (m === root) continue;
      const { current } = sinks[m]!;
      program.complete(domains[m], current);
      keep(free[m]!, current);
    }
  };
  const compute = (root: number, answers: Answers): void => {
    start(root, answers);
    for (const { goal } of direct) goal();
    work(false);
    finish(root);
  };
  const walk = function* (root: number, answers: Answers): Generator<undefined, void> {
    start(root, answers);
    walks ??= direct.map(({ m, steps, end }) => walkSteps(program.compiling(files[m]!), steps, 0, end));
    for (const one of walks) yield* one();
    while (!work(true)) yield* pause(run);
    finish(root);
  };
  return members.map((unit, m) =>
    program.tabling(
      unit,
      files[m]!,
      (answers) => compute(m, answers),
      (answers) => walk(m, answers),
    ),
  );
}

/** Inputs lead to inputs, and whatever any of them answers is an answer. */
export function collect(program: Program, members: readonly Unit[]): Callable[] {
  const { run } = program;
  const width = mostInputs(members) + 1;
  const states = new TupleSet(width);
  const state = new Int32Array(width);
  const files = members.map((unit) => program.registersOf(unit));
  const sink: Sink = { current: new Answers(members[0]!.outputs.length) };
  const goals = members.map((unit, m) => {
    const registers = files[m]!;
    const compiling = program.compiling(registers);
    const end = program.end(unit, registers, sink);
    return unit.plans.map((plan) => {
      const back = backOf(plan, members);
      if (back === undefined) return compileSteps(compiling, plan.steps, 0, end);
      const write = stateOf(members, registers, back, state);
      const goal: Goal = () => {
        write();
        states.add(state, 0);
        return false;
      };
      return compileSteps(compiling, plan.steps.slice(0, -1), 0, { kind: "goal", goal });
    });
  });

  let next = 0;
  const start = (root: number, answers: Answers): void => {
    states.clear();
    next = 0;
    sink.current = answers;
    state[0] = root;
    const { inputs } = members[root]!;
    for (let i = 0; i < inputs.length; i++) state[i + 1] = files[root]![inputs[i]!]!;
    state.fill(0, inputs.length + 1);
    states.add(state, 0);
  };
  /** Works off what is there. False when it was interrupted because it is time to pause. */
  const work = (pausing: boolean): boolean => {
    while (next < states.count) {
      if (pausing && run.due) return false;
      run.tick(1);
      const at = next++ * width;
      const member = states.cells[at]!;
      const to = members[member]!.inputs;
      for (let i = 0; i < to.length; i++) files[member]![to[i]!] = states.cells[at + 1 + i]!;
      for (const goal of goals[member]!) goal();
    }
    states.clear();
    return true;
  };
  return members.map((unit, m) =>
    program.tabling(
      unit,
      files[m]!,
      (answers) => {
        start(m, answers);
        work(false);
      },
      function* (answers) {
        start(m, answers);
        while (!work(true)) yield* pause(run);
      },
    ),
  );
}

/** A call of a member with certain inputs, its answers so far, and who waits for them. */
interface Subgoal {
  readonly number: number;
  readonly member: number;
  readonly inputs: Int32Array;
  cells: number[];
  count: number;
  readonly consumers: Consumer[];
}

/** The rest of a plan, to be run with each answer of a subgoal. */
interface Consumer {
  readonly owner: Subgoal;
  readonly of: Subgoal;
  readonly site: Site;
  readonly registers: Int32Array;
  read: number;
  queued: boolean;
}

interface Site {
  readonly member: number;
  readonly to: readonly number[];
  readonly goal: Goal;
}

/** The general case: every call once, its answers handed to all who asked, until nothing new comes. */
export function tabled(program: Program, members: readonly Unit[]): Callable[] {
  const { run } = program;
  const files = members.map((unit) => program.registersOf(unit));
  const calls = new TupleSet(mostInputs(members) + 1);
  const state = new Int32Array(calls.width);
  const answered = new TupleSet(Math.max(...members.map((unit) => unit.outputs.length)) + 1);
  const answer = new Int32Array(answered.width);
  let subgoals: Subgoal[] = [];
  let agenda: (Subgoal | Consumer)[] = [];
  let current!: Subgoal;
  let ends = false;

  const clear = (): void => {
    calls.clear();
    answered.clear();
    subgoals = [];
    agenda = [];
    ends = false;
  };
  /** The subgoal that `state` describes, on the agenda if it is new. */
  const demand = (): Subgoal => {
    const known = calls.find(state, 0);
    if (known >= 0) return subgoals[known]!;
    calls.add(state, 0);
    const member = state[0]!;
    const inputs = state.slice(1, 1 + members[member]!.inputs.length);
    const subgoal: Subgoal = { number: subgoals.length, member, inputs, cells: [], count: 0, consumers: [] };
    subgoals.push(subgoal);
    agenda.push(subgoal);
    return subgoal;
  };
  const enqueue = (consumer: Consumer): void => {
    if (consumer.queued || consumer.read === consumer.of.count) return;
    consumer.queued = true;
    agenda.push(consumer);
  };

  const goals = members.map((unit, m) => {
    const registers = files[m]!;
    const compiling = program.compiling(registers);
    const end: Goal = () => {
      answer.fill(0);
      answer[0] = current.number;
      unit.outputs.forEach((output, i) => {
        answer[i + 1] = registers[output]!;
      });
      if (!answered.add(answer, 0)) return false;
      for (const output of unit.outputs) current.cells.push(registers[output]!);
      current.count++;
      if (current.count > run.limits.answers) run.tooManyAnswers();
      for (const consumer of current.consumers) enqueue(consumer);
      return false;
    };
    /** The plan from `at` on: up to the next call back, where it waits for answers. */
    const part = (steps: readonly Step[], at: number): Goal => {
      const next = steps.findIndex((step, i) => i >= at && step.kind === "call" && members.includes(step.unit));
      if (next < 0) return compileSteps(compiling, steps.slice(at), 0, { kind: "goal", goal: end });
      const back = steps[next] as Call;
      const site: Site = {
        member: m,
        to: back.unit.outputs.map((output) => back.args[output]!),
        goal: part(steps, next + 1),
      };
      const write = stateOf(members, registers, back, state);
      const wait: End = {
        kind: "goal",
        goal: () => {
          write();
          const of = demand();
          const consumer: Consumer = { owner: current, of, site, registers: registers.slice(), read: 0, queued: false };
          of.consumers.push(consumer);
          enqueue(consumer);
          return false;
        },
      };
      return compileSteps(compiling, steps.slice(at, next), 0, wait);
    };
    return unit.plans.map((plan) => part(plan.steps, 0));
  });

  const start = (subgoal: Subgoal): void => {
    current = subgoal;
    const registers = files[subgoal.member]!;
    members[subgoal.member]!.inputs.forEach((input, i) => {
      registers[input] = subgoal.inputs[i]!;
    });
    for (const goal of goals[subgoal.member]!) goal();
  };
  const feed = (consumer: Consumer): void => {
    const { of, site } = consumer;
    const registers = files[site.member]!;
    consumer.queued = false;
    current = consumer.owner;
    registers.set(consumer.registers);
    const width = site.to.length;
    while (consumer.read < of.count) {
      run.tick(1);
      const at = consumer.read++ * width;
      for (let i = 0; i < width; i++) registers[site.to[i]!] = of.cells[at + i]!;
      site.goal();
    }
  };
  const begin = (root: number): Subgoal => {
    if (!ends) {
      run.atEnd(clear);
      ends = true;
    }
    state.fill(0);
    state[0] = root;
    members[root]!.inputs.forEach((input, i) => {
      state[i + 1] = files[root]![input]!;
    });
    return demand();
  };
  /** Works off the agenda; of a check, until it holds. False when it was interrupted because it is time to pause. */
  const work = (root: number, subgoal: Subgoal, pausing: boolean): boolean => {
    const check = members[root]!.outputs.length === 0;
    for (;;) {
      if (pausing && run.due) return false;
      const item = agenda.pop();
      if (item === undefined) return true;
      run.tick(1);
      if ("site" in item) feed(item);
      else start(item);
      if (check && subgoal.count > 0) {
        // The others are not complete: nothing may be read from them again.
        if (agenda.length > 0) {
          clear();
          ends = true;
        }
        return true;
      }
    }
  };
  const solve = (root: number): Subgoal => {
    const subgoal = begin(root);
    work(root, subgoal, false);
    return subgoal;
  };
  return members.map((unit, m) => {
    if (unit.outputs.length === 0)
      return {
        registers: files[m]!,
        check: () => solve(m).count > 0,
        *walkCheck() {
          const subgoal = begin(m);
          while (!work(m, subgoal, true)) yield* pause(run);
          return subgoal.count > 0;
        },
        answers: () => {
          throw new Error("a check has no answers");
        },
        release: () => {},
      };
    const copy = ({ cells, count }: Subgoal, answers: Answers): void => {
      const width = unit.outputs.length;
      if (width === 1) for (const code of cells) answers.add(code);
      else for (let n = 0; n < count; n++) answers.addTuple(Int32Array.from(cells.slice(n * width, n * width + width)));
    };
    return program.tabling(
      unit,
      files[m]!,
      (answers) => copy(solve(m), answers),
      function* (answers) {
        const subgoal = begin(m);
        while (!work(m, subgoal, true)) yield* pause(run);
        copy(subgoal, answers);
      },
    );
  });
}
