import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { envelop, useEngine, useSchema } from "@envelop/core";
import { fastify } from "fastify";
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  subscribe,
  validate,
} from "graphql";
import { createHandler } from "graphql-http/lib/use/http";
import { createClient } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { createYoga } from "graphql-yoga";
import { mercurius } from "mercurius";
import { onTestFinished } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { authorizeSchema, useAuthorization } from "../../src/graphql/index.js";
import type { HostContext, Library, Operation } from "./library.js";

type Result = ExecutionResult;

/** A way by which an operation gets to the guards, and its answer back. */
export interface Transport {
  readonly name: string;
  /** Mutations are not taken by GET. */
  readonly queriesOnly?: boolean;
  readonly open: (library: Library) => Promise<Channel>;
}

export interface Channel {
  ask(operation: Operation, user: string | null): Promise<Result>;
  /** Results of a subscription until it ends. */
  readonly subscribe?: (operation: Operation, user: string | null) => AsyncIterable<Result>;
}

const json = { "content-type": "application/json", accept: "application/json" };
const as = (user: string | null): Record<string, string> => (user === null ? {} : { user });

/** Serves on a free port until the test is over. */
export async function listen(
  handler: RequestListener,
): Promise<{ url: string; server: ReturnType<typeof createHttpServer> }> {
  const server = createHttpServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, server };
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

const post =
  (url: string) =>
  async (operation: Operation, user: string | null): Promise<Result> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...json, ...as(user) },
      body: JSON.stringify(operation),
    });
    return (await response.json()) as Result;
  };

/** The events of one response, read while they come. */
async function* serverSentEvents(response: Response): AsyncIterable<Result> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: ?(.+)$/m.exec(event)?.[1];
      if (/^event: next$/m.test(event) && data !== undefined) yield JSON.parse(data) as Result;
    }
  }
}

async function firstOf(results: AsyncIterable<Result>): Promise<Result> {
  for await (const result of results) return result;
  throw new Error("no result came");
}

/** Yoga with a WebSocket server beside it: every operation takes the same plugins. */
async function yogaWithSockets(library: Library): Promise<string> {
  const yoga = yogaFor(library);
  const { url, server } = await listen(yoga);
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
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

/** Operations over one WebSocket per operation, by the protocol of graphql-ws. */
function overSocket(url: string): Required<Channel> {
  const results = async function* ({ query, variables }: Operation, user: string | null): AsyncIterable<Result> {
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { ...as(user) }, retryAttempts: 0 });
    try {
      yield* client.iterate({ query, variables: variables ?? null }) as AsyncIterable<Result>;
    } finally {
      await client.dispose();
    }
  };
  return { ask: (operation, user) => firstOf(results(operation, user)), subscribe: results };
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

function mercuriusTransport(name: string, batched: boolean): Transport {
  return {
    name,
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

export const transports: readonly Transport[] = [
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
    open: async (library) => {
      const { url } = await listen(yogaFor(library));
      return {
        ask: async ({ query, variables = {} }, user) => {
          const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
          return (await (
            await fetch(`${url}?${search}`, { headers: { accept: "application/json", ...as(user) } })
          ).json()) as Result;
        },
      };
    },
  },
  {
    name: "Yoga, a batch",
    open: async (library) => {
      const { url } = await listen(yogaFor(library));
      return {
        ask: async (operation, user) => {
          const batch = [{ query: "{ __typename }" }, operation];
          return ((await post(url)(batch as never, user)) as readonly Result[])[1]!;
        },
      };
    },
  },
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
      const results = async function* (operation: Operation, user: string | null): AsyncIterable<Result> {
        const headers = { ...json, accept: "text/event-stream", ...as(user) };
        yield* serverSentEvents(await fetch(url, { method: "POST", headers, body: JSON.stringify(operation) }));
      };
      return { ask: (operation, user) => firstOf(results(operation, user)), subscribe: results };
    },
  },
  { name: "Yoga, WebSocket", open: async (library) => overSocket(await yogaWithSockets(library)) },
  {
    name: "graphql-http",
    open: async (library) => {
      const handler = createHandler({
        schema: guardedOf(library),
        context: ({ headers }) => {
          const user = (headers as Record<string, unknown>)["user"];
          return { user: typeof user === "string" ? user : null };
        },
      });
      return { ask: post((await listen(handler)).url) };
    },
  },
  {
    name: "Apollo Server",
    open: async (library) => {
      const server = new ApolloServer<HostContext>({
        schema: guardedOf(library),
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
      return { ask: post(url) };
    },
  },
  mercuriusTransport("Mercurius", false),
  mercuriusTransport("Mercurius, a batch", true),
];
