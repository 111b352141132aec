import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";
import { findPath, pathProblem } from "./argument-path.js";
import { connectionTypes } from "./connection-types.js";
import type { AuthorizeArguments, AuthorizeDeny, AuthorizeOn } from "./directive.js";
import type {
  ArgStep,
  AskedQuestion,
  ConnectionField,
  ConnectionType,
  FieldGuard,
  GateStep,
  GuardTable,
  ListStep,
  NoneStep,
  ObjectStep,
  Shape,
} from "./guard-table.js";
import { inputCompiler } from "./input-guards.js";
import type { GuardSettings } from "./options.js";
import type { ProblemList } from "./problems.js";
import { type Annotations, readAnnotations } from "./read-directives.js";

/** One `@authorize` with the place where it is written, which for inherited ones is another than where it holds. */
interface Written {
  readonly directive: AuthorizeArguments;
  readonly coordinate: string;
}

/** Reads every directive of the schema and compiles it to steps. GraphQL reference, sections 2 and 4. */
export function compileGuards(schema: GraphQLSchema, settings: GuardSettings, problems: ProblemList): GuardTable {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const objects = types.filter((type) => isObjectType(type));
  const annotations = new Map<GraphQLNamedType, Annotations>();
  for (const type of types) {
    if (isCompositeType(type)) annotations.set(type, readAnnotations(type, type.name, problems));
  }
  const open = new Set<string>();
  const annotated = new Set<string>();
  const asked: AskedQuestion[] = [];
  const fields = new Map<string, FieldGuard>();
  const connections = connectionTypes(schema);
  const inputs = inputCompiler(schema, settings, problems, asked);

  const gates = new Map<string, readonly GateStep[]>();
  for (const type of objects) {
    const steps = gateOf(type);
    if (steps.length > 0) gates.set(type.name, steps);
  }
  const unionGates = new Map<string, readonly GateStep[]>();
  for (const type of types) {
    if (!isUnionType(type)) continue;
    const steps = gateSteps(annotations.get(type)!);
    if (steps.length > 0) {
      unionGates.set(type.name, steps);
      for (const step of steps) ask(step, schema.getPossibleTypes(type));
    }
  }
  for (const type of types) {
    if (isInterfaceType(type)) gateSteps(annotations.get(type)!);
  }

  const roots = new Map<GraphQLNamedType, "query" | "mutation" | "subscription">();
  for (const kind of ["query", "mutation", "subscription"] as const) {
    const type =
      kind === "query"
        ? schema.getQueryType()
        : kind === "mutation"
          ? schema.getMutationType()
          : schema.getSubscriptionType();
    if (type != null) roots.set(type, kind);
  }
  for (const type of objects) {
    for (const field of Object.values(type.getFields())) compileField(type, field);
  }
  checkSilentTypes();
  return { gates, unionGates, fields, connections, open, annotated, asked };

  // --- types -------------------------------------------------------------------------------------------------------

  function gateOf(type: GraphQLObjectType): readonly GateStep[] {
    const own = annotations.get(type)!;
    const inherited = type.getInterfaces().map((face) => annotations.get(face)!);
    const steps = [own, ...inherited].flatMap((place) => gateSteps(place));
    const guarded = [own, ...inherited].filter((place) => place.authorize.length > 0);
    const everybody = [own, ...inherited].filter((place) => place.public);
    if (own.public && own.authorize.length > 0) both(own.coordinate);
    for (const place of everybody) {
      const against = guarded.find((other) => other !== place);
      if (against !== undefined) publicAgainstGuard(type.name, place, against);
    }
    if (everybody.length > 0 && guarded.length === 0) open.add(type.name);
    for (const step of steps) ask(step, [type]);
    return steps;
  }

  function gateSteps(place: Annotations): readonly GateStep[] {
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
      notHere(directive, ["arg", "type"], coordinate, "on a type");
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
  function checkSilentTypes(): void {
    for (const type of objects) {
      for (const field of Object.values(type.getFields())) {
        const named = getNamedType(field.type);
        if (!isCompositeType(named)) continue;
        const shape = shapeOf(field.type);
        const inner = innermost(shape);
        if (inner.nullable) continue;
        const steps = [
          ...(unionGates.get(named.name) ?? []),
          ...possibleTypes(named).flatMap((possible) => gates.get(possible.name) ?? []),
        ];
        for (const step of steps) {
          if (step.deny !== "NULL") continue;
          problems.error(
            "graphql/null-on-non-null",
            step.coordinate,
            `\`deny: NULL\` cannot hold, because \`${type.name}.${field.name}\` answers \`${String(field.type)}\``,
            "make that position nullable, or deny with ERROR or NOT_FOUND",
          );
        }
      }
    }
  }

  // --- fields ------------------------------------------------------------------------------------------------------

  function compileField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): void {
    const coordinate = `${type.name}.${field.name}`;
    const root = roots.get(type);
    const faces = type.getInterfaces().filter((face) => field.name in face.getFields());
    const own = readAnnotations(field, coordinate, problems);
    const inherited = faces.map((face) =>
      readAnnotations(face.getFields()[field.name]!, `${face.name}.${field.name}`, problems),
    );
    const places = [own, ...inherited];
    const written: Written[] = places.flatMap((place) =>
      place.authorize.map((directive) => ({ directive, coordinate: place.coordinate })),
    );
    if (own.public && own.authorize.length > 0) both(coordinate);
    for (const place of places.filter((one) => one.public)) {
      const against = places.find((other) => other !== place && other.authorize.length > 0);
      if (against !== undefined) publicAgainstGuard(coordinate, place, against);
    }
    if (places.some((place) => place.public) && written.length === 0) open.add(coordinate);
    if (written.length > 0) annotated.add(coordinate);

    const named = getNamedType(field.type);
    const possible = isCompositeType(named) ? possibleTypes(named) : [];
    const shape = shapeOf(field.type);
    const steps = compileDirectives(type, field, root, written, named, possible);
    const places_ = inputs.argumentsOf(field, faces, coordinate, steps.arg);
    const gated = howManyGated(named, possible);
    const items = steps.connection === undefined ? possible : nodesOf(steps.connection.type);
    const gateModes = [...(unionGates.get(named.name) ?? []), ...possible.flatMap((p) => gates.get(p.name) ?? [])];
    const guard: FieldGuard = {
      coordinate,
      typeName: type.name,
      fieldName: field.name,
      root,
      ...steps,
      inputs: places_,
      shape,
      resultType: named.name,
      possible: possible.map((p) => p.name),
      gated,
      itemType: steps.connection === undefined ? named.name : steps.connection.type.nodeType,
      itemAbstract: isAbstractType(
        steps.connection === undefined ? named : schema.getType(steps.connection.type.nodeType),
      ),
      itemTypes: items.map((p) => p.name),
      silentGate: gateModes.every((step) => step.deny === "NULL"),
      hides: gateModes.some((step) => step.deny === "NOT_FOUND"),
      notFound: [...steps.none, ...steps.parent, ...steps.arg, ...steps.result].some((s) => s.deny === "NOT_FOUND"),
    };
    if (isNeeded(guard)) fields.set(coordinate, guard);
    inputs.lintIds(field, guard);
  }

  function compileDirectives(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    root: FieldGuard["root"],
    written: readonly Written[],
    named: GraphQLNamedType,
    possible: readonly GraphQLObjectType[],
  ): Pick<FieldGuard, "none" | "parent" | "arg" | "result" | "list" | "connection"> {
    const none: NoneStep[] = [];
    const parent: ObjectStep[] = [];
    const arg: ArgStep[] = [];
    const result: ObjectStep[] = [];
    const list: ListStep[] = [];
    let connection: ConnectionField | undefined;
    for (const { directive, coordinate } of written) {
      const action = directive.action ?? settings.readAction;
      const on = resolveOn(directive.on, coordinate, type, field, root, named);
      if (on === undefined) continue;
      if (on !== "ARG") notHere(directive, on === "NONE" ? ["arg"] : ["arg", "type"], coordinate, `with \`on: ${on}\``);
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
        ask({ action, coordinate }, connection === undefined ? possible : nodesOf(connection.type));
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
          ask({ action, coordinate }, [type]);
          break;
        case "RESULT":
          result.push({ action, deny, coordinate });
          ask({ action, coordinate }, possible);
          break;
        case "ARG": {
          const step = argStep(directive, action, deny, coordinate, field);
          if (step !== undefined) arg.push(step);
        }
      }
    }
    return { none, parent, arg, result, list, connection };
  }

  function argStep(
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

  /** What the question of a field's directive is about; `undefined` after a problem. */
  function resolveOn(
    on: AuthorizeOn | undefined,
    coordinate: string,
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    root: FieldGuard["root"],
    named: GraphQLNamedType,
  ): AuthorizeOn | undefined {
    const misplaced = (message: string, help?: string): undefined => {
      problems.error("graphql/on-misplaced", coordinate, message, help);
      return undefined;
    };
    const leaf = isLeafType(named);
    switch (on) {
      case undefined:
        if (root === undefined && leaf) return "PARENT";
        problems.error(
          "graphql/on-required",
          coordinate,
          root === undefined
            ? `\`@authorize\` on a field that answers \`${String(field.type)}\` needs \`on\``
            : `\`@authorize\` on a field of \`${type.name}\` needs \`on\``,
          root === undefined
            ? `\`PARENT\` asks about the \`${type.name}\`, \`RESULT\` about each object it answers, \`LIST\` leaves out what is not allowed`
            : "`ARG` asks about what an argument names, `NONE` about the actor and the action alone",
        );
        return undefined;
      case "PARENT":
        if (root !== undefined)
          return misplaced(`\`on: PARENT\` has no meaning on \`${type.name}\`, which is no object`);
        return on;
      case "RESULT":
        if (root === "mutation") {
          return misplaced(
            "`on: RESULT` on a mutation asks when all is done",
            "ask before with `on: ARG` or `on: NONE`; the gate of the result's type holds anyway",
          );
        }
        if (connections.has(named.name)) {
          return misplaced("`on: RESULT` has no meaning on a connection", "`on: LIST` leaves out what is not allowed");
        }
        if (leaf) return misplaced(`\`on: RESULT\` needs a result that is an object, not \`${String(field.type)}\``);
        return on;
      case "LIST": {
        if (root === "mutation") {
          return misplaced("`on: LIST` on a mutation asks when all is done", "ask before with `on: ARG` or `on: NONE`");
        }
        const connection = connections.get(named.name);
        const isList = isListType(nullable(field.type));
        if (leaf || (!isList && connection === undefined)) {
          return misplaced(
            `\`on: LIST\` needs a list of objects or a connection, not \`${String(field.type)}\``,
            "a connection has `pageInfo` and `edges`, an edge `node` and `cursor`",
          );
        }
        if (!isList && connection !== undefined && nodesOf(connection).length === 0) {
          return misplaced(`\`on: LIST\` needs nodes that are objects, not \`${connection.nodeType}\``);
        }
        return on;
      }
      default:
        return on;
    }
  }

  function howManyGated(named: GraphQLNamedType, possible: readonly GraphQLObjectType[]): FieldGuard["gated"] {
    if (possible.length === 0) return "none";
    if (unionGates.has(named.name)) return "every";
    const count = possible.filter((type) => gates.has(type.name)).length;
    return count === 0 ? "none" : count === possible.length ? "every" : "some";
  }

  // --- small things ------------------------------------------------------------------------------------------------

  function ask(step: { readonly action: string; readonly coordinate: string }, on: readonly GraphQLNamedType[]): void {
    asked.push({ coordinate: step.coordinate, action: step.action, types: on.map((type) => type.name) });
  }

  function possibleTypes(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  }

  function nodesOf(connection: ConnectionType): readonly GraphQLObjectType[] {
    const node = schema.getType(connection.nodeType);
    return node === undefined ? [] : possibleTypes(node);
  }

  function both(coordinate: string): void {
    problems.error("graphql/both", coordinate, "`@public` and `@authorize` contradict each other here");
  }

  function publicAgainstGuard(coordinate: string, place: Annotations, against: Annotations): void {
    problems.error(
      "graphql/inheritance",
      coordinate,
      place.coordinate === coordinate
        ? `\`@public\` here cannot lift the \`@authorize\` of \`${against.coordinate}\``
        : `\`@public\` of \`${place.coordinate}\` is inherited, but \`${against.coordinate}\` is guarded`,
      "guards are inherited and add up; take one of the two away",
    );
  }

  function notHere(
    directive: AuthorizeArguments,
    names: readonly ("arg" | "type")[],
    coordinate: string,
    where: string,
  ): void {
    for (const name of names) {
      if (directive[name] === undefined) continue;
      problems.error("graphql/on-misplaced", coordinate, `\`${name}\` has no meaning ${where}`);
    }
  }
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

function connectionField(field: GraphQLField<unknown, unknown>, type: ConnectionType): ConnectionField {
  const has = (name: string): boolean => field.args.some((a) => a.name === name);
  return { type, first: has("first"), after: has("after"), last: has("last"), before: has("before") };
}

function shapeOf(type: GraphQLOutputType): Shape {
  const canBeNull = !isNonNullType(type);
  const inner = nullable(type);
  return isListType(inner)
    ? { kind: "list", nullable: canBeNull, of: shapeOf(inner.ofType) }
    : { kind: "item", nullable: canBeNull };
}

function innermost(shape: Shape): Shape {
  return shape.kind === "list" ? innermost(shape.of) : shape;
}

function nullable(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) ? type.ofType : type;
}
