import { GraphQLError } from "graphql";

/** Without the names that validation proposes. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const at = error.message.indexOf(" Did you mean ");
  if (at === -1) return error;
  return new GraphQLError(error.message.slice(0, at), { nodes: error.nodes ?? null, extensions: error.extensions });
}
