import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, type Engine, type Reference } from "arcturus";
import { authorizeDirective } from "arcturus/graphql";
import { sqliteStore } from "arcturus/sqlite";
import type { GraphQLSchema } from "graphql";
import { migrate } from "../common/migrate.js";
import { root } from "../common/root.js";
import { openSqlite } from "../common/sqlite.js";
import { actorOf, type Context, createContext } from "./context.js";
import type { Tables } from "./database.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { queries } from "./queries.js";

export interface Gitcloud {
  readonly engine: Engine;
  readonly schema: GraphQLSchema;
  actor(context: Pick<Context, "user">): Reference;
  context(initial: { readonly request: Request }): Promise<Omit<Context, "authorization">>;
  /** Releases the database; the engine is closed before. */
  close(): Promise<void>;
}

/** GitCloud on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openGitcloud(path: string): Promise<Gitcloud> {
  const { handle, db } = openSqlite<Tables>(path);
  const engine = await createEngine({
    policy: { files: [join(root, "policies", "gitcloud.polar")] },
    store: sqliteStore(handle),
  });
  await migrate(db, engine, migrations);
  const schema = makeExecutableSchema({
    typeDefs: [authorizeDirective.typeDefs, readFileSync(join(root, "schema", "gitcloud.graphql"), "utf8")],
    resolvers: [queries, mutations],
  });
  return {
    engine,
    schema,
    actor: actorOf,
    context: ({ request }) => createContext(db, engine, request),
    close: async () => await db.destroy(),
  };
}
