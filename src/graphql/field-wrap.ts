import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import type { Subject } from "../engine/types.js";
import { askAboutArguments, askAboutInputs, suppliedInputs } from "./arguments.js";
import type { Asker } from "./asker.js";
import { checkPaging, emptyConnection, guardConnection } from "./connection.js";
import { codeWithoutActor, type Denial, type DenyMode, denied, denyField, fail, Verdict } from "./denial.js";
import type { Epoch } from "./epoch.js";
import { AuthorizationError } from "./errors.js";
import type { Guard } from "./guard.js";
import type { ConnectionField, FieldGuard } from "./guard-table.js";
import { unwrap } from "./guarded-connection.js";
import { filterList, gateResult, isObject, type Permitted, permitted, type ResultOf } from "./lists.js";
import { callNoted } from "./noted-context.js";
import { gateObject, passesAlone } from "./object-gate.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "./promises.js";
import { beginStep, type Operation } from "./session.js";

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Args = Readonly<Record<string, unknown>>;

/** The resolver of a guarded field: asks, calls the original, looks at what it answers. GraphQL reference, section 2.2. */
export function guardedResolver(guard: Guard, field: FieldGuard, original: Resolver | undefined): Resolver {
  if (field.root !== undefined) return rootResolver(guard, field, original);
  if (!asksBefore(field)) return resultResolver(guard, field, original);
  return (source, args, context, info) => {
    const operation = guard.sessions.operation(context, info);
    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);
    return runField(guard, field, original, operation, source, args, context, info);
  };
}

/** Whether there is anything to find out before the resolver runs. */
function asksBefore({ none, parent, arg, inputs, list }: FieldGuard): boolean {
  return none.length + parent.length + arg.length + inputs.length + list.length > 0;
}

/**
 * The resolver of a field that has to look at its result only. There are as many calls of it as objects: one object of a type
 * that is known beforehand goes straight through.
 */
function resultResolver(guard: Guard, field: FieldGuard, original: Resolver | undefined): Resolver {
  const { sessions } = guard;
  const { item } = field;
  const only = item !== undefined && isSingle(field) && field.result.length === 0 ? item : undefined;
  return (source, args, context, info) => {
    const operation = sessions.operation(context, info);
    const { epoch } = operation;
    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);
    const asker = epoch.knownAsker;
    if (asker?.kind !== "actor") return runField(guard, field, original, operation, source, args, context, info);
    const value: unknown = (original ?? operation.session.fieldResolver)(source, args, context, info);
    if (only !== undefined && isObject(value) && passesAlone(epoch, asker.actor, only, value)) return value;
    return isPromiseLike(value)
      ? value.then((result) => showResult(guard, field, operation, asker, result, context, info))
      : showResult(guard, field, operation, asker, value, context, info);
  };
}

/** A root field also opens the session; a mutation's is an epoch before its resolver, and another after it. */
function rootResolver(guard: Guard, field: FieldGuard, original: Resolver | undefined): Resolver {
  return (source, args, context, info) => {
    const operation = guard.sessions.operation(context, info);
    if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);
    if (field.root === "mutation") {
      beginStep(operation);
      operation.epoch.changing = true;
    }
    // In resolvers the actor is always known.
    return chain(operation.epoch.asker(), () =>
      runField(guard, field, original, operation, source, args, context, info),
    );
  };
}

