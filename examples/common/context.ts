import type { Engine } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import type { Kysely } from "kysely";

/** What every resolver finds, in an example whose users are rows. */
export interface Context<Tables, User, Loaders> {
  readonly db: Kysely<Tables>;
  /** To write facts. Questions go to `authorization`. */
  readonly engine: Engine;
  /** Who is logged in; null is nobody. */
  readonly user: User | null;
  readonly load: Loaders;
  /** Put in by the guard: questions for the current actor. */
  readonly authorization: Authorization;
}

/** A context as the application makes it. */
export type Unguarded<Context> = Omit<Context, "authorization">;
