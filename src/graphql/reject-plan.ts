import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { Denial } from "./denial.js";
import { beforeResolver } from "./field-wrap.js";
import type { FieldGuard, GuardTable, InputPlace, InputStep, InputValue } from "./guard-table.js";
import { chain, isPromiseLike, type MaybePromise } from "./promises.js";
import type { Operation } from "./session.js";

/** A field of an operation that can refuse the whole of it, and the `@skip` and `@include` it stands under. */
interface Candidate {
  readonly guard: FieldGuard;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly conditions: readonly DirectiveNode[];
}

interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly candidates: readonly Candidate[];
}

/** Fields with a `deny: REJECT` that needs no object, by coordinate: those that can refuse before anything runs. */
export function rejectingFields(table: GuardTable): ReadonlyMap<string, FieldGuard> {
  const found = new Map<string, FieldGuard>();
  for (const [coordinate, field] of table.fields) {
    const known: FieldGuard = { ...field, parent: [], result: [], list: [], gated: "none" };
    const steps = [...known.none, ...known.arg];
    if (steps.some((step) => step.deny === "REJECT") || rejectsInput(known.inputs)) found.set(coordinate, known);
  }
  return found;
}

function rejectsInput(places: Iterable<InputPlace>, seen = new Set<InputValue>()): boolean {
  const isReject = (step: InputStep): boolean => step.deny === "REJECT";
  for (const place of places) {
    if (place.steps.some(isReject)) return true;
    if (place.value === undefined || seen.has(place.value)) continue;
    seen.add(place.value);
    if ([...(place.value.values?.values() ?? [])].some((steps) => steps.some(isReject))) return true;
    if (rejectsInput(place.value.fields?.values() ?? [], seen)) return true;
  }
  return false;
}

/**
 * Finds out before execution whether an operation is refused as a whole. Reads the document only to ask earlier: what it
 * does not find is asked, and refused, when it is executed.
 */
export class RejectPlanner {
  readonly #schema: GraphQLSchema;
  readonly #fields: ReadonlyMap<string, FieldGuard>;
  readonly #plans = new WeakMap<DocumentNode, Map<string, Plan | undefined>>();

  constructor(schema: GraphQLSchema, table: GuardTable) {
    this.#schema = schema;
    this.#fields = rejectingFields(table);
  }

  get isNeeded(): boolean {
    return this.#fields.size > 0;
  }

  /** The denial by which the operation is refused. */
  refusal(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | undefined,
    operation: Operation,
  ): MaybePromise<Denial | undefined> {
    const plan = this.#planOf(document, operationName);
    if (plan === undefined || plan.candidates.length === 0) return undefined;
    const read = getVariableValues(this.#schema, plan.operation.variableDefinitions ?? [], variables ?? {});
    // graphql 16 says `coerced`, 17 `variableValues`. Wrong variables are the executor's to report.
    const values = "coerced" in read ? read.coerced : (read as { readonly variableValues?: object }).variableValues;
    if (values === undefined) return undefined;
    return this.#first(plan, plan.candidates, values as Record<string, unknown>, operation);
  }

  #first(
    plan: Plan,
    candidates: readonly Candidate[],
    values: Record<string, unknown>,
    operation: Operation,
  ): MaybePromise<Denial | undefined> {
    for (const [i, candidate] of candidates.entries()) {
      const denial = this.#ask(plan, candidate, values, operation);
      if (isPromiseLike(denial)) {
        return denial.then((known) =>
          known?.deny === "REJECT" ? known : this.#first(plan, candidates.slice(i + 1), values, operation),
        );
      }
      if (denial?.deny === "REJECT") return denial;
    }
    return undefined;
  }

  #ask(
    plan: Plan,
    { guard, definition, node, conditions }: Candidate,
    values: Record<string, unknown>,
    operation: Operation,
  ): MaybePromise<Denial | undefined> {
    if (conditions.some((directive) => leavesOut(directive, values))) return undefined;
    let args: Record<string, unknown>;
    try {
      args = getArgumentValues(definition, node, values as object as Parameters<typeof getArgumentValues>[2]);
    } catch {
      return undefined;
    }
    const info = {
      fieldNodes: [node],
      variableValues: values,
      operation: plan.operation,
    } as unknown as GraphQLResolveInfo;
    return chain(operation.epoch.asker(), (asker) => beforeResolver(guard, operation, asker, undefined, args, info));
  }

  #planOf(document: DocumentNode, operationName: string | null | undefined): Plan | undefined {
    let plans = this.#plans.get(document);
    if (plans === undefined) {
      plans = new Map();
      this.#plans.set(document, plans);
    }
    const key = operationName ?? "";
    if (!plans.has(key)) plans.set(key, this.#makePlan(document, operationName));
    return plans.get(key);
  }

  #makePlan(document: DocumentNode, operationName: string | null | undefined): Plan | undefined {
    const fragments = new Map<string, FragmentDefinitionNode>();
    const operations: OperationDefinitionNode[] = [];
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    }
    const operation = operations.find((one) => operationName == null || one.name?.value === operationName);
    if (operation === undefined) return undefined;
    const schema = this.#schema;
    const fields = this.#fields;
    const root =
      operation.operation === "query"
        ? schema.getQueryType()
        : operation.operation === "mutation"
          ? schema.getMutationType()
          : schema.getSubscriptionType();
    const candidates: Candidate[] = [];
    // Once per fragment and type: fragments that fan out cost nothing.
    const visited = new Set<string>();
    if (root != null) visit(operation.selectionSet, root, []);
    return { operation, candidates };

    function visit(selections: SelectionSetNode, parent: GraphQLNamedType, conditions: readonly DirectiveNode[]): void {
      // What an abstract type turns out to be is not known before.
      if (!isObjectType(parent)) return;
      for (const selection of selections.selections) {
        const under = [...conditions, ...(selection.directives ?? []).filter(isCondition)];
        if (selection.kind === Kind.FIELD) {
          const definition = parent.getFields()[selection.name.value];
          if (definition === undefined) continue;
          const guard = fields.get(`${parent.name}.${definition.name}`);
          if (guard !== undefined) candidates.push({ guard, definition, node: selection, conditions: under });
          if (selection.selectionSet !== undefined) visit(selection.selectionSet, getNamedType(definition.type), under);
          continue;
        }
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (fragment === undefined) continue;
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const key = `${selection.name.value} ${parent.name}`;
          if (visited.has(key)) continue;
          visited.add(key);
        }
        const condition = fragment.typeCondition?.name.value;
        const type: GraphQLNamedType | undefined = condition === undefined ? parent : schema.getType(condition);
        const fits = type === parent || (isAbstractType(type) && schema.isSubType(type, parent));
        if (fits) visit(fragment.selectionSet, parent, under);
      }
    }
  }
}

function isCondition(directive: DirectiveNode): boolean {
  return directive.name.value === "skip" || directive.name.value === "include";
}

/** Whether `@skip` or `@include` leaves the field out. In doubt it does: then it is asked when it is executed. */
function leavesOut(directive: DirectiveNode, values: Readonly<Record<string, unknown>>): boolean {
  const value = directive.arguments?.find((one) => one.name.value === "if")?.value;
  const coerced = (values as { readonly coerced?: Readonly<Record<string, unknown>> }).coerced;
  const given =
    value?.kind === Kind.BOOLEAN
      ? value.value
      : value?.kind === Kind.VARIABLE
        ? (values[value.name.value] ?? coerced?.[value.name.value])
        : undefined;
  return directive.name.value === "skip" ? given !== false : given !== true;
}
