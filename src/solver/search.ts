import { locationOf } from "../diagnostics/diagnostic.js";
import { EvaluationError, LimitError } from "../diagnostics/errors.js";
import type { Span } from "../diagnostics/source.js";
import type { FactReader } from "../facts/store.js";
import type { StoredPattern } from "../facts/value.js";
import { applies, enterCall } from "./calls.js";
import type { Predicate, RuleCode, Step } from "./code.js";
import { Fault } from "./fault.js";
import type { HostMemo } from "./host-memo.js";
import { type Limits, timeout } from "./limits.js";
import type { Pace } from "./pace.js";
import type { Premise } from "./proof.js";
import { Probe, type Scope, State } from "./state.js";
import { advance } from "./steps.js";
import { type Answer, applyAnswer, type CanonicalCall, closeAnswer, Table } from "./tables.js";
import { rulesAbove } from "./trace.js";
import type { Types } from "./types.js";
import { Dictionary, List, type Term, type Variable } from "./values.js";

/** What one evaluation may use. */
export interface Surroundings {
  readonly types: Types;
  readonly memo: HostMemo;
  readonly facts: FactReader;
  /** By `name/arity`. A test's facts may have wildcards. */
  readonly contextFacts: ReadonlyMap<string, readonly StoredPattern["args"][]>;
  readonly limits: Pick<Limits, "milliseconds" | "steps" | "answers" | "termDepth">;
  /** `@current_unix_time`, in seconds. */
  readonly now: bigint;
  readonly print: (message: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly pace: Pace | undefined;
  /** `first` may stop at the first proof; `all` reaches every branch. */
  readonly mode: "first" | "all";
  /** Whether proofs are kept, for an explanation. */
  readonly record: boolean;
  /** Asked what is missing: facts that fit may be assumed, up to a number. Errors then only end their branch. */
  readonly assume: Assumptions | undefined;
}

/** Alternatives of one goal, tried one after the other, each on a branch of its own. */
interface Choice {
  readonly kind: "choice";
  readonly state: State;
  /** Whether there is another alternative after the next one. */
  readonly more: () => boolean;
  /** Takes the next alternative; false when it does not fit. */
  readonly take: (state: State) => boolean;
}

/** The rules of a predicate that a table has still to try. */
interface Rules {
  readonly kind: "rules";
  readonly table: Table;
  readonly predicate: Predicate;
  next: number;
  readonly scope: Scope | undefined;
}

/** A goal that takes the answers of a table as they come, each of them once. */
export interface Consumer {
  readonly kind: "consumer";
  readonly state: State;
  readonly table: Table;
  /** The caller's variables for which the answers hold values. */
  readonly open: readonly Variable[];
  readonly span: Span;
  next: number;
  queued: boolean;
}

/** The end of a sub-evaluation. */
interface Barrier {
  readonly kind: "barrier";
  readonly target: Table | Probe;
  readonly resume: () => void;
}

export interface Assumptions {
  readonly most: number;
  readonly fits: (predicate: Predicate, args: readonly Term[]) => boolean;
}

/** How often the limits and the clock are looked at, in steps. */
const checkSteps = 256;

/** A search inside of this one: the goal under a `not`, when what stands around it may assume facts. */
interface Inner {
  readonly kind: "inner";
  readonly search: Search;
  readonly root: Table;
  /** Goes on if there was no answer. */
  readonly state: State;
}

type Job = State | Choice | Rules | Consumer | Barrier | Inner;

/** A sub-evaluation that runs to its end before the one around it goes on: what `not` and `cut` need. */
interface Level {
  /** Where its barrier lies on the stack. */
  readonly base: number;
  readonly pending: number;
  readonly tables: Table[];
}

/**
 * Tabled evaluation on one explicit stack (decision 001). Every call variant has a table; whoever needs its answers is
 * resumed once for each, so recursion of any kind ends when there are no new answers, and never uses the JavaScript stack.
 */
export class Search {
  readonly around: Surroundings;
  /** How many goals were dropped because the application has not answered yet. */
  pending = 0;
  readonly #stack: Job[] = [];
  readonly #tables = new Map<string, Table>();
  readonly #levels: Level[] = [{ base: -1, pending: 0, tables: [] }];
  readonly #first: boolean;
  readonly #deadline: number;
  readonly #every: number;
  #steps = 0;
  #untilCheck: number;
  #due = false;
  #state: State | undefined;
  #span: Span | undefined;

