import type { Engine } from "arcturus";
import { sql, type Transaction } from "kysely";
import type { Database, Tables } from "./database.js";
import { insertFixture } from "./fixture.js";

type Migration = (transaction: Transaction<Tables>, engine: Engine) => Promise<void>;

/** In order; the database remembers how many of them it has seen. */
const migrations: readonly Migration[] = [createTables, insertFixture];

/** Brings the database up to date. Each step happens whole, rows and facts, or not at all. */
export async function migrate(db: Database, engine: Engine): Promise<void> {
  const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(db);
  const seen = rows[0]?.user_version ?? 0;
  for (const [index, migration] of migrations.entries()) {
    if (index < seen) continue;
    await db.transaction().execute(async (transaction) => {
      await migration(transaction, engine);
      await sql`pragma user_version = ${sql.raw(String(index + 1))}`.execute(transaction);
    });
  }
}

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
