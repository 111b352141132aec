import { GraphQLError, NoSchemaIntrospectionCustomRule } from "graphql";
import type { Plugin } from "graphql-yoga";

/** Refuses introspection, and takes the names that validation would suggest ("Did you mean …?") out of its errors. */
export function useHiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ valid, result, setResult }) => {
        if (!valid) setResult([...result].map(withoutSuggestion));
      };
    },
  };
}

function withoutSuggestion(error: Error): Error {
  if (!(error instanceof GraphQLError)) return error;
  const at = error.message.indexOf(" Did you mean ");
  if (at === -1) return error;
  return new GraphQLError(error.message.slice(0, at), { nodes: error.nodes ?? null, extensions: error.extensions });
}
