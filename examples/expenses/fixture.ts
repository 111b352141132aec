import { type Engine, entity, type Fact } from "arcturus";
import type { Transaction } from "kysely";
import type { Tables } from "./database.js";

const organizations = ["Foo Industries", "Bar, Inc."];

const locations = ["NYC", "Milwaukee", "Crestone"];

const users = [
  { email: "alice@foo.com", title: "CEO", location_id: 1, organization_id: 1, manager_id: null },
  { email: "keri@foo.com", title: "CFO", location_id: 3, organization_id: 1, manager_id: 1 },
  { email: "bhavik@foo.com", title: "Senior Accountant", location_id: 1, organization_id: 1, manager_id: 2 },
  { email: "cora@foo.com", title: "Accountant", location_id: 1, organization_id: 1, manager_id: 3 },
  { email: "deirdre@foo.com", title: "Director of Engineering", location_id: 1, organization_id: 1, manager_id: 1 },
  { email: "ebrahim@foo.com", title: "Engineering Manager", location_id: 1, organization_id: 1, manager_id: 5 },
  { email: "frantz@foo.com", title: "Software Engineer", location_id: 1, organization_id: 1, manager_id: 6 },
  { email: "greta@foo.com", title: "Director of Sales", location_id: 1, organization_id: 1, manager_id: 1 },
  { email: "han@foo.com", title: "Regional Sales Manager", location_id: 2, organization_id: 1, manager_id: 8 },
  { email: "iqbal@foo.com", title: "Sales Rep", location_id: 2, organization_id: 1, manager_id: 9 },
  { email: "jose@foo.com", title: "Accountant", location_id: 2, organization_id: 1, manager_id: 3 },
  { email: "lola@foo.com", title: "CTO", location_id: 3, organization_id: 1, manager_id: 1 },
  { email: "matz@foo.com", title: "CEO", location_id: 1, organization_id: 2, manager_id: null },
].map((user, index) => ({ ...user, id: index + 1 }));

/** The ids of each user's expenses. */
const submitted = [
  [2, 20, 42, 43, 45, 88],
  [8, 25, 27, 49, 59, 63, 66, 75, 78, 94],
  [4, 22, 24, 36, 47, 50, 54, 61, 82, 85],
  [1, 7, 29, 62, 92, 96],
  [9, 12, 17, 23, 57, 58, 84, 86, 89],
  [18, 32, 37, 38, 81, 87],
  [19, 51, 53, 83, 93, 99],
  [28, 30, 34, 46, 70, 74, 100],
  [11, 14, 26, 40, 72, 79, 90, 95, 97],
  [6, 13, 15, 31, 64, 76],
  [5, 33, 41, 44, 52, 55, 56],
  [3, 10, 16, 21, 35, 39, 48, 60, 65, 67, 68, 69, 71, 73, 77, 80, 91, 98],
  [101],
];

const known = [
  { id: 1, amount: 64165, description: "Trust fund pour-over." },
  { id: 2, amount: 17743, description: "Pug irony." },
  { id: 3, amount: 8092, description: "Gastropub viral." },
  { id: 4, amount: 55013, description: "Intelligentsia health." },
  { id: 5, amount: 7703, description: "Paleo kickstarter." },
];

const things = ["Train tickets", "Client dinner", "Hotel", "Conference", "Desk lamp", "Taxi", "Books", "Team lunch"];
const places = ["Chicago", "Denver", "Boston", "Albany", "Madison", "Pueblo", "Newark"];

/** The expenses of a new database, by id. What is not known of them is made up, always in the same way. */
const expenses = submitted
  .flatMap((ids, index) => ids.map((id) => ({ id, user_id: index + 1 })))
  .sort((a, b) => a.id - b.id)
  .map((expense) => ({
    amount: 500 + ((expense.id * 7_919) % 90_001),
    description: `${things[expense.id % things.length]}, ${places[expense.id % places.length]}.`,
    ...known.find(({ id }) => id === expense.id),
    ...expense,
  }));

/** The rows of a new database, and the facts about them. */
export async function insertFixture(transaction: Transaction<Tables>, engine: Engine): Promise<void> {
  const named = (names: readonly string[]) => names.map((name, index) => ({ id: index + 1, name }));
  await transaction.insertInto("organizations").values(named(organizations)).execute();
  await transaction.insertInto("locations").values(named(locations)).execute();
  await transaction.insertInto("users").values(users).execute();
  await transaction.insertInto("expenses").values(expenses).execute();

  const facts: Fact[] = [
    ...users.flatMap((user): Fact[] => [
      ["has_relation", entity("Organization", user.organization_id), "employee", entity("User", user.id)],
      ["has_title", entity("User", user.id), user.title],
    ]),
    ...expenses.map((expense) => submitterFact(expense.id, expense.user_id)),
  ];
  await engine.within(transaction).bulkTell(facts);
}

/** What the policy needs to know about an expense. */
export function submitterFact(expense: number | string, user: number | string): Fact {
  return ["has_relation", entity("Expense", expense), "submitter", entity("User", user)];
}
