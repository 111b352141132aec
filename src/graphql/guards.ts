import { type GraphQLNamedType, type GraphQLSchema, isObjectType } from "graphql";
import type { Compilation } from "./compilation.js";
import { connectionTypes } from "./connection-types.js";
import { compileField } from "./field-guards.js";
import type { AskedQuestion, FieldGuard, GuardTable } from "./guard-table.js";
import { inputCompiler } from "./input-guards.js";
import type { GuardSettings } from "./options.js";
import type { ProblemList } from "./problems.js";
import { checkSilentTypes, compileGates } from "./type-gates.js";

/** Reads every directive of the schema and compiles it to steps. GraphQL reference, sections 2 and 4. */
export function compileGuards(schema: GraphQLSchema, settings: GuardSettings, problems: ProblemList): GuardTable {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const objects = types.filter((type) => isObjectType(type));
  const asked: AskedQuestion[] = [];
  const compilation: Compilation = {
    schema,
    settings,
    problems,
    connections: connectionTypes(schema),
    inputs: inputCompiler(schema, settings, problems, asked),
    open: new Set(),
    annotated: new Set(),
    asked,
  };
  const gates = compileGates(compilation, types);
  const roots = rootTypes(schema);
  const fields = new Map<string, FieldGuard>();
  for (const type of objects) {
    for (const field of Object.values(type.getFields())) {
      const guard = compileField(compilation, gates, type, roots.get(type), field);
      if (isNeeded(guard)) fields.set(guard.coordinate, guard);
    }
  }
  checkSilentTypes(compilation, objects, gates);
  compilation.inputs.checkUnheard();
  const { connections, open, annotated } = compilation;
  return { ...gates, fields, connections, open, annotated, asked };
}

function rootTypes(schema: GraphQLSchema): ReadonlyMap<GraphQLNamedType, NonNullable<FieldGuard["root"]>> {
  const roots = new Map<GraphQLNamedType, NonNullable<FieldGuard["root"]>>();
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  const subscription = schema.getSubscriptionType();
  if (query != null) roots.set(query, "query");
  if (mutation != null) roots.set(mutation, "mutation");
  if (subscription != null) roots.set(subscription, "subscription");
  return roots;
}

/** Whether the layer has anything to do at a field. */
function isNeeded(guard: FieldGuard): boolean {
  return (
    guard.root !== undefined ||
    guard.gated !== "none" ||
    guard.none.length + guard.parent.length + guard.arg.length + guard.result.length + guard.list.length > 0 ||
    guard.inputs.length > 0
  );
}
