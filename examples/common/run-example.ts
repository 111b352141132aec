import { join } from "node:path";
import { PolicyError } from "arcturus";
import { renderDiagnostics } from "arcturus/polar";
import type { GraphiqlOptions } from "arcturus/server";
import { root } from "./root.js";
import { type Example, serveExample } from "./serve-example.js";

export type { Example };

export interface ExampleOptions<Context extends object> {
  /** Names the embedded database, in the folder `.arcturus`. */
  readonly name: string;
  readonly title: string;
  readonly graphiql: Omit<GraphiqlOptions, "title">;
  /** Opens the example on a database file. A new one begins with the fixture. */
  open(path: string): Promise<Example<Context>>;
}

/**
 * The whole of an example's main program. PORT, ARCTURUS_DB and ARCTURUS_POLICY have their say; since anybody can log in as
 * anybody, it does not start in production.
 */
export async function runExample<Context extends object>(options: ExampleOptions<Context>): Promise<void> {
  const { ARCTURUS_DB, ARCTURUS_POLICY, NODE_ENV, PORT } = process.env;
  const { name, title, open } = options;
  try {
    if (NODE_ENV === "production") {
      throw new Error(`${title} lets anybody log in as anybody; it does not start with NODE_ENV=production`);
    }
    const example = await open(ARCTURUS_DB || join(root, ".arcturus", `${name}.db`));
    const server = await serveExample(example, { ...options.graphiql, title }, ARCTURUS_POLICY);
    await server.run({ port: port(PORT) });
  } catch (error) {
    if (error instanceof PolicyError) {
      console.error(renderDiagnostics(error.diagnostics, { color: process.stderr.isTTY }));
    } else {
      console.error(error instanceof Error ? error.message : error);
    }
    process.exit(1);
  }
}

function port(text: string | undefined): number {
  if (!text) return 4000;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`PORT is not a port: ${text}`);
  return value;
}
