import type { Engine, Reference } from "arcturus";
import { entity } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import type { Database, User } from "./database.js";
import { createLoaders, type Loaders } from "./loaders.js";

/** What every resolver finds. */
export interface Context {
  readonly db: Database;
  readonly engine: Engine;
  /** Who is logged in; null is nobody. */
  readonly user: User | null;
  readonly load: Loaders;
  /** Put in by the guard: questions for the current actor. */
  readonly authorization: Authorization;
}

/** Logs in whoever the header `user` names, by user name or e-mail. Anybody can write that header: for development only. */
export async function createContext(
  db: Database,
  engine: Engine,
  request: Request,
): Promise<Omit<Context, "authorization">> {
  const name = request.headers.get("user");
  const user =
    name === null
      ? undefined
      : await db
          .selectFrom("users")
          .select(["username as id", "username", "email"])
          .where((row) => row.or([row("username", "=", name), row("email", "=", name)]))
          .executeTakeFirst();
  return { db, engine, user: user ?? null, load: createLoaders(db) };
}

/** Nobody logged in is an actor too: the policy says what a visitor may do. */
export function actorOf({ user }: Pick<Context, "user">): Reference {
  return user === null ? entity("Visitor", "anonymous") : entity("User", user.id);
}
