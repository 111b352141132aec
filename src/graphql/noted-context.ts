import { authorizationOf, isAuthorization } from "./context-authorization.js";
import type { Guard } from "./guard.js";
import type { FieldGuard } from "./guard-table.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";
import type { Operation } from "./session.js";

/** The answer of a resolver, with the sets that it has taken into its own query: `action\0type`. */
export interface Noted {
  readonly value: MaybePromise<unknown>;
  readonly taken: ReadonlySet<string>;
}

/** What was seen of the resolver of a LIST connection: most never look at `context.authorization`. */
const indifferent = new WeakSet<FieldGuard>();

/**
 * Calls the resolver of a LIST connection with a context whose `authorization` notes which sets it takes. Only with that
 * note are its page and its count believed. A resolver that answered at once and did not look at `authorization` is given
 * the context as it is, since there is nothing to note; should it take a set after all, this answer of it is not believed (it
 * is then looked through, which gives the same, slower), and the next call has a context of its own.
 */
export function callNoted(
  guard: Guard,
  field: FieldGuard,
  operation: Operation,
  context: unknown,
  call: (context: unknown) => MaybePromise<unknown>,
): Noted {
  if (typeof context !== "object" || context === null) return { value: call(context), taken: nothing };
  const { session } = operation;
  if (indifferent.has(field) && (context as Offered).authorization === session.authorization) {
    const before = session.taken;
    const value = call(context);
    if (session.taken !== before || isPromiseLike(value)) indifferent.delete(field);
    return { value, taken: nothing };
  }
  if (!isOffered(context)) return { value: call(context), taken: nothing };
  const own = new NotedContext(context);
  own.give(guard, operation);
  const value = call(own.context);
  if (!own.looked && !isPromiseLike(value)) indifferent.add(field);
  return { value, taken: own.taken };
}

interface Offered {
  readonly authorization?: unknown;
}

const nothing: ReadonlySet<string> = new Set();

/** Whether what the context calls `authorization`, if anything, is ours. */
function isOffered(context: object): boolean {
  return !("authorization" in context) || isAuthorization(context.authorization);
}

/** A context that has everything of another one, and an `authorization` that takes notes. */
class NotedContext {
  readonly context: object;
  readonly taken: Set<string> = new Set();
  /** Whether somebody has looked at `authorization`. */
  looked = false;

  constructor(base: object) {
    this.context = Object.create(base) as object;
  }

  give(guard: Guard, operation: Operation): void {
    let authorization: unknown;
    Object.defineProperty(this.context, "authorization", {
      get: () => {
        this.looked = true;
        authorization ??= authorizationOf(
          () => operation.epoch,
          (action, type) => this.taken.add(`${action}\0${type}`),
        );
        return authorization;
      },
      set: (value: unknown) => {
        authorization = value;
      },
      enumerable: true,
      configurable: true,
    });
    guard.sessions.adopt(this.context, operation.session);
  }
}
