import { type ExecutionResult, GraphQLError, NoSchemaIntrospectionCustomRule } from "graphql";
import type { Plugin } from "graphql-yoga";
import { withoutSuggestion } from "../graphql/suggestions.js";

/**
 * Refuses introspection, and takes the names that would be suggested ("Did you mean …?") out of the errors of validation,
 * and out of those of execution, where what is wrong with variables comes to light.
 */
export function useHiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ valid, result, setResult }) => {
        if (!valid)
          setResult([...result].map((error) => (error instanceof GraphQLError ? withoutSuggestion(error) : error)));
      };
    },
    onExecute: () => ({ onExecuteDone: forget }),
    onSubscribe: () => ({ onSubscribeResult: forget }),
  };
}

/** Variables are looked at before anything else: where there is data or a stream there are no suggestions. */
function forget({ result, setResult }: { result: unknown; setResult: (result: ExecutionResult) => void }): void {
  if (!isFailure(result)) return;
  setResult({ ...result, errors: result.errors.map(withoutSuggestion) as GraphQLError[] });
}

function isFailure(result: unknown): result is ExecutionResult & { readonly errors: readonly GraphQLError[] } {
  if (typeof result !== "object" || result === null) return false;
  const { data, errors } = result as ExecutionResult;
  return data === undefined && errors !== undefined;
}
