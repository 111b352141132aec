import type { Transaction } from "kysely";
import type { Migration } from "../common/migrate.js";
import type { Tables } from "./database.js";
import { insertFixture } from "./fixture.js";

/** In order. */
export const migrations: readonly Migration<Tables>[] = [createTables, insertFixture];

async function createTables(transaction: Transaction<Tables>): Promise<void> {
  const { schema } = transaction;
  await schema
    .createTable("users")
    .addColumn("username", "text", (column) => column.primaryKey())
    .addColumn("email", "text", (column) => column.notNull().unique())
    .execute();
  await schema
    .createTable("orgs")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .addColumn("description", "text")
    .addColumn("billing_address", "text")
    .execute();
  await schema
    .createTable("repos")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("org_id", "integer", (column) => column.notNull().references("orgs.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("public", "integer", (column) => column.notNull())
    .execute();
  await schema
    .createTable("issues")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("repo_id", "integer", (column) => column.notNull().references("repos.id"))
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("closed", "integer", (column) => column.notNull())
    .execute();
  // Connections walk the rows of one parent in the order of their ids.
  await schema.createIndex("repos_of_org").on("repos").columns(["org_id", "id"]).execute();
  await schema.createIndex("issues_of_repo").on("issues").columns(["repo_id", "id"]).execute();
}
