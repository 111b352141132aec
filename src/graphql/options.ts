import type { Engine, Logger, Subject } from "../engine/types.js";
import type { Reference } from "../facts/value.js";
import type { Tracing } from "./decision-spans.js";

/** What guards a schema: the options of `useAuthorization` and `authorizeSchema`. `C` is the type of the GraphQL context. */
export interface UseAuthorizationOptions<C = unknown> {
  /** Who answers. Its methods are looked up at the time of each question, so a wrapped engine sees every one. */
  readonly engine: GuardEngine;
  /**
   * Who asks, out of the GraphQL context; `null` when nobody is logged in: every guarded position then answers
   * `UNAUTHENTICATED` and the engine is not asked. Called once per epoch. When it throws, what needs it is denied with
   * `AUTHORIZATION_UNAVAILABLE`.
   */
  readonly actor: (context: C) => Actor | null | undefined | Promise<Actor | null | undefined>;
  /**
   * Whether a field without a guard, a guarded type or `@public` stops the start.
   * @default "deny-by-default"
   */
  readonly mode?: "deny-by-default" | "annotated-only";
  /**
   * The action of an `@authorize` that names none.
   * @default "read"
   */
  readonly readAction?: string;
  /** How denials look where the directive does not say it. */
  readonly deny?: {
    /** @default "ERROR" */
    readonly field?: "ERROR" | "NULL" | "NOT_FOUND" | "REJECT";
    /** @default "NOT_FOUND" */
    readonly object?: "ERROR" | "NULL" | "NOT_FOUND";
    /** @default "ERROR" */
    readonly argument?: "ERROR" | "REJECT";
  };
  /** Called once per distinct question and epoch. Not awaited; what it throws is logged and changes nothing. */
  readonly onDecision?: (decision: Decision) => void;
  /**
   * Records a span for what is asked of the engine, with OpenTelemetry: `{ tracer: trace.getTracer("arcturus") }`.
   * @default none
   */
  readonly tracing?: Tracing;
  /**
   * How GraphQL objects are identified, by type name. What is not said here is taken from the engine's `types`.
   * @default {}
   */
  readonly types?: Readonly<Record<string, GraphQLTypeOptions>>;
  /**
   * Receives warnings about the schema, and the causes of failures, which no response shows.
   * @default console
   */
  readonly logger?: Logger;
  /**
   * Names the request in the log, e.g. by its `x-request-id`.
   * @default none
   */
  readonly requestId?: (context: C) => string | undefined;
  /**
   * What becomes of a subscription whose own directives deny an event: `"end"` gives one error event and ends the
   * stream, `"skip"` leaves denied events out and goes on, for rights that may come back.
   * @default "end"
   */
  readonly onRevoked?: "end" | "skip";
  /**
   * Says that the session key of a response cache beside the plugin is the actor: no warning `graphql/response-cache`.
   * @default false
   */
  readonly responseCacheKeyedByActor?: boolean;
  /**
   * Hides from each actor what that actor can never see: introspection, validation and suggestions then speak of the rest
   * of the schema alone. Needs the plugin.
   * @default none: everybody sees the whole schema
   */
  readonly visibility?: VisibilityOptions;
  readonly limits?: GuardLimits;
}

export interface VisibilityOptions {
  /**
   * `"rules"`: what no rule could grant to an actor of this type, whatever the facts, and what is denied to the actor as
   * such (`on: NONE`). `"facts"`: also that of which nothing is granted to the actor at present.
   */
  readonly by: "rules" | "facts";
  /**
   * Whether validation errors propose names, of those that the actor sees.
   * @default true
   */
  readonly suggestions?: boolean;
  /**
   * Schemas that are kept for the next request, one for each set of parts that some actor sees.
   * @default 50
   */
  readonly views?: number;
}

/** An actor: a reference, an object of a type that the engine knows, or a plain value. */
export type Actor = Subject;

/** What the layer needs of an engine. */
export type GuardEngine = Pick<
  Engine,
  "decide" | "authorize" | "authorizeMany" | "list" | "actions" | "filter" | "explain" | "policyMetadata"
