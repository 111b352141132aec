import { MapperKind, mapSchema } from "@graphql-tools/utils";
import {
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLSchema,
  GraphQLUnionType,
  isNonNullType,
} from "graphql";
import { coverFields, lintSchema, reportUncovered } from "./coverage-check.js";
import { guardedResolver } from "./field-wrap.js";
import type { Guard } from "./guard.js";
import type { GuardTable } from "./guard-table.js";
import { GuardedConnection, GuardedEdge, GuardedPageInfo, unwrap } from "./guarded-connection.js";
import { compileGuards } from "./guards.js";
import { fragileDepth, fragileTypes, inTurn, notingPromises } from "./late-failures.js";
import { Layer } from "./layer.js";
import { concreteType, gatedIsTypeOf } from "./object-gate.js";
import { type GuardSettings, settingsOf, type UseAuthorizationOptions } from "./options.js";
import { checkAgainstPolicy } from "./policy-check.js";
import { ProblemList, SchemaError, type SchemaProblem } from "./problems.js";
import { attempt } from "./promises.js";
import { checkDefinitions } from "./read-directives.js";
import { RejectPlanner } from "./reject-plan.js";
import { Sessions } from "./session.js";
import { guardedEventResolver, guardedSubscribe } from "./subscription.js";

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** One use of the options, by one or more schemas. */
export interface Guarding {
  readonly layer: Layer;
  readonly sessions: Sessions;
}

const mark: unique symbol = Symbol.for("arcturus.guarding");

/** The originals of the functions that were put into guarded schemas, so that guarding again starts from them. */
const originals = new WeakMap<object, unknown>();
const guardedSchemas = new WeakMap<GraphQLSchema, { readonly planner: RejectPlanner; readonly table: GuardTable }>();

export function guardingOf<C>(options: UseAuthorizationOptions<C>): Guarding {
  const layer = new Layer(settingsOf(options));
  return { layer, sessions: new Sessions(layer) };
}

/** Who guards a schema already. */
export function guardingIn(schema: GraphQLSchema): Guarding | undefined {
  return (schema.extensions as Record<symbol, Guarding | undefined>)[mark];
}

/** Finds out what can be refused as a whole; `undefined` for a schema that was changed after it was guarded. */
export function plannerOf(schema: GraphQLSchema): RejectPlanner | undefined {
  return guardedSchemas.get(schema)?.planner;
}

/** What a guarded schema requires; `undefined` for one that was changed after it was guarded. */
export function tableOf(schema: GraphQLSchema): GuardTable | undefined {
  return guardedSchemas.get(schema)?.table;
}

/**
 * A copy of the schema in which every `@authorize` holds, whatever executes it. The schema handed in is not changed.
 * Run it last, after stitching and merging. A schema that the same engine guards already is given back as it is.
 *
 * @throws SchemaError (code `graphql/schema`) with everything that is wrong with the annotations, each with its coordinate
 */
export function authorizeSchema<C = unknown>(
  schema: GraphQLSchema,
  options: UseAuthorizationOptions<C>,
): GraphQLSchema {
  return guardSchema(schema, guardingOf(options));
}

export function guardSchema(schema: GraphQLSchema, guarding: Guarding): GraphQLSchema {
  const { layer, sessions } = guarding;
  const before = guardingIn(schema);
  if (before !== undefined) {
    if (before.layer.settings.engine !== layer.settings.engine) {
      const problems = new ProblemList();
      problems.error("graphql/double", "schema", "the schema is already guarded by another engine", "guard it once");
      throw new SchemaError(problems.sorted());
    }
    if (guardedSchemas.has(schema)) return schema;
  }
  const { table, problems } = examine(schema, layer.settings);
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new SchemaError(errors);
  for (const problem of problems) layer.settings.logger.warn(String(problem));

  const guard: Guard = { schema, table, layer, sessions };
  const guarded = buildGuarded(schema, guard);
  guarded.extensions = { ...guarded.extensions, [mark]: guarding };
  guardedSchemas.set(guarded, { planner: new RejectPlanner(guarded, table), table });
  layer.refreshPolicy();
  layer.onPolicyChange((metadata) => {
    const found = new ProblemList();
    checkAgainstPolicy(table.asked, metadata, found);
    for (const problem of found.sorted()) layer.settings.logger.warn(String(problem));
  });
  return guarded;
}

/** Everything that can be said about a schema before it runs. */
export function examine(
  schema: GraphQLSchema,
  settings: GuardSettings,
): {
  readonly table: GuardTable;
  readonly problems: readonly SchemaProblem[];
  readonly covered: ReturnType<typeof coverFields>;
} {
  const problems = new ProblemList();
  checkDefinitions(schema, problems);
  const table = compileGuards(schema, settings, problems);
  const covered = coverFields(schema, table);
  if (settings.mode === "deny-by-default") reportUncovered(schema, covered.uncovered, problems);
  checkAgainstPolicy(table.asked, settings.engine.policyMetadata(), problems);
  lintSchema(schema, table, settings, problems);
  return { table, problems: problems.sorted(), covered };
}

