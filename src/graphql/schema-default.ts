import {
  astFromValue,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getArgumentValues,
  Kind,
  type ValueNode,
} from "graphql";

/** How graphql 17 holds the default of an argument or input field: as it is written in SDL, or as a value in code. */
interface WrittenDefault {
  readonly literal?: ValueNode;
  readonly value?: unknown;
}

type Input = GraphQLArgument | GraphQLInputField;

/** What executors put in the place of an argument or input field that is left out; `undefined` when there is no default. */
export function schemaDefault(input: Input): unknown {
  if (writtenDefault(input) === undefined) return input.defaultValue;
  // As executors do it, with the defaults of what is inside: an input field is to them as an argument is.
  const field = { args: [input] } as unknown as GraphQLField<unknown, unknown>;
  const node: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: input.name } };
  return getArgumentValues(field, node)[input.name];
}

/** The default as it would be written in SDL; `undefined` when there is none. */
export function defaultLiteral(input: Input): ValueNode | undefined {
  const written = writtenDefault(input);
  if (written?.literal !== undefined) return written.literal;
  const value = schemaDefault(input);
  return value === undefined ? undefined : (astFromValue(value, input.type) ?? undefined);
}

/** graphql 16 has `defaultValue` alone. */
function writtenDefault(input: Input): WrittenDefault | undefined {
  return (input as { readonly default?: WrittenDefault }).default;
}
