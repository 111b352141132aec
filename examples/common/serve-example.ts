import { createEngine, type Engine, type EngineOptions, type PolicyInput } from "arcturus";
import { coverage } from "arcturus/graphql";
import { createServer, type GraphiqlOptions, type Server, type ServerOptions } from "arcturus/server";
import type { YogaInitialContext } from "graphql-yoga";

/** What an example opens: the parts of a server, and how to release what is behind them. */
export interface Example<Context extends object>
  extends Pick<ServerOptions<Context>, "engine" | "schema" | "actor" | "plugins" | "types"> {
  /** What resolvers find. `answering` is the engine that answers in place of the example's own. */
  context(initial: YogaInitialContext, answering?: Engine): Context | Promise<Context>;
  /** What the engine was made of. */
  readonly engineOptions: EngineOptions;
  /** How a policy file that replaces the example's own is loaded. @default by itself */
  policyIn?(file: string): PolicyInput;
  /** Releases the database; the engine is closed before. */
  close(): Promise<void>;
}

/**
 * A server for an example. With a policy file, that policy answers in place of the example's own, which the schema has been
 * checked against first: one that knows less of it is worth a warning.
 *
 * The example goes on writing its facts by its own policy, as the other one may have no use for them. So two engines share
 * one store, and the facts are all there when the example's own policy is back.
 */
export async function serveExample<Context extends object>(
  example: Example<Context>,
  graphiql: GraphiqlOptions | false,
  policyFile?: string,
): Promise<Server> {
  if (!policyFile) {
    const context = (initial: YogaInitialContext) => example.context(initial);
    return createServer<Context>({ ...example, context, graphiql, onStop: () => example.close() });
  }

  const engine = await createEngine(example.engineOptions);
  const server = createServer<Context>({
    ...example,
    engine,
    context: (initial) => example.context(initial, engine),
    graphiql,
    onStop: async () => {
      await example.engine.close();
      await example.close();
    },
  });
  await engine.setPolicy(example.policyIn?.(policyFile) ?? { files: [policyFile] });
  for (const problem of coverage(example.schema, { ...example, engine }).problems) console.warn(String(problem));
  return server;
}
