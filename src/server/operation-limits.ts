import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { OperationLimits } from "./settings.js";

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
}

/**
 * Refuses operations beyond the limits before they run. Each fragment is measured once, so that fragments which fan out
 * exponentially cost no more than their text.
 */
export function useOperationLimits(limits: OperationLimits): Plugin {
  // The name is part of the key of the server's validation cache.
  function OperationLimitsRule(context: ValidationContext): ASTVisitor {
    return { OperationDefinition: (operation) => measureOperation(operation, limits, context) };
  }
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: limits.tokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule(OperationLimitsRule);
    },
  };
}

function measureOperation(
  operation: OperationDefinitionNode,
  limits: OperationLimits,
  context: ValidationContext,
): void {
  const fragments = new Map<string, Size | "measuring">();
  const nothing: Size = { depth: 0, aliases: 0, directives: 0, fields: 0 };

  function ofFragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    if (!fragment) return nothing;
    const known = fragments.get(fragment.name.value);
    // A fragment within itself is refused by validation's own rule.
    if (known === "measuring") return nothing;
    if (known !== undefined) return known;
    fragments.set(fragment.name.value, "measuring");
    const size = ofSelections(fragment.selectionSet);
    fragments.set(fragment.name.value, size);
    return size;
  }

  /** `fields` counts the level itself, the rest whatever lies at or below it. */
  function ofSelections(selections: SelectionSetNode): Size {
    let { depth, aliases, directives, fields } = nothing;
    for (const selection of selections.selections) {
      directives += selection.directives?.length ?? 0;
      let below: Size;
      if (selection.kind === Kind.FIELD) {
        fields += 1;
        if (selection.alias !== undefined) aliases += 1;
        if (selection.name.value.startsWith("__") || selection.selectionSet === undefined) below = nothing;
        else below = ofSelections(selection.selectionSet);
        depth = Math.max(depth, below.depth + 1);
      } else {
        below =
          selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet)
            : ofFragment(context.getFragment(selection.name.value));
        fields += below.fields;
        depth = Math.max(depth, below.depth);
      }
      aliases += below.aliases;
      directives += below.directives;
    }
    return { depth, aliases, directives, fields };
  }

  const size = ofSelections(operation.selectionSet);
  const check = (what: string, value: number, limit: number): void => {
    if (value <= limit) return;
    context.reportError(
      new GraphQLError(`the operation has ${value} ${what}, more than the ${limit} that are allowed`, {
        nodes: operation,
        extensions: { code: "OPERATION_TOO_LARGE" },
      }),
    );
  };
  check("levels of fields", size.depth, limits.depth);
  check("aliases", size.aliases, limits.aliases);
  check("root fields", size.fields, limits.rootFields);
  check("directives", size.directives + (operation.directives?.length ?? 0), limits.directives);
}
