import type { Transaction } from "kysely";
import type { Migration } from "../common/migrate.js";
import type { Tables } from "./database.js";

/** In order. */
export const migrations: readonly Migration<Tables>[] = [createTables, insertFixture];

const users = [
  { id: "agnes", email: "agnes@example.com", is_banned: 0 },
  { id: "brynn", email: "brynn@example.com", is_banned: 0 },
  { id: "carli", email: "carli@example.com", is_banned: 0 },
  { id: "dana", email: "dana@example.com", is_banned: 1 },
];

const bears = [
  { name: "Baloo", species: "sloth", owner_id: "agnes" },
  { name: "Boo-Boo", species: "brown", owner_id: "brynn" },
  { name: "Cindy", species: "brown", owner_id: "carli" },
  { name: "Hei Bai", species: "panda", owner_id: "agnes" },
  { name: "Honey", species: "sun", owner_id: "brynn" },
  { name: "Jake", species: "polar", owner_id: "carli" },
  { name: "Kit Cloudkicker", species: "brown", owner_id: "agnes" },
  { name: "Mor'du", species: "black", owner_id: "brynn" },
  { name: "Paddington", species: "spectacled", owner_id: "carli" },
  { name: "Panny", species: "panda", owner_id: "agnes" },
  { name: "PapaPanda", species: "panda", owner_id: "brynn" },
  { name: "Po", species: "panda", owner_id: "carli" },
  { name: "Smokey", species: "black", owner_id: "agnes" },
  { name: "Yogi", species: "brown", owner_id: "brynn" },
].map((bear, index) => ({ ...bear, id: index + 1 }));

async function createTables(transaction: Transaction<Tables>): Promise<void> {
  const { schema } = transaction;
  await schema
    .createTable("users")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("email", "text", (column) => column.notNull().unique())
    .addColumn("is_banned", "integer", (column) => column.notNull())
    .execute();
  await schema
    .createTable("bears")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("species", "text", (column) => column.notNull())
    .addColumn("owner_id", "text", (column) => column.notNull().references("users.id"))
    .execute();
}

async function insertFixture(transaction: Transaction<Tables>): Promise<void> {
  await transaction.insertInto("users").values(users).execute();
  await transaction.insertInto("bears").values(bears).execute();
}
