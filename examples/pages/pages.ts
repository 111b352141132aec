import { join } from "node:path";
import { createEngine, entity } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { openSqlite } from "../common/sqlite.js";
import type { Tables } from "./database.js";
import { migrations } from "./migrations.js";
import { type Context, resolvers } from "./resolvers.js";

/** The pages on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openPages(path: string): Promise<Example<Omit<Context, "authorization">>> {
  const { handle, db } = openSqlite<Tables>(path);
  const engineOptions = {
    policy: { files: [join(root, "policies", "pages.polar")] },
    store: sqliteStore(handle),
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, migrations);
  return {
    engine,
    engineOptions,
    schema: schemaOf("pages", [resolvers]),
    // The policy knows a page by its number and a repository by its name.
    types: { Page: { id: "num" }, Repository: { id: "name" } },
    // Whoever the header `user` names is that user, known or not. Anybody can write it: for development only.
    context: ({ request }) => ({ db, user: request.headers.get("user") || null }),
    actor: ({ user }) => (user === null ? null : entity("User", user)),
    close: () => db.destroy(),
  };
}
