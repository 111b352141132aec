import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { GuardTable } from "./guard-table.js";
import { isPromiseLike } from "./promises.js";
import type { Operation, Sessions } from "./session.js";

/*
 * In a list whose items cannot be null, some executors forget what goes on in the items before when one throws at once; if that
 * fails later, nobody catches it and the process ends. A denial where null cannot stand comes as a promise (see `fail`). So once
 * such a field has answered with a promise, the items that follow it in lists come as promises too: what is wrong in them then
 * fails later as well, and is waited for.
 */

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Operations in which a guarded field that cannot be null has answered with a promise. */
const late = new WeakSet<Operation>();

/** Object types a guarded field of which, or of what they hold, can take the whole object with it when it is denied. */
export function fragileTypes(schema: GraphQLSchema, table: GuardTable): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  const fragile = new Set<string>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const type of types) {
      if (fragile.has(type.name)) continue;
      const breaks = (field: GraphQLField<unknown, unknown>): boolean =>
        isNonNullType(field.type) &&
        (table.fields.has(`${type.name}.${field.name}`) || holds(schema, field.type, fragile));
      if (!Object.values(type.getFields()).some(breaks)) continue;
      fragile.add(type.name);
      grown = true;
    }
  }
  return fragile;
}

function holds(schema: GraphQLSchema, type: GraphQLOutputType, fragile: ReadonlySet<string>): boolean {
  const named = getNamedType(type);
  if (isAbstractType(named)) return schema.getPossibleTypes(named).some((possible) => fragile.has(possible.name));
  return fragile.has(named.name);
}

/** How deep lists lie in each other at a field whose items cannot be null and are fragile; else 0. */
export function fragileDepth(schema: GraphQLSchema, type: GraphQLOutputType, fragile: ReadonlySet<string>): number {
  if (!holds(schema, type, fragile)) return 0;
  let depth = 0;
  let hasNonNullItems = false;
  let inner = isNonNullType(type) ? type.ofType : type;
  while (isListType(inner)) {
    depth++;
    const item: GraphQLOutputType = inner.ofType;
    if (isNonNullType(item)) hasNonNullItems = true;
    inner = isNonNullType(item) ? item.ofType : item;
  }
  return hasNonNullItems ? depth : 0;
}

/** The resolver of a guarded field that cannot be null: takes note when what it answers may fail later. */
export function notingPromises(resolve: Resolver, sessions: Sessions): Resolver {
  return (source, args, context, info) => {
    const value: unknown = resolve(source, args, context, info);
    if (isPromiseLike(value)) late.add(sessions.operation(context, info));
    return value;
  };
}

/** The resolver of a list of fragile items: hands them out one by one. `resolve` is absent for the executor's own. */
export function inTurn(resolve: Resolver | undefined, sessions: Sessions, depth: number): Resolver {
  return (source, args, context, info) => {
    const operation = sessions.operation(context, info);
    const value: unknown = (resolve ?? operation.session.fieldResolver)(source, args, context, info);
    return isPromiseLike(value)
      ? value.then((list) => turnsOf(list, operation, depth))
      : turnsOf(value, operation, depth);
  };
}

function turnsOf(list: unknown, operation: Operation, depth: number): unknown {
  if (!Array.isArray(list)) return list;
  // Still an array, for whoever looks at what resolvers answer.
  const turns: unknown[] = list.slice();
  return Object.defineProperty(turns, Symbol.iterator, { value: () => itemsInTurn(turns, operation, depth - 1) });
}

/** Looks, before it gives an item, whether something may have failed in those before it. */
function* itemsInTurn(items: readonly unknown[], operation: Operation, depth: number): Generator<unknown, void, void> {
  for (let i = 0; i < items.length; i++) {
    const item = depth > 0 ? turnsOf(items[i], operation, depth) : items[i];
    yield late.has(operation) && !isPromiseLike(item) ? Promise.resolve(item) : item;
  }
}
