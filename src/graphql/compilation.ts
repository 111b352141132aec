import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from "graphql";
import type { AuthorizeArguments } from "./directive.js";
import type { AskedQuestion, ConnectionType } from "./guard-table.js";
import type { InputCompiler } from "./input-guards.js";
import type { GuardSettings } from "./options.js";
import type { ProblemList } from "./problems.js";
import type { Annotations } from "./read-directives.js";

/** What the parts of one compilation share: what they read, and the lists to which all of them add. */
export interface Compilation {
  readonly schema: GraphQLSchema;
  readonly settings: GuardSettings;
  readonly problems: ProblemList;
  readonly connections: ReadonlyMap<string, ConnectionType>;
  readonly inputs: InputCompiler;
  readonly open: Set<string>;
  readonly annotated: Set<string>;
  readonly asked: AskedQuestion[];
}

/** Notes that a step may ask about objects of these types. */
export function noteQuestion(
  { asked }: Compilation,
  step: { readonly action: string; readonly coordinate: string },
  on: readonly GraphQLNamedType[],
): void {
  asked.push({ coordinate: step.coordinate, action: step.action, types: on.map((type) => type.name) });
}

/** The object types that a value of this type can be of; none for a leaf. */
export function possibleTypes({ schema }: Compilation, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

/** The object types that the nodes of a connection can be of. */
export function nodesOf(compilation: Compilation, connection: ConnectionType): readonly GraphQLObjectType[] {
  const node = compilation.schema.getType(connection.nodeType);
  return node === undefined ? [] : possibleTypes(compilation, node);
}

// --- complaints that types and fields have in common ---------------------------------------------------------------

export function complainOfBoth({ problems }: Compilation, coordinate: string): void {
  problems.error("graphql/both", coordinate, "`@public` and `@authorize` contradict each other here");
}

export function complainOfPublic(
  { problems }: Compilation,
  coordinate: string,
  place: Annotations,
  against: Annotations,
): void {
  problems.error(
    "graphql/inheritance",
    coordinate,
    place.coordinate === coordinate
      ? `\`@public\` here cannot lift the \`@authorize\` of \`${against.coordinate}\``
      : `\`@public\` of \`${place.coordinate}\` is inherited, but \`${against.coordinate}\` is guarded`,
    "guards are inherited and add up; take one of the two away",
  );
}

/** Of arguments of a directive that mean nothing where it stands. */
export function complainOfArguments(
  { problems }: Compilation,
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
