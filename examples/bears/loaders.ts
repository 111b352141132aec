import type DataLoader from "dataloader";
import { batched, rowId } from "../common/rows.js";
import { type Bear, type Database, type User, userOf } from "./database.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly bear: DataLoader<string, Bear | null>;
}

export function createLoaders(db: Database): Loaders {
  return {
    user: batched(async (ids) => {
      const rows = await db.selectFrom("users").selectAll().where("id", "in", ids).execute();
      return rows.map(userOf);
    }),
    bear: batched((ids) => db.selectFrom("bears").selectAll().where("id", "in", ids.flatMap(rowId)).execute()),
  };
}
