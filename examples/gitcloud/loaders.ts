import type DataLoader from "dataloader";
import { batched, rowId } from "../common/rows.js";
import type { Database, Issue, Org, Repo, User } from "./database.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly org: DataLoader<string, Org | null>;
  readonly repo: DataLoader<string, Repo | null>;
  readonly issue: DataLoader<string, Issue | null>;
}

export function createLoaders(db: Database): Loaders {
  return {
    user: batched((usernames) =>
      db
        .selectFrom("users")
        .select(["username as id", "username", "email"])
        .where("username", "in", usernames)
        .execute(),
    ),
    org: batched((ids) => db.selectFrom("orgs").selectAll().where("id", "in", ids.flatMap(rowId)).execute()),
    repo: batched((ids) => db.selectFrom("repos").selectAll().where("id", "in", ids.flatMap(rowId)).execute()),
    issue: batched((ids) => db.selectFrom("issues").selectAll().where("id", "in", ids.flatMap(rowId)).execute()),
  };
}
