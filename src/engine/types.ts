import type { Diagnostic, Location } from "../diagnostics/diagnostic.js";
import type {
  Fact,
  FactArgument,
  FactPattern,
  FactPatternArgument,
  FactStore,
  Reference,
  WriteResult,
} from "../facts/index.js";
import type { Filter } from "../filter/filter.js";
import type { Explanation } from "../solver/explanation.js";
import type { TypeOptions } from "../solver/host.js";
import type { Limits } from "../solver/limits.js";

/** A policy as text: one string, named files, or paths of files to read. */
export type PolicyInput =
  | string
  | readonly { readonly source: string; readonly filename: string }[]
  | { readonly files: readonly string[] };

export interface EngineOptions {
  /** @default "" which denies everything */
  readonly policy?: PolicyInput;
  /** @default memoryStore() */
  readonly store?: FactStore;
  /** How application objects become Polar values. */
  readonly types?: Readonly<Record<string, TypeOptions>>;
  /** Names usable in policies, each standing for one value. */
  readonly constants?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<Limits>;
  /** Receives `print(…)` (info) and warnings. @default console */
  readonly logger?: Logger;
}

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** A value as `query` gives it back: integers beyond ±(2^53-1) as `bigint`, nil as `null`, application objects as they are. */
export type Value = string | number | bigint | boolean | null | Reference | object | readonly Value[];

/**
 * An actor, a resource: a reference, an application object of a declared type, a `TypedObject` (any object, with the type
 * it is asked about as), a string, a boolean, an integer.
 */
export type Subject = Reference | object | string | number | bigint | boolean;

export interface QuestionOptions {
  /** Facts that hold for this one call only. */
  readonly contextFacts?: readonly Fact[];
  /** A revision that the answer must include. */
  readonly atLeast?: string;
  readonly signal?: AbortSignal;
  /** Handed to `types.*.load` as its second argument. */
  readonly context?: unknown;
}

export interface QueryOptions extends QuestionOptions {
  /** Variables of the goal that are bound from the start, e.g. to application objects. */
  readonly bindings?: Readonly<Record<string, unknown>>;
}

export interface Writer {
  tell(predicate: string, ...args: FactArgument[]): Promise<WriteResult>;
  delete(predicate: string, ...args: FactPatternArgument[]): Promise<WriteResult>;
  bulkTell(facts: readonly Fact[]): Promise<WriteResult>;
  bulkDelete(patterns: readonly FactPattern[]): Promise<WriteResult>;
  /** Atomic, deletes first. */
  batch(change: {
    readonly deletes?: readonly FactPattern[];
    readonly inserts?: readonly Fact[];
  }): Promise<WriteResult>;
}

export interface Engine extends Writer {
  /** Whether the actor may do the action; without a resource, the two-argument `allow(actor, action)`. */
  authorize(actor: Subject, action: string, resource?: Subject, options?: QuestionOptions): Promise<boolean>;
  /** The same answer, a plain boolean whenever nothing has to be awaited. */
  decide(actor: Subject, action: string, resource?: Subject, options?: QuestionOptions): boolean | Promise<boolean>;
  /** One answer per resource, in order; one shared evaluation. */
  authorizeMany(
    actor: Subject,
    action: string,
    resources: readonly Subject[],
    options?: QuestionOptions,
  ): Promise<boolean[]>;
  /** Ids of the resources of exactly this type; `["*"]` when every one is allowed. Complete or an error. */
  list(actor: Subject, action: string, type: string, options?: QuestionOptions): Promise<string[]>;
  /** Sorted; `"*"` is included when any action is allowed. */
  actions(actor: Subject, resource?: Subject, options?: QuestionOptions): Promise<string[]>;
  /** The set of answers to a goal given as text. Unbound variables are absent from an answer. */
  query(goal: string, options?: QueryOptions): Promise<Array<Record<string, Value>>>;
  explain(actor: Subject, action: string, resource?: Subject, options?: QuestionOptions): Promise<Explanation>;
  filter(actor: Subject, action: string, type: string, options?: QuestionOptions): Promise<Filter>;
  /** The writing verbs inside the application's own transaction. */
  within(transaction: unknown): Writer;
  /** Stored facts that match the pattern, in no order; a predicate alone stands for all its facts. */
  get(...pattern: FactPattern): Promise<Fact[]>;
  /** Replaces the policy atomically. @throws PolicyError when it does not load; the old one stays. */
  setPolicy(policy: PolicyInput): Promise<void>;
  /** What tools need to know about the policy in force; made once per policy. */
  policyMetadata(): PolicyMetadata;
  /**
   * What in the policy in force could grant an action. Looks at rules alone, so it errs towards "could": what it leaves out
   * grants nothing, whatever facts there are.
   */
  policyGrants(question: GrantQuestion): Grants;
  /** What an operator wants to know of it. */
  status(): EngineStatus;
  /** The `types` it was made with, so that other layers read ids and fields of objects by the same rules. */
  readonly types: Readonly<Record<string, TypeOptions>>;
  policySource(): readonly { readonly filename: string; readonly source: string }[];
  close(): Promise<void>;
}

/** Which action, by whom, on what. */
export interface GrantQuestion {
  readonly action: string;
  /** @default any actor */
  readonly actorType?: string;
  /** Some resource of exactly this type, or this very string. Without one the action alone: the two-argument `allow`. */
  readonly resource?: { readonly type: string } | string;
}

export interface Grants {
  /**
   * The rules that settle the action, in the policy's order. A rule that only hands the action on, as the default
   * `allow` does, is not among them, but those are that it leads to.
   */
  readonly rules: readonly GrantingRule[];
  /** Facts that would be the grant themselves, such as `has_permission(Actor, String, Repo)`. */
  readonly facts: readonly string[];
}

export interface GrantingRule extends Location {
  /** The head as it is written, or the whole shorthand, on one line. */
  readonly rule: string;
}

/** Plain data; holds no fact, id or secret. */
export interface EngineStatus {
  /** `memory`, `sqlite`, … */
  readonly store: string;
  /** How many changes the facts in memory have seen since the start. Counts for this process alone. */
  readonly version: number;
  /** Stored facts. */
  readonly facts: number;
  /** Of the policy in force. */
  readonly policy: string;
}

/** What tools need to know about the policy in force. Plain data. */
export interface PolicyMetadata {
  /** Changes whenever the text changes. */
  readonly hash: string;
  readonly types: Readonly<Record<string, TypeMetadata>>;
  /** The same for types that the policy does not mention. */
  readonly otherTypes: Pick<TypeMetadata, "actions" | "objectActions">;
  /** Actions that some two-argument rule could grant; `"*"` when a rule leaves the action open. */
  readonly globalActions: readonly string[] | "*";
  readonly globalRoles: readonly string[];
  readonly globalPermissions: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** Facts that were stored when the policy came into force and that it cannot use: they have no effect. */
  readonly misfits: Misfits;
}

/** Stored facts that a policy cannot use. */
export interface Misfits {
  readonly count: number;
  /** One line for each kind: how many facts, and why not. */
  readonly summary: readonly string[];
}

export interface TypeMetadata {
  readonly kind: "actor" | "resource" | "host";
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly relations: Readonly<Record<string, string>>;
  /** Actions that some rule could grant on a resource of this type; `"*"` when a rule leaves the action open. */
  readonly actions: readonly string[] | "*";
  /**
   * Those of `actions` whose rules may read properties of the resource or of objects reached from it (`"*"`: all). For
   * these `list` cannot answer from facts alone: ask about loaded objects with `authorizeMany`.
   */
  readonly objectActions: readonly string[] | "*";
}
