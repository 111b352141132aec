import { type GraphQLSchema, getNamedType, isLeafType, isObjectType, isUnionType } from "graphql";
import { findPath } from "./argument-path.js";
import type { ArgStep, FieldGuard, GuardTable, InputPlace, InputStep, InputValue } from "./guard-table.js";

/** A question about no resource in particular: could it be answered with yes? */
export type Prospect =
  /** About the actor and the action alone, or about the name of a type. */
  | { readonly kind: "none"; readonly action: string; readonly type: string | undefined }
  /** About some resource of the type; `candidate`: perhaps about one that does not exist yet. */
  | { readonly kind: "some"; readonly action: string; readonly type: string; readonly candidate: boolean };

export type CouldBe = (prospect: Prospect) => boolean;

export function prospectKey(prospect: Prospect): string {
  return JSON.stringify([prospect.action, prospect.type, prospect.kind === "some" ? prospect.candidate : "none"]);
}

/**
 * What is hopeless by its own guards, as coordinates: types, members of unions as `Union.Member`, fields, arguments, input
 * fields, enum values. `could` is asked every question there is, whatever it answers.
 */
export function hopelessParts(schema: GraphQLSchema, table: GuardTable, could: CouldBe): Set<string> {
  const hopeless = new Set<string>();
  const some = (action: string, type: string, candidate = false): boolean =>
    could({ kind: "some", action, type, candidate });
  const every = (answers: readonly boolean[]): boolean => !answers.includes(false);
  const any = (answers: readonly boolean[]): boolean => answers.includes(true);

  for (const [name, steps] of table.gates) {
    if (!every(steps.map(({ action }) => some(action, name)))) hopeless.add(name);
  }
  for (const [name, steps] of table.unionGates) {
    const union = schema.getType(name);
    for (const member of isUnionType(union) ? union.getTypes() : []) {
      if (!every(steps.map(({ action }) => some(action, member.name)))) hopeless.add(`${name}.${member.name}`);
    }
  }
  for (const field of table.fields.values()) if (!fieldCouldBe(field)) hopeless.add(field.coordinate);
  addInputs();
  return hopeless;

  function fieldCouldBe(field: FieldGuard): boolean {
    return every([
      ...field.none.map(({ action, type }) => could({ kind: "none", action, type })),
      ...field.parent.map(({ action }) => some(action, field.typeName)),
      ...field.arg.map((step) => some(step.action, step.type, namesInput(field, step))),
      ...field.result.map(({ action }) => any(field.possible.map((type) => some(action, type)))),
      ...field.list.map(({ action }) => any(field.itemTypes.map((type) => some(action, type)))),
    ]);
  }

  /** Whether the argument is an input object: it stands for something that does not exist yet. */
  function namesInput(field: FieldGuard, step: ArgStep): boolean {
    const type = schema.getType(field.typeName);
    const args = isObjectType(type) ? type.getFields()[field.fieldName]?.args : undefined;
    const found = args === undefined ? undefined : findPath(args, step.path.join("."));
    return found === undefined || found.kind === "problem" || !isLeafType(getNamedType(found.type));
  }

  /** An input type is shared by fields: a part of it is hopeless when it is so wherever it is used. */
  function addInputs(): void {
    const uses = new Map<string, boolean[]>();
    const use = (coordinate: string, steps: readonly InputStep[], args: readonly ArgStep[]): void => {
      uses.set(coordinate, [...(uses.get(coordinate) ?? []), every(steps.map((step) => inputCouldBe(step, args)))]);
    };
    for (const field of table.fields.values()) {
      const seen = new Set<InputValue>();
      const visit = (value: InputValue | undefined): void => {
        if (value === undefined || seen.has(value)) return;
        seen.add(value);
        for (const steps of value.values?.values() ?? []) {
          // Names that share one internal value require what all of them require.
          for (const step of steps) use(step.coordinate, steps, field.arg);
        }
        for (const place of value.fields?.values() ?? []) visitPlace(place, undefined);
      };
      const visitPlace = (place: InputPlace, argument: string | undefined): void => {
        const [first] = place.steps;
        if (first !== undefined) use(argument ?? first.coordinate, place.steps, field.arg);
        visit(place.value);
      };
      for (const place of field.inputs) visitPlace(place, `${field.coordinate}(${place.name}:)`);
    }
    for (const [coordinate, answers] of uses) if (!any(answers)) hopeless.add(coordinate);
  }

  function inputCouldBe(step: InputStep, args: readonly ArgStep[]): boolean {
    const { action } = step;
    switch (step.kind) {
      case "none":
        return could({ kind: "none", action, type: step.type });
      case "named":
        // Whether the value is an id or an input is not looked at.
        return some(action, step.type, true);
      case "enclosing":
        return any(args.map(({ type }) => some(action, type, true)));
    }
  }
}