  constructor(around: Surroundings) {
    this.around = around;
    this.#first = around.mode === "first";
    this.#every = Math.min(around.pace?.steps ?? checkSteps, checkSteps);
    this.#untilCheck = this.#every;
    this.#deadline = around.memo.startedAt + around.limits.milliseconds;
  }

  get height(): number {
    return this.#stack.length;
  }

  /**
   * Runs until nothing is left to do, or in `first` mode until `root` has an answer. False when it was interrupted because it
   * is time to pause: `run` goes on from there.
   */
  run(root: Table): boolean {
    try {
      this.check();
      // However late it is already: every turn gets some work done.
      this.#due = false;
      for (;;) {
        if (this.#due) {
          this.#due = false;
          return false;
        }
        const job = this.#stack.pop();
        if (job === undefined || (this.#first && root.answers.length > 0)) return true;
        if (this.around.assume === undefined) this.#do(job);
        else this.#attempt(job);
      }
    } catch (error) {
      throw this.#located(error);
    }
  }

  #attempt(job: Job): void {
    try {
      this.#do(job);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  /** Counts a step, and remembers where it is taken in case it fails. */
  tick(state: State, span: Span | undefined): void {
    this.#state = state;
    this.#span = span;
    this.#steps++;
    if (--this.#untilCheck === 0) this.check();
  }

  /** @throws LimitError, EvaluationError `engine/aborted` */
  check(): void {
    this.#untilCheck = this.#every;
    const { limits, signal } = this.around;
    if (this.#steps > limits.steps) throw new LimitError("steps", limits.steps, "steps");
    if (signal?.aborted === true) {
      throw new EvaluationError("engine/aborted", "the question was aborted", { cause: signal.reason });
    }
    if (Date.now() > this.#deadline) throw timeout(limits.milliseconds);
    if (this.around.pace?.due() === true) this.#due = true;
  }

  /** For host iterables: their elements count as answers, and the clock is looked at now and then. */
  countElements(count: number): void {
    const { answers } = this.around.limits;
    if (count > answers) throw new LimitError("answers", answers, "elements");
    if ((count & 255) === 0) this.check();
  }

  /** What a rule hands on, to what it calls or as an answer: within a rule, terms nest no deeper than its text and these do. */
  #checkDepth(terms: readonly Term[]): void {
    const { termDepth } = this.around.limits;
    for (const term of terms) {
      if ((term instanceof List || term instanceof Dictionary) && term.depth > termDepth) {
        throw new LimitError("termDepth", termDepth, "levels");
      }
    }
  }

  push(state: State): void {
    this.#stack.push(state);
  }

  choose(state: State, more: () => boolean, take: (state: State) => boolean): void {
    this.#stack.push({ kind: "choice", state, more, take });
  }

  #do(job: Job): void {
    switch (job.kind) {
      case "state":
        if (!isDone(job.owner)) advance(this, job);
        break;
      case "choice":
        this.#choose(job);
        break;
      case "rules":
        this.#tryRule(job);
        break;
      case "consumer":
        this.#consume(job);
        break;
      case "barrier":
        this.#leaveLevel(job);
        break;
      case "inner":
        this.#runInner(job);
        break;
    }
  }

  #choose(choice: Choice): void {
    if (isDone(choice.state.owner)) return;
    const last = !choice.more();
    if (!last) this.#stack.push(choice);
    const state = last ? choice.state : choice.state.branch();
    this.tick(state, this.#span);
    if (choice.take(state)) advance(this, state);
  }

  // --- calls -------------------------------------------------------------------------------------------------------

  /**
   * Asks for the answers of a call. True when `state` simply goes on; otherwise it has failed, or will be resumed once for
   * each answer. With `whole` the answers are worked out completely first and come in order.
   */
  call(state: State, predicate: Predicate, call: CanonicalCall, whole: boolean, span: Span): boolean {
    const known = this.#tables.get(call.key);
    if (known?.complete === true) return this.#useComplete(state, known, call, span);
    const assuming = this.around.assume !== undefined;
    if (known !== undefined && predicate.cuts && !assuming) {
      throw new Fault(
        "engine/cut-cycle",
        `the call of \`${predicate.name}\` needs its own answer before its \`cut\` is decided`,
      );
    }
    if ((whole || predicate.cuts) && !assuming) {
      this.#levels.push({ base: this.#stack.length, pending: this.pending, tables: [] });
      const table = this.open(predicate, call, state);
      const resume = (): void => {
        if (this.#useComplete(state, table, call, span)) this.#stack.push(state);
      };
      this.#stack.push({ kind: "barrier", target: table, resume });
      this.produce(table, predicate);
      return false;
    }
    let table = known;
    if (table === undefined || table.level !== this.#levels.length) {
      table = this.open(predicate, call, state);
      this.produce(table, predicate);
    }
    const consumer: Consumer = { kind: "consumer", state, table, open: call.open, span, next: 0, queued: false };
    table.consumers.push(consumer);
    if (table.answers.length > 0) this.#wake(consumer);
    return false;
  }

  /** A new table at the current level. */
  open(predicate: Predicate | undefined, call: CanonicalCall, by: State | undefined): Table {
    this.#checkDepth(call.args);
    const table = new Table(predicate, call, this.#levels.length, this.#tables.get(call.key), by);
    this.#tables.set(call.key, table);
    (this.#levels.at(-1) as Level).tables.push(table);
    return table;
  }

  /** Puts what can give a table its answers on the stack: facts first, then rules in their order. */
  produce(table: Table, predicate: Predicate): void {
    if (predicate.rules.length > 0) {
      const scope = predicate.cuts ? this.scope(undefined) : undefined;
      this.#stack.push({ kind: "rules", table, predicate, next: 0, scope });
    }
    if (predicate.facts !== undefined) {
      this.#stack.push(this.begin(table, predicate.facts, predicate.arity, undefined, undefined));
    }
  }

  /** What a cut inside of what begins now may drop. */
  scope(outer: Scope | undefined): Scope {
    return { base: this.#stack.length, outer, pending: this.pending };
  }

  /** The activation of a rule for a table's call. */
  begin(
    table: Table,
    step: Step | undefined,
    slots: number,
    rule: RuleCode | undefined,
    scope: Scope | undefined,
  ): State {
    const { frame, open } = enterCall(table.call, slots);
    return new State(step, frame, table, rule, open, scope);
  }

  #tryRule(job: Rules): void {
    const { table, predicate } = job;
    if (isDone(table)) return;
    const { rules } = predicate;
    let index = job.next;
    while (index < rules.length && !applies((rules[index] as RuleCode).filters, table.call)) index++;
    const rule = rules[index];
    if (rule === undefined) return;
    job.next = index + 1;
    if (job.next < rules.length) this.#stack.push(job);
    advance(this, this.begin(table, rule.start, rule.slots, rule, job.scope));
  }

  #useComplete(state: State, table: Table, call: CanonicalCall, span: Span): boolean {
    const { answers } = table;
    if (answers.length === 0) return false;
    let next = 0;
    const take = (to: State): boolean => {
      const answer = answers[next++] as Answer;
      this.note(to, { kind: "answer", table, answer, span });
      return applyAnswer(to, call.open, answer);
    };
    if (answers.length === 1) return take(state);
    this.choose(state, () => next + 1 < answers.length, take);
    return false;
  }

  #wake(consumer: Consumer): void {
    if (consumer.queued) return;
    consumer.queued = true;
    this.#stack.push(consumer);
  }

  #consume(consumer: Consumer): void {
    consumer.queued = false;
    const { table, state } = consumer;
    const answer = table.answers[consumer.next];
    if (answer === undefined || isDone(state.owner)) return;
    consumer.next++;
    if (consumer.next < table.answers.length) this.#wake(consumer);
    // A call without open variables has one answer at most, so nothing else will need this branch.
    const only = table.call.open.length === 0 && this.around.assume === undefined;
    const next = only ? state : state.branch();
    this.tick(next, consumer.span);
    this.note(next, { kind: "answer", table, answer, span: consumer.span });
    if (applyAnswer(next, consumer.open, answer) && this.affordable(next)) advance(this, next);
  }

  /** A body is proved: its table has an answer. */
  proved(state: State): void {
    const { owner } = state;
    if (owner instanceof Probe) {
      owner.found = true;
      if (this.#first) this.truncate(owner.base + 1);
      return;
    }
    const proof = this.around.record ? { rule: state.rule, premises: state.premises } : undefined;
    const answer = closeAnswer(state, proof);
    this.#checkDepth(answer.values);
    if (!owner.add(answer)) return;
    const { answers } = this.around.limits;
    if (owner.answers.length > answers) throw new LimitError("answers", answers, "answers");
    if (this.#first && owner.call.open.length === 0) owner.complete = true;
    for (let i = owner.consumers.length - 1; i >= 0; i--) this.#wake(owner.consumers[i] as Consumer);
  }

  // --- sub-evaluations ---------------------------------------------------------------------------------------------

  /** Runs a negated goal to its end, then goes on with `state` if there was no answer. */
  negate(state: State, body: Step | undefined): void {
    if (this.around.assume !== undefined) {
      this.#stack.push(this.#asIs(state, body));
      return;
    }
    const probe = new Probe(this.#stack.length, state);
    this.#levels.push({ base: probe.base, pending: this.pending, tables: [] });
    const resume = (): void => {
      if (!probe.found) this.#stack.push(state);
    };
    this.#stack.push({ kind: "barrier", target: probe, resume });
    const frame = state.frame.copy();
    this.#stack.push(new State(body, frame, probe, state.rule, nothingOpen, this.scope(undefined)));
  }

  /** Nothing is assumed under a `not`. */
  #asIs(state: State, body: Step | undefined): Inner {
    const search = new Search({ ...this.around, assume: undefined, record: false, mode: "first" });
    const root = search.open(undefined, { key: "", args: [], types: undefined, open: nothingOpen as [] }, state);
    search.push(new State(body, state.frame.copy(), root, state.rule, nothingOpen, search.scope(undefined)));
    return { kind: "inner", search, root, state };
  }

  #runInner(inner: Inner): void {
    const { search, root, state } = inner;
    if (!search.run(root)) {
      this.#stack.push(inner);
      this.#due = true;
      return;
    }
    this.#steps += search.#steps;
    if (search.pending === 0 && root.answers.length === 0) this.#stack.push(state);
  }

  /** Whether a branch has assumed no more than it may. */
  affordable(state: State): boolean {
    return state.missing.length <= (this.around.assume?.most ?? 0);
  }

  #leaveLevel({ target, resume }: Barrier): void {
    const level = this.#levels.pop() as Level;
    const known = this.pending === level.pending;
    if (known) for (const table of level.tables) table.complete = true;
    else this.#forget(level);
    if (known || (target instanceof Table && target.complete)) resume();
  }

  /** Drops everything on the stack from `height` on, with the sub-evaluations that lie there. */
  truncate(height: number): void {
    while ((this.#levels.at(-1) as Level).base >= height) this.#forget(this.#levels.pop() as Level);
    if (this.#stack.length > height) this.#stack.length = height;
  }

  #forget(level: Level): void {
    for (const table of level.tables) {
      if (table.complete || this.#tables.get(table.call.key) !== table) continue;
      if (table.shadowed === undefined) this.#tables.delete(table.call.key);
      else this.#tables.set(table.call.key, table.shadowed);
    }
  }

  // --- errors and explanations -------------------------------------------------------------------------------------

  note(state: State, premise: Premise): void {
    if (this.around.record) state.premises = { premise, earlier: state.premises };
  }

  #located(error: unknown): unknown {
    if (!(error instanceof Fault)) return error;
    return new EvaluationError(error.code, error.message, {
      location: this.#span === undefined ? undefined : locationOf(this.#span),
      rules: rulesAbove(this.#state),
      cause: error.reason,
    });
  }
}

const nothingOpen: readonly Term[] = [];

function isDone(owner: Table | Probe): boolean {
  return owner instanceof Table && owner.complete;
}
