import { EvaluationError, InputError, LimitError } from "../diagnostics/errors.js";
import type { FactTables, StoredFact } from "../facts/index.js";
import type { Filter } from "../filter/filter.js";
import { loadGoal } from "../polar/goal.js";
import type { Policy } from "../polar/policy.js";
import type { Answer } from "../solver/answers.js";
import type { Host } from "../solver/create-host.js";
import type { Explanation } from "../solver/explanation.js";
import type { Limits } from "../solver/limits.js";
import {
  type CallArgument,
  type Evaluation,
  type Machine,
  type Outcome,
  open,
  openExactly,
  type RunOptions,
} from "../solver/machine.js";
import type { Pace } from "../solver/pace.js";
import { inSlices } from "./in-slices.js";
import { settle } from "./settling.js";
import { type Ground, isSameGround } from "./slices.js";
import type { Logger, QueryOptions, QuestionOptions, Value } from "./types.js";

/** One question: the policy it began with, the facts, and what it has read of the application so far. */
export interface Question {
  readonly policy: Policy;
  readonly machine: Machine;
  readonly host: Host;
  readonly limits: Limits;
  readonly run: Omit<RunOptions, "mode" | "facts" | "pace">;
  /** Whether the answer must come at once if it can; otherwise an evaluation that takes long lets other work have its turn. */
  readonly atOnce: boolean;
  /** The facts as they stand each time that the question is asked again. @throws PolicyReplaced, StoreError */
  facts(): FactTables;
}

/** The policy of the question was replaced and facts have changed since: it has to be asked of the policy in force. */
export class PolicyReplaced extends Error {}

export interface QuestionContext {
  readonly policy: Policy;
  readonly machine: Machine;
  readonly host: Host;
  readonly limits: Limits;
  readonly logger: Logger;
  facts(): FactTables;
}

/** Begins a question: its clock and what it reads of the application are its own. */
export function beginQuestion(
  context: QuestionContext,
  contextFacts: readonly StoredFact[],
  options: QuestionOptions,
  atOnce = false,
): Question {
  const { policy, machine, host, limits, logger } = context;
  return {
    policy,
    machine,
    host,
    limits,
    facts: context.facts,
    atOnce,
    run: {
      contextFacts,
      limits,
      now: BigInt(Math.floor(Date.now() / 1_000)),
      logger,
      signal: options.signal,
      memo: host.memo(),
      context: options.context,
    },
  };
}

/** Whether the actor may: there is a proof of `allow` with these arguments. */
export function mayDo(
  question: Question,
  actor: CallArgument,
  action: string,
  resource: CallArgument | undefined,
): boolean | Promise<boolean> {
  return call(question, allowed(actor, action, resource), "first", (answers) => answers.length > 0);
}

/** One answer per resource; what has to be loaded for them is loaded together. */
export function mayDoAll(
  question: Question,
  actor: CallArgument,
  action: string,
  resources: readonly CallArgument[],
): boolean[] | Promise<boolean[]> {
  const answers = new Array<boolean | undefined>(resources.length);
  let ground: Ground = [];
  const ask = function* (pace: Pace | undefined): Evaluation<boolean[]> {
    const present = groundOf(question);
    // What has been answered counts for as long as the facts are the same.
    if (!isSameGround(ground, present)) answers.fill(undefined);
    ground = present;
    let pending: (Outcome<unknown> & { readonly kind: "pending" }) | undefined;
    for (const [i, resource] of resources.entries()) {
      if (answers[i] !== undefined) continue;
      const outcome = yield* callOnce(question, allowed(actor, action, resource), "first", pace);
      if (outcome.kind === "pending") pending = outcome;
      else answers[i] = outcome.value.length > 0;
    }
    // They share what they read, so waiting for one is waiting for all.
    return pending ?? { kind: "done", value: answers.map((answer) => answer === true) };
  };
  return settleQuestion(question, ask);
}

/** Ids of the resources of exactly this type; `"all"` when every one is allowed, also those that nobody has heard of. */
export type Listing = "all" | string[];

export function idsAllowed(
  question: Question,
  actor: CallArgument,
  action: string,
  type: string,
): Listing | Promise<Listing> {
  return call(question, [actor, action, openExactly("resource", type)], "all", (answers) => {
    if (answers.some((answer) => !answer.has("resource"))) return "all" as const;
    const ids = mapped(question, answers, (answer) => idOf(question.host, answer.get("resource")));
    return andThen(ids, (all): Listing => [...new Set(all)]);
  });
}

/** Sorted names; `["*"]` when the action may be any. */
export function actionsAllowed(
  question: Question,
  actor: CallArgument,
  resource: CallArgument | undefined,
): string[] | Promise<string[]> {
  return call(question, allowed(actor, open("action"), resource), "all", (answers) => {
    const names = new Set<string>();
    for (const answer of answers) {
      if (!answer.has("action")) return ["*"];
      const name = answer.get("action");
      // An action is a string; rules over other values cannot be asked about by `authorize`.
      if (typeof name === "string") names.add(name);
    }
    return [...names].sort();
  });
}

