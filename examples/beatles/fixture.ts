import { type Engine, entity, type Fact } from "arcturus";
import type { Transaction } from "kysely";
import type { Tables } from "./database.js";

const users = [
  { id: 1, email: "john@beatles.com", organization: 1, role: "OWNER" },
  { id: 2, email: "paul@beatles.com", organization: 1, role: "MEMBER" },
  { id: 3, email: "admin@admin.com" },
  { id: 4, email: "mike@monsters.com", organization: 2, role: "OWNER" },
  { id: 5, email: "sully@monsters.com", organization: 2, role: "MEMBER" },
  { id: 6, email: "ringo@beatles.com", organization: 1, role: "MEMBER" },
  { id: 7, email: "randall@monsters.com", organization: 2, role: "MEMBER" },
];

const organizations = [
  { id: 1, name: "The Beatles", billing_address: "64 Penny Ln Liverpool, UK" },
  { id: 2, name: "Monsters Inc.", billing_address: "123 Scarers Rd Monstropolis, USA" },
];

const repositories = [
  { id: 1, organization_id: 1, name: "Abbey Road" },
  { id: 2, organization_id: 2, name: "Paperwork" },
];

/** The rows of a new database, and the facts about them. */
export async function insertFixture(transaction: Transaction<Tables>, engine: Engine): Promise<void> {
  await transaction
    .insertInto("users")
    .values(users.map(({ id, email }) => ({ id, email })))
    .execute();
  await transaction.insertInto("organizations").values(organizations).execute();
  await transaction.insertInto("repositories").values(repositories).execute();

  const facts: Fact[] = [
    ...users.flatMap(({ id, organization, role }): Fact[] =>
      role === undefined ? [] : [["has_role", entity("User", id), role, entity("Organization", organization)]],
    ),
    ...repositories.map(
      ({ id, organization_id }): Fact => [
        "has_relation",
        entity("Repository", id),
        "organization",
        entity("Organization", organization_id),
      ],
    ),
  ];
  await engine.within(transaction).bulkTell(facts);
}
