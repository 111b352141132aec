import type { Engine } from "arcturus";
import { createServer } from "arcturus/server";
import { onTestFinished } from "vitest";
import { openGitcloud } from "../../examples/gitcloud/gitcloud.js";
import { type GraphQLClient, graphqlClient } from "./graphql-client.js";

/** GitCloud with a new database, served by the test's own process; it is stopped at the end of the test. */
export async function serveGitcloud(
  options: { readonly db?: string; readonly policy?: string | undefined; wrap?(engine: Engine): Engine } = {},
): Promise<GraphQLClient> {
  const gitcloud = await openGitcloud(options.db ?? ":memory:");
  const engine = options.wrap?.(gitcloud.engine) ?? gitcloud.engine;
  const server = createServer({ ...gitcloud, engine, graphiql: false, onStop: gitcloud.close });
  onTestFinished(server.stop);
  if (options.policy !== undefined) await gitcloud.engine.setPolicy(options.policy);
  return graphqlClient(await server.listen({ port: 0, host: "127.0.0.1" }));
}