> & {
  readonly types?: Engine["types"];
  /** For `coverage` and `visibility`. */
  readonly policyGrants?: Engine["policyGrants"];
};

export interface GraphQLTypeOptions {
  /**
   * The id of an object: the name of a property, or a function.
   * @default the engine's `types[T].id`, else the property `id`
   */
  readonly id?: string | ((object: never) => string | number | bigint | null | undefined);
  /**
   * The id that an argument means, for schemas with global ids. `null` when it means none: the question is denied.
   * @default the argument as it is
   */
  readonly decode?: (id: string) => string | null | undefined;
}

export interface GuardLimits {
  /**
   * Distinct questions of one operation. What comes after is denied with `AUTHORIZATION_UNAVAILABLE`.
   * @default 50_000
   */
  readonly questions?: number;
  /**
   * Authorization errors listed in one response; then one more says how many are left out. Needs the plugin.
   * @default 100
   */
  readonly errors?: number;
  /**
   * Rows that the layer reads for one page of a connection whose resolver knows nothing of authorization.
   * @default 10_000
   */
  readonly walkedRows?: number;
  /**
   * Resources in one call of `authorizeMany`.
   * @default 10_000
   */
  readonly batch?: number;
}

/** One question and its answer, for audits. */
export interface Decision {
  /** `null` when nobody is logged in; then nothing was asked. */
  readonly actor: Reference | string | null;
  readonly action: string;
  /** Absent in a question about the actor and the action alone. `id` is `undefined` for a resource that does not exist yet. */
  readonly resource?: { readonly type: string; readonly id: string | undefined } | string;
  readonly allowed: boolean;
  /** Where the guard stands that asked; `context.authorization` for a question of a resolver. */
  readonly coordinate: string;
  /** Grows by one with every epoch of the process. */
  readonly epoch: number;
  /** The policy in force. */
  readonly policy: string;
  /** How long the engine took, in microseconds; in a batch, how long the batch took. */
  readonly microseconds: number;
  /** Why it could not be found out. Such a question is denied. */
  readonly error?: unknown;
}

/** The options with their defaults put in. */
export interface GuardSettings {
  readonly engine: GuardEngine;
  readonly actor: (context: unknown) => unknown;
  readonly mode: "deny-by-default" | "annotated-only";
  readonly readAction: string;
  readonly deny: {
    readonly field: "ERROR" | "NULL" | "NOT_FOUND" | "REJECT";
    readonly object: "ERROR" | "NULL" | "NOT_FOUND";
    readonly argument: "ERROR" | "REJECT";
  };
  readonly onDecision: ((decision: Decision) => void) | undefined;
  readonly tracing: Tracing | undefined;
  readonly types: Readonly<Record<string, GraphQLTypeOptions>>;
  readonly logger: Logger;
  readonly requestId: ((context: unknown) => string | undefined) | undefined;
  readonly onRevoked: "end" | "skip";
  readonly visibility: VisibilityOptions | undefined;
  readonly limits: Required<GuardLimits>;
}

export function settingsOf<C>(options: UseAuthorizationOptions<C>): GuardSettings {
  return {
    engine: options.engine,
    // The context is of whatever type the server makes; `C` is the caller's promise about it.
    actor: options.actor as (context: unknown) => unknown,
    mode: options.mode ?? "deny-by-default",
    readAction: options.readAction ?? "read",
    deny: {
      field: options.deny?.field ?? "ERROR",
      object: options.deny?.object ?? "NOT_FOUND",
      argument: options.deny?.argument ?? "ERROR",
    },
    onDecision: options.onDecision,
    tracing: options.tracing,
    types: options.types ?? {},
    logger: options.logger ?? console,
    requestId: options.requestId as ((context: unknown) => string | undefined) | undefined,
    onRevoked: options.onRevoked ?? "end",
    visibility: options.visibility,
    limits: {
      questions: options.limits?.questions ?? 50_000,
      errors: options.limits?.errors ?? 100,
      walkedRows: options.limits?.walkedRows ?? 10_000,
      batch: options.limits?.batch ?? 10_000,
    },
  };
}
