import { readFileSync } from "node:fs";
import { orgRoles } from "arcturus/polar";
import type { Unguarded } from "../common/context.js";
import { openDatabase } from "../common/open-database.js";
import { schemaOf } from "../common/schema.js";
import type { Example } from "../common/serve-example.js";
import { actorOf, type Context, createContext } from "./context.js";
import { migrations } from "./migrations.js";
import { mutations } from "./mutations.js";
import { queries } from "./queries.js";

/** The Beatles on a database file, or on `:memory:`. A new one begins with the fixture. */
export async function openBeatles(path: string): Promise<Example<Unguarded<Context>>> {
  const { db, ...opened } = await openDatabase({ name: "beatles", path, migrations });
  return {
    ...opened,
    schema: schemaOf("beatles", [queries, mutations]),
    actor: actorOf,
    context: ({ request }) => createContext(db, opened.engine, request),
    policyIn,
  };
}

/** A policy that is written in `role_allow` rules, like `beatles-roles.polar`, goes together with the prelude that calls them. */
function policyIn(file: string) {
  const policy = { filename: file, source: readFileSync(file, "utf8") };
  const prelude = orgRoles({ type: "Organization", name: "organization" });
  return /^role_allow\(/m.test(policy.source) ? [policy, prelude] : [policy];
}
