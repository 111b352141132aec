import type { GraphQLSchema } from "graphql";
import type { GuardTable } from "./guard-table.js";
import type { Layer } from "./layer.js";
import type { Sessions } from "./session.js";

/** What the wrapped functions of one guarded schema share. Holds nothing of any request or actor but by its context. */
export interface Guard {
  /** The schema as it was given; its functions are the originals. */
  readonly schema: GraphQLSchema;
  readonly table: GuardTable;
  readonly layer: Layer;
  readonly sessions: Sessions;
}
