import type DataLoader from "dataloader";
import { batched, rowId } from "../common/rows.js";
import type { Database } from "./database.js";
import { Expense, Organization, User } from "./objects.js";

export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly organization: DataLoader<string, Organization | null>;
  readonly expense: DataLoader<string, Expense | null>;
}

export function createLoaders(db: Database): Loaders {
  return {
    user: batched(async (ids) => {
      const rows = await db.selectFrom("users").selectAll().where("id", "in", ids.flatMap(rowId)).execute();
      return rows.map((row) => new User(row));
    }),
    organization: batched(async (ids) => {
      const rows = await db.selectFrom("organizations").selectAll().where("id", "in", ids.flatMap(rowId)).execute();
      return rows.map((row) => new Organization(row));
    }),
    expense: batched(async (ids) => {
      const rows = await db.selectFrom("expenses").selectAll().where("id", "in", ids.flatMap(rowId)).execute();
      return rows.map(expenseOf);
    }),
  };
}

export function expenseOf(row: { id: number; user_id: number; amount: number; description: string }): Expense {
  return new Expense(String(row.id), String(row.user_id), row.amount, row.description);
}
