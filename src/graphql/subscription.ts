import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { type Denial, denyField } from "./denial.js";
import type { Epoch } from "./epoch.js";
import { beforeResolver, runField } from "./field-wrap.js";
import type { Guard } from "./guard.js";
import type { FieldGuard } from "./guard-table.js";
import { chain, type MaybePromise } from "./promises.js";
import type { Operation } from "./session.js";

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** An event on its way from the source to the resolver of the root field, with the epoch that was begun for it. */
class GuardedEvent {
  readonly payload: unknown;
  readonly epoch: Epoch;
  readonly denial: Denial | undefined;

  constructor(payload: unknown, epoch: Epoch, denial: Denial | undefined) {
    this.payload = payload;
    this.epoch = epoch;
    this.denial = denial;
  }
}

/**
 * The `subscribe` of a subscription field: asks before the source is created, and again before each event, in an epoch of
 * its own. All events of a subscription share one context; the border between them is here. GraphQL reference, 2.3.
 */
export function guardedSubscribe(guard: Guard, field: FieldGuard, original: Resolver | undefined): Resolver {
  return (source, args, context, info) => {
    const operation = guard.sessions.operation(context, info);
    const ask = (): MaybePromise<Denial | undefined> =>
      chain(operation.epoch.asker(), (asker) => beforeResolver(field, operation, asker, source, args, info));
    return chain(ask(), (denial) => {
      // A stream that is denied is an error, whatever the mode: there is no place for null.
      if (denial !== undefined) return denyField({ ...denial, deny: loud(denial) }, operation, false);
      const subscribe = original ?? operation.session.fieldResolver;
      const events: MaybePromise<unknown> = subscribe(source, args, context, info);
      return chain(events, (stream) => (isAsyncIterable(stream) ? guardStream(guard, stream, ask, operation) : stream));
    });
  };
}

/** The `resolve` of a subscription field, once per event. */
export function guardedEventResolver(guard: Guard, field: FieldGuard, original: Resolver | undefined): Resolver {
  return (source, args, context, info) => {
    const operation = guard.sessions.operation(context, info);
    // Some executors make one operation of all events: what one of them was refused for is not the next one's.
    operation.rejected = undefined;
    if (!(source instanceof GuardedEvent)) {
      // Some executor has a way of its own to events: ask here.
      operation.epoch = newEpoch(operation);
      return chain(operation.epoch.asker(), () =>
        runField(guard, field, original, operation, source, args, context, info),
      );
    }
    operation.epoch = source.epoch;
    const { denial, payload } = source;
    if (denial !== undefined) return denyField({ ...denial, deny: loud(denial) }, operation, false);
    const own: GraphQLResolveInfo = { ...info, rootValue: payload };
    return runField(guard, field, original, operation, payload, args, context, own, true);
  };
}

function loud(denial: Denial): Denial["deny"] {
  return denial.deny === "NOT_FOUND" ? "NOT_FOUND" : "ERROR";
}

function newEpoch(operation: Operation): Epoch {
  return operation.session.newEpoch({ questions: operation.session.layer.settings.limits.questions });
}

function guardStream(
  guard: Guard,
  events: AsyncIterable<unknown>,
  ask: () => MaybePromise<Denial | undefined>,
  operation: Operation,
): AsyncIterableIterator<unknown> {
  const source = events[Symbol.asyncIterator]();
  const { onRevoked } = guard.layer.settings;
  let ended = false;
  const end = async (): Promise<IteratorResult<unknown>> => {
    ended = true;
    await source.return?.();
    return { value: undefined, done: true };
  };
  return {
    async next(): Promise<IteratorResult<unknown>> {
      for (;;) {
        if (ended) return end();
        const event = await source.next();
        if (event.done === true) return event;
        operation.epoch = newEpoch(operation);
        const { epoch } = operation;
        const denial = await ask();
        if (denial === undefined) return { value: new GuardedEvent(event.value, epoch, undefined), done: false };
        if (onRevoked === "skip") continue;
        ended = true;
        return { value: new GuardedEvent(undefined, epoch, denial), done: false };
      }
    },
    return: end,
    async throw(error: unknown): Promise<IteratorResult<unknown>> {
      ended = true;
      if (source.throw !== undefined) return source.throw(error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
