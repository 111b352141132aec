import { type Engine, entity, type Reference } from "arcturus";
import type * as common from "../common/context.js";
import type { Database, Tables, User } from "./database.js";
import { createLoaders, type Loaders } from "./loaders.js";

export type Context = common.Context<Tables, User, Loaders>;

/** Logs in whoever the header `user` names, by user name or e-mail. Anybody can write that header: for development only. */
export async function createContext(
  db: Database,
  engine: Engine,
  { headers }: Request,
): Promise<common.Unguarded<Context>> {
  const name = headers.get("user");
  const user = name === null ? null : await userNamed(db, name);
  return { db, engine, user, load: createLoaders(db) };
}

async function userNamed(db: Database, name: string): Promise<User | null> {
  const found = await db
    .selectFrom("users")
    .select(["username as id", "username", "email"])
    .where((row) => row.or([row("username", "=", name), row("email", "=", name)]))
    .executeTakeFirst();
  return found ?? null;
}

/** Nobody logged in is an actor too: the policy says what a visitor may do. */
export function actorOf({ user }: Pick<Context, "user">): Reference {
  return user === null ? entity("Visitor", "anonymous") : entity("User", user.id);
}
