import type { Domain } from "../../facts/tables-domain.js";
import { arrange, components, inline } from "./graph.js";
import type { Plan, Step, Unit } from "./plan.js";
import { collect, search, spread, tabled } from "./recursion.js";
import { Answers, keep, MarksPool, type Run, TupleSet } from "./runtime.js";
import {
  anyOf,
  type Callable,
  type Compiling,
  compilePlans,
  compileSteps,
  type End,
  type Goal,
  holds,
  type Sink,
} from "./steps.js";
import { type Walk, walkSteps } from "./walk.js";

/** Calls without a loop around them are remembered as well when there could be more of them than this. */
const mostPaths = 64;

/** A unit with all that it calls, compiled. */
export interface Compiled extends Callable {
  readonly unit: Unit;
  /** How many calls one call can come to, when no loop and no memory intervenes. */
  readonly paths: number;
}

/** Compiles units to closures, callees first. */
export class Program {
  readonly run: Run;
  readonly marks: MarksPool = new MarksPool();
  readonly #compiled = new Map<Unit, Compiled>();
  #components = 0;

  constructor(run: Run) {
    this.run = run;
  }

  compile(root: Unit): Compiled {
    const found = components(root, this.#components);
    this.#components += found.length;
    for (const members of found) this.#compileComponent(members);
    return this.#compiled.get(root)!;
  }

  get(unit: Unit): Compiled {
    return this.#compiled.get(unit)!;
  }

  /** `loops` to begin a question with: above 0, calls remember what they answered from the start. */
  loops(compiled: Compiled): number {
    return compiled.paths > mostPaths ? 1 : 0;
  }

  /** What compiling a plan of a unit needs. */
  compiling(registers: Int32Array): Compiling {
    return { run: this.run, registers, callable: (step) => this.get(step.unit) };
  }

  registersOf(unit: Unit): Int32Array {
    const registers = new Int32Array(unit.registers);
    for (const [register, code] of unit.constants) registers[register] = code;
    return registers;
  }

  outputDomain(unit: Unit): Domain | undefined {
    const [only] = unit.outputs;
    const mode = unit.outputs.length === 1 ? unit.modes[only!]! : undefined;
    return mode?.kind === "out" ? mode.domain : undefined;
  }

  /** The end of a plan of a unit with outputs. */
  end(unit: Unit, registers: Int32Array, sink: Sink): End {
    const { outputs } = unit;
    if (outputs.length === 1) return { kind: "emit", register: outputs[0]!, sink };
    const tuple = new Int32Array(outputs.length);
    const { run } = this;
    const goal: Goal = () => {
      for (let i = 0; i < outputs.length; i++) tuple[i] = registers[outputs[i]!]!;
      sink.current.addTuple(tuple);
      run.tick(1);
      if (sink.current.count > run.limits.answers) run.tooManyAnswers();
      return false;
    };
    return { kind: "goal", goal };
  }

  #compileComponent(members: readonly Unit[]): void {
    for (const unit of members) if (!unit.recursive) inline(unit);
    const [first] = members as [Unit];
    const add = (compiled: readonly Callable[]): void => {
      members.forEach((unit, i) => {
        const paths = unit.plans.reduce((sum, plan) => sum + this.#paths(plan, members), 1);
        this.#compiled.set(unit, Object.assign(compiled[i]!, { unit, paths: Math.min(paths, 1e9) }));
      });
    };
    if (!first.recursive) add([first.outputs.length === 0 ? this.#checking(first) : this.#answering(first)]);
    else {
      const strategy = { search, spread, collect, table: tabled }[arrange(members)];
      add(strategy(this, members));
    }
  }

  #paths(plan: Plan, members: readonly Unit[]): number {
    let paths = 0;
    for (const step of plan.steps) paths += this.#pathsOfStep(step, members);
    return paths;
  }

  #pathsOfStep(step: Step, members: readonly Unit[]): number {
    if (step.kind === "call") return members.includes(step.unit) ? 1 : this.get(step.unit).paths;
    if (step.kind !== "not") return 0;
    return step.alternatives.flat().reduce((sum, inner) => sum + this.#pathsOfStep(inner, members), 0);
  }

  #checking(unit: Unit): Callable {
    const { run } = this;
    const registers = this.registersOf(unit);
    const compiling = this.compiling(registers);
    const any = anyOf(
      compilePlans(
        compiling,
        unit.plans.map((plan) => plan.steps),
      ),
    );
    const simple = unit.plans.every((plan) =>
      plan.steps.every((step) => step.kind !== "call" && step.kind !== "rows" && step.kind !== "not"),
    );
    const check = simple ? any : remembered(run, unit, registers, any);
    let walks: Walk[] | undefined;
    const walkCheck = function* (): Generator<undefined, boolean> {
      // In a loop, what was answered is remembered.
      if (run.loops > 0) return check();
      walks ??= unit.plans.map((plan) => walkSteps(compiling, plan.steps, 0, { kind: "goal", goal: holds }));
      for (const walk of walks) if (yield* walk()) return true;
      return false;
    };
    return { registers, check, answers: noAnswers, release: () => {}, direct: any, walkCheck };
  }

  #answering(unit: Unit): Callable {
    const registers = this.registersOf(unit);
    const compiling = this.compiling(registers);
    const sink: Sink = { current: new Answers(unit.outputs.length) };
    const end = this.end(unit, registers, sink);
    const goals = unit.plans.map((plan) => compileSteps(compiling, plan.steps, 0, end));
    const compute = (answers: Answers): void => {
      sink.current = answers;
      for (const goal of goals) goal();
    };
    let walks: Walk[] | undefined;
    return this.tabling(unit, registers, compute, function* (answers) {
      walks ??= unit.plans.map((plan) => walkSteps(compiling, plan.steps, 0, end));
      sink.current = answers;
      for (const walk of walks) yield* walk();
    });
  }

