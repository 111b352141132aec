import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import { onTestFinished } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import type { Operation } from "./library.js";

export type Result = ExecutionResult;

export interface Channel {
  ask(operation: Operation, user: string | null): Promise<Result>;
  /** Results of a subscription until it ends. */
  readonly subscribe?: (operation: Operation, user: string | null) => AsyncIterable<Result>;
}

export const json = { "content-type": "application/json", accept: "application/json" };
export const as = (user: string | null): Record<string, string> => (user === null ? {} : { user });

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

export const post =
  (url: string) =>
  async (operation: Operation, user: string | null): Promise<Result> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...json, ...as(user) },
      body: JSON.stringify(operation),
    });
    return (await response.json()) as Result;
  };

export const get =
  (url: string) =>
  async ({ query, variables = {} }: Operation, user: string | null): Promise<Result> => {
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    // Servers that take simple requests from browsers with care want to see that this is none.
    const headers = { accept: "application/json", "apollo-require-preflight": "1", ...as(user) };
    return (await (await fetch(`${url}?${search}`, { headers })).json()) as Result;
  };

/** The second of two operations that are sent together. */
export const batch =
  (url: string) =>
  async (operation: Operation, user: string | null): Promise<Result> => {
    const both = [{ query: "{ __typename }" }, operation];
    return ((await post(url)(both as never, user)) as readonly Result[])[1]!;
  };

/** Results of one operation as server-sent events. */
export const events = (url: string) =>
  async function* (operation: Operation, user: string | null): AsyncIterable<Result> {
    const headers = { ...json, accept: "text/event-stream", ...as(user) };
    yield* serverSentEvents(await fetch(url, { method: "POST", headers, body: JSON.stringify(operation) }));
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

export async function firstOf(results: AsyncIterable<Result>): Promise<Result> {
  for await (const result of results) return result;
  throw new Error("no result came");
}

export function socketsOf(server: ReturnType<typeof createHttpServer>): WebSocketServer {
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  return sockets;
}

/** Operations over one WebSocket per operation, by the protocol of graphql-ws. */
export function overSocket(url: string): Required<Channel> {
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
