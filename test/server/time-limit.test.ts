import { connect } from "node:net";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { authorizeDirective } from "arcturus/graphql";
import { createServer, type ServerOptions } from "arcturus/server";
import { describe, expect, onTestFinished, test } from "vitest";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function startServer(options: Partial<ServerOptions<{ late?: boolean }>> = {}) {
  const engine = await createEngine({ policy: "" });
  const called: string[] = [];
  const server = createServer<{ late?: boolean }>({
    engine,
    schema: makeExecutableSchema({
      typeDefs: [
        authorizeDirective.typeDefs,
        `type Query { slow(milliseconds: Int!): Slow @public  quick: Int @public }
         type Slow @public { after: Int }
         type Subscription { ticks: Int @public }`,
      ],
      resolvers: {
        Query: {
          quick: () => 1,
          slow: async (_root, { milliseconds }: { milliseconds: number }) => {
            await wait(milliseconds);
            return {};
          },
        },
        Slow: { after: () => called.push("after") },
        Subscription: {
          ticks: {
            async *subscribe() {
              for (let tick = 1; tick <= 3; tick++) {
                await wait(80);
                yield { ticks: tick };
              }
            },
          },
        },
      },
    }),
    actor: () => entity("User", "ann"),
    graphiql: false,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...options,
  });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const post = (query: string, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query }),
    });
  return { url, post, called, server };
}

describe("the time of an operation", () => {
  test("beyond it an operation is answered with an error, at once, and goes no further", async () => {
    const { post, called } = await startServer({ operationTime: 100 });
    const started = performance.now();
    const response = await post("{ slow(milliseconds: 3000) { after } }");
    expect(performance.now() - started).toBeLessThan(2_900);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      errors: [{ message: "the operation took longer than 100 ms", extensions: { code: "OPERATION_TIMEOUT" } }],
    });
    await wait(3_000);
    expect(called).toEqual([]);
  });

  test("within it nothing is different", async () => {
    const { post, called } = await startServer({ operationTime: 2_000 });
    expect(await (await post("{ slow(milliseconds: 50) { after } quick }")).json()).toEqual({
      data: { slow: { after: 1 }, quick: 1 },
    });
    expect(called).toEqual(["after"]);
  });

  test("it begins with the request: a context that is never made does not hold a request for ever", async () => {
    const { post } = await startServer({ operationTime: 100, context: () => new Promise<never>(() => {}) });
    expect((await post("{ quick }")).status).toBe(503);
  });

  test("an actor who is never found out does not either", async () => {
    const { post } = await startServer({ operationTime: 100, actor: () => new Promise<never>(() => {}) });
    expect(await (await post("{ quick }")).json()).toMatchObject({
      errors: [{ extensions: { code: "OPERATION_TIMEOUT" } }],
    });
  });

  test("a subscription goes on for longer", async () => {
    const { post } = await startServer({ operationTime: 150 });
    const response = await post("subscription { ticks }", { accept: "text/event-stream" });
    const events = [...(await response.text()).matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!));
    expect(events).toEqual([1, 2, 3].map((ticks) => ({ data: { ticks } })));
  });

  test("can be switched off", async () => {
    const { post } = await startServer({ operationTime: false });
    expect((await post("{ slow(milliseconds: 200) { after } }")).status).toBe(200);
  });

  test("is ten seconds unless it is said otherwise", async () => {
    const { post } = await startServer();
    const started = performance.now();
    expect((await post("{ slow(milliseconds: 60000) { after } }")).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThan(9_900);
  }, 20_000);
});

describe("connections", () => {
  /** Opens a connection, writes, resolves to what came until it was closed, and after how long. */
  const hold = (url: string, text: string) =>
    new Promise<{ answer: string; after: number }>((resolve) => {
      const started = performance.now();
      let answer = "";
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
      socket.on("data", (data) => (answer += data));
      socket.on("error", () => {});
      socket.on("close", () => resolve({ answer, after: performance.now() - started }));
    });

  test("headers that come too slowly are given up", async () => {
    const { url } = await startServer({ connectionLimits: { headersTime: 200 } });
    const { answer, after } = await hold(url, "POST /graphql HTTP/1.1\r\nhost: x\r\n");
    expect(answer).toContain("408");
    expect(after).toBeLessThan(2_000);
  });

  test("a body that comes too slowly is given up", async () => {
    const { url } = await startServer({ connectionLimits: { headersTime: 200, requestTime: 300 } });
    const head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
    expect((await hold(url, head)).after).toBeLessThan(2_000);
  });

  test("no more connections than are allowed", async () => {
    const { url, post } = await startServer({ connectionLimits: { connections: 2 }, drainTime: 100 });
    const held = [1, 2].map(() => hold(url, "POST /graphql HTTP/1.1\r\n"));
    await wait(100);
    expect(await hold(url, "")).toEqual({ answer: "", after: expect.any(Number) });
    await expect(post("{ quick }")).rejects.toThrow();
    expect(held).toHaveLength(2);
  });
});
