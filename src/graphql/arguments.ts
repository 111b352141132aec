import { type GraphQLResolveInfo, Kind, type ValueNode, type VariableDefinitionNode, versionInfo } from "graphql";
import type { Subject } from "../engine/types.js";
import type { Verdict } from "./denial.js";
import type { Epoch } from "./epoch.js";
import type { FieldGuard, InputPlace, InputStep, InputValue } from "./guard-table.js";
import { idText } from "./identity.js";
import type { MaybePromise } from "./promises.js";
import type { Answer } from "./question-table.js";

type Args = Readonly<Record<string, unknown>>;

/** Where a coerced value came from, as far as it can be known: needed only to tell a value from a schema's default. */
type Origin =
  | { readonly kind: "literal"; readonly node: ValueNode | undefined }
  | { readonly kind: "variable"; readonly raw: unknown }
  | { readonly kind: "unknown" };

/** What the client supplied at a guarded place. */
interface Supplied {
  readonly step: InputStep;
  readonly value: unknown;
  /** The arguments, or the input object that holds the value. */
  readonly holder: Args;
}

/** Asks about the resources that the field's own `on: ARG` directives name. GraphQL reference, section 2.4. */
export function askAboutArguments(field: FieldGuard, args: Args, epoch: Epoch, actor: Subject, verdict: Verdict): void {
  for (const step of field.arg) {
    askAboutPath(step.type, step.action, step.path, args, step.coordinate, epoch, actor, (answer) =>
      verdict.add(answer, step.deny),
    );
  }
}

/** Every guarded argument, input field and enum value that the client supplied. */
export function suppliedInputs(
  field: FieldGuard,
  args: Args,
  info: GraphQLResolveInfo,
  rawVariables: Args | undefined,
): readonly Supplied[] {
  if (field.inputs.length === 0) return none;
  const found: Supplied[] = [];
  const nodes = info.fieldNodes[0]?.arguments ?? [];
  const variables = variablesOf(info, rawVariables);
  for (const place of field.inputs) {
    if (!Object.hasOwn(args, place.name)) continue;
    const node = nodes.find((one) => one.name.value === place.name);
    // An argument that is not written has the default of the schema.
    if (node === undefined) continue;
    const origin = originOf(node.value, variables) ?? withoutOrigin(place, args[place.name]);
    if (origin === undefined) continue;
    visitPlace(place, args[place.name], args, origin);
  }
  return found;

  function visitPlace(place: InputPlace, value: unknown, holder: Args, origin: Origin): void {
    for (const step of place.steps) found.push({ step, value, holder });
    if (place.value !== undefined) visitValue(place.value, value, holder, origin);
  }

  function visitValue(plan: InputValue, value: unknown, holder: Args, origin: Origin): void {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visitValue(plan, item, holder, itemOrigin(origin, i));
      return;
    }
    for (const step of plan.values?.get(value) ?? []) found.push({ step, value, holder });
    if (plan.fields === undefined || typeof value !== "object") return;
    const object = value as Args;
    for (const place of plan.fields.values()) {
      if (!Object.hasOwn(object, place.name)) continue;
      const inner = fieldOrigin(origin, place, object[place.name]);
      if (inner !== undefined) visitPlace(place, object[place.name], object, inner);
    }
  }

  /** `undefined` when the field was not supplied and has the default of the schema. */
  function fieldOrigin(origin: Origin, place: InputPlace, value: unknown): Origin | undefined {
    switch (origin.kind) {
      case "literal": {
        const { node } = origin;
        if (node?.kind !== Kind.OBJECT) return { kind: "unknown" };
        const member = node.fields.find((one) => one.name.value === place.name);
        const inner = member === undefined ? undefined : originOf(member.value, variables);
        return inner ?? withoutOrigin(place, value);
      }
      case "variable": {
        const { raw } = origin;
        if (typeof raw !== "object" || raw === null) return { kind: "unknown" };
        if (!Object.hasOwn(raw, place.name)) return withoutOrigin(place, value);
        return { kind: "variable", raw: (raw as Args)[place.name] };
      }
      case "unknown":
        return withoutOrigin(place, value);
    }
  }
}

/**
 * A value that comes from nowhere that is known: it is the default of the schema, or else it was supplied by a way that is not
 * looked at here, such as an argument of a fragment. To supply what is there anyway changes nothing, so it need not be allowed.
 */
function withoutOrigin(place: InputPlace, value: unknown): Origin | undefined {
  return place.defaultValue !== undefined && isSame(value, place.defaultValue) ? undefined : { kind: "unknown" };
}

