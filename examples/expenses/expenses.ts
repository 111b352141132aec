import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type EngineOptions } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { openSqlite } from "../common/sqlite.js";
import { type Context, createContext } from "./context.js";
import type { Tables } from "./database.js";
import { createLoaders } from "./loaders.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { Expense, Guest, Organization, Request, User } from "./objects.js";
import { queries } from "./queries.js";

/** The expenses on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openExpenses(path: string): Promise<Example<Omit<Context, "authorization">>> {
  const { handle, db } = openSqlite<Tables>(path);
  const load = createLoaders(db);
  const engineOptions: EngineOptions = {
    policy: { files: [join(root, "policies", "expenses.polar")] },
    store: sqliteStore(handle),
    // Blocks and facts need none of this. Policies that read fields do.
    types: {
      User: { class: User },
      Guest: { class: Guest },
      Request: { class: Request },
      Organization: { class: Organization, load: (ids) => Promise.all(ids.map((id) => load.organization.load(id))) },
      Expense: {
        class: Expense,
        fields: { id: "String", userId: "String?", amount: "Integer", description: "String" },
        load: (ids) => Promise.all(ids.map((id) => load.expense.load(id))),
      },
    },
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, migrations);
  return {
    engine,
    engineOptions,
    // Who submits an expense goes along with the question about it, so a policy has to know such facts, used or not.
    policyIn: (file) => [
      { filename: file, source: readFileSync(file, "utf8") },
      { filename: "facts of the example", source: "declare has_relation(Expense, String, User);" },
    ],
    schema: schemaOf("expenses", [queries, mutations]),
    actor: ({ actor }) => actor,
    context: ({ request }) => createContext(db, engine, request),
    close: () => db.destroy(),
  };
}
