import type { GraphQLSchema } from "graphql";
import { examine } from "./authorize-schema.js";
import type { Covered } from "./coverage-check.js";
import { settingsOf, type UseAuthorizationOptions } from "./options.js";
import type { SchemaProblem } from "./problems.js";

/** Which fields of a schema are guarded, public or undecided, and what is wrong with its annotations. */
export interface Coverage extends Covered {
  /** Field coordinates, sorted: a directive, their own or an inherited one, a guarded type or a guarded result. */
  readonly guarded: readonly string[];
  /** Field coordinates, sorted: for everybody, the fields of connections included. */
  readonly public: readonly string[];
  /** Field coordinates, sorted: nobody has decided. Under deny-by-default such a schema does not start. */
  readonly uncovered: readonly string[];
  /** Errors first, then by coordinate. `String(problem)` is one line. */
  readonly problems: readonly SchemaProblem[];
}

/** Looks at a schema as `authorizeSchema` would, and answers instead of throwing. */
export function coverage<C = unknown>(
  schema: GraphQLSchema,
  options: Pick<UseAuthorizationOptions<C>, "engine"> & Partial<UseAuthorizationOptions<C>>,
): Coverage {
  const settings = settingsOf<C>({ actor: () => null, ...options });
  const { covered, problems } = examine(schema, settings);
  return { ...covered, problems };
}
