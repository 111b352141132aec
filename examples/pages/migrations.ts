import { type Engine, entity, type Fact } from "arcturus";
import type { Transaction } from "kysely";
import type { Migration } from "../common/migrate.js";
import type { Tables } from "./database.js";

/** In order. */
export const migrations: readonly Migration<Tables>[] = [createTables, insertFixture];

async function createTables({ schema }: Transaction<Tables>): Promise<void> {
  await schema
    .createTable("pages")
    .addColumn("num", "integer", (column) => column.primaryKey())
    .addColumn("body", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("repositories")
    .addColumn("name", "text", (column) => column.primaryKey())
    .execute();
}

/** The rows of a new database, and the facts about them. */
async function insertFixture(transaction: Transaction<Tables>, engine: Engine): Promise<void> {
  const pages = [0, 1, 2].map((num) => ({ num, body: `this is page ${num}` }));
  await transaction.insertInto("pages").values(pages).execute();
  const repositories = ["gmail", "react", "oso"].map((name) => ({ name }));
  await transaction.insertInto("repositories").values(repositories).execute();

  const facts: Fact[] = [
    ["has_role", entity("User", "alice"), "guest", entity("Page", 0)],
    ["has_role", entity("User", "alice"), "admin", entity("Page", 1)],
    ["has_role", entity("User", "bob"), "admin", entity("Page", 2)],
    ["has_role", entity("User", "larry"), "admin", entity("Repository", "gmail")],
    ["has_role", entity("User", "anne"), "maintainer", entity("Repository", "react")],
    ["has_role", entity("User", "graham"), "contributor", entity("Repository", "oso")],
    ["is_public", entity("Repository", "react")],
  ];
  await engine.within(transaction).bulkTell(facts);
}
