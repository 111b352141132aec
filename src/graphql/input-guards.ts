import {
  DirectiveLocation,
  type GraphQLArgument,
  type GraphQLField,
  GraphQLID,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
} from "graphql";
import { findPath, pathProblem } from "./argument-path.js";
import type { AuthorizeArguments } from "./directive.js";
import type { ArgStep, AskedQuestion, FieldGuard, InputPlace, InputStep, InputValue } from "./guard-table.js";
import type { GuardSettings } from "./options.js";
import { didYouMean, type ProblemList } from "./problems.js";
import { readAnnotations } from "./read-directives.js";
import { schemaDefault } from "./schema-default.js";

/** Compiles what is written on arguments, input fields and enum values. GraphQL reference, section 2.4. */
export interface InputCompiler {
  /** The guarded arguments of a field, those of the same field of its interfaces included. */
  argumentsOf(
    field: GraphQLField<unknown, unknown>,
    interfaces: readonly GraphQLInterfaceType[],
    coordinate: string,
    named: readonly ArgStep[],
  ): readonly InputPlace[];
  /** Whether `type` of a directive is known. */
  checkType(type: string | undefined, coordinate: string): void;
  /** Whether something is guarded where nobody asks. */
  checkUnheard(): void;
  /** Warns of ID arguments of mutations that no directive names. */
  lintIds(field: GraphQLField<unknown, unknown>, guard: FieldGuard): void;
}

/** Where clients write directives. */
const executable: ReadonlySet<string> = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);

type Members = readonly { readonly name: string; readonly type: GraphQLInputType }[];

