import type { Unguarded } from "../common/context.js";
import { openDatabase } from "../common/open-database.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { actorOf, type Context, createContext } from "./context.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { queries } from "./queries.js";

/** GitCloud on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openGitcloud(path: string): Promise<Example<Unguarded<Context>>> {
  const { db, ...opened } = await openDatabase({ name: "gitcloud", path, migrations });
  return {
    ...opened,
    schema: schemaOf("gitcloud", [queries, mutations]),
    actor: actorOf,
    context: ({ request }) => createContext(db, opened.engine, request),
  };
}
