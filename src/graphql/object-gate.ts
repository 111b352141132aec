import { type GraphQLAbstractType, type GraphQLResolveInfo, getNamedType } from "graphql";
import type { Subject } from "../engine/types.js";
import type { Asker } from "./asker.js";
import { codeWithoutActor, type Denial, type DenyMode, denied, fail, Verdict } from "./denial.js";
import type { Epoch } from "./epoch.js";
import { AuthorizationError } from "./errors.js";
import type { Guard } from "./guard.js";
import type { GateStep, GuardedType, GuardTable, ObjectStep } from "./guard-table.js";
import { unwrap } from "./guarded-connection.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";
import type { QuestionTable } from "./question-table.js";
import type { Operation } from "./session.js";

/** A gate says NOT_FOUND by silence. */
function modeOf(step: GateStep): DenyMode {
  return step.deny === "NOT_FOUND" ? "HIDDEN" : step.deny;
}

/**
 * May this object of this concrete type be shown? Its own gate, that of the union it is reached through, and `extra`
 * questions about it. `undefined` when it may. What was let through once in an epoch is not asked about again.
 */
export function gateObject(
  guard: Guard,
  epoch: Epoch,
  asker: Asker,
  type: GuardedType,
  instance: unknown,
  through: string,
  extra: readonly ObjectStep[],
): MaybePromise<Denial | undefined> {
  const { unionGates } = guard.table;
  const union = unionGates.size === 0 ? noGate : (unionGates.get(through) ?? noGate);
  const own = type.gate;
  if (own.length + union.length + extra.length === 0) return undefined;
  if (asker.kind !== "actor") return { code: codeWithoutActor(asker), deny: silentMode(own, union, extra) };
  const { actor } = asker;
  const objects = epoch.objects(type);
  if (union.length + extra.length === 0 && passesAlone(epoch, actor, type, instance)) return undefined;

  const verdict = new Verdict();
  if (own.length > 0 && !objects.hasPassed(instance)) {
    for (const [i, step] of own.entries()) {
      verdict.add(epoch.askAboutObject(actor, objects.gate[i]!, objects, instance, step.coordinate), modeOf(step));
    }
  }
  for (const step of union) {
    const table = epoch.table(step.action, type.name);
    verdict.add(epoch.askAboutObject(actor, table, objects, instance, step.coordinate), modeOf(step));
  }
  for (const step of extra) {
    const table = epoch.table(step.action, type.name);
    verdict.add(epoch.askAboutObject(actor, table, objects, instance, step.coordinate), step.deny);
  }
  return chain(verdict.settle(), (denial) => {
    if (denial === undefined) objects.pass(instance, objects.idOf(instance));
    return denial;
  });
}

/** Whether an object of a type with a gate passes it at once, when nothing else is asked about it. */
export function passesAlone(epoch: Epoch, actor: Subject, type: GuardedType, instance: unknown): boolean {
  if (!epoch.passes(actor, epoch.objects(type), instance, noQuestions)) return false;
  epoch.secondLook.expect(type, instance);
  return true;
}

const noGate: readonly GateStep[] = [];

/** No questions beside those of the gate. */
export const noQuestions: readonly QuestionTable[] = [];

/** Without an actor a gated object among others is silently null, unless something there denies louder. */
function silentMode(own: readonly GateStep[], union: readonly GateStep[], extra: readonly ObjectStep[]): DenyMode {
  const modes: DenyMode[] = [...own, ...union].map(modeOf);
  modes.push(...extra.map((step) => step.deny));
  if (extra.length > 0 && modes.includes("REJECT")) return "REJECT";
  if (extra.some((step) => step.deny !== "NULL")) return "ERROR";
  return "HIDDEN";
}

type TypeOf = (value: unknown, context: unknown, info: GraphQLResolveInfo) => MaybePromise<boolean>;

/**
 * The last line: called by every executor for every object of the type, however it was reached, also for `__typename`
 * alone. Fields have asked before; here it is known already, or the object came by a way that nobody foresaw.
 */
export function gatedIsTypeOf(guard: Guard, typeName: string, original: TypeOf | undefined): TypeOf {
  const { sessions, table } = guard;
  const type = table.types.get(typeName)!;
  const hasUnionGates = table.unionGates.size > 0;
  // Only connections and edges can be ours.
  const isPart = isConnectionPart(table, typeName);
  return (value, context, info) => {
    // Executors that do not follow the specification here (graphql-jit) do not catch either: nothing is answered.
    if (info === undefined) throw new TypeError("this executor calls `isTypeOf` without `info`; it cannot be guarded");
    const instance = isPart ? unwrap(value) : value;
    const operation = sessions.operation(context, info);
    if (operation.rejected !== undefined) return fail(operation.rejected, false);
    const through = hasUnionGates ? getNamedType(info.returnType).name : "";
    if (!operation.epoch.hasPassed(type, instance) || (hasUnionGates && table.unionGates.has(through))) {
      return gateAgain(guard, operation, type, original, instance, through, context, info);
    }
    return original === undefined ? true : original(instance, context, info);
  };
}

function isConnectionPart({ connections }: GuardTable, typeName: string): boolean {
  return connections.has(typeName) || [...connections.values()].some(({ edgeType }) => edgeType === typeName);
}

function gateAgain(
  guard: Guard,
  operation: Operation,
  type: GuardedType,
  original: TypeOf | undefined,
  instance: unknown,
  through: string,
  context: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<boolean> {
  const { epoch } = operation;
  const denial = chain(epoch.asker(), (asker) => gateObject(guard, epoch, asker, type, instance, through, noExtra));
  return chain(denial, (known) => {
    if (known === undefined) return original === undefined ? true : original(instance, context, info);
    // Nothing but an error can stop an object here.
    return fail(denied(known, operation, false) ?? new AuthorizationError(known.code), false);
  });
}

/** No questions beside those of the gates. */
export const noExtra: readonly ObjectStep[] = [];

/**
 * The concrete type of a value of an abstract type, by the functions of the schema as it was given: the gates must not be
 * probed, since a denying gate on one type would deny an object that is of another.
 */
export function concreteType(
  guard: Guard,
  abstract: GraphQLAbstractType,
  value: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<string | undefined> {
  const instance = unwrap(value);
  const original = guard.schema.getType(abstract.name) as GraphQLAbstractType;
  if (original.resolveType != null) {
    return chain(
      original.resolveType(instance, context, info, abstract) as MaybePromise<string | undefined>,
      (name) => name ?? undefined,
    );
  }
  const { typeResolver } = guard.sessions.of(context, info);
  if (typeResolver !== undefined) {
    const found = typeResolver(instance, context, info, abstract) as MaybePromise<string | undefined>;
    return chain(found, (name) => name ?? undefined);
  }
  if (typeof instance === "object" && instance !== null) {
    const named = (instance as { readonly __typename?: unknown }).__typename;
    if (typeof named === "string") return named;
  }
  return probe(guard, original, instance, context, info);
}

function probe(
  guard: Guard,
  abstract: GraphQLAbstractType,
  value: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<string | undefined> {
  const waiting: PromiseLike<string | undefined>[] = [];
  for (const type of guard.schema.getPossibleTypes(abstract)) {
    if (type.isTypeOf == null) continue;
    const answer = type.isTypeOf(value, context, info);
    if (isPromiseLike(answer)) waiting.push(answer.then((yes) => (yes ? type.name : undefined)));
    else if (answer) return type.name;
  }
  if (waiting.length === 0) return undefined;
  return Promise.all(waiting).then((names) => names.find((name) => name !== undefined));
}
