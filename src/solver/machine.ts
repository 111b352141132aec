import { EvaluationError } from "../diagnostics/errors.js";
import type { FactReader } from "../facts/store.js";
import type { StoredPattern } from "../facts/value.js";
import type { Goal, Policy } from "../polar/policy.js";
import { type Answer, answerSet } from "./answers.js";
import { attempts } from "./attempts.js";
import { Frame } from "./bindings.js";
import type { Predicate } from "./code.js";
import type { Host } from "./create-host.js";
import { derive } from "./derivation.js";
import type { Explanation } from "./explanation.js";
import { Fault } from "./fault.js";
import type { HostMemo } from "./host-memo.js";
import type { Limits } from "./limits.js";
import type { Pace } from "./pace.js";
import { compile } from "./program.js";
import { Search, type Surroundings } from "./search.js";
import { State } from "./state.js";
import { type CanonicalCall, canonicalCall, type Table } from "./tables.js";
import type { Types } from "./types.js";
import type { Term, Variable } from "./values.js";

/** A variable among the arguments of a call: what is asked for. */
export class OpenArgument {
  readonly name: string;
  readonly type: string | undefined;
  readonly exact: boolean;

  constructor(name: string, type: string | undefined, exact: boolean) {
    this.name = name;
    this.type = type;
    this.exact = exact;
  }
}

/** An open argument of any type, or of a type or its subtypes. The same name twice is the same variable. */
export function open(name: string, type?: string): OpenArgument {
  return new OpenArgument(name, type, false);
}

/** An open argument of exactly this type, as `list` asks. */
export function openExactly(name: string, type: string): OpenArgument {
  return new OpenArgument(name, type, true);
}

/** A reference, an application object, a plain JavaScript value, or an open variable. */
export type CallArgument = object | string | number | bigint | boolean | null | OpenArgument;

export interface RunOptions {
  readonly facts: FactReader;
  /** Facts of this question only, already checked. A test's facts may have wildcards. */
  readonly contextFacts?: readonly StoredPattern[];
  readonly limits: Pick<Limits, "milliseconds" | "steps" | "answers" | "termDepth">;
  /** `@current_unix_time`: seconds since 1970, one value per question. */
  readonly now: bigint;
  readonly logger: { info(message: string): void };
  readonly signal?: AbortSignal | undefined;
  /** What the question has read of the application; the same one when it is asked again. */
  readonly memo: HostMemo;
  readonly mode: "first" | "all";
  /** When to pause. Of interest to `inPieces` alone. */
  readonly pace?: Pace | undefined;
  /** Second argument of `types.*.load`. */
  readonly context?: unknown;
}

/** The answer, or what to wait for before the same question is asked again with the same memo. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "pending"; readonly wait: () => Promise<void> };

/** The verbs of the general evaluator. `R` is how they answer. */
interface Verbs<R extends "whole" | "pieces"> {
  /**
   * The answers to a call of a predicate. In `first` mode at most those known when the first proof is found.
   * @throws EvaluationError, LimitError, and what the fact reader throws
   */
  call(name: string, args: readonly CallArgument[], run: RunOptions): Answered<R, readonly Answer[]>;
  /** The answers to a goal; `bindings` are values of its variables, known from the start. */
  ask(goal: Goal, run: RunOptions, bindings?: Readonly<Record<string, unknown>>): Answered<R, readonly Answer[]>;
  /**
   * Why a call holds, as a derivation; or what would have been enough, as sets of facts with the rules that need them.
   * `run.mode` makes no difference. Slower than asking.
   */
  explain(name: string, args: readonly CallArgument[], run: RunOptions): Answered<R, Explanation>;
}

type Answered<R extends "whole" | "pieces", T> = R extends "whole" ? Outcome<T> : Evaluation<T>;

/**
 * An evaluation that pauses whenever its `pace` says so. Whoever resumes it has made sure that the facts are what they were;
 * an evaluation that is not resumed leaves nothing behind.
 */
export type Evaluation<T> = Generator<undefined, Outcome<T>>;

/** The general evaluator: every construct of the language, over facts and application objects. Synchronous. */
export interface Machine extends Verbs<"whole"> {
  readonly inPieces: Verbs<"pieces">;
}

