import { type GraphQLSchema, isInterfaceType, isObjectType, isUnionType } from "graphql";
import type { GrantQuestion, Grants } from "../engine/types.js";
import type { CoveredBy, coverFields } from "./coverage-check.js";
import type { AuthorizeDeny } from "./directive.js";
import type { ArgStep, FieldGuard, GateStep, GuardTable, InputPlace, InputStep, InputValue } from "./guard-table.js";

/** One `@authorize` where it holds. */
export interface CoverageGuard extends Grants {
  readonly action: string;
  /** What the question is about; `OBJECT` for the gate of a type. */
  readonly on: "OBJECT" | "PARENT" | "RESULT" | "LIST" | "ARG" | "NONE";
  /** Path of the argument, for `ARG`. */
  readonly arg?: string;
  /** Types of the resource; absent for a question about the actor and the action alone. */
  readonly types?: readonly string[];
  /** The string that is the resource: `on: NONE` with a `type`. */
  readonly name?: string;
  /** Absent for `LIST`, which leaves out. */
  readonly deny?: AuthorizeDeny;
  /** The coordinate of the interface where it is written, when it is inherited. */
  readonly inheritedFrom?: string;
}

/** What a schema coordinate requires. */
export interface CoverageEntry {
  readonly coordinate: string;
  readonly kind: "type" | "field" | "argument" | "input field" | "enum value";
  readonly status: "guarded" | "public" | "uncovered";
  /** By what a field, or a type that is public, is covered; `type` and `result` mean that the gate of that type is asked. */
  readonly by?: CoveredBy;
  /** Types whose gates cover the field, by `type` or `result`. */
  readonly gates?: readonly string[];
  /** What is written here or inherited. All of them must hold. */
  readonly guards: readonly CoverageGuard[];
}

type GrantsOf = (question: GrantQuestion) => Grants;

/**
 * Every field of every object type; types, unions and interfaces that are guarded or public; arguments, input fields and
 * enum values that are guarded. In the order of the schema, a type before its fields.
 */