/** Asks about what the client supplied; what names nothing falls back on the field's own resources, and is else denied. */
export function askAboutInputs(
  supplied: readonly Supplied[],
  field: FieldGuard,
  args: Args,
  epoch: Epoch,
  actor: Subject,
  verdict: Verdict,
): void {
  for (const { step, value, holder } of supplied) {
    const add = (answer: MaybePromise<Answer>): void => verdict.add(answer, step.deny);
    switch (step.kind) {
      case "none":
        add(epoch.askAboutNone(actor, step.action, step.type, step.coordinate));
        break;
      case "enclosing":
        askEnclosing(step.action, step.coordinate, add);
        break;
      case "named": {
        if (value === null || value === undefined) {
          askEnclosing(step.action, step.coordinate, add);
        } else if (step.path === undefined) {
          askAboutValue(step.type, step.action, value, step.coordinate, epoch, actor, add);
        } else {
          askAboutPath(step.type, step.action, step.path, holder, step.coordinate, epoch, actor, add);
        }
      }
    }
  }

  function askEnclosing(action: string, coordinate: string, add: (answer: MaybePromise<Answer>) => void): void {
    if (field.arg.length === 0) add(false);
    for (const own of field.arg) {
      askAboutPath(own.type, action, own.path, args, coordinate, epoch, actor, add);
    }
  }
}

/** A path that ends early names nothing, and that is denied; so is nothing but what is left out of a list. */
function askAboutPath(
  type: string,
  action: string,
  path: readonly string[],
  from: Args,
  coordinate: string,
  epoch: Epoch,
  actor: Subject,
  add: (answer: MaybePromise<Answer>) => void,
): void {
  follow(from, 0, false);

  function follow(value: unknown, depth: number, inList: boolean): void {
    if (Array.isArray(value)) {
      for (const item of value) follow(item, depth, true);
    } else if (value === null || value === undefined) {
      if (!inList) add(false);
    } else if (depth === path.length) {
      askAboutValue(type, action, value, coordinate, epoch, actor, add);
    } else {
      const name = path[depth]!;
      const object = value as Args;
      follow(Object.hasOwn(object, name) ? object[name] : undefined, depth + 1, false);
    }
  }
}

/** A scalar is the id of a resource; an input object is a resource that does not exist yet; of a list, every element counts. */
function askAboutValue(
  type: string,
  action: string,
  value: unknown,
  coordinate: string,
  epoch: Epoch,
  actor: Subject,
  add: (answer: MaybePromise<Answer>) => void,
): void {
  if (Array.isArray(value)) {
    // Null elements name nothing.
    for (const item of value) {
      if (item !== null && item !== undefined) askAboutValue(type, action, item, coordinate, epoch, actor, add);
    }
    return;
  }
  const table = epoch.table(action, type);
  if (typeof value === "object" && value !== null) {
    add(epoch.askAboutCandidate(actor, table, value, coordinate));
    return;
  }
  const text = idText(value);
  if (text === undefined) {
    add(false);
    return;
  }
  let id: string | undefined;
  try {
    id = epoch.layer.decodeId(type, text);
  } catch {
    // A text that is no global id means nothing.
  }
  add(id === undefined ? false : epoch.askAboutId(actor, table, id, coordinate));
}

// --- where values come from ----------------------------------------------------------------------------------------

interface Variables {
  readonly coerced: Args;
  readonly raw: Args | undefined;
  readonly defaults: readonly VariableDefinitionNode[] | undefined;
}

/** The variables of graphql 16 (coerced values) and of 17 (`{ sources, coerced }`); told apart by version, never by names that clients choose. */
function variablesOf(info: GraphQLResolveInfo, rawVariables: Args | undefined): Variables {
  const defaults = info.operation.variableDefinitions;
  if (versionInfo.major < 17) return { coerced: info.variableValues as unknown as Args, raw: rawVariables, defaults };
  const values = info.variableValues as unknown as {
    readonly coerced: Args;
    readonly sources: Readonly<Record<string, { readonly value?: unknown } | undefined>>;
  };
  const raw: Record<string, unknown> = Object.create(null);
  for (const [name, source] of Object.entries(values.sources)) {
    if (source !== undefined && Object.hasOwn(source, "value")) raw[name] = source.value;
  }
  return { coerced: values.coerced, raw, defaults };
}

/** `undefined` for a variable without a value: what uses it was not supplied. */
function originOf(node: ValueNode, variables: Variables): Origin | undefined {
  if (node.kind !== Kind.VARIABLE) return { kind: "literal", node };
  const name = node.name.value;
  if (!Object.hasOwn(variables.coerced, name)) return undefined;
  const { raw } = variables;
  if (raw === undefined) return { kind: "unknown" };
  if (Object.hasOwn(raw, name)) return { kind: "variable", raw: raw[name] };
  const definition = variables.defaults?.find((one) => one.variable.name.value === name);
  return { kind: "literal", node: definition?.defaultValue };
}

function itemOrigin(origin: Origin, index: number): Origin {
  switch (origin.kind) {
    case "literal":
      if (origin.node?.kind !== Kind.LIST) return origin;
      return origin.node.values[index]?.kind === Kind.VARIABLE
        ? { kind: "unknown" }
        : { kind: "literal", node: origin.node.values[index] };
    case "variable":
      return Array.isArray(origin.raw) ? { kind: "variable", raw: origin.raw[index] } : origin;
    case "unknown":
      return origin;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isData(a) || !isData(b)) return false;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** A list or an input object. What custom scalars make, such as a date, cannot be compared by its properties. */
function isData(value: unknown): value is Args {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

const none: readonly Supplied[] = [];
