import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";
import {
  type Compilation,
  complainOfArguments,
  complainOfBoth,
  complainOfPublic,
  noteQuestion,
  possibleTypes,
} from "./compilation.js";
import type { GateStep, GuardedType, GuardTable } from "./guard-table.js";
import { type Annotations, readAnnotations } from "./read-directives.js";
import { innermost, shapeOf } from "./shape.js";

export type Gates = Pick<GuardTable, "types" | "gates" | "unionGates">;
type AnnotationsByType = ReadonlyMap<GraphQLNamedType, Annotations>;

/** Compiles what is written on types to the questions about their objects. GraphQL reference, section 2.1. */
export function compileGates(compilation: Compilation, types: readonly GraphQLNamedType[]): Gates {
  const { schema, problems } = compilation;
  const annotations = new Map<GraphQLNamedType, Annotations>();
  for (const type of types) {
    if (isCompositeType(type)) annotations.set(type, readAnnotations(type, type.name, problems));
  }
  const objectTypes = new Map<string, GuardedType>();
  const gates = new Map<string, readonly GateStep[]>();
  for (const type of types) {
    if (!isObjectType(type)) continue;
    const gate = gateOf(compilation, annotations, type);
    objectTypes.set(type.name, { name: type.name, gate, isParent: false });
    if (gate.length > 0) gates.set(type.name, gate);
  }
  const unionGates = new Map<string, readonly GateStep[]>();
  for (const type of types) {
    if (!isUnionType(type)) continue;
    const steps = gateSteps(compilation, annotations.get(type)!);
    if (steps.length > 0) {
      unionGates.set(type.name, steps);
      for (const step of steps) noteQuestion(compilation, step, schema.getPossibleTypes(type));
    }
  }
  for (const type of types) {
    if (isInterfaceType(type)) gateSteps(compilation, annotations.get(type)!);
  }
  return { types: objectTypes, gates, unionGates };
}

function gateOf(
  compilation: Compilation,
  annotations: AnnotationsByType,
  type: GraphQLObjectType,
): readonly GateStep[] {
  const own = annotations.get(type)!;
  const inherited = type.getInterfaces().map((face) => annotations.get(face)!);
  const steps = [own, ...inherited].flatMap((place) => gateSteps(compilation, place));
  const guarded = [own, ...inherited].filter((place) => place.authorize.length > 0);
  const everybody = [own, ...inherited].filter((place) => place.public);
  if (own.public && own.authorize.length > 0) complainOfBoth(compilation, own.coordinate);
  for (const place of everybody) {
    const against = guarded.find((other) => other !== place);
    if (against !== undefined) complainOfPublic(compilation, type.name, place, against);
  }
  if (everybody.length > 0 && guarded.length === 0) compilation.open.add(type.name);
  for (const step of steps) noteQuestion(compilation, step, [type]);
  return steps;
}

function gateSteps(compilation: Compilation, place: Annotations): readonly GateStep[] {
  const { problems, settings } = compilation;
  return place.authorize.map((directive): GateStep => {
    const { coordinate } = place;
    if (directive.on !== undefined) {
      problems.error(
        "graphql/on-misplaced",
        coordinate,
        `\`on: ${directive.on}\` has no meaning on a type`,
        "a directive on a type asks about every object of it; leave `on` out",
      );
    }
    complainOfArguments(compilation, directive, ["arg", "type"], coordinate, "on a type");
    let deny = directive.deny ?? settings.deny.object;
    if (deny === "REJECT") {
      problems.error(
        "graphql/on-misplaced",
        coordinate,
        "`deny: REJECT` cannot stand on a type",
        "write it on the fields or arguments that lead to it",
      );
      deny = "ERROR";
    }
    return { action: directive.action ?? settings.readAction, deny, coordinate };
  });
}

/** A type whose denial is a silent null must not stand where null cannot. */
export function checkSilentTypes(
  compilation: Compilation,
  objects: readonly GraphQLObjectType[],
  { gates, unionGates }: Gates,
): void {
  for (const type of objects) {
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      if (!isCompositeType(named)) continue;
      const shape = shapeOf(field.type);
      const inner = innermost(shape);
      if (inner.nullable) continue;
      const steps = [
        ...(unionGates.get(named.name) ?? []),
        ...possibleTypes(compilation, named).flatMap((possible) => gates.get(possible.name) ?? []),
      ];
      for (const step of steps) {
        if (step.deny !== "NULL") continue;
        compilation.problems.error(
          "graphql/null-on-non-null",
          step.coordinate,
          `\`deny: NULL\` cannot hold, because \`${type.name}.${field.name}\` answers \`${String(field.type)}\``,
          "make that position nullable, or deny with ERROR or NOT_FOUND",
        );
      }
    }
  }
}
