import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
} from "graphql";
import { type Authorization, authorizationOf } from "./context-authorization.js";
import type { Budget } from "./engine-questions.js";
import { Epoch } from "./epoch.js";
import type { AuthorizationError } from "./errors.js";
import type { Layer } from "./layer.js";

/** One execution of one operation. */
export interface Operation {
  readonly session: Session;
  readonly budget: Budget;
  epoch: Epoch;
  /** The variables as the client sent them, when the plugin has seen them. */
  readonly rawVariables: Readonly<Record<string, unknown>> | undefined;
  /** Set when a `deny: REJECT` denied: the rest is abandoned. */
  rejected: AuthorizationError | undefined;
}

/** Begins the next epoch of a mutation. */
export function beginStep(operation: Operation): void {
  operation.epoch.settle();
  operation.epoch = operation.session.newEpoch(operation.budget);
}

/** What belongs to one GraphQL context. Batched operations have one each, though they share an HTTP request. */
export class Session {
  readonly layer: Layer;
  readonly context: unknown;
  /** The resolver of fields that have none: the executor's own, when the plugin has seen it. */
  fieldResolver: GraphQLFieldResolver<unknown, unknown> = defaultFieldResolver;
  /** The resolver of abstract types that have none, when the executor was given one. */
  typeResolver: GraphQLTypeResolver<unknown, unknown> | undefined;
  /** What the plugin knows about the operation that is about to run. */
  upcoming: { readonly epoch: Epoch; readonly rawVariables: Operation["rawVariables"] } | undefined;
  /** How many sets resolvers have taken from `authorization`. */
  taken = 0;
  /** What resolvers find at `context.authorization`. */
  readonly authorization: Authorization;
  readonly #operations = new WeakMap<object, Operation>();
  #lastKey: object | undefined;
  #last: Operation | undefined;
  #standing: Epoch | undefined;

  constructor(layer: Layer, context: unknown) {
    this.layer = layer;
    this.context = context;
    this.authorization = authorizationOf(
      () => this.epoch(),
      () => void this.taken++,
    );
  }

  /**
   * The operation that a resolver runs in. Executors make the variable values anew for each execution, which tells two
   * executions with one context apart.
   */
  operation(info: Pick<GraphQLResolveInfo, "variableValues">): Operation {
    const key: object = info.variableValues;
    if (key === this.#lastKey) return this.#last!;
    let operation = this.#operations.get(key);
    if (operation === undefined) {
      const { upcoming } = this;
      this.upcoming = undefined;
      const budget = upcoming?.epoch.budget ?? { questions: this.layer.settings.limits.questions };
      const epoch = upcoming?.epoch ?? this.newEpoch(budget);
      operation = {
        session: this,
        budget,
        epoch,
        rawVariables: upcoming?.rawVariables,
        rejected: undefined,
      };
      this.#operations.set(key, operation);
    }
    this.#lastKey = key;
    this.#last = operation;
    return operation;
  }

  newEpoch(budget: Budget): Epoch {
    this.layer.refreshPolicy();
    return new Epoch(this.layer, this.context, budget);
  }

  /** Says that an operation is about to run. Its epoch begins with the first question. */
  announce(rawVariables: Operation["rawVariables"]): void {
    const begin = (): Epoch => this.newEpoch({ questions: this.layer.settings.limits.questions });
    let epoch: Epoch | undefined;
    this.upcoming = {
      rawVariables,
      get epoch() {
        epoch ??= begin();
        return epoch;
      },
    };
  }

  /** The epoch in which `context.authorization` is used. */
  epoch(): Epoch {
    if (this.#last !== undefined) return this.#last.epoch;
    this.#standing ??= this.newEpoch({ questions: this.layer.settings.limits.questions });
    return this.#standing;
  }

  /** The operation that ran last, if any. */
  get lastOperation(): Operation | undefined {
    return this.#last;
  }
}

/** Sessions by context. Without a context object, by execution. */
export class Sessions {
  readonly #layer: Layer;
  readonly #byContext = new WeakMap<object, Session>();
  #context: unknown;
  #variables: object | undefined;
  #operation: Operation | undefined;

  constructor(layer: Layer) {
    this.#layer = layer;
  }

  of(context: unknown, info?: Pick<GraphQLResolveInfo, "variableValues">): Session {
    const key = isObject(context) ? context : info?.variableValues;
    if (key === undefined) return new Session(this.#layer, context);
    let session = this.#byContext.get(key);
    if (session === undefined) {
      session = new Session(this.#layer, context);
      this.#byContext.set(key, session);
      if (isObject(context)) offer(context, session);
    }
    return session;
  }

  /** Makes a context stand for the session of another one. */
  adopt(context: object, session: Session): void {
    this.#byContext.set(context, session);
  }

  /** Calls of one execution come in runs: the latest is found without looking. */
  operation(context: unknown, info: GraphQLResolveInfo): Operation {
    if (context === this.#context && info.variableValues === this.#variables) return this.#operation!;
    const operation = this.of(context, info).operation(info);
    this.#context = context;
    this.#variables = info.variableValues;
    this.#operation = operation;
    return operation;
  }

  /** Lets go of the latest operation when it is over, and with it of its context. */
  release(session: Session): void {
    if (this.#operation?.session !== session) return;
    this.#context = undefined;
    this.#variables = undefined;
    this.#operation = undefined;
  }
}

/** Gives the context its `authorization`, unless there is something of that name or nothing can be added. */
function offer(context: object, session: Session): void {
  if ("authorization" in context || !Object.isExtensible(context)) return;
  Object.defineProperty(context, "authorization", {
    value: session.authorization,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
