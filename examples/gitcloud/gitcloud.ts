import { join } from "node:path";
import { createEngine } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { openSqlite } from "../common/sqlite.js";
import { actorOf, type Context, createContext } from "./context.js";
import type { Tables } from "./database.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { queries } from "./queries.js";

/** GitCloud on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openGitcloud(path: string): Promise<Example<Omit<Context, "authorization">>> {
  const { handle, db } = openSqlite<Tables>(path);
  const engineOptions = {
    policy: { files: [join(root, "policies", "gitcloud.polar")] },
    store: sqliteStore(handle),
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, migrations);
  return {
    engine,
    engineOptions,
    schema: schemaOf("gitcloud", [queries, mutations]),
    actor: actorOf,
    context: ({ request }) => createContext(db, engine, request),
    close: () => db.destroy(),
  };
}