export function inputCompiler(
  schema: GraphQLSchema,
  settings: GuardSettings,
  problems: ProblemList,
  asked: AskedQuestion[],
): InputCompiler {
  const policyTypes = knownPolicyTypes(settings);
  const values = new Map<GraphQLNamedType, InputValue>();
  const guarded = guardedInputTypes();
  return { argumentsOf, checkType, checkUnheard, lintIds };

  function argumentsOf(
    field: GraphQLField<unknown, unknown>,
    interfaces: readonly GraphQLInterfaceType[],
    coordinate: string,
    named: readonly ArgStep[],
  ): readonly InputPlace[] {
    const places: InputPlace[] = [];
    for (const argument of field.args) {
      const steps = argumentSteps(argument, `${coordinate}(${argument.name}:)`, field.args);
      for (const face of interfaces) {
        const inherited = face.getFields()[field.name]!.args.find((a) => a.name === argument.name);
        if (inherited === undefined) continue;
        steps.push(...argumentSteps(inherited, `${face.name}.${field.name}(${argument.name}:)`, field.args));
      }
      const value = inputValueOf(argument.type);
      if (steps.length === 0 && value === undefined) continue;
      places.push({ name: argument.name, steps, defaultValue: schemaDefault(argument), value });
    }
    for (const step of enclosingSteps(places)) {
      const types = [...new Set(named.map(({ type }) => type))];
      if (types.length > 0) asked.push({ coordinate: step.coordinate, action: step.action, types });
      else {
        problems.error(
          "graphql/no-resource",
          coordinate,
          `\`${step.coordinate}\` asks about the resource that this field names, but the field has no \`on: ARG\``,
          "give the field an `on: ARG`, or the directive a `type`, or `on: NONE`",
        );
      }
    }
    return places;
  }

  function argumentSteps(argument: GraphQLArgument, coordinate: string, members: Members): InputStep[] {
    return inputSteps(readAnnotations(argument, coordinate, problems).authorize, coordinate, "an argument", members);
  }

  function inputSteps(
    directives: readonly AuthorizeArguments[],
    coordinate: string,
    what: "an argument" | "an input field" | "an enum value",
    members: Members,
  ): InputStep[] {
    const steps: InputStep[] = [];
    const misplaced = (message: string, help?: string): void =>
      problems.error("graphql/on-misplaced", coordinate, message, help);
    for (const directive of directives) {
      const action = directive.action ?? settings.readAction;
      let deny = directive.deny ?? settings.deny.argument;
      if (deny === "NULL" || deny === "NOT_FOUND") {
        misplaced(`\`deny: ${deny}\` cannot stand on ${what}`, "write ERROR or REJECT, or guard the field");
        deny = "ERROR";
      }
      const { on, type, arg } = directive;
      if (on === "PARENT" || on === "RESULT" || on === "LIST" || (on === "ARG" && what === "an enum value")) {
        const words = what === "an enum value" ? "nothing or `NONE`" : "nothing, `ARG` or `NONE`";
        misplaced(`\`on: ${on}\` has no meaning on ${what}`, `it can be ${words}`);
        continue;
      }
      checkType(type, coordinate);
      if (on === "NONE") {
        if (arg !== undefined) misplaced("`arg` has no meaning with `on: NONE`");
        steps.push({ kind: "none", action, type, deny, coordinate });
        asked.push({ coordinate, action, types: type === undefined ? undefined : [] });
        continue;
      }
      if (type === undefined) {
        if (arg !== undefined) misplaced("`arg` has no meaning without `type`", "say of which type the resource is");
        steps.push({ kind: "enclosing", action, deny, coordinate });
        continue;
      }
      let path: readonly string[] | undefined;
      if (arg !== undefined) {
        if (what === "an enum value") {
          misplaced("`arg` has no meaning on an enum value");
          continue;
        }
        const found = findPath(members, arg);
        if (found.kind === "problem") {
          const from = what === "an argument" ? "the field" : "the input";
          problems.error("graphql/arg-path", coordinate, pathProblem(arg, found, from), found.help);
          continue;
        }
        path = found.path;
      }
      asked.push({ coordinate, action, types: [type] });
      steps.push({ kind: "named", action, type, path, deny, coordinate });
    }
    return steps;
  }

  /** What hangs on the values of an input type, `undefined` when nothing does. */
  function inputValueOf(type: GraphQLInputType): InputValue | undefined {
    const named = getNamedType(type);
    if (!guarded.has(named)) return undefined;
    const known = values.get(named);
    if (known !== undefined) return known;
    const fields = new Map<string, InputPlace>();
    const steps = new Map<unknown, InputStep[]>();
    const value: InputValue = { fields: undefined, values: undefined };
    // Known before its fields are looked at, because input types may be recursive.
    values.set(named, value);
    if (isInputObjectType(named)) {
      const members = Object.values(named.getFields());
      for (const field of members) {
        const own = inputFieldSteps(named.name, field, members);
        const inner = inputValueOf(field.type);
        if (own.length === 0 && inner === undefined) continue;
        fields.set(field.name, { name: field.name, steps: own, defaultValue: schemaDefault(field), value: inner });
      }
      (value as { fields: InputValue["fields"] }).fields = fields;
    } else if (isEnumType(named)) {
      for (const one of named.getValues()) {
        const coordinate = `${named.name}.${one.name}`;
        const own = inputSteps(readAnnotations(one, coordinate, problems).authorize, coordinate, "an enum value", []);
        // Names that share one internal value cannot be told apart: what one requires, all require.
        if (own.length > 0) steps.set(one.value, [...(steps.get(one.value) ?? []), ...own]);
      }
      (value as { values: InputValue["values"] }).values = steps;
    }
    return value;
  }

  function inputFieldSteps(typeName: string, field: GraphQLInputField, members: Members): InputStep[] {
    const coordinate = `${typeName}.${field.name}`;
    const { authorize } = readAnnotations(field, coordinate, problems);
    return inputSteps(authorize, coordinate, "an input field", members);
  }

  /** Input types on or below which something is guarded: the least set that is closed under "has a field of such a type". */
  function guardedInputTypes(): ReadonlySet<GraphQLNamedType> {
    const quiet = { error: () => {}, warning: () => {} } as unknown as ProblemList;
    const found = new Set<GraphQLNamedType>();
    const types = Object.values(schema.getTypeMap());
    for (const type of types) {
      const places = isInputObjectType(type)
        ? Object.values(type.getFields())
        : isEnumType(type)
          ? type.getValues()
          : [];
      if (places.some((place) => readAnnotations(place, "", quiet).authorize.length > 0)) found.add(type);
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const type of types) {
        if (found.has(type) || !isInputObjectType(type)) continue;
        if (!Object.values(type.getFields()).some((field) => found.has(getNamedType(field.type)))) continue;
        found.add(type);
        grown = true;
      }
    }
    return found;
  }

  function checkUnheard(): void {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isInputType(type) || type.name.startsWith("__")) continue;
      if (readAnnotations(type, type.name, problems).authorize.length === 0) continue;
      const parts = isInputObjectType(type)
        ? "its fields"
        : isEnumType(type)
          ? "its values"
          : "the arguments of this type";
      problems.error(
        "graphql/on-misplaced",
        type.name,
        "`@authorize` has no meaning on a type of inputs",
        `write it on ${parts}`,
      );
    }
    for (const directive of schema.getDirectives()) {
      const canBeSent = directive.locations.some((location) => executable.has(location));
      for (const argument of directive.args) {
        const coordinate = `@${directive.name}(${argument.name}:)`;
        const { authorize } = readAnnotations(argument, coordinate, problems);
        if (authorize.length === 0 && !(canBeSent && guarded.has(getNamedType(argument.type)))) continue;
        problems.error(
          "graphql/on-misplaced",
          coordinate,
          "nobody asks about what is guarded in the argument of a directive",
          "take it as an argument of the fields on which the directive stands",
        );
      }
    }
  }

  function checkType(type: string | undefined, coordinate: string): void {
    if (type === undefined || schema.getType(type) !== undefined || policyTypes.has(type)) return;
    const known = [...Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith("__")), ...policyTypes];
    problems.error(
      "graphql/unknown-type",
      coordinate,
      `there is no type \`${type}\` in the schema, the policy or \`types\``,
      didYouMean(type, known),
    );
  }

  function lintIds(field: GraphQLField<unknown, unknown>, guard: FieldGuard): void {
    if (guard.root !== "mutation") return;
    for (const argument of field.args) {
      if (getNamedType(argument.type) !== GraphQLID) continue;
      if (guard.arg.some((step) => step.path[0] === argument.name)) continue;
      if (guard.inputs.some((place) => place.name === argument.name)) continue;
      problems.warning(
        "graphql/id-argument",
        `${guard.coordinate}(${argument.name}:)`,
        "an id that no directive names: nobody asks whether the actor may use it",
        "name it with `on: ARG`, or guard the argument",
      );
    }
  }
}

/** The steps of these places, at any depth, that ask about what the enclosing field names. */
function enclosingSteps(places: readonly InputPlace[]): readonly InputStep[] {
  const found: InputStep[] = [];
  const seen = new Set<InputValue>();
  const visit = (place: InputPlace): void => {
    found.push(...place.steps.filter((step) => step.kind === "enclosing"));
    visitValue(place.value);
  };
  const visitValue = (value: InputValue | undefined): void => {
    if (value === undefined || seen.has(value)) return;
    seen.add(value);
    for (const steps of value.values?.values() ?? []) found.push(...steps.filter((step) => step.kind === "enclosing"));
    for (const field of value.fields?.values() ?? []) visit(field);
  };
  for (const place of places) visit(place);
  return found;
}

function knownPolicyTypes(settings: GuardSettings): ReadonlySet<string> {
  return new Set([
    ...Object.keys(settings.engine.policyMetadata().types),
    ...Object.keys(settings.engine.types ?? {}),
    ...Object.keys(settings.types),
  ]);
}
