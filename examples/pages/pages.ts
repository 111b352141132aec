import { entity } from "arcturus";
import type { Unguarded } from "../common/context.js";
import { openDatabase } from "../common/open-database.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { isPossibleId } from "../common/texts.js";
import { migrations } from "./migrations.js";
import { type Context, resolvers } from "./resolvers.js";
import { types } from "./types.js";

/** The pages on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openPages(path: string): Promise<Example<Unguarded<Context>>> {
  const { db, ...opened } = await openDatabase({ name: "pages", path, migrations, types: () => types });
  return {
    ...opened,
    schema: schemaOf("pages", [resolvers]),
    context: ({ request }) => ({ db, user: userOf(request.headers) }),
    actor: ({ user }) => (user === null ? null : entity("User", user)),
  };
}

/** Whoever the header `user` names is that user, known or not. Anybody can write it: for development only. */
function userOf(headers: Headers): string | null {
  const name = headers.get("user");
  return name !== null && isPossibleId(name) ? name : null;
}