/** One call of a guarded field, in the epoch that the operation is in. `asked` says that its own directives hold already. */
export function runField(
  guard: Guard,
  field: FieldGuard,
  original: Resolver | undefined,
  operation: Operation,
  source: unknown,
  args: Args,
  context: unknown,
  info: GraphQLResolveInfo,
  asked = false,
): MaybePromise<unknown> {
  const { epoch } = operation;
  const asker = epoch.asker();
  if (isPromiseLike(asker)) {
    return asker.then((known) => runKnown(known));
  }
  return runKnown(asker);

  function runKnown(known: Asker): MaybePromise<unknown> {
    const denial = asked ? undefined : beforeResolver(field, operation, known, source, args, info);
    if (isPromiseLike(denial)) return denial.then((found) => (found === undefined ? go(known) : deny(found)));
    return denial === undefined ? go(known) : deny(denial);
  }

  function deny(denial: Denial): MaybePromise<null> {
    return denyField(denial, operation, field.shape.nullable);
  }

  function go(known: Asker): MaybePromise<unknown> {
    const call = (actualArgs: Args, actualContext: unknown): MaybePromise<unknown> => {
      // Something else may have rejected the operation while this was found out, or between two pages of a connection.
      if (operation.rejected !== undefined) return fail(operation.rejected, field.shape.nullable);
      const resolver = original ?? operation.session.fieldResolver;
      return resolver(source, actualArgs as Record<string, unknown>, actualContext, info) as MaybePromise<unknown>;
    };
    if (field.list.length > 0 && known.kind === "actor") {
      return resolveList(guard, field, operation, known, known.actor, args, context, info, call);
    }
    const value = call(args, context);
    return isPromiseLike(value)
      ? value.then((result) => afterResolver(guard, field, operation, known, result, context, info))
      : afterResolver(guard, field, operation, known, value, context, info);
  }
}

/** Asks everything that has to be known before the resolver runs. */
export function beforeResolver(
  field: FieldGuard,
  operation: Operation,
  asker: Asker,
  source: unknown,
  args: Args,
  info: GraphQLResolveInfo,
): MaybePromise<Denial | undefined> {
  if (asker.kind !== "actor") return withoutActor(field, operation, asker, args, info);
  const { actor } = asker;
  const { epoch } = operation;
  const verdict = new Verdict();
  for (const step of field.none) {
    verdict.add(epoch.askAboutNone(actor, step.action, step.type, step.coordinate), step.deny);
  }
  if (field.parent.length > 0) {
    const instance = unwrap(source);
    const objects = epoch.objects(field.owner);
    for (const step of field.parent) {
      const table = epoch.table(step.action, field.typeName);
      verdict.add(epoch.askAboutObject(actor, table, objects, instance, step.coordinate), step.deny);
    }
  }
  if (field.arg.length > 0) askAboutArguments(field, args, epoch, actor, verdict);
  if (field.inputs.length > 0) {
    const supplied = suppliedInputs(field, args, info, operation.rawVariables);
    askAboutInputs(supplied, field, args, epoch, actor, verdict);
  }
  return verdict.settle();
}

/** Nobody is logged in, or it could not be found out who: nothing is asked. */
function withoutActor(
  field: FieldGuard,
  operation: Operation,
  asker: Asker,
  args: Args,
  info: GraphQLResolveInfo,
): Denial | undefined {
  const code = codeWithoutActor(asker);
  const verdict = new Verdict();
  const deny = (mode: DenyMode): void => verdict.deny({ code, deny: mode });
  for (const steps of [field.none, field.parent, field.arg, field.result]) {
    for (const step of steps) deny(step.deny);
  }
  if (field.list.length > 0) deny("ERROR");
  if (field.inputs.length > 0) {
    for (const { step } of suppliedInputs(field, args, info, operation.rawVariables)) deny(step.deny);
  }
  // The answer must not tell whether something is there, so it is given before the resolver runs.
  if (field.gated === "every") deny(field.silentGate ? "NULL" : "ERROR");
  return verdict.denial;
}