/** Why the actor may or may not. */
export function explanationOf(
  question: Question,
  actor: CallArgument,
  action: string,
  resource: CallArgument | undefined,
): Explanation | Promise<Explanation> {
  const args = allowed(actor, action, resource);
  return settleQuestion(question, (pace) =>
    question.machine.inPieces.explain("allow", args, runOf(question, "first", pace)),
  );
}

/** The set of answers to a goal given as text. @throws InputError with diagnostics when it does not parse or check */
export function answersTo(
  question: Question,
  text: unknown,
  bindings: NonNullable<QueryOptions["bindings"]>,
): Record<string, Value>[] | Promise<Record<string, Value>[]> {
  if (typeof text !== "string") throw new InputError("input/bad-goal", "a goal is a string of Polar");
  const names = Object.keys(bindings);
  const { goal, diagnostics } = loadGoal(text, question.policy, { bindings: names, nesting: question.limits.nesting });
  if (goal === undefined) {
    const [first] = diagnostics;
    const place = first === undefined ? "" : `: ${first.line}:${first.column}: ${first.message}`;
    throw new InputError("input/bad-goal", `the goal cannot be asked${place}`, diagnostics);
  }
  const found = settleQuestion(question, (pace) =>
    question.machine.inPieces.ask(goal, runOf(question, "all", pace), bindings),
  );
  return andThen(found, (answers) => mapped(question, answers, plainAnswer));
}

/**
 * What `list` answers, where `["*"]` stands for every resource.
 * @throws EvaluationError `engine/star-id` when a single resource is allowed and its id is `*`: nothing may read that as "all"
 */
export function idsOf(listing: Listing, type: string): string[] {
  if (listing === "all") return ["*"];
  if (listing.length === 1 && listing[0] === "*") {
    throw new EvaluationError(
      "engine/star-id",
      `the only \`${type}\` that is allowed has the id \`*\`, which in a list stands for all of them; use \`filter\``,
    );
  }
  return listing;
}

/** The filter that names what `list` lists. */
export function filterOf(ids: Listing, type: string): Filter {
  if (ids === "all") return { kind: "all" };
  if (ids.length === 0) return { kind: "none" };
  return { kind: "where", condition: { kind: "ids", type, ids } };
}

function allowed(actor: CallArgument, action: CallArgument, resource: CallArgument | undefined): CallArgument[] {
  return resource === undefined ? [actor, action] : [actor, action, resource];
}

function call<R>(
  question: Question,
  args: readonly CallArgument[],
  mode: RunOptions["mode"],
  finish: (answers: readonly Answer[]) => R | Promise<R>,
): R | Promise<R> {
  return andThen(
    settleQuestion(question, (pace) => callOnce(question, args, mode, pace)),
    finish,
  );
}

function callOnce(
  question: Question,
  args: readonly CallArgument[],
  mode: RunOptions["mode"],
  pace: Pace | undefined,
): Evaluation<readonly Answer[]> {
  return question.machine.inPieces.call("allow", args, runOf(question, mode, pace));
}

function runOf(question: Question, mode: RunOptions["mode"], pace: Pace | undefined): RunOptions {
  return { ...question.run, facts: question.facts(), mode, pace };
}

function settleQuestion<T>(question: Question, ask: (pace: Pace | undefined) => Evaluation<T>): T | Promise<T> {
  return settle(ask, question.run, question.atOnce ? undefined : () => groundOf(question));
}

/** The policy is that of the question; when it can be so no longer, there are no facts either. */
function groundOf(question: Question): Ground {
  const facts = question.facts();
  return [facts, facts.version];
}

/** From so many on, answers are put into their outer form with pauses. */
const many = 10_000;

function mapped<T>(question: Question, answers: readonly Answer[], map: (answer: Answer) => T): T[] | Promise<T[]> {
  if (answers.length < many || question.atOnce) return answers.map(map);
  const { memo, signal } = question.run;
  const { milliseconds } = question.limits;
  const inner = (some: readonly Answer[]): T[] => some.map(map);
  // Answers that have been found stay what they are.
  const work = { started: memo.startedAt, milliseconds, signal, ground: () => [] };
  return inSlices(answers, inner, work) as Promise<T[]>;
}

/** Goes on with an answer, at once when it is there at once. */
function andThen<T, R>(answer: T | Promise<T>, finish: (value: T) => R | Promise<R>): R | Promise<R> {
  return answer instanceof Promise ? answer.then(finish) : finish(answer);
}

function idOf(host: Host, resource: unknown): string {
  if (typeof resource === "string") return resource;
  const reference = host.reference(resource);
  if (reference !== undefined) return reference.id;
  if (typeof resource === "object" && resource !== null) {
    throw new EvaluationError("engine/not-a-value", "an allowed resource has no id and cannot be listed");
  }
  return String(resource);
}

function plainAnswer(answer: Answer): Record<string, Value> {
  // A variable may be called `__proto__`.
  return Object.fromEntries(answer) as Record<string, Value>;
}

export function checkResourceCount(count: number, limits: Limits): void {
  if (count <= limits.resources) return;
  throw new LimitError("resources", limits.resources, "resources in one authorizeMany", {
    message: `one authorizeMany may ask about at most ${limits.resources} resources (limit \`resources\`), not ${count}`,
  });
}
