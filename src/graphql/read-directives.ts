import {
  buildASTSchema,
  type ConstDirectiveNode,
  type GraphQLDirective,
  type GraphQLEnumType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  type ValueNode,
} from "graphql";
import { type AuthorizeArguments, type AuthorizeDeny, type AuthorizeOn, authorizeDirective } from "./directive.js";
import { nearest, type ProblemList } from "./problems.js";
import { defaultLiteral } from "./schema-default.js";

/** What is written at one place of a schema. */
export interface Annotations {
  readonly coordinate: string;
  readonly authorize: readonly AuthorizeArguments[];
  readonly public: boolean;
}

/** Anything of a schema that can carry directives: in SDL, in `extend`, or in `extensions.directives`. */
export interface Annotated {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] | undefined }[];
  readonly extensions?: unknown;
}

const directions: ReadonlySet<string> = new Set<AuthorizeOn>(["PARENT", "RESULT", "LIST", "ARG", "NONE"]);
const denials: ReadonlySet<string> = new Set<AuthorizeDeny>(["ERROR", "NULL", "NOT_FOUND", "REJECT"]);
const argumentNames = ["action", "on", "arg", "type", "deny"];

/** The directives at one place. What cannot be understood is a problem, never an annotation that does nothing. */
export function readAnnotations(element: Annotated, coordinate: string, problems: ProblemList): Annotations {
  const written = [element.astNode, ...(element.extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? []);
  const authorize: AuthorizeArguments[] = [];
  let isPublic = false;
  for (const node of written) {
    if (node.name.value === "authorize") {
      const given = Object.fromEntries((node.arguments ?? []).map((a) => [a.name.value, constant(a.value)]));
      take(given);
    } else if (node.name.value === "public") {
      isPublic = true;
    }
  }
  const directives = directivesIn(element.extensions);
  const given = directives?.["authorize"];
  for (const one of given === undefined ? [] : Array.isArray(given) ? given : [given]) take(one);
  const open = directives?.["public"];
  if (open !== undefined && open !== false && open !== null) isPublic = true;
  return { coordinate, authorize, public: isPublic };

  function take(value: unknown): void {
    const read = readArguments(value, coordinate, problems);
    // Some tools keep what the SDL says in the extensions as well.
    if (read !== undefined && !authorize.some((other) => same(other, read))) authorize.push(read);
  }
}

function readArguments(value: unknown, coordinate: string, problems: ProblemList): AuthorizeArguments | undefined {
  if (typeof value !== "object" || value === null) {
    problems.error(
      "graphql/definition",
      coordinate,
      "`authorize` in `extensions.directives` must be an object or a list",
    );
    return undefined;
  }
  let sound = true;
  const result: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined || given === null) continue;
    if (!argumentNames.includes(name)) {
      const help = nearest(name, argumentNames);
      problems.error(
        "graphql/definition",
        coordinate,
        `\`@authorize\` has no argument \`${name}\``,
        help === undefined ? undefined : `did you mean \`${help}\`?`,
      );
      sound = false;
    } else if (
      typeof given !== "string" ||
      given === "" ||
      (name === "on" && !directions.has(given)) ||
      (name === "deny" && !denials.has(given))
    ) {
      const allowed = name === "on" ? directions : name === "deny" ? denials : undefined;
      problems.error(
        "graphql/definition",
        coordinate,
        `\`${name}\` of \`@authorize\` cannot be \`${String(given)}\``,
        allowed === undefined ? undefined : `it is one of ${[...allowed].map((word) => `\`${word}\``).join(", ")}`,
      );
      sound = false;
    } else {
      result[name] = given;
    }
  }
  // A broken directive guards nothing, but the error it makes stops the start.
  return sound ? (result as AuthorizeArguments) : undefined;
}

/** `@authorize` and `@public` must be what this package says they are, and nothing may look like them without being them. */
export function checkDefinitions(schema: GraphQLSchema, problems: ProblemList): void {
  const ours = buildASTSchema(parse(`${authorizeDirective.typeDefs}\ntype Query { none: Int }`));
  const used = new Map<string, string>();
  for (const [element, coordinate] of annotatedElements(schema)) {
    for (const node of [element.astNode, ...(element.extensionASTNodes ?? [])]) {
      for (const directive of node?.directives ?? []) {
        if (!used.has(directive.name.value)) used.set(directive.name.value, coordinate);
      }
    }
  }
  for (const name of ["authorize", "public"]) {
    const defined = schema.getDirective(name);
    const expected = ours.getDirective(name)!;
    const at = used.get(name);
    if (defined == null) {
      if (at !== undefined) {
        problems.error(
          "graphql/definition",
          at,
          `\`@${name}\` is written here, but the schema does not define it`,
          "list `authorizeDirective.typeDefs` among the type definitions and keep directives when schemas are merged",
        );
      }
    } else if (describe(defined) !== describe(expected)) {
      problems.error(
        "graphql/definition",
        `@${name}`,
        `\`@${name}\` is defined otherwise than in \`authorizeDirective.typeDefs\``,
        `it must be \`${describe(expected)}\``,
      );
    }
  }
  for (const name of ["AuthorizeOn", "AuthorizeDeny"]) {
    const defined = schema.getType(name);
    if (defined === undefined || schema.getDirective("authorize") == null) continue;
    const values = (type: unknown): string =>
      isEnumType(type as GraphQLEnumType)
        ? (type as GraphQLEnumType)
            .getValues()
            .map((v) => v.name)
            .sort()
            .join(" ")
        : "";
    const expected = values(ours.getType(name));
    if (values(defined) !== expected) {
      problems.error("graphql/definition", name, `\`${name}\` must be an enum with the values ${expected}`);
    }
  }
  for (const [name, coordinate] of used) {
    if (name === "authorize" || name === "public" || !looksLikeOurs(name)) continue;
    const defined = schema.getDirective(name);
    if (defined != null && !defined.args.some((a) => argumentNames.includes(a.name))) continue;
    const meant = /pub/i.test(name) ? "public" : "authorize";
    problems.error(
      "graphql/definition",
      coordinate,
      `\`@${name}\` guards nothing`,
      `did you mean \`@${meant}\`? A directive that is imported under another name is not recognised`,
    );
  }
}

