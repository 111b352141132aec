import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isListType,
  isNonNullType,
} from "graphql";
import { findPath, pathProblem } from "./argument-path.js";
import {
  type Compilation,
  complainOfArguments,
  complainOfBoth,
  complainOfPublic,
  nodesOf,
  noteQuestion,
  possibleTypes,
} from "./compilation.js";
import type { AuthorizeArguments, AuthorizeDeny } from "./directive.js";
import { targetOf } from "./field-target.js";
import type {
  ArgStep,
  ConnectionField,
  ConnectionType,
  FieldGuard,
  ListStep,
  NoneStep,
  ObjectStep,
} from "./guard-table.js";
import { readAnnotations } from "./read-directives.js";
import { nullable, shapeOf } from "./shape.js";
import type { Gates } from "./type-gates.js";

/** One `@authorize` with the place where it is written, which for inherited ones is another than where it holds. */
interface Written {
  readonly directive: AuthorizeArguments;
  readonly coordinate: string;
}

/** Compiles what is written on one field of an object type, and what it inherits. GraphQL reference, section 2.2. */
export function compileField(
  compilation: Compilation,
  gates: Gates,
  type: GraphQLObjectType,
  root: FieldGuard["root"],
  field: GraphQLField<unknown, unknown>,
): FieldGuard {
  const { problems, inputs, open, annotated } = compilation;
  const coordinate = `${type.name}.${field.name}`;
  const faces = type.getInterfaces().filter((face) => field.name in face.getFields());
  const own = readAnnotations(field, coordinate, problems);
  const inherited = faces.map((face) =>
    readAnnotations(face.getFields()[field.name]!, `${face.name}.${field.name}`, problems),
  );
  const places = [own, ...inherited];
  const written: Written[] = places.flatMap((place) =>
    place.authorize.map((directive) => ({ directive, coordinate: place.coordinate })),
  );
  if (own.public && own.authorize.length > 0) complainOfBoth(compilation, coordinate);
  for (const place of places.filter((one) => one.public)) {
    const against = places.find((other) => other !== place && other.authorize.length > 0);
    if (against !== undefined) complainOfPublic(compilation, coordinate, place, against);
  }
  if (places.some((place) => place.public) && written.length === 0) open.add(coordinate);
  if (written.length > 0) annotated.add(coordinate);

  const named = getNamedType(field.type);
  const possible = possibleTypes(compilation, named);
  const shape = shapeOf(field.type);
  const steps = compileDirectives(compilation, type, field, root, written);
  const owner = gates.types.get(type.name)!;
  if (steps.parent.length > 0) owner.isParent = true;
  const gated = howManyGated(gates, named, possible);
  const items = steps.connection === undefined ? possible : nodesOf(compilation, steps.connection.type);
  const itemType = steps.connection === undefined ? named.name : steps.connection.type.nodeType;
  const gateModes = [
    ...(gates.unionGates.get(named.name) ?? []),
    ...possible.flatMap((p) => gates.gates.get(p.name) ?? []),
  ];
  const guard: FieldGuard = {
    coordinate,
    typeName: type.name,
    owner,
    fieldName: field.name,
    root,
    ...steps,
    inputs: inputs.argumentsOf(field, faces, coordinate, steps.arg),
    shape,
    resultType: named.name,
    possible: possible.map((p) => p.name),
    gated,
    itemType,
    item: gates.types.get(itemType),
    itemTypes: items.map((p) => p.name),
    silentGate: gateModes.every((step) => step.deny === "NULL"),
    hides: gateModes.some((step) => step.deny === "NOT_FOUND"),
    notFound: [...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s) => s.deny === "NOT_FOUND"),
  };
  inputs.lintIds(field, guard);
  return guard;
}

