import { request as httpRequest } from "node:http";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { authorizeDirective } from "arcturus/graphql";
import { createServer, type ServerOptions } from "arcturus/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { ensureBuilt } from "../e2e/build.js";

const policy = `
  actor User {}
  resource Note { permissions = ["read"]; }
  has_permission(_: User, "read", _: Note);
`;

const typeDefs = `
  type Query {
    note: Note
    slow(milliseconds: Int!): Boolean @public
    broken: Boolean @public
  }
  type Note @authorize { id: ID! text: String! next: Note }
  type Mutation { touch: Boolean @public }
`;

const note: { id: string; text: string; next?: unknown } = { id: "1", text: "hello" };
note.next = note;

async function startServer(options: Partial<ServerOptions> = {}) {
  const logged: unknown[] = [];
  const log = (...parts: unknown[]) => void logged.push(...parts);
  const engine = await createEngine({ policy });
  const server = createServer({
    engine,
    schema: makeExecutableSchema({
      typeDefs: [authorizeDirective.typeDefs, typeDefs],
      resolvers: {
        Query: {
          note: () => note,
          slow: async (_root, { milliseconds }: { milliseconds: number }) => {
            await new Promise((resolve) => setTimeout(resolve, milliseconds));
            return true;
          },
          broken: () => {
            throw new Error("the password is swordfish");
          },
        },
        Mutation: { touch: () => true },
      },
    }),
    actor: () => entity("User", "alice"),
    graphiql: false,
    logger: { info: log, warn: log, error: log },
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
  return { server, url, post, logged };
}

const production = { environment: "production" };

describe("what a server takes", () => {
  test("JSON by POST, and queries by GET", async () => {
    const { url, post } = await startServer();
    expect(await (await post("{ note { text } }")).json()).toEqual({ data: { note: { text: "hello" } } });
    expect((await fetch(`${url}?query={note{text}}`)).status).toBe(200);
    expect((await fetch(`${url}?query=mutation{touch}`)).status).toBe(405);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
  ])("%s is refused, since a form on another site could send it", async (contentType) => {
    const { post } = await startServer();
    const response = await post("{ note { text } }", { "content-type": contentType });
    expect(response.status).toBe(415);
    expect(await response.text()).not.toContain("hello");
  });

  test("in production a GET needs a header that forces a preflight", async () => {
    const { url } = await startServer(production);
    const query = `${url}?query={note{text}}`;
    expect((await fetch(query)).status).toBe(400);
    expect(await (await fetch(query, { headers: { "apollo-require-preflight": "1" } })).json()).toEqual({
      data: { note: { text: "hello" } },
    });
  });

  test("several operations in one body are refused", async () => {
    const { url } = await startServer();
    const body = JSON.stringify([{ query: "{ __typename }" }, { query: "{ __typename }" }]);
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(response.status).toBe(400);
  });

  test("a body at the limit is taken, one byte more is not, announced or not", async () => {
    const { url } = await startServer({ bodyLimit: 1_000 });
    const body = (size: number) => {
      const empty = JSON.stringify({ query: "{ __typename }", operationName: null, extensions: { pad: "" } });
      return empty.replace(`"pad":""`, `"pad":"${"x".repeat(size - empty.length)}"`);
    };
    const send = (size: number) =>
      fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: body(size) });
    expect((await send(1_000)).status).toBe(200);
    expect((await send(1_001)).status).toBe(413);
    expect(await chunked(url, body(1_000))).toBe(200);
    expect(await chunked(url, body(1_001))).toBe(413);
  });
});

