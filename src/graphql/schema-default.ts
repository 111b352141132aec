import {
  astFromValue,
  coerceInputValue,
  type GraphQLArgument,
  type GraphQLInputField,
  type ValueNode,
  valueFromAST,
} from "graphql";

/** How graphql 17 holds the default of an argument or input field: as it is written in SDL, or as a value in code. */
interface WrittenDefault {
  readonly literal?: ValueNode;
  readonly value?: unknown;
}

type Input = GraphQLArgument | GraphQLInputField;

/** What executors put in the place of an argument or input field that is left out; `undefined` when there is no default. */
export function schemaDefault(input: Input): unknown {
  const written = writtenDefault(input);
  if (written?.literal !== undefined) return valueFromAST(written.literal, input.type);
  return written === undefined ? input.defaultValue : coerceInputValue(written.value, input.type);
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