/** Everything of a schema that can carry our directives, with its coordinate. */
export function* annotatedElements(schema: GraphQLSchema): Generator<readonly [Annotated, string]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    yield [type, type.name];
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield [field, `${type.name}.${field.name}`];
        for (const arg of field.args) yield [arg, `${type.name}.${field.name}(${arg.name}:)`];
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield [field, `${type.name}.${field.name}`];
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) yield [value, `${type.name}.${value.name}`];
    } else if (isUnionType(type)) {
      // Its own directives were given above.
    }
  }
}

function looksLikeOurs(name: string): boolean {
  return /(^|_)(authori[sz]ed?|public)$/i.test(name) || nearest(name, ["authorize", "public"]) !== undefined;
}

/** A definition as SDL, without descriptions; defaults count, the order of arguments and locations does not. */
function describe(directive: GraphQLDirective): string {
  const args = directive.args
    .map((a) => {
      const value = defaultLiteral(a);
      return `${a.name}: ${String(a.type)}${value === undefined ? "" : ` = ${print(value)}`}`;
    })
    .sort()
    .join(", ");
  const locations = [...directive.locations].sort().join(" | ");
  return `directive @${directive.name}${args === "" ? "" : `(${args})`}${directive.isRepeatable ? " repeatable" : ""} on ${locations}`;
}

function directivesIn(extensions: unknown): Record<string, unknown> | undefined {
  if (typeof extensions !== "object" || extensions === null) return undefined;
  const directives = (extensions as { readonly directives?: unknown }).directives;
  return typeof directives === "object" && directives !== null ? (directives as Record<string, unknown>) : undefined;
}

function constant(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.NULL:
      return undefined;
    default:
      return print(node);
  }
}

function same(a: AuthorizeArguments, b: AuthorizeArguments): boolean {
  return argumentNames.every((name) => a[name as keyof AuthorizeArguments] === b[name as keyof AuthorizeArguments]);
}