describe("other sites", () => {
  test("no origin is allowed unless it is listed", async () => {
    const { url } = await startServer();
    const preflight = {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    };
    expect((await fetch(url, preflight)).headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a listed origin is named, another one is not", async () => {
    const { url } = await startServer({ allowedOrigins: ["https://app.example", "https://www.example"] });
    const allowed = async (origin: string) =>
      (
        await fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } })
      ).headers.get("access-control-allow-origin");
    expect(await allowed("https://app.example")).toBe("https://app.example");
    expect(await allowed("https://evil.example")).not.toBe("https://evil.example");
  });

  test("one listed origin is named to itself alone", async () => {
    const { url } = await startServer({ allowedOrigins: ["https://app.example"] });
    for (const [origin, named] of [
      ["https://app.example", "https://app.example"],
      ["https://evil.example", null],
    ] as const) {
      const headers = { origin, "access-control-request-method": "POST" };
      expect((await fetch(url, { method: "OPTIONS", headers })).headers.get("access-control-allow-origin")).toBe(named);
    }
  });
});

describe("what a server shows", () => {
  test("an unexpected error is masked, and stands in the log", async () => {
    for (const environment of [undefined, "development", "production"]) {
      const { post, logged } = await startServer({ environment });
      const text = await (await post("{ broken }")).text();
      expect(text).not.toContain("swordfish");
      expect(JSON.parse(text)).toMatchObject({ data: { broken: null }, errors: [{ path: ["broken"] }] });
      expect(logged.map(String).join()).toContain("swordfish");
    }
  });

  test("introspection and suggestions are for development", async () => {
    const development = await startServer({ environment: "development" });
    expect((await development.post("{ __schema { queryType { name } } }")).status).toBe(200);
    expect(await (await development.post("{ not }")).text()).toContain("Did you mean");

    const hidden = await startServer(production);
    expect(await (await hidden.post("{ __schema { queryType { name } } }")).text()).toContain("introspection");
    expect(await (await hidden.post('{ __type(name: "Note") { name } }')).text()).not.toContain('"name":"Note"');
    const refused = await (await hidden.post("{ not }")).text();
    expect(refused).toContain("Cannot query field");
    expect(refused).not.toContain("note");

    const switchedOn = await startServer({ ...production, introspection: true });
    expect(await (await switchedOn.post("{ __schema { queryType { name } } }")).json()).toEqual({
      data: { __schema: { queryType: { name: "Query" } } },
    });
  });

  test("the GraphiQL page is for development, or switched on", async () => {
    ensureBuilt();
    const page = async (options: Partial<ServerOptions>) => {
      const { url } = await startServer(options);
      const response = await fetch(url, { headers: { accept: "text/html" } });
      return { type: response.headers.get("content-type"), text: await response.text() };
    };
    const on = { type: "text/html; charset=utf-8", text: expect.stringContaining("/graphiql/page-") };
    expect(await page({ graphiql: true })).toEqual(on);
    expect(await page({ ...production, graphiql: { title: "Notes" } })).toEqual(on);
    expect((await page({ graphiql: false })).text).not.toContain("<html");
  });

  test("no text of its settings can end the page's script element", async () => {
    ensureBuilt();
    const hostile = `</script><script>alert(1)</script>`;
    const { url } = await startServer({ graphiql: { title: hostile, tabs: [{ query: hostile }] } });
    const response = await fetch(url, { headers: { accept: "text/html" } });
    expect(await response.text()).not.toContain("<script>alert");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("the page's files are served, nothing beside them", async () => {
    ensureBuilt();
    const { url } = await startServer({ graphiql: true });
    const html = await (await fetch(url, { headers: { accept: "text/html" } })).text();
    const [script] = /\/graphiql\/page-[A-Z0-9]+\.js/.exec(html)!;
    const response = await fetch(new URL(script, url));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toContain("immutable");
    for (const path of [
      "/graphiql/",
      "/graphiql/index.html",
      "/graphiql/%2e%2e/server/index.js",
      "/graphiql/__proto__",
    ]) {
      expect((await fetch(new URL(path, url))).status).toBe(404);
    }
  });
});

describe("the size of an operation", () => {
  const nested = (levels: number) => `{ note ${"{ next ".repeat(levels - 2)}{ id }${" }".repeat(levels - 2)} }`;

  test.each([
    ["depth", { depth: 5 }, nested(5), nested(6)],
    ["aliases", { aliases: 2 }, "{ a: note { b: id } }", "{ a: note { b: id c: id } }"],
    [
      "root fields",
      { rootFields: 2 },
      "{ note { id } x: note { id } }",
      "{ note { id } ...F } fragment F on Query { x: note { id } y: note { id } }",
    ],
    [
      "directives",
      { directives: 1 },
      "{ note @skip(if: false) { id } }",
      "{ note @skip(if: false) { id @skip(if: false) } }",
    ],
    ["tokens", { tokens: 6 }, "{ note { id } }", "{ note { id text } }"],
  ])("%s", async (_what, operationLimits, within, beyond) => {
    const { post } = await startServer({ operationLimits });
    const body = async (query: string) => (await (await post(query)).json()) as { data?: unknown; errors?: unknown };
    expect((await body(within)).errors).toBeUndefined();
    const refused = await body(beyond);
    expect(refused.data).toBeUndefined();
    expect(refused.errors).toHaveLength(1);
  });

  test("fragments that double at each step are measured at once", async () => {
    const { post } = await startServer();
    const fragments = Array.from(
      { length: 25 },
      (_, i) => `fragment F${i} on Note { a${i}: next { ...F${i + 1} } b${i}: next { ...F${i + 1} } }`,
    );
    const started = performance.now();
    const response = await post(`{ note { ...F0 } } ${fragments.join(" ")} fragment F25 on Note { id }`);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "OPERATION_TOO_LARGE" } }, {}] });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("the introspection of a development page fits the defaults", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    const { post } = await startServer({ environment: "development" });
    const answer = (await (await post(getIntrospectionQuery())).json()) as { errors?: unknown };
    expect(answer.errors).toBeUndefined();
  });
});

