import type { PolicyMetadata } from "../engine/types.js";
import type { AskedQuestion } from "./guard-table.js";
import { didYouMean, type ProblemList } from "./problems.js";

/** Compares what a schema asks with what a policy can answer. GraphQL reference, section 4. */
export function checkAgainstPolicy(
  asked: readonly AskedQuestion[],
  metadata: PolicyMetadata,
  problems: ProblemList,
): void {
  // An empty policy is legal: it denies everything.
  const empty =
    Object.keys(metadata.types).length === 0 &&
    metadata.globalActions !== "*" &&
    metadata.globalActions.length === 0 &&
    isNone(metadata.otherTypes?.actions);
  for (const { action, coordinate, types } of asked) {
    if (types === undefined) {
      if (empty) {
        problems.warning("graphql/unknown-policy-type", coordinate, "the policy is empty: everything is denied");
      } else if (!grants(metadata.globalActions, action)) {
        problems.error(
          "graphql/unknown-action",
          coordinate,
          `no rule could grant \`${action}\` to an actor alone`,
          didYouMean(action, words(metadata.globalActions)) ?? grantable(words(metadata.globalActions)),
        );
      }
      continue;
    }
    for (const type of types) checkType(type, action, coordinate);
  }

  function checkType(type: string, action: string, coordinate: string): void {
    const known = Object.hasOwn(metadata.types, type) ? metadata.types[type] : undefined;
    if (known === undefined) {
      if (grants(metadata.otherTypes?.actions ?? [], action)) return;
      problems.warning(
        "graphql/unknown-policy-type",
        coordinate,
        `the policy never mentions \`${type}\`: \`${action}\` on it is always denied`,
        didYouMean(type, Object.keys(metadata.types)),
      );
      return;
    }
    if (grants(known.actions, action)) return;
    const candidates = new Set([...words(known.actions), ...known.permissions, ...known.roles]);
    problems.error(
      "graphql/unknown-action",
      coordinate,
      `the policy has no rule that could grant \`${action}\` on \`${type}\``,
      didYouMean(action, candidates) ?? grantable([...candidates]),
    );
  }
}

function grants(actions: readonly string[] | "*", action: string): boolean {
  return actions === "*" || actions.includes(action) || actions.includes("*");
}

function isNone(actions: readonly string[] | "*" | undefined): boolean {
  return actions === undefined || (actions !== "*" && actions.length === 0);
}

function words(actions: readonly string[] | "*"): readonly string[] {
  return actions === "*" ? [] : actions;
}

function grantable(actions: readonly string[]): string | undefined {
  if (actions.length === 0 || actions.length > 12) return undefined;
  return `it knows ${[...actions]
    .sort()
    .map((a) => `\`${a}\``)
    .join(", ")}`;
}