function compileDirectives(
  compilation: Compilation,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  root: FieldGuard["root"],
  written: readonly Written[],
): Pick<FieldGuard, "none" | "parent" | "arg" | "result" | "list" | "connection"> {
  const { settings, problems, connections, inputs, asked } = compilation;
  const named = getNamedType(field.type);
  const possible = possibleTypes(compilation, named);
  const none: NoneStep[] = [];
  const parent: ObjectStep[] = [];
  const arg: ArgStep[] = [];
  const result: ObjectStep[] = [];
  const list: ListStep[] = [];
  let connection: ConnectionField | undefined;
  for (const { directive, coordinate } of written) {
    const action = directive.action ?? settings.readAction;
    const on = targetOf(compilation, directive.on, coordinate, type, field, root);
    if (on === undefined) continue;
    if (on !== "ARG")
      complainOfArguments(
        compilation,
        directive,
        on === "NONE" ? ["arg"] : ["arg", "type"],
        coordinate,
        `with \`on: ${on}\``,
      );
    const deny = directive.deny ?? settings.deny.field;
    if (on === "LIST") {
      if (directive.deny !== undefined) {
        problems.error(
          "graphql/on-misplaced",
          coordinate,
          `\`deny: ${directive.deny}\` has no meaning with \`on: LIST\``,
          "what is not allowed is left out of a LIST; leave `deny` out",
        );
      }
      const found = connections.get(named.name);
      if (found !== undefined && !isListType(nullable(field.type))) connection = connectionField(field, found);
      list.push({ action, coordinate });
      noteQuestion(
        compilation,
        { action, coordinate },
        connection === undefined ? possible : nodesOf(compilation, connection.type),
      );
      continue;
    }
    if (deny === "NULL" && isNonNullType(field.type)) {
      problems.error(
        "graphql/null-on-non-null",
        coordinate,
        `\`deny: NULL\` cannot hold, because \`${type.name}.${field.name}\` answers \`${String(field.type)}\``,
        "make the field nullable, or deny with ERROR or NOT_FOUND",
      );
    }
    switch (on) {
      case "NONE":
        none.push({ action, type: directive.type, deny, coordinate });
        inputs.checkType(directive.type, coordinate);
        asked.push({ coordinate, action, types: directive.type === undefined ? undefined : [] });
        break;
      case "PARENT":
        parent.push({ action, deny, coordinate });
        noteQuestion(compilation, { action, coordinate }, [type]);
        break;
      case "RESULT":
        result.push({ action, deny, coordinate });
        noteQuestion(compilation, { action, coordinate }, possible);
        break;
      case "ARG": {
        const step = argStep(compilation, directive, action, deny, coordinate, field);
        if (step !== undefined) arg.push(step);
      }
    }
  }
  return { none, parent, arg, result, list, connection };
}

function argStep(
  { problems, inputs, asked }: Compilation,
  directive: AuthorizeArguments,
  action: string,
  deny: AuthorizeDeny,
  coordinate: string,
  field: GraphQLField<unknown, unknown>,
): ArgStep | undefined {
  const names = field.args.map((a) => a.name);
  if (directive.arg === undefined) {
    const help =
      names.length === 0 ? "the field takes no arguments" : `name one of ${names.map((n) => `\`${n}\``).join(", ")}`;
    problems.error("graphql/arg-path", coordinate, "`on: ARG` needs `arg`", help);
  }
  if (directive.type === undefined) {
    problems.error("graphql/unknown-type", coordinate, "`on: ARG` needs `type`, the type of what the argument names");
  } else {
    inputs.checkType(directive.type, coordinate);
  }
  if (directive.arg === undefined) return undefined;
  const found = findPath(field.args, directive.arg);
  if (found.kind === "problem") {
    problems.error("graphql/arg-path", coordinate, pathProblem(directive.arg, found, "the field"), found.help);
    return undefined;
  }
  if (directive.type === undefined) return undefined;
  asked.push({ coordinate, action, types: [directive.type] });
  return { action, type: directive.type, path: found.path, deny, coordinate };
}

function howManyGated(
  { gates, unionGates }: Gates,
  named: GraphQLNamedType,
  possible: readonly GraphQLObjectType[],
): FieldGuard["gated"] {
  if (possible.length === 0) return "none";
  if (unionGates.has(named.name)) return "every";
  const count = possible.filter((type) => gates.has(type.name)).length;
  return count === 0 ? "none" : count === possible.length ? "every" : "some";
}

function connectionField(field: GraphQLField<unknown, unknown>, type: ConnectionType): ConnectionField {
  const has = (name: string): boolean => field.args.some((a) => a.name === name);
  return { type, first: has("first"), after: has("after"), last: has("last"), before: has("before") };
}