describe("whether a server lives", () => {
  test("it is alive and ready while it listens, and nothing else answers outside of its paths", async () => {
    const { url } = await startServer();
    expect((await fetch(new URL("/healthz", url))).status).toBe(200);
    expect((await fetch(new URL("/readyz", url))).status).toBe(200);
    expect((await fetch(new URL("/", url))).status).toBe(404);
    expect((await fetch(new URL("/api", url))).status).toBe(404);
  });

  test("a stop answers what it has begun, then takes nothing more", async () => {
    let stopped = false;
    const { server, url, post } = await startServer({
      onStop: () => {
        stopped = true;
      },
    });
    const answer = post("{ slow(milliseconds: 300) }");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stop = server.stop();
    expect(await (await answer).json()).toEqual({ data: { slow: true } });
    await stop;
    expect(stopped).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
  });

  test("a stop does not wait for ever", async () => {
    const { server, post } = await startServer({ drainTime: 100 });
    const answer = post("{ slow(milliseconds: 3000) }");
    answer.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(2_000);
    await expect(answer).rejects.toThrow();
  });

  test("a schema that does not fit the policy does not become a server", async () => {
    const engine = await createEngine({ policy });
    const schema = makeExecutableSchema({
      typeDefs: [
        authorizeDirective.typeDefs,
        `type Query { open: String note: Note } type Note @authorize(action: "reed") { id: ID! }`,
      ],
    });
    const start = () => createServer({ engine, schema, actor: () => null, graphiql: false });
    expect(start).toThrow(/Note: [\s\S]*Query\.open: /);
    await engine.close();
  });

  test("a port that is taken is an error of the start", async () => {
    const { url } = await startServer();
    const engine = await createEngine({ policy });
    const schema = makeExecutableSchema({ typeDefs: [authorizeDirective.typeDefs, "type Query { x: Int @public }"] });
    const second = createServer({ engine, schema, actor: () => null, graphiql: false });
    await expect(second.listen({ port: Number(new URL(url).port), host: "127.0.0.1" })).rejects.toThrow("EADDRINUSE");
    await second.stop();
  });
});

/** Sends a body without saying how long it is; resolves to the status. */
function chunked(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
    const sending = httpRequest(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sending.on("error", reject);
    sending.write(body.slice(0, 10));
    sending.end(body.slice(10));
  });
}