  /** Room for the answers of a unit with so many outputs, the only one being of `domain`. */
  borrow(width: number, domain: Domain | undefined, free: Answers[]): Answers {
    const answers = free.length > 0 ? free.pop()! : new Answers(width);
    answers.begin(domain === undefined ? undefined : this.marks.take(domain));
    return answers;
  }

  /** Answers that are complete need no marks any more. */
  complete(domain: Domain | undefined, answers: Answers): void {
    if (domain === undefined) return;
    this.marks.giveBack(domain, answers.marks!);
    answers.marks = undefined;
  }

  /**
   * Calls of a unit with outputs: each is computed at most once in a question when there is a loop around it. `walk` is
   * `compute` with pauses.
   */
  tabling(
    unit: Unit,
    registers: Int32Array,
    compute: (answers: Answers) => void,
    walk: (answers: Answers) => Generator<undefined, void>,
  ): Callable {
    const { run } = this;
    const free: Answers[] = [];
    const known = new TupleSet(unit.inputs.length);
    const remembered: Answers[] = [];
    const key = new Int32Array(unit.inputs.length);
    const domain = this.outputDomain(unit);
    const width = unit.outputs.length;
    const begin = (): Answers => this.borrow(width, domain, free);
    const complete = (answers: Answers): void => this.complete(domain, answers);
    const fresh = (): Answers => {
      const answers = begin();
      compute(answers);
      complete(answers);
      return answers;
    };
    const forget = (): void => {
      for (const answers of remembered.splice(0)) keep(free, answers);
      known.clear();
    };
    /** What was answered for the inputs in the registers. */
    const recall = (): Answers | undefined => {
      for (let i = 0; i < key.length; i++) key[i] = registers[unit.inputs[i]!]!;
      const there = known.find(key, 0);
      return there >= 0 ? remembered[there]! : undefined;
    };
    const remember = (answers: Answers): Answers => {
      if (known.count === 0) run.atEnd(forget);
      // The registers of the inputs are never written by plans.
      for (let i = 0; i < key.length; i++) key[i] = registers[unit.inputs[i]!]!;
      known.add(key, 0);
      remembered.push(answers);
      answers.kept = true;
      return answers;
    };
    return {
      registers,
      check: () => false,
      answers: () => (run.loops === 0 ? fresh() : (recall() ?? remember(fresh()))),
      *walk() {
        const there = run.loops === 0 ? undefined : recall();
        if (there !== undefined) return there;
        const answers = begin();
        yield* walk(answers);
        complete(answers);
        return run.loops === 0 ? answers : remember(answers);
      },
      release: (answers) => {
        if (!answers.kept) keep(free, answers);
      },
    };
  }
}

function noAnswers(): never {
  throw new Error("a unit without outputs has no answers");
}

/** Remembers what was answered for the same inputs in the same question, while a loop is going on. */
function remembered(run: Run, unit: Unit, registers: Int32Array, check: Goal): Goal {
  const known = new TupleSet(unit.inputs.length);
  const results: boolean[] = [];
  const key = new Int32Array(unit.inputs.length);
  const forget = (): void => {
    known.clear();
    results.length = 0;
  };
  return () => {
    if (run.loops === 0) return check();
    for (let i = 0; i < key.length; i++) key[i] = registers[unit.inputs[i]!]!;
    const there = known.find(key, 0);
    if (there >= 0) return results[there]!;
    // Not recursive, so nothing below uses `key` or this table.
    const result = check();
    run.tick(1);
    if (known.count === 0) run.atEnd(forget);
    known.add(key, 0);
    results.push(result);
    return result;
  };
}