function buildGuarded(schema: GraphQLSchema, guard: Guard): GraphQLSchema {
  const { table } = guard;
  const parts = connectionParts(table);
  const isGated = (name: string): boolean => table.gates.has(name);
  const fragile = fragileTypes(schema, table);
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) => {
      const original = originalOf(type.isTypeOf);
      const needed = isGated(type.name) || reachedThroughGatedUnion(schema, table, type);
      if (!needed && (original == null || !parts.has(type.name))) return undefined;
      const isTypeOf = needed
        ? gatedIsTypeOf(guard, type.name, original ?? undefined)
        : (value: unknown, context: unknown, info: Parameters<NonNullable<typeof original>>[2]) =>
            original!(unwrap(value), context, info);
      // Executors wait for anything that has a `then`; graphql's types ask for a Promise.
      const typed = isTypeOf as NonNullable<typeof original>;
      return new GraphQLObjectType({ ...type.toConfig(), isTypeOf: remember(typed, original) });
    },
    [MapperKind.ABSTRACT_TYPE]: (type) => {
      const possible = schema.getPossibleTypes(type);
      const needed = possible.some(
        (one) => isGated(one.name) || parts.has(one.name) || reachedThroughGatedUnion(schema, table, one),
      );
      if (!needed) return undefined;
      const original = originalOf(type.resolveType);
      const resolveType = remember(
        (value: unknown, context: unknown, info: Parameters<NonNullable<typeof original>>[2]) =>
          concreteType(guard, type, value, context, info) as string | undefined | Promise<string | undefined>,
        original,
      );
      if (type instanceof GraphQLUnionType) return new GraphQLUnionType({ ...type.toConfig(), resolveType });
      return new GraphQLInterfaceType({ ...type.toConfig(), resolveType });
    },
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const wrapped = wrapField(config, fieldName, typeName);
      return orderly(config, wrapped, table.fields.has(`${typeName}.${fieldName}`));
    },
  });

  /** With what keeps failures of siblings together, where that is needed. */
  function orderly(
    config: GraphQLFieldConfig<unknown, unknown>,
    wrapped: GraphQLFieldConfig<unknown, unknown> | undefined,
    isGuarded: boolean,
  ): GraphQLFieldConfig<unknown, unknown> | undefined {
    const depth = fragileDepth(schema, config.type, fragile);
    const notes = isGuarded && isNonNullType(config.type);
    if (depth === 0 && !notes) return wrapped;
    const original = originalOf(config.resolve) ?? undefined;
    let resolve = wrapped?.resolve ?? original;
    if (notes && resolve !== undefined) resolve = notingPromises(resolve, guard.sessions);
    if (depth > 0) resolve = inTurn(resolve, guard.sessions, depth);
    return resolve === undefined ? wrapped : { ...(wrapped ?? config), resolve: remember(resolve, original) };
  }

  function wrapField(
    config: GraphQLFieldConfig<unknown, unknown>,
    fieldName: string,
    typeName: string,
  ): GraphQLFieldConfig<unknown, unknown> | undefined {
    const field = table.fields.get(`${typeName}.${fieldName}`);
    const original = originalOf(config.resolve) ?? undefined;
    const part = parts.has(typeName) ? partResolver(guard, fieldName, original) : undefined;
    if (field === undefined) return part === undefined ? undefined : { ...config, resolve: remember(part, original) };
    if (field.root === "subscription") {
      const subscribe = originalOf(config.subscribe) ?? undefined;
      return {
        ...config,
        subscribe: remember(guardedSubscribe(guard, field, subscribe), subscribe),
        resolve: remember(guardedEventResolver(guard, field, original), original),
      };
    }
    return { ...config, resolve: remember(guardedResolver(guard, field, part ?? original), original) };
  }
}

/** Types whose objects may be ours: connections that LIST fields answer, their edges and page infos. */
function connectionParts(table: GuardTable): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const { connection } of table.fields.values()) {
    if (connection === undefined) continue;
    parts.add(connection.type.name).add(connection.type.edgeType).add(connection.type.pageInfoType);
  }
  return parts;
}

/** Resolves a field of a connection, an edge or a page info: of ours if it is ours, else as before. */
function partResolver(guard: Guard, fieldName: string, original: Resolver | undefined): Resolver {
  return (source, args, context, info) => {
    if (source instanceof GuardedConnection) {
      if (fieldName === "edges") return attempt(() => source.edges());
      if (fieldName === "nodes") return attempt(() => source.nodes());
      if (fieldName === "pageInfo") return attempt(() => source.pageInfo());
      if (fieldName === "totalCount") return attempt(() => source.totalCount());
    } else if (source instanceof GuardedEdge) {
      if (fieldName === "node") return source.node;
      if (fieldName === "cursor") return source.cursor;
    } else if (source instanceof GuardedPageInfo) {
      // What else a page info may tell was counted over rows that nobody has looked at.
      return (source as unknown as Readonly<Record<string, unknown>>)[fieldName] ?? null;
    }
    const resolver = original ?? guard.sessions.of(context, info).fieldResolver;
    return resolver(unwrap(source), args, context, info);
  };
}

function reachedThroughGatedUnion(schema: GraphQLSchema, table: GuardTable, type: GraphQLObjectType): boolean {
  for (const name of table.unionGates.keys()) {
    const union = schema.getType(name);
    if (union instanceof GraphQLUnionType && schema.isSubType(union, type)) return true;
  }
  return false;
}

function remember<F extends object>(ours: F, original: unknown): F {
  originals.set(ours, original);
  return ours;
}

function originalOf<F>(found: F): F {
  let original: unknown = found;
  while (typeof original === "function" && originals.has(original)) original = originals.get(original);
  return original as F;
}
