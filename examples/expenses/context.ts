import type { Engine } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import type { Unguarded } from "../common/context.js";
import type { Database } from "./database.js";
import { createLoaders, type Loaders } from "./loaders.js";
import { Guest, User } from "./objects.js";
import { judgesRequests } from "./requests.js";

/** What every resolver finds. */
export interface Context {
  readonly db: Database;
  readonly engine: Engine;
  /** Who asks; null is somebody who says to be a user that nobody is. */
  readonly actor: User | Guest | null;
  readonly load: Loaders;
  /** Whether the policy in force wants to be asked about requests. */
  readonly judgesRequests: boolean;
  /** Put in by the guard: questions for the current actor. */
  readonly authorization: Authorization;
}

/** Logs in whoever's e-mail the header `user` holds. Anybody can write that header: for development only. */
export async function createContext(
  db: Database,
  engine: Engine,
  answering: Engine,
  { headers }: { readonly headers: Headers },
): Promise<Unguarded<Context>> {
  const actor = await logIn(db, headers.get("user"));
  return { db, engine, actor, load: createLoaders(db), judgesRequests: judgesRequests(answering) };
}

async function logIn(db: Database, email: string | null): Promise<Context["actor"]> {
  if (email === null) return new Guest();
  const row = await db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
  return row === undefined ? null : new User(row);
}
