import { type GraphQLResolveInfo, isAbstractType } from "graphql";
import type { Subject } from "../engine/types.js";
import type { Asker } from "./asker.js";
import { codeWithoutActor, type Denial, denied } from "./denial.js";
import type { Epoch } from "./epoch.js";
import { AuthorizationError } from "./errors.js";
import type { Guard } from "./guard.js";
import type { FieldGuard, GuardedType, ObjectStep, Shape } from "./guard-table.js";
import { concreteType, gateObject, noExtra, noQuestions } from "./object-gate.js";
import { chain, isPromiseLike, type MaybePromise, together } from "./promises.js";
import type { AllowedSet, QuestionTable } from "./question-table.js";
import type { Operation } from "./session.js";

/** One completed resolver call whose result is to be looked at. */
export interface ResultOf {
  readonly guard: Guard;
  readonly field: FieldGuard;
  readonly operation: Operation;
  readonly epoch: Epoch;
  readonly asker: Asker;
  readonly context: unknown;
  readonly info: GraphQLResolveInfo;
}

/**
 * Asks the gates about every object of a result, all of them together, and puts null or an error in the place of those
 * that are denied; executors throw an error where they find it. Other values, and lists, are handed on. `at` are the
 * indexes that lead to the value.
 */
export function gateResult(
  call: ResultOf,
  value: unknown,
  shape: Shape = call.field.shape,
  at: readonly number[] = [],
): MaybePromise<unknown> {
  if (value === null || value === undefined) return nothing(call, value, shape);
  if (value instanceof Error) return value;
  if (isPromiseLike(value)) return value.then((known) => gateResult(call, known, shape, at));
  if (shape.kind === "item") return gateItem(call, value, shape.nullable);
  const items = itemsOf(value);
  if (items === undefined) {
    return isAsyncIterable(value) ? gateStream(call, value, shape.of) : value;
  }
  const shown: unknown[] = new Array(items.length);
  const pending: PromiseLike<unknown>[] = [];
  const inner = shape.of.kind === "list";
  const passes = inner || call.field.result.length > 0 ? undefined : quickGate(call, noQuestions);
  let whole = true;
  for (let i = 0; i < items.length; i++) {
    if (passes?.(items[i]) === true) {
      shown[i] = items[i];
      continue;
    }
    whole = false;
    const item = gateResult(call, items[i], shape.of, inner ? [...at, i] : none);
    if (isPromiseLike(item)) pending.push(put(shown, i, item));
    else shown[i] = item;
  }
  if (!inner) expectAll(call, shown, itself);
  if (whole) return shown;
  if (pending.length === 0) return shape.of.nullable ? shown : wholeOrError(call, shown, at);
  return Promise.all(pending).then(() => (shape.of.nullable ? shown : wholeOrError(call, shown, at)));
}

const none: readonly number[] = [];

/**
 * Says of an object whether it passes the gate of its type, and `more` questions, at once; all others have to be asked about the
 * long way. `undefined` when the types of the items differ, or nobody asks.
 */
function quickGate(call: ResultOf, more: readonly QuestionTable[]): ((item: unknown) => boolean) | undefined {
  const { epoch, asker } = call;
  const { item: type } = call.field;
  if (type === undefined || asker.kind !== "actor") return undefined;
  const { actor } = asker;
  const objects = epoch.objects(type);
  return (item) => isObject(item) && epoch.passes(actor, objects, item, more);
}

/** The executor is about to look at these, of which the gates have let through what is an object. */
function expectAll<T>(call: ResultOf, items: readonly T[], objectOf: (item: T) => unknown): void {
  const { item: type } = call.field;
  if (type === undefined || type.gate.length === 0) return;
  const objects: unknown[] = [];
  for (const item of items) {
    const object = objectOf(item);
    if (isObject(object)) objects.push(object);
  }
  call.epoch.secondLook.expectAll(type, objects);
}

/** An object, and not what will become one or the error in the place of one. */
export function isObject(item: unknown): boolean {
  return typeof item === "object" && item !== null && !(item instanceof Error) && !isPromiseLike(item);
}

/** The object, or what stands in its place. */
function gateItem(call: ResultOf, value: unknown, nullable: boolean): MaybePromise<unknown> {
  const denial = itemDenial(call, value, call.field.result);
  if (denial === undefined) return value;
  if (!isPromiseLike(denial)) return denied(denial, call.operation, nullable);
  return denial.then((known) => (known === undefined ? value : denied(known, call.operation, nullable)));
}

