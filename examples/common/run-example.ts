import { join } from "node:path";
import { PolicyError } from "arcturus";
import { coverage } from "arcturus/graphql";
import { createServer, type GraphiqlOptions, type ServerOptions } from "arcturus/server";
import { root } from "./root.js";

/** What an example opens: the parts of a server, and how to release what is behind them. */
export interface Example<Context extends object>
  extends Pick<ServerOptions<Context>, "engine" | "schema" | "actor" | "context" | "plugins"> {
  /** Releases the database; the engine is closed before. */
  close(): Promise<void>;
}

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
  const { name, title } = options;
  try {
    if (NODE_ENV === "production") {
      throw new Error(`${title} logs in whoever a header names; it does not start with NODE_ENV=production`);
    }
    const example = await options.open(ARCTURUS_DB || join(root, ".arcturus", `${name}.db`));
    const server = createServer<Context>({
      ...example,
      graphiql: { ...options.graphiql, title },
      onStop: () => example.close(),
    });

    // The schema has been checked against the example's own policy. One that replaces it may know less of it.
    if (ARCTURUS_POLICY) {
      await example.engine.setPolicy({ files: [ARCTURUS_POLICY] });
      for (const problem of coverage(example.schema, example).problems) console.warn(String(problem));
    }
    await server.run({ port: port(PORT) });
  } catch (error) {
    if (error instanceof PolicyError) {
      for (const { source, line, column, message } of error.diagnostics) {
        console.error(`${source}:${line}:${column}: ${message}`);
      }
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
