import type { GraphQLSchema } from "graphql";
import { examine } from "./authorize-schema.js";
import type { Covered } from "./coverage-check.js";
import { type CoverageEntry, coverageEntries, ungrantable } from "./coverage-entries.js";
import { settingsOf, type UseAuthorizationOptions } from "./options.js";
import type { SchemaProblem } from "./problems.js";

/** Which fields of a schema are guarded, public or undecided, by which rules, and what is wrong with its annotations. */
export interface Coverage extends Covered {
  /** Field coordinates, sorted: a directive, their own or an inherited one, a guarded type or a guarded result. */
  readonly guarded: readonly string[];
  /** Field coordinates, sorted: for everybody, the fields of connections included. */
  readonly public: readonly string[];
  /** Field coordinates, sorted: nobody has decided. Under deny-by-default such a schema does not start. */
  readonly uncovered: readonly string[];
  /** Coordinates, sorted, with a guard that no rule and no fact of the policy could satisfy: denied to everybody, always. */
  readonly ungrantable: readonly string[];
  /** What each coordinate requires, and the rules that can grant it; in the order of the schema. */
  readonly coordinates: readonly CoverageEntry[];
  /** Errors first, then by coordinate. `String(problem)` is one line. */
  readonly problems: readonly SchemaProblem[];
}

/** Looks at a schema as `authorizeSchema` would, and answers instead of throwing. */
export function coverage<C = unknown>(
  schema: GraphQLSchema,
  options: Pick<UseAuthorizationOptions<C>, "engine"> & Partial<UseAuthorizationOptions<C>>,
): Coverage {
  const settings = settingsOf<C>({ actor: () => null, ...options });
  const { table, covered, problems } = examine(schema, settings);
  const { engine } = settings;
  // An engine that is wrapped may lack the question; then only the rules are left out.
  const coordinates = coverageEntries(schema, table, covered, (question) =>
    engine.policyGrants === undefined ? { rules: [], facts: [] } : engine.policyGrants(question),
  );
  return {
    guarded: covered.guarded,
    public: covered.public,
    uncovered: covered.uncovered,
    ungrantable: engine.policyGrants === undefined ? [] : ungrantable(coordinates),
    coordinates,
    problems,
  };
}
