import type { Transaction } from "kysely";
import type { Migration } from "../common/migrate.js";
import type { Tables } from "./database.js";
import { insertFixture } from "./fixture.js";

/** In order. */
export const migrations: readonly Migration<Tables>[] = [createTables, insertFixture];

async function createTables(transaction: Transaction<Tables>): Promise<void> {
  const { schema } = transaction;
  for (const table of ["organizations", "locations"] as const) {
    await schema
      .createTable(table)
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("name", "text", (column) => column.notNull().unique())
      .execute();
  }
  await schema
    .createTable("users")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("email", "text", (column) => column.notNull().unique())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("location_id", "integer", (column) => column.notNull().references("locations.id"))
    .addColumn("organization_id", "integer", (column) => column.notNull().references("organizations.id"))
    .addColumn("manager_id", "integer", (column) => column.references("users.id"))
    .execute();
  await schema
    .createTable("expenses")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("user_id", "integer", (column) => column.notNull().references("users.id"))
    .addColumn("amount", "integer", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .execute();
}