/** Looks at what the resolver answered. */
function afterResolver(
  guard: Guard,
  field: FieldGuard,
  operation: Operation,
  asker: Asker,
  value: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<unknown> {
  if (field.root === "mutation") {
    // What the payload shows is decided after the change.
    beginStep(operation);
    const fresh = operation.epoch.asker();
    return chain(fresh, (known) => showResult(guard, field, operation, known, value, context, info));
  }
  return showResult(guard, field, operation, asker, value, context, info);
}

function showResult(
  guard: Guard,
  field: FieldGuard,
  operation: Operation,
  asker: Asker,
  value: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<unknown> {
  if (field.gated === "none" && field.result.length === 0) return orNotFound(field, value);
  const { item } = field;
  if (item !== undefined && isSingle(field) && typeof value === "object" && value !== null) {
    if (value instanceof Error) return deliver(field, value);
    const denial = gateObject(guard, operation.epoch, asker, item, value, item.name, field.result);
    if (denial === undefined) return value;
    return chain(denial, (known) =>
      known === undefined ? value : deliver(field, denied(known, operation, field.shape.nullable)),
    );
  }
  const call: ResultOf = { guard, field, operation, epoch: operation.epoch, asker, context, info };
  const shown = gateResult(call, value);
  return isPromiseLike(shown) ? shown.then((known) => deliver(field, known)) : deliver(field, shown);
}

/** One object whose type is known beforehand: by far the most frequent result. */
function isSingle({ shape, connection }: FieldGuard): boolean {
  return shape.kind === "item" && connection === undefined;
}

/** Errors that stand for the whole result end the field. */
function deliver(field: FieldGuard, value: unknown): unknown {
  return value instanceof AuthorizationError ? fail(value, field.shape.nullable) : orNotFound(field, value);
}

/** A field that denies with NOT_FOUND answers the same whenever there is nothing to show. */
function orNotFound(field: FieldGuard, value: unknown): unknown {
  if (!field.notFound || (value !== null && value !== undefined)) return value;
  return fail(new AuthorizationError("NOT_FOUND"), field.shape.nullable);
}

/** A LIST: asks for the set first, since an empty one spares the resolver. What goes wrong comes as a promise. */
function resolveList(
  guard: Guard,
  field: FieldGuard,
  operation: Operation,
  asker: Asker,
  actor: Subject,
  args: Args,
  context: unknown,
  info: GraphQLResolveInfo,
  call: (args: Args, context: unknown) => MaybePromise<unknown>,
): MaybePromise<unknown> {
  const result: ResultOf = { guard, field, operation, epoch: operation.epoch, asker, context, info };
  const { connection } = field;
  return attempt(() => {
    if (connection !== undefined) checkPaging(connection, args);
    return chain(permitted(result, actor), (known) =>
      connection === undefined
        ? resolvePlainList(result, known, () => call(args, context))
        : resolveConnection(result, connection, known, args, call),
    );
  });
}

function resolvePlainList(
  result: ResultOf,
  known: Permitted,
  call: () => MaybePromise<unknown>,
): MaybePromise<unknown> {
  const { field } = result;
  // Of a list of lists the outer ones are shown whatever stands in them.
  const isFlat = field.shape.kind === "list" && field.shape.of.kind === "item";
  if (known.nothing && isFlat) return [];
  return chain(call(), (value) =>
    chain(known.everything ? value : filterList(result, known, value), (shown) =>
      field.result.length === 0
        ? orNotFound(field, shown)
        : chain(gateResult(result, shown), (gated) => orNotFound(field, gated)),
    ),
  );
}

function resolveConnection(
  result: ResultOf,
  connection: ConnectionField,
  known: Permitted,
  args: Args,
  call: (args: Args, context: unknown) => MaybePromise<unknown>,
): MaybePromise<unknown> {
  if (known.nothing) return emptyConnection();
  const { guard, field, operation, epoch, context } = result;
  const noted = callNoted(guard, field, operation, context, (actualContext) => call(args, actualContext));
  return chain(noted.value, (value) => {
    if (value === null || value === undefined) return orNotFound(field, value);
    if (value instanceof Error || known.everything) return value;
    const resolve = (actualArgs: Args): MaybePromise<unknown> => call(actualArgs, context);
    const pushedDown = noted.taken.size > 0 && tookEverything(result, known, epoch, noted.taken);
    return guardConnection({ result, connection, args, resolve }, known, value, pushedDown);
  });
}

/** Whether the resolver took every set that the rows have to be in: of each LIST directive and of each gate. */
function tookEverything(result: ResultOf, known: Permitted, epoch: Epoch, taken: ReadonlySet<string>): boolean {
  const { field, guard } = result;
  return field.itemTypes.every((type) => {
    const gates = [...(guard.table.gates.get(type) ?? []), ...(guard.table.unionGates.get(field.itemType) ?? [])];
    const open = field.list.filter((_, i) => known.sets.get(type)?.[i]?.kind !== "all");
    return [...open, ...gates].every(({ action }) => {
      if (taken.has(`${action}\0${type}`)) return true;
      const { allowed } = epoch.table(action, type);
      return allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all";
    });
  });
}
