import { randomUUID } from "node:crypto";
import type { Engine } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import type { Unguarded } from "../common/context.js";
import { type Database, type User, userOf } from "./database.js";
import { createLoaders, type Loaders } from "./loaders.js";

/** What every resolver finds. */
export interface Context {
  readonly db: Database;
  /** Who is logged in. Requests of nobody do not come this far. */
  readonly user: User;
  readonly load: Loaders;
  /** Whether the policy in force looks at bears themselves to decide about an action. Then it has to be asked bear by bear. */
  looksAtBears(action: string): boolean;
  /** Put in by the guard: questions for the current user. */
  readonly authorization: Authorization;
}

export async function createContext(db: Database, engine: Engine, email: string): Promise<Unguarded<Context>> {
  const looksAtBears = (action: string) => {
    const actions = engine.policyMetadata().types["Bear"]?.objectActions ?? [];
    return actions === "*" || actions.includes(action);
  };
  return { db, user: await userWith(db, email), load: createLoaders(db), looksAtBears };
}

/** The user with an e-mail. One who is seen for the first time is created. */
async function userWith(db: Database, email: string): Promise<User> {
  const find = () => db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
  const known = await find();
  if (known !== undefined) return userOf(known);
  await db
    .insertInto("users")
    .values({ id: randomUUID(), email, is_banned: 0 })
    // Another request of the same user may have been faster.
    .onConflict((conflict) => conflict.column("email").doNothing())
    .execute();
  const created = await find();
  if (created === undefined) throw new Error("a user who was just created is gone");
  return userOf(created);
}
