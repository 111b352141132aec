import DataLoader from "dataloader";
import type { Database, Issue, Org, Repo, User } from "./database.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly org: DataLoader<string, Org | null>;
  readonly repo: DataLoader<string, Repo | null>;
  readonly issue: DataLoader<string, Issue | null>;
}

/**
 * Rows by id. What is asked for at the same time is one query; nothing is remembered, since a mutation of the same request
 * may have changed it.
 */
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

function batched<Row extends { readonly id: string | number }>(
  select: (ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> {
  return new DataLoader(
    async (ids) => {
      const rows = new Map((await select(ids)).map((row) => [String(row.id), row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { cache: false, maxBatchSize: 500 },
  );
}

/** The integer that an id stands for; no other spelling of it is an id. */
function rowId(id: string): number[] {
  return /^[1-9][0-9]{0,14}$/.test(id) ? [Number(id)] : [];
}
