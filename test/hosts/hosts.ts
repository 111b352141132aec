import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { envelop, useEngine, useSchema } from "@envelop/core";
import { fastify } from "fastify";
import {
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  subscribe,
  validate,
} from "graphql";
import { createHandler } from "graphql-http/lib/use/http";
import { useServer } from "graphql-ws/use/ws";
import { createYoga } from "graphql-yoga";
import { mercurius } from "mercurius";
import { onTestFinished } from "vitest";
import { authorizeSchema, useAuthorization } from "../../src/graphql/index.js";
import { createServer } from "../../src/server/index.js";
import { major } from "../graphql/support/executors.js";
import { silent } from "../graphql/support/grants.js";
import {
  as,
  batch,
  type Channel,
  events,
  firstOf,
  get,
  listen,
  overSocket,
  post,
  type Result,
  socketsOf,
} from "./channels.js";
import type { HostContext, Library, Operation } from "./library.js";

/** A way by which an operation gets to the guards, and its answer back. */
export interface Transport {
  readonly name: string;
  /** Mutations are not taken by GET. */
  readonly queriesOnly?: boolean;
  /** A package that runs on graphql 16 only. */
  readonly only16?: string;
  readonly open: (library: Library) => Promise<Channel>;
}

function yogaFor({ schema, options }: Library) {
  return createYoga<{ connectionParams?: Record<string, unknown> }, HostContext>({
    schema,
    logging: false,
    batching: true,
    context: ({ request, connectionParams }) => {
      const user = connectionParams === undefined ? request.headers.get("user") : connectionParams["user"];
      return { user: typeof user === "string" ? user : null };
    },
    plugins: [useAuthorization<HostContext>(options)],
  });
}

/** Yoga with a WebSocket server beside it: every operation takes the same plugins. */
async function yogaWithSockets(library: Library): Promise<string> {
  const yoga = yogaFor(library);
  const { url, server } = await listen(yoga);
  const sockets = socketsOf(server);
  type Enveloped = ReturnType<typeof yoga.getEnveloped>;
  type Args = ExecutionArgs & Pick<Enveloped, "execute" | "subscribe">;
  useServer(
    {
      execute: (args) => (args as Args).execute(args),
      subscribe: (args) => (args as Args).subscribe(args),
      onSubscribe: async ({ connectionParams = {} }, _id, params) => {
        const enveloped = yoga.getEnveloped({ connectionParams, params });
        const document = enveloped.parse(params.query);
        const mistakes = enveloped.validate(enveloped.schema, document);
        if (mistakes.length > 0) return mistakes;
        return {
          schema: enveloped.schema,
          document,
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await enveloped.contextFactory(),
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        } as Args;
      },
    },
    sockets,
  );
  return url.replace("http:", "ws:");
}

function overEnvelop(prepare: ReturnType<typeof envelop>): Required<Channel> {
  const enveloped = async ({ query, variables }: Operation, user: string | null) => {
    const run = prepare({ user });
    const document = run.parse(query);
    const mistakes = run.validate(run.schema, document);
    if (mistakes.length > 0) throw mistakes[0] ?? new GraphQLError("not valid");
    const contextValue: unknown = await run.contextFactory();
    return { run, args: { schema: run.schema, document, contextValue, variableValues: variables } };
  };
  return {
    ask: async (operation, user) => {
      const { run, args } = await enveloped(operation, user);
      return (await run.execute(args)) as Result;
    },
    subscribe: async function* (operation, user) {
      const { run, args } = await enveloped(operation, user);
      const results = (await run.subscribe(args)) as AsyncIterable<Result> | Result;
      if (Symbol.asyncIterator in results) yield* results;
      else yield results;
    },
  };
}

const guardedOf = ({ schema, options }: Library): GraphQLSchema => authorizeSchema<HostContext>(schema, options);

/** Our own server. Its address, when it listens. */
async function ownServer({ schema, options, engine }: Library): Promise<string> {
  const server = createServer<HostContext>({
    ...options,
    schema,
    engine,
    context: ({ request }) => ({ user: request.headers.get("user") }),
    graphiql: false,
    drainTime: 0,
    simpleGet: true,
    logger: { ...silent, error: () => {} },
  });
  onTestFinished(() => server.stop());
  return server.listen({ port: 0, host: "127.0.0.1" });
}

async function graphqlHttp(library: Library): Promise<string> {
  const handler = createHandler({
    schema: guardedOf(library),
    context: ({ headers }) => {
      const user = (headers as Record<string, unknown>)["user"];
      return { user: typeof user === "string" ? user : null };
    },
  });
  return (await listen(handler)).url;
}

function apolloTransport(name: string, way: (url: string) => Channel["ask"]): Transport {
  return {
    name,
    only16: "@apollo/server",
    open: async (library) => {
      const server = new ApolloServer<HostContext>({
        schema: guardedOf(library),
        allowBatchedHttpRequests: true,
        includeStacktraceInErrorResponses: false,
        stopOnTerminationSignals: false,
      });
      onTestFinished(() => server.stop());
      const { url } = await startStandaloneServer(server, {
        listen: { port: 0, host: "127.0.0.1" },
        context: async ({ req }) => {
          const user = req.headers["user"];
          return { user: typeof user === "string" ? user : null };
        },
      });
      return { ask: way(url) };
    },
  };
}

