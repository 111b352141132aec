import type { Engine, Reference } from "arcturus";
import { entity } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import type DataLoader from "dataloader";
import { batched, rowId } from "../common/rows.js";
import type { Database, Organization, User } from "./database.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly organization: DataLoader<string, Organization | null>;
}

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

/** Logs in whoever the header `user` names by e-mail. Anybody can write that header: for development only. */
export async function createContext(
  db: Database,
  engine: Engine,
  request: Request,
): Promise<Omit<Context, "authorization">> {
  const email = request.headers.get("user");
  const user =
    email === null ? undefined : await db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
  return { db, engine, user: user ?? null, load: createLoaders(db) };
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