/** A list whose items cannot be null is lost with the first that is denied: then nothing of it needs to run. */
function wholeOrError(call: ResultOf, items: readonly unknown[], at: readonly number[]): unknown {
  if (!items.some(isBroken)) return items;
  const index = items.findIndex((item) => item instanceof AuthorizationError);
  if (index < 0) return items.map(late);
  const error = items[index] as AuthorizationError;
  if (error === call.operation.rejected || error.path !== undefined) return error;
  const path = [...pathOf(call.info.path), ...at, index];
  return new AuthorizationError(error.code, { nodes: call.info.fieldNodes, path });
}

/** What the resolver itself broke ends its list too, but not before the other items are waited for (see `fail`). */
function late(item: unknown): Promise<unknown> {
  if (!(item instanceof Error)) return Promise.resolve(item);
  const rejected = Promise.reject(item);
  rejected.catch(() => {});
  return rejected;
}

function isBroken(item: unknown): boolean {
  return item === null || item === undefined || item instanceof Error;
}

function pathOf(path: GraphQLResolveInfo["path"]): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

/** Where hidden objects look like missing ones, missing ones must look like hidden ones. */
function nothing(call: ResultOf, value: unknown, shape: Shape): unknown {
  if (shape.nullable || !call.field.hides) return value;
  return new AuthorizationError(call.asker.kind === "actor" ? "NOT_FOUND" : codeWithoutActor(call.asker));
}

/** Is the actor kept from this object? Asks the gate of its concrete type, of the union, and `extra`. */
function itemDenial(call: ResultOf, item: unknown, extra: FieldGuard["result"]): MaybePromise<Denial | undefined> {
  const { guard, field, epoch, asker } = call;
  return chain(typeOfItem(call, item), (type) =>
    // Without a type the executor ends in an error of its own, and shows nothing.
    type === undefined ? undefined : gateObject(guard, epoch, asker, type, item, field.itemType, extra),
  );
}

function typeOfItem(call: ResultOf, item: unknown): MaybePromise<GuardedType | undefined> {
  const { guard, field } = call;
  if (field.item !== undefined) return field.item;
  const type = guard.schema.getType(field.itemType);
  if (!isAbstractType(type)) return undefined;
  return chain(concreteType(guard, type, item, call.context, call.info), (name) =>
    name === undefined ? undefined : guard.table.types.get(name),
  );
}

async function* gateStream(
  call: ResultOf,
  items: AsyncIterable<unknown>,
  shape: Shape,
): AsyncGenerator<unknown, void, void> {
  for await (const item of items) yield await gateResult(call, item, shape);
}

// --- LIST ------------------------------------------------------------------------------------------------------------

/** What is known about a LIST before its resolver runs. */
export interface Permitted {
  readonly actor: Subject;
  /** By concrete type of the items, in the order of the field's directives. */
  readonly sets: ReadonlyMap<string, readonly AllowedSet[]>;
  /** By concrete type: what the sets leave open, and the gate of the type does not ask anyway. */
  readonly open: ReadonlyMap<string, readonly ObjectStep[]>;
  /** The questions of `open`. */
  readonly questions: ReadonlyMap<string, readonly QuestionTable[]>;
  /** No item of any type can be allowed. */
  readonly nothing: boolean;
  /** Every item of every type is allowed, by the gates as well. */
  readonly everything: boolean;
}

/** Asks what the actor may see of each type that the items can have, once per epoch. @throws AuthorizationError */
export function permitted(call: ResultOf, actor: Subject): MaybePromise<Permitted> {
  const { field, epoch } = call;
  const known = epoch.permitted.get(field);
  if (known !== undefined) return known;
  const asked = field.itemTypes.map((type) =>
    together(field.list.map((step) => epoch.allowed(actor, epoch.table(step.action, type), step.coordinate))),
  );
  return chain(together(asked), (answers) => {
    const found = combine(call, actor, new Map(field.itemTypes.map((type, i) => [type, answers[i]!])));
    epoch.permitted.set(field, found);
    return found;
  });
}

function combine(call: ResultOf, actor: Subject, sets: ReadonlyMap<string, readonly AllowedSet[]>): Permitted {
  const { field, epoch, guard } = call;
  const all = [...sets.values()];
  if (all.some((ofType) => ofType.some((set) => set.kind === "failed"))) {
    throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
  }
  const open = new Map<string, readonly ObjectStep[]>();
  const questions = new Map<string, readonly QuestionTable[]>();
  for (const [type, ofType] of sets) {
    const gate = guard.table.gates.get(type) ?? [];
    const asked = field.list.filter(
      ({ action }, i) => ofType[i]?.kind !== "all" && !gate.some((step) => step.action === action),
    );
    open.set(
      type,
      asked.map((step) => ({ ...step, deny: "ERROR" as const })),
    );
    questions.set(
      type,
      asked.map(({ action }) => epoch.table(action, type)),
    );
  }
  const gatesSettled = field.itemTypes.every((type) => {
    const steps = [...(guard.table.gates.get(type) ?? []), ...(guard.table.unionGates.get(field.itemType) ?? [])];
    return steps.every((step) => {
      const { allowed } = epoch.table(step.action, type);
      return allowed !== undefined && !isPromiseLike(allowed) && allowed.kind === "all";
    });
  });
  return {
    actor,
    sets,
    open,
    questions,
    nothing: all.length > 0 && all.every((ofType) => ofType.some((set) => set.kind === "ids" && set.ids.size === 0)),
    everything: gatesSettled && all.every((ofType) => ofType.every((set) => set.kind === "all")),
  };
}

