import { type Engine, entity, type Reference } from "arcturus";
import type DataLoader from "dataloader";
import type * as common from "../common/context.js";
import { batched, rowId } from "../common/rows.js";
import type { Database, Organization, Tables, User } from "./database.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly organization: DataLoader<string, Organization | null>;
}

export type Context = common.Context<Tables, User, Loaders>;

/** Logs in whoever the header `user` names by e-mail. Anybody can write that header: for development only. */
export async function createContext(
  db: Database,
  engine: Engine,
  { headers }: Request,
): Promise<common.Unguarded<Context>> {
  const email = headers.get("user");
  const user = email === null ? null : await userWith(db, email);
  return { db, engine, user, load: createLoaders(db) };
}

export async function userWith(db: Database, email: string): Promise<User | null> {
  return (await db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst()) ?? null;
}

/** Nobody logged in is no actor: whatever is guarded then answers UNAUTHENTICATED. */
export function actorOf({ user }: Pick<Context, "user">): Reference | null {
  return user === null ? null : entity("User", user.id);
}

function createLoaders(db: Database): Loaders {
  return {
    user: batched((ids) => db.selectFrom("users").selectAll().where("id", "in", ids.flatMap(rowId)).execute()),
    organization: batched((ids) =>
      db.selectFrom("organizations").selectAll().where("id", "in", ids.flatMap(rowId)).execute(),
    ),
  };
}
