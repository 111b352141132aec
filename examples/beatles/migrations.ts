import type { Transaction } from "kysely";
import type { Migration } from "../common/migrate.js";
import type { Tables } from "./database.js";
import { insertFixture } from "./fixture.js";

/** In order. */
export const migrations: readonly Migration<Tables>[] = [createTables, insertFixture];

async function createTables({ schema }: Transaction<Tables>): Promise<void> {
  await schema
    .createTable("users")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("email", "text", (column) => column.notNull().unique())
    .execute();
  await schema
    .createTable("organizations")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .addColumn("billing_address", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("repositories")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("organization_id", "integer", (column) => column.notNull().references("organizations.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .execute();
  await schema
    .createIndex("repositories_of_organization")
    .on("repositories")
    .columns(["organization_id", "id"])
    .execute();
}
