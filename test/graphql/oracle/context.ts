import type { Reference } from "../../../src/facts/index.js";
import type { Authorization } from "../../../src/graphql/index.js";
import type { Rows, View } from "./data.js";
import type { NoneQuestion } from "./model.js";

/** What a guarded place of an argument asks, when the client has supplied it. */
export type Supplied =
  | ({ readonly kind: "none" } & NoneQuestion)
  | { readonly kind: "id"; readonly action: string; readonly type: string; readonly id: number }
  /** A place that names nothing: it is for everybody who is logged in. */
  | { readonly kind: "nothing" }
  /** Arguments of `note`, whose guards depend on the type that it is a field of. */
  | { readonly kind: "by"; readonly id: number }
  | { readonly kind: "level" };

/** What resolvers take out of the context. */
export interface OracleContext {
  /** `null`: nobody is logged in. */
  readonly actor: Reference | null;
  readonly rows: Rows;
  /** What the actor may do. With it the data are cut down to that, without it everything is there. */
  view: View | undefined;
  /** By the tag of a call of `pick` or `note`: what of it is guarded. Known to whoever wrote the operation. */
  readonly supplied: ReadonlyMap<number, readonly Supplied[]>;
  /** Changes the facts; the view is made anew. */
  readonly change: (verb: string, type: string, id: number) => Promise<void>;
  /** Whether the engine can make lists. */
  readonly canList: boolean;
  /** Called by every resolver of the guarded server. */
  readonly onCall: (() => void) | undefined;
  /** The code by which the plain server rejects the whole operation. */
  rejected: string | undefined;
  readonly authorization?: Authorization;
}