export function createMachine(policy: Policy, host: Host): Machine {
  const program = compile(policy, host);

  const finish = function* (
    search: Search,
    root: Table,
    names: readonly string[],
    run: RunOptions,
  ): Evaluation<readonly Answer[]> {
    while (!search.run(root)) yield;
    // What is pending stands before the first proof in the order of the rules, so that proof does not count yet.
    if (search.pending > 0) return pending(run);
    return { kind: "done", value: yield* answerSet(names, root.answers, run.memo, run.pace) };
  };

  /** A call with its arguments as terms; `undefined` when two open arguments of one name contradict each other. */
  const canonical = (name: string, args: readonly CallArgument[], run: RunOptions): Asked | undefined => {
    const predicate = program.predicate(name, args.length);
    const frame = new Frame([], undefined);
    const named = new Map<string, Variable>();
    const terms: Term[] = [];
    for (const arg of args) {
      if (!(arg instanceof OpenArgument)) {
        terms.push(run.memo.argument(arg));
        continue;
      }
      const slot = named.get(arg.name) ?? frame.fresh();
      named.set(arg.name, slot);
      if (arg.type !== undefined) {
        const set = arg.exact ? program.types.exactly(arg.type) : program.types.within(arg.type);
        if (!frame.constrain(slot, set)) return undefined;
      }
      terms.push(slot);
    }
    return { predicate, call: canonicalCall(predicate, terms, frame), names: [...named.keys()] };
  };

  const start = (search: Search, { predicate, call }: Asked): Table => {
    const root = search.open(predicate, call, undefined);
    search.produce(root, predicate);
    return root;
  };

  const inPieces: Verbs<"pieces"> = {
    call: (name, args, run) =>
      evaluating(function* () {
        const asked = canonical(name, args, run);
        if (asked === undefined) return { kind: "done", value: [] };
        const search = new Search(surroundings(run, program.types));
        return yield* finish(search, start(search, asked), asked.names, run);
      }),

    ask: (goal, run, bindings = {}) =>
      evaluating(function* () {
        const search = new Search(surroundings(run, program.types));
        const code = program.goal(goal);
        const values = new Array<Term | undefined>(code.slots);
        for (const { name, slot } of code.variables) {
          if (Object.hasOwn(bindings, name)) values[slot.slot] = run.memo.argument(bindings[name]);
        }
        const variables = code.variables.map(({ slot }) => slot);
        const root = search.open(undefined, { key: "", args: [], types: undefined, open: variables }, undefined);
        const frame = new Frame(values, undefined);
        search.push(new State(code.start, frame, root, undefined, variables, search.scope(undefined)));
        const names = code.variables.map(({ name }) => name);
        return yield* finish(search, root, names, run);
      }),

    explain: (name, args, run) =>
      evaluating(function* (): Evaluation<Explanation> {
        const around = surroundings(run, program.types);
        const asked = canonical(name, args, run);
        if (asked === undefined) return { kind: "done", value: { allowed: false, attempts: [] } };
        const search = new Search({ ...around, mode: "first", record: true });
        const root = start(search, asked);
        while (!search.run(root)) yield;
        if (search.pending > 0) return pending(run);
        const answer = root.answers[0];
        if (answer !== undefined) {
          return { kind: "done", value: { allowed: true, derivation: derive(root, answer), attempts: [] } };
        }
        const value = { allowed: false, attempts: yield* attempts(policy, asked.predicate, asked.call, around) };
        return { kind: "done", value };
      }),
  };
  return {
    inPieces,
    call: (name, args, run) => whole(inPieces.call(name, args, run)),
    ask: (goal, run, bindings) => whole(inPieces.ask(goal, run, bindings)),
    explain: (name, args, run) => whole(inPieces.explain(name, args, run)),
  };
}

interface Asked {
  readonly predicate: Predicate;
  readonly call: CanonicalCall;
  readonly names: readonly string[];
}

function pending(run: RunOptions): Outcome<never> {
  return { kind: "pending", wait: () => run.memo.wait(run.context) };
}

/** What fails outside of the search (an argument that is no value) has no place in the policy, but is an error like the others. */
function* evaluating<T>(run: () => Evaluation<T>): Evaluation<T> {
  try {
    return yield* run();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new EvaluationError(error.code, error.message, { cause: error.reason });
  }
}

/** To the end in one go. */
function whole<T>(evaluation: Evaluation<T>): Outcome<T> {
  for (;;) {
    const step = evaluation.next();
    if (step.done === true) return step.value;
  }
}

function surroundings(run: RunOptions, types: Types): Surroundings {
  const contextFacts = new Map<string, StoredPattern["args"][]>();
  for (const { predicate, args } of run.contextFacts ?? []) {
    const key = `${predicate}/${args.length}`;
    const facts = contextFacts.get(key);
    if (facts === undefined) contextFacts.set(key, [args]);
    else facts.push(args);
  }
  const { memo, facts, limits, now, logger, signal, mode, pace } = run;
  const print = (message: string): void => logger.info(message);
  return { types, memo, facts, contextFacts, limits, now, print, signal, pace, mode, record: false, assume: undefined };
}