export function coverageEntries(
  schema: GraphQLSchema,
  table: GuardTable,
  covered: ReturnType<typeof coverFields>,
  grantsOf: GrantsOf,
): readonly CoverageEntry[] {
  const grants = remembered(grantsOf);
  const entries: CoverageEntry[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isUnionType(type) || isInterfaceType(type)) typeEntry(type.name, gatesOf(type.name));
    if (!isObjectType(type)) continue;
    typeEntry(type.name, table.gates.get(type.name) ?? []);
    for (const name of Object.keys(type.getFields())) fieldEntry(`${type.name}.${name}`);
  }
  return [...entries, ...inputEntries()];

  function typeEntry(name: string, steps: readonly GateStep[]): void {
    const possible = schema.getType(name);
    const types = isInterfaceType(possible) || isUnionType(possible) ? schema.getPossibleTypes(possible) : [{ name }];
    const guards = steps.map((step) =>
      objectGuard(
        step,
        "OBJECT",
        name,
        types.map((type) => type.name),
      ),
    );
    if (guards.length > 0) entries.push({ coordinate: name, kind: "type", status: "guarded", guards });
    else if (table.open.has(name)) {
      entries.push({ coordinate: name, kind: "type", status: "public", by: "public", guards });
    }
  }

  /** Directives of an interface are kept with the types that implement it. */
  function gatesOf(name: string): readonly GateStep[] {
    const union = table.unionGates.get(name);
    if (union !== undefined) return union;
    const type = schema.getType(name);
    if (!isInterfaceType(type)) return [];
    const [implementer] = schema.getPossibleTypes(type);
    return (table.gates.get(implementer?.name ?? "") ?? []).filter((step) => step.coordinate === name);
  }

  function fieldEntry(coordinate: string): void {
    const by = covered.by.get(coordinate);
    const guard = table.fields.get(coordinate);
    const [typeName = ""] = coordinate.split(".");
    entries.push({
      coordinate,
      kind: "field",
      status: by === undefined ? "uncovered" : by === "public" || by === "connection" ? "public" : "guarded",
      ...(by !== undefined && { by }),
      ...(by === "type" && { gates: [typeName] }),
      ...(by === "result" && guard !== undefined && { gates: guard.possible }),
      guards: guard === undefined ? [] : fieldGuards(guard),
    });
  }

  function fieldGuards(field: FieldGuard): CoverageGuard[] {
    const { coordinate } = field;
    return [
      ...field.none.map((step) => noneGuard(step, coordinate)),
      ...field.parent.map((step) => objectGuard(step, "PARENT", coordinate, [field.typeName])),
      ...field.arg.map((step) => ({
        ...objectGuard(step, "ARG", coordinate, [step.type]),
        arg: step.path.join("."),
      })),
      ...field.result.map((step) => objectGuard(step, "RESULT", coordinate, field.possible)),
      ...field.list.map((step) => objectGuard(step, "LIST", coordinate, field.itemTypes)),
    ];
  }

  function objectGuard(
    step: { readonly action: string; readonly deny?: AuthorizeDeny; readonly coordinate: string },
    on: CoverageGuard["on"],
    holdsAt: string,
    types: readonly string[],
  ): CoverageGuard {
    const { action, deny, coordinate } = step;
    const found = types.map((type) => grants({ action, resource: { type } }));
    return {
      action,
      on,
      types,
      ...(deny !== undefined && { deny }),
      ...(coordinate !== holdsAt && { inheritedFrom: coordinate }),
      ...joined(found),
    };
  }

  function noneGuard(
    step: {
      readonly action: string;
      readonly type: string | undefined;
      readonly deny: AuthorizeDeny;
      readonly coordinate: string;
    },
    holdsAt: string,
  ): CoverageGuard {
    const { action, type, deny, coordinate } = step;
    return {
      action,
      on: "NONE",
      ...(type !== undefined && { name: type }),
      deny,
      ...(coordinate !== holdsAt && { inheritedFrom: coordinate }),
      ...grants(type === undefined ? { action } : { action, resource: type }),
    };
  }

  /** Input types are shared by fields: what a guard there asks about may depend on the field, so all of them count. */
  function inputEntries(): readonly CoverageEntry[] {
    const found = new Map<
      string,
      { readonly kind: CoverageEntry["kind"]; readonly guards: Map<string, CoverageGuard> }
    >();
    const add = (
      coordinate: string,
      kind: CoverageEntry["kind"],
      steps: readonly InputStep[],
      args: readonly ArgStep[],
    ) => {
      if (steps.length === 0) return;
      const entry = found.get(coordinate) ?? { kind, guards: new Map<string, CoverageGuard>() };
      found.set(coordinate, entry);
      for (const step of steps) {
        for (const guard of inputGuards(step, coordinate, args)) entry.guards.set(JSON.stringify(guard), guard);
      }
    };
    for (const field of table.fields.values()) {
      const seen = new Set<InputValue>();
      const visit = (value: InputValue | undefined): void => {
        if (value === undefined || seen.has(value)) return;
        seen.add(value);
        for (const steps of value.values?.values() ?? []) {
          for (const step of steps) add(step.coordinate, "enum value", [step], field.arg);
        }
        for (const place of value.fields?.values() ?? []) visitPlace(place, "input field");
      };
      const visitPlace = (place: InputPlace, kind: "argument" | "input field"): void => {
        const own = `${field.coordinate}(${place.name}:)`;
        for (const step of place.steps) add(kind === "argument" ? own : step.coordinate, kind, [step], field.arg);
        visit(place.value);
      };
      for (const place of field.inputs) visitPlace(place, "argument");
    }
    return [...found].map(([coordinate, { kind, guards }]) => ({
      coordinate,
      kind,
      status: "guarded",
      guards: [...guards.values()],
    }));
  }

  function inputGuards(step: InputStep, holdsAt: string, args: readonly ArgStep[]): readonly CoverageGuard[] {
    switch (step.kind) {
      case "none":
        return [noneGuard(step, holdsAt)];
      case "named": {
        const guard = objectGuard(step, "ARG", holdsAt, [step.type]);
        return [step.path === undefined ? guard : { ...guard, arg: step.path.join(".") }];
      }
      case "enclosing":
        return args.map((arg) => ({ ...objectGuard(step, "ARG", holdsAt, [arg.type]), arg: arg.path.join(".") }));
    }
  }
}

/** Coordinates with a guard that neither a rule nor a fact could ever satisfy. */
export function ungrantable(entries: readonly CoverageEntry[]): readonly string[] {
  const never = ({ rules, facts }: CoverageGuard): boolean => rules.length === 0 && facts.length === 0;
  return entries
    .filter(({ guards }) => guards.some(never))
    .map(({ coordinate }) => coordinate)
    .sort();
}

function joined(all: readonly Grants[]): Grants {
  const rules = new Map(all.flatMap(({ rules }) => rules).map((rule) => [JSON.stringify(rule), rule]));
  return { rules: [...rules.values()], facts: [...new Set(all.flatMap(({ facts }) => facts))].sort() };
}

function remembered(grantsOf: GrantsOf): GrantsOf {
  const known = new Map<string, Grants>();
  return (question) => {
    const key = JSON.stringify(question);
    let grants = known.get(key);
    if (grants === undefined) {
      grants = grantsOf(question);
      known.set(key, grants);
    }
    return grants;
  };
}
