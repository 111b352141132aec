import type { FactReader } from "../facts/store.js";
import type { StoredPattern } from "../facts/value.js";
import type { Goal, Policy } from "../polar/policy.js";
import { type Answer, answerSet } from "./answers.js";
import { Frame } from "./bindings.js";
import { compile } from "./compile.js";
import type { Host } from "./create-host.js";
import type { HostMemo } from "./host-memo.js";
import type { Limits } from "./limits.js";
import { Search, type Surroundings } from "./search.js";
import { State } from "./state.js";
import { canonicalCall, type Table } from "./tables.js";
import type { Types } from "./types.js";
import type { Term, Value } from "./values.js";

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
  readonly limits: Pick<Limits, "milliseconds" | "steps" | "answers">;
  /** `@current_unix_time`: seconds since 1970, one value per question. */
  readonly now: bigint;
  readonly logger: { info(message: string): void };
  readonly signal?: AbortSignal | undefined;
  /** What the question has read of the application; the same one when it is asked again. */
  readonly memo: HostMemo;
  readonly mode: "first" | "all";
  /** Second argument of `types.*.load`. */
  readonly context?: unknown;
}

/** The answer, or what to wait for before the same question is asked again with the same memo. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "pending"; readonly wait: () => Promise<void> };

/** The general evaluator: every construct of the language, over facts and application objects. Synchronous. */
export interface Machine {
  /**
   * The answers to a call of a predicate. In `first` mode at most those known when the first proof is found.
   * @throws EvaluationError, LimitError, and what the fact reader throws
   */
  call(name: string, args: readonly CallArgument[], run: RunOptions): Outcome<readonly Answer[]>;
  /** The answers to a goal; `bindings` are values of its variables, known from the start. */
  ask(goal: Goal, run: RunOptions, bindings?: Readonly<Record<string, unknown>>): Outcome<readonly Answer[]>;
}

export function createMachine(policy: Policy, host: Host): Machine {
  const program = compile(policy, host);

  const finish = (search: Search, root: Table, names: readonly string[], run: RunOptions): Outcome<Answer[]> => {
    search.run(root);
    // What is pending stands before the first proof in the order of the rules, so that proof does not count yet.
    if (search.pending > 0) {
      return { kind: "pending", wait: () => run.memo.wait(run.context) };
    }
    return { kind: "done", value: answerSet(names, root.answers, run.memo) };
  };

  return {
    call(name, args, run) {
      const search = new Search(surroundings(run, program.types));
      const predicate = program.predicate(name, args.length);
      const frame = new Frame([], undefined);
      const named = new Map<string, Term>();
      const terms = args.map((arg): Term => {
        if (!(arg instanceof OpenArgument)) return run.memo.argument(arg);
        const known = named.get(arg.name);
        const set = arg.type === undefined ? undefined : program.types[arg.exact ? "exactly" : "within"](arg.type);
        const slot = known ?? frame.fresh();
        named.set(arg.name, slot);
        if (set !== undefined && !frame.constrain(slot, set)) return null;
        return slot;
      });
      const call = canonicalCall(predicate, terms, frame);
      const root = search.open(predicate, call, undefined);
      search.produce(root, predicate);
      return finish(search, root, [...named.keys()], run);
    },

    ask(goal, run, bindings = {}) {
      const search = new Search(surroundings(run, program.types));
      const code = program.goal(goal);
      const values = new Array<Term | undefined>(code.slots);
      for (const { name, slot } of code.variables) {
        if (Object.hasOwn(bindings, name)) values[slot.slot] = run.memo.argument(bindings[name]) as Value;
      }
      const variables = code.variables.map(({ slot }) => slot);
      const call = { key: "", args: [], types: undefined, open: variables };
      const root = search.open(undefined, call, undefined);
      const scope = search.scope(undefined);
      const state = new State(code.start, new Frame(values, undefined), root, undefined, variables, scope);
      search.push(state);
      const names = code.variables.map(({ name }) => name);
      return finish(search, root, names, run);
    },
  };
}

function surroundings(run: RunOptions, types: Types): Surroundings {
  const contextFacts = new Map<string, StoredPattern["args"][]>();
  for (const { predicate, args } of run.contextFacts ?? []) {
    const key = `${predicate}/${args.length}`;
    const facts = contextFacts.get(key);
    if (facts === undefined) contextFacts.set(key, [args]);
    else facts.push(args);
  }
  const { memo, facts, limits, now, logger, signal, mode } = run;
  const print = (message: string): void => logger.info(message);
  return { types, memo, facts, contextFacts, limits, now, print, signal, mode, record: false };
}
