import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
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
 * Refuses operations beyond the limits before they are validated, which costs far more than to measure them. Each fragment is
 * measured once, so that fragments which fan out exponentially cost no more than their text.
 */
export function useOperationLimits(limits: OperationLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: limits.tokens }));
    },
    onValidate({ params, setResult }) {
      const errors = measureDocument(params.documentAST as DocumentNode, limits);
      if (errors.length > 0) setResult(errors);
    },
  };
}

/** What of a document is too large: every operation of it, since it is not known yet which one is meant. */
function measureDocument(document: DocumentNode, limits: OperationLimits): readonly GraphQLError[] {
  const definitions = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) definitions.set(definition.name.value, definition);
  }
  const fragments = new Map<string, Size | "measuring">();
  const nothing: Size = { depth: 0, aliases: 0, directives: 0, fields: 0 };
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? measureOperation(definition) : [],
  );

  function ofFragment(name: string): Size {
    const fragment = definitions.get(name);
    if (fragment === undefined) return nothing;
    const known = fragments.get(name);
    // A fragment within itself is refused by validation's own rule.
    if (known === "measuring") return nothing;
    if (known !== undefined) return known;
    fragments.set(name, "measuring");
    const size = ofSelections(fragment.selectionSet);
    fragments.set(name, size);
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
            : ofFragment(selection.name.value);
        fields += below.fields;
        depth = Math.max(depth, below.depth);
      }
      aliases += below.aliases;
      directives += below.directives;
    }
    return { depth, aliases, directives, fields };
  }

  function measureOperation(operation: OperationDefinitionNode): readonly GraphQLError[] {
    const size = ofSelections(operation.selectionSet);
    const check = (what: string, value: number, limit: number): readonly GraphQLError[] => {
      if (value <= limit) return [];
      const message = `the operation has ${value} ${what}, more than the ${limit} that are allowed`;
      return [new GraphQLError(message, { nodes: operation, extensions: { code: "OPERATION_TOO_LARGE" } })];
    };
    return [
      ...check("levels of fields", size.depth, limits.depth),
      ...check("aliases", size.aliases, limits.aliases),
      ...check("root fields", size.fields, limits.rootFields),
      ...check("directives", size.directives + (operation.directives?.length ?? 0), limits.directives),
    ];
  }
}
