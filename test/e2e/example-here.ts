import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "arcturus";
import { onTestFinished } from "vitest";
import { type Example, serveExample } from "../../examples/common/serve-example.js";
import { temporaryFolder } from "./example-process.js";
import { type GraphQLClient, graphqlClient } from "./graphql-client.js";

export interface ServedExample extends GraphQLClient {
  /** By which the example writes its facts. */
  readonly engine: Engine;
}

/** An example with a new database, served by the test's own process as its main program does; it is stopped at the end of the test. */
export async function serveHere<Context extends object>(
  open: (path: string) => Promise<Example<Context>>,
  options: { readonly policy?: string | undefined } = {},
): Promise<ServedExample> {
  let file: string | undefined;
  if (options.policy !== undefined) {
    file = join(temporaryFolder(), "variant.polar");
    writeFileSync(file, options.policy);
  }
  const example = await open(":memory:");
  const server = await serveExample(example, false, file);
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return { ...graphqlClient(url), engine: example.engine };
}