function mercuriusTransport(name: string, batched: boolean): Transport {
  return {
    name,
    only16: "mercurius",
    open: async (library) => {
      const app = fastify();
      onTestFinished(() => app.close());
      const userOf = (user: unknown): HostContext => ({ user: typeof user === "string" ? user : null });
      await app.register(mercurius, {
        schema: guardedOf(library),
        context: ({ headers }) => userOf(headers["user"]),
        subscription: {
          // What the client says in `connection_init`.
          onConnect: ({ payload }: { payload?: object }) =>
            userOf(payload === undefined ? null : Reflect.get(payload, "user")),
        },
        allowBatchedQueries: batched,
      });
      const url = `${await app.listen({ port: 0, host: "127.0.0.1" })}/graphql`;
      const { subscribe } = overSocket(url.replace("http:", "ws:"));
      if (!batched) return { ask: post(url), subscribe };
      return {
        ask: async (operation, user) => {
          const answers = (await post(url)([operation, operation] as never, user)) as readonly Result[];
          return answers[1]!;
        },
      };
    },
  };
}

/** Every way, on any graphql. */
export const allTransports: readonly Transport[] = [
  {
    name: "graphql-js",
    open: async (library) => {
      const schema = guardedOf(library);
      const args = ({ query, variables }: Operation, user: string | null): ExecutionArgs => {
        const document = parse(query);
        const mistakes = validate(schema, document);
        if (mistakes[0] !== undefined) throw mistakes[0];
        return { schema, document, contextValue: { user }, variableValues: variables ?? {} };
      };
      return {
        ask: async (operation, user) => execute(args(operation, user)),
        subscribe: async function* (operation, user) {
          const results = await subscribe(args(operation, user));
          if (Symbol.asyncIterator in results) yield* results;
          else yield results;
        },
      };
    },
  },
  {
    name: "Envelop alone",
    open: async (library) =>
      overEnvelop(
        envelop({
          plugins: [
            useEngine({ parse, validate, execute, subscribe, specifiedRules }),
            useSchema(library.schema),
            useAuthorization<HostContext>(library.options),
          ],
        }),
      ),
  },
  { name: "Yoga, POST", open: async (library) => ({ ask: post((await listen(yogaFor(library))).url) }) },
  {
    name: "Yoga, GET",
    queriesOnly: true,
    open: async (library) => ({ ask: get((await listen(yogaFor(library))).url) }),
  },
  { name: "Yoga, a batch", open: async (library) => ({ ask: batch((await listen(yogaFor(library))).url) }) },
  {
    name: "Yoga, multipart",
    open: async (library) => {
      const { url } = await listen(yogaFor(library));
      return {
        ask: async (operation, user) => {
          const body = new FormData();
          body.set("operations", JSON.stringify(operation));
          const headers = { accept: "application/json", ...as(user) };
          return (await (await fetch(url, { method: "POST", headers, body })).json()) as Result;
        },
      };
    },
  },
  {
    name: "Yoga, server-sent events",
    open: async (library) => {
      const { url } = await listen(yogaFor(library));
      const results = events(url);
      return { ask: (operation, user) => firstOf(results(operation, user)), subscribe: results };
    },
  },
  { name: "Yoga, WebSocket", open: async (library) => overSocket(await yogaWithSockets(library)) },
  {
    name: "graphql-js, WebSocket",
    open: async (library) => {
      const { url, server } = await listen((_request, response) => response.end());
      const userOf = (params: Record<string, unknown> | undefined): HostContext => {
        const user = params?.["user"];
        return { user: typeof user === "string" ? user : null };
      };
      const sockets = socketsOf(server);
      useServer({ schema: guardedOf(library), context: ({ connectionParams }) => userOf(connectionParams) }, sockets);
      return overSocket(url.replace("http:", "ws:"));
    },
  },
  { name: "graphql-http, POST", open: async (library) => ({ ask: post(await graphqlHttp(library)) }) },
  { name: "graphql-http, GET", queriesOnly: true, open: async (library) => ({ ask: get(await graphqlHttp(library)) }) },
  { name: "createServer, POST", open: async (library) => ({ ask: post(await ownServer(library)) }) },
  {
    name: "createServer, GET",
    queriesOnly: true,
    open: async (library) => ({ ask: get(await ownServer(library)) }),
  },
  {
    name: "createServer, server-sent events",
    open: async (library) => {
      const results = events(await ownServer(library));
      return { ask: (operation, user) => firstOf(results(operation, user)), subscribe: results };
    },
  },
  apolloTransport("Apollo Server, POST", post),
  { ...apolloTransport("Apollo Server, GET", get), queriesOnly: true },
  apolloTransport("Apollo Server, a batch", batch),
  mercuriusTransport("Mercurius", false),
  mercuriusTransport("Mercurius, a batch", true),
];

/** The ways that there are on the graphql of this run. */
export const transports: readonly Transport[] = allTransports.filter(
  ({ only16 }) => major === 16 || only16 === undefined,
);
