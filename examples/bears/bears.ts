import { join } from "node:path";
import { createEngine, type EngineOptions, memoryStore, TypedObject } from "arcturus";
import type { Unguarded } from "../common/context.js";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { openSqlite } from "../common/sqlite.js";
import { bearerLogin } from "./bearer-login.js";
import { type Context, createContext } from "./context.js";
import type { Tables } from "./database.js";
import { startIssuer } from "./issuer.js";
import { signingKey } from "./keys.js";
import { createLoaders } from "./loaders.js";
import { migrations } from "./migrations.js";
import { resolvers } from "./resolvers.js";

const species = ["black", "brown", "panda", "polar", "sloth", "spectacled", "sun"];

/** The bears on a database file, or on `:memory:`, and the issuer of their tokens. A new database begins with the fixture. */
export async function openBears(path: string): Promise<Example<Unguarded<Context>>> {
  const { db } = openSqlite<Tables>(path);
  const load = createLoaders(db);
  const engineOptions: EngineOptions = {
    policy: { files: [join(root, "policies", "bears.polar")] },
    // There are no facts: the policy reads users and bears themselves.
    store: memoryStore(),
    types: {
      User: {
        fields: { email: "String", is_banned: "Boolean" },
        load: (ids) => Promise.all(ids.map((id) => load.user.load(id))),
      },
      Bear: {
        fields: { name: "String", species: "String" },
        relations: { owner: { type: "User", kind: "one", from: "owner_id", to: "id" } },
        table: "bears",
        load: (ids) => Promise.all(ids.map((id) => load.bear.load(id))),
      },
    },
    constants: { Species: Object.fromEntries(species.map((name) => [name, name])) },
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, migrations);
  const issuer = await startIssuer(await signingKey());
  const login = bearerLogin("/graphql", issuer.jwksUri);
  return {
    engine,
    engineOptions,
    schema: schemaOf("bears", [resolvers]),
    plugins: [login.plugin],
    actor: ({ user }) => new TypedObject("User", user, user.id),
    context: ({ request }, answering = engine) => createContext(db, answering, login.emailOf(request)),
    close: async () => {
      await issuer.stop();
      await db.destroy();
    },
  };
}
