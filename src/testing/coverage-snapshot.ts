import type { GraphQLSchema } from "graphql";
import { coverage, type UseAuthorizationOptions } from "../graphql/index.js";

/**
 * The coverage of a schema as text that reads well in a snapshot: one line per field and problem, sorted, so that the
 * review of a change shows which doors it opens.
 */
export function coverageSnapshot<C = unknown>(
  schema: GraphQLSchema,
  options: Pick<UseAuthorizationOptions<C>, "engine"> & Partial<UseAuthorizationOptions<C>>,
): string {
  const found = coverage<C>(schema, options);
  const section = (title: string, lines: readonly string[]): string =>
    [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`)].join("\n");
  return `${[
    section("uncovered", found.uncovered),
    section("public", found.public),
    section("guarded", found.guarded),
    section("problems", found.problems.map(String)),
  ].join("\n")}\n`;
}
