import { type GraphQLSchema, getNamedType, isObjectType, isScalarType } from "graphql";
import type { GuardTable } from "./guard-table.js";
import type { GuardSettings } from "./options.js";
import type { ProblemList } from "./problems.js";

/** How each field of each object type is covered. Introspection is exempt. GraphQL reference, section 3. */
export interface Covered {
  readonly guarded: readonly string[];
  readonly public: readonly string[];
  readonly uncovered: readonly string[];
}

/** By what a field is covered: a directive, the gate of its type or of its result, `@public`, the form of a connection. */
export type CoveredBy = "directive" | "type" | "result" | "public" | "connection";

export function coverFields(
  schema: GraphQLSchema,
  table: GuardTable,
): Covered & { readonly by: ReadonlyMap<string, CoveredBy> } {
  const by = new Map<string, CoveredBy>();
  const uncovered: string[] = [];
  const mutation = schema.getMutationType()?.name;
  const connectionFields = fieldsOfConnections(table);
  const pageInfo = new Set(["PageInfo", ...[...table.connections.values()].map((c) => c.pageInfoType)]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${type.name}.${field}`;
      const guard = table.fields.get(coordinate);
      const resultIsGuarded = guard !== undefined && guard.gated === "every" && type.name !== mutation;
      if (table.annotated.has(coordinate)) by.set(coordinate, "directive");
      else if (table.gates.has(type.name)) by.set(coordinate, "type");
      else if (table.open.has(coordinate) || table.open.has(type.name)) by.set(coordinate, "public");
      else if (resultIsGuarded) by.set(coordinate, "result");
      else if (connectionFields.has(coordinate) || pageInfo.has(type.name)) by.set(coordinate, "connection");
      else uncovered.push(coordinate);
    }
  }
  const isOpen = (how: CoveredBy): boolean => how === "public" || how === "connection";
  const coordinates = [...by.keys()].sort();
  return {
    guarded: coordinates.filter((one) => !isOpen(by.get(one)!)),
    public: coordinates.filter((one) => isOpen(by.get(one)!)),
    uncovered: uncovered.sort(),
    by,
  };
}

/** One error for every field that nobody has decided about. */
export function reportUncovered(schema: GraphQLSchema, uncovered: readonly string[], problems: ProblemList): void {
  const mutation = schema.getMutationType()?.name;
  for (const coordinate of uncovered) {
    const isMutation = coordinate.startsWith(`${mutation}.`);
    problems.error(
      "graphql/uncovered",
      coordinate,
      "nobody has decided who may use this field",
      isMutation
        ? "a mutation needs a directive of its own: `@authorize(…)` or `@public`"
        : "guard it or its type with `@authorize(…)`, or say `@public`",
    );
  }
}

/** Warnings about what a schema cannot say by itself. */
export function lintSchema(
  schema: GraphQLSchema,
  table: GuardTable,
  settings: GuardSettings,
  problems: ProblemList,
): void {
  for (const name of table.gates.keys()) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    const fields = type.getFields();
    const hasId = [settings.types, settings.engine.types ?? {}].some(
      (types) => Object.hasOwn(types, name) && types[name]?.id !== undefined,
    );
    if (fields["id"] === undefined && !hasId) {
      problems.warning(
        "graphql/no-identity",
        name,
        "the type is guarded, but has no field `id`",
        `say in \`types.${name}.id\` how its objects are identified`,
      );
    }
    for (const field of Object.values(fields)) {
      const result = getNamedType(field.type);
      if (!isScalarType(result) || !/json|object|any|map/i.test(result.name)) continue;
      problems.warning(
        "graphql/unprotected-json",
        `${name}.${field.name}`,
        `\`${result.name}\` can hold anything, and no guard sees what is inside`,
      );
    }
  }
}

function fieldsOfConnections(table: GuardTable): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const { name, edgeType } of table.connections.values()) {
    for (const field of ["edges", "nodes", "pageInfo", "totalCount"]) fields.add(`${name}.${field}`);
    for (const field of ["node", "cursor"]) fields.add(`${edgeType}.${field}`);
  }
  return fields;
}
