import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine } from "arcturus";
import { orgRoles } from "arcturus/polar";
import { sqliteStore } from "arcturus/sqlite";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { openSqlite } from "../common/sqlite.js";
import { actorOf, type Context, createContext } from "./context.js";
import type { Tables } from "./database.js";
import { migrations } from "./migrations.js";
import { resolvers } from "./resolvers.js";

/** The Beatles on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openBeatles(path: string): Promise<Example<Omit<Context, "authorization">>> {
  const { handle, db } = openSqlite<Tables>(path);
  const engineOptions = {
    policy: { files: [join(root, "policies", "beatles.polar")] },
    store: sqliteStore(handle),
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, migrations);
  return {
    engine,
    engineOptions,
    schema: schemaOf("beatles", [resolvers]),
    actor: actorOf,
    context: ({ request }) => createContext(db, engine, request),
    policyIn,
    close: () => db.destroy(),
  };
}

/** A policy that is written in `role_allow` rules, like `beatles-roles.polar`, goes together with the prelude that calls them. */
function policyIn(file: string) {
  const policy = { filename: file, source: readFileSync(file, "utf8") };
  const prelude = orgRoles({ type: "Organization", name: "organization" });
  return /^role_allow\(/m.test(policy.source) ? [policy, prelude] : [policy];
}
