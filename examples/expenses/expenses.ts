import { readFileSync } from "node:fs";
import type { TypeOptions } from "arcturus";
import type { Unguarded } from "../common/context.js";
import { openDatabase } from "../common/open-database.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { type Context, createContext } from "./context.js";
import type { Database } from "./database.js";
import { createLoaders } from "./loaders.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { Expense, Guest, Organization, Request, User } from "./objects.js";
import { queries } from "./queries.js";
import { behindTheDoor } from "./requests.js";

/** The expenses on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openExpenses(path: string): Promise<Example<Unguarded<Context>>> {
  const { db, ...opened } = await openDatabase({ name: "expenses", path, migrations, types: typesOf });
  return {
    ...opened,
    // Who submits an expense goes along with the question about it, so a policy has to know such facts, used or not.
    policyIn: (file) => [
      { filename: file, source: readFileSync(file, "utf8") },
      { filename: "facts of the example", source: "declare has_relation(Expense, String, User);" },
    ],
    schema: behindTheDoor(schemaOf("expenses", [queries, mutations])),
    actor: ({ actor }) => actor,
    context: ({ request }, answering = opened.engine) => createContext(db, opened.engine, answering, request),
  };
}

/** Blocks and facts need none of this. Policies that read fields do. */
function typesOf(db: Database): Readonly<Record<string, TypeOptions>> {
  const load = createLoaders(db);
  return {
    User: { class: User },
    Guest: { class: Guest },
    Request: { class: Request },
    Organization: { class: Organization, load: (ids) => Promise.all(ids.map((id) => load.organization.load(id))) },
    Expense: {
      class: Expense,
      fields: { id: "String", userId: "String?", amount: "Integer", description: "String" },
      load: (ids) => Promise.all(ids.map((id) => load.expense.load(id))),
    },
  };
}
