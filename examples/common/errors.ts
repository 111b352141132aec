import { GraphQLError } from "graphql";

/** An argument that the caller may use but that makes no sense. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}