/**
 * Those of the items whose object is to be shown, in order; null is.
 * @throws AuthorizationError when it cannot be found out
 */
export function onlyAllowed<T>(
  call: ResultOf,
  known: Permitted,
  items: readonly T[],
  objectOf: (item: T) => unknown,
): MaybePromise<readonly T[]> {
  // Made with the first answer that is not yes.
  let shown: MaybePromise<boolean>[] | undefined;
  const { item } = call.field;
  const passes = item === undefined ? undefined : quickGate(call, known.questions.get(item.name) ?? noQuestions);
  for (let i = 0; i < items.length; i++) {
    const object = objectOf(items[i]!);
    const answer = passes?.(object) === true || isAllowed(call, known, object);
    if (answer !== true) shown ??= new Array<MaybePromise<boolean>>(i).fill(true);
    shown?.push(answer);
  }
  const expect = (allowed: readonly T[]): readonly T[] => {
    expectAll(call, allowed, objectOf);
    return allowed;
  };
  if (shown === undefined) return expect(items);
  return chain(together(shown), (answers) => expect(items.filter((_, i) => answers[i])));
}

function isAllowed(call: ResultOf, known: Permitted, item: unknown): MaybePromise<boolean> {
  // What is no object is left to the executor.
  if (isBroken(item)) return true;
  return chain(typeOfItem(call, item), (type) => {
    if (type === undefined) return true;
    const { guard, field, epoch, asker } = call;
    const open = known.open.get(type.name) ?? noExtra;
    return chain(gateObject(guard, epoch, asker, type, item, field.itemType, open), mayShow);
  });
}

function mayShow(denial: Denial | undefined): MaybePromise<boolean> {
  if (denial === undefined) return true;
  // To leave it out would be to say that it is denied, which nobody knows.
  if (denial.code === "AUTHORIZATION_UNAVAILABLE") return Promise.reject(new AuthorizationError(denial.code));
  return false;
}

/** Leaves out of a plain list what is not allowed: no hole, no error. */
export function filterList(
  call: ResultOf,
  known: Permitted,
  value: unknown,
  shape: Shape = call.field.shape,
): MaybePromise<unknown> {
  if (value === null || value === undefined || value instanceof Error || shape.kind === "item") return value;
  if (isPromiseLike(value)) return value.then((list) => filterList(call, known, list, shape));
  const items = itemsOf(value);
  if (items === undefined) {
    if (!isAsyncIterable(value)) return value;
    return collect(value).then((list) => filterList(call, known, list, shape));
  }
  return chain(awaitItems(items), (present) => {
    if (shape.of.kind === "list") {
      const inner = present.map((item) => filterList(call, known, item, shape.of));
      return inner.some((one) => isPromiseLike(one)) ? Promise.all(inner) : inner;
    }
    return onlyAllowed(call, known, present, itself);
  });
}

function itself(item: unknown): unknown {
  return item;
}

// --- small things ----------------------------------------------------------------------------------------------------

/** The items of a list as an array of their own: what was looked at is what is shown. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null && Symbol.iterator in value
    ? Array.from(value as Iterable<unknown>)
    : undefined;
}

/** Items that are promises, awaited; a rejected one becomes its error, which the executor throws in its place. */
export function awaitItems(items: readonly unknown[]): MaybePromise<readonly unknown[]> {
  const present: unknown[] = new Array(items.length);
  const pending: PromiseLike<unknown>[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (isPromiseLike(item)) pending.push(put(present, i, item));
    else present[i] = item;
  }
  return pending.length === 0 ? present : Promise.all(pending).then(() => present);
}

function put(into: unknown[], index: number, item: PromiseLike<unknown>): PromiseLike<void> {
  return item.then(
    (known) => {
      into[index] = known;
    },
    (error: unknown) => {
      into[index] = error instanceof Error ? error : new Error(`unexpected error value: ${String(error)}`);
    },
  );
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}
