import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { authorizeDirective, type Decision } from "arcturus/graphql";
import { createServer, type Server, type ServerOptions } from "arcturus/server";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Turns } from "../../src/server/turns.js";

/*
 * What a server does when its options say nothing, in whatever environment it is started, and what its options loosen: no
 * more than they say. The host, Yoga, has defaults of its own that look at NODE_ENV or are meant for development.
 */

const typeDefs = `
  type Query { note: Note @public  broken: Boolean @public  echo(mood: Mood): String @public
    size(of: [Int!]!): Int @public }
  type Note @public { id: ID  next: Note @public }
  type Mutation { touch: Boolean @public }
  type Subscription { ticks: Int @public }
  enum Mood { CHEERFUL }
`;

async function serverOf(options: Partial<ServerOptions> = {}) {
  const touched: string[] = [];
  const engine = await createEngine({ policy: "actor User {}", logger: { info: () => {}, warn: () => {} } });
  const next = { id: "1" };
  const server = createServer({
    engine,
    schema: makeExecutableSchema({
      typeDefs: [authorizeDirective.typeDefs, typeDefs],
      resolvers: {
        Query: {
          note: () => ({ id: "1", next }),
          broken: () => {
            throw new Error("the password is swordfish");
          },
          size: (_root, { of }: { of: readonly number[] }) => of.length,
          echo: (_root, { mood }: { mood?: string }) => mood ?? "none",
        },
        Mutation: { touch: () => touched.push("touch") > 0 },
        Subscription: {
          ticks: {
            // biome-ignore lint/correctness/useYield: it fails before it has anything to say
            async *subscribe() {
              throw new Error("the password is swordfish");
            },
          },
        },
      },
    }),
    actor: () => entity("User", "alice"),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...options,
  });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const send = (body: unknown, headers: Record<string, string> = {}, path = "/graphql") =>
    fetch(new URL(path, url), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, url), { headers });
  return { server, url, send, get, touched };
}

/** As a program starts one that gives no option about environments; the page is not built in the tests. */
const quiet = { graphiql: false } as const;
const production = { environment: "production" } as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("whatever NODE_ENV says", () => {
  const environments = ["development", "test", "production", "", undefined];

  test.each(environments)("%s: no client is told what a resolver threw", async (environment) => {
    vi.stubEnv("NODE_ENV", environment);
    const logged: unknown[] = [];
    const { send } = await serverOf({
      ...quiet,
      logger: { info() {}, warn() {}, error: (...all) => logged.push(...all) },
    });
    for (const query of ["{ broken }", "{ note { id } broken }"]) {
      const text = await (await send({ query })).text();
      expect(text).not.toContain("swordfish");
      const [error] = (JSON.parse(text) as { errors: { message: string; extensions?: object }[] }).errors;
      expect(error?.message).toBe("Unexpected error.");
      expect(JSON.stringify(error?.extensions ?? {})).not.toMatch(/stack|original/i);
    }
    const events = await send({ query: "subscription { ticks }" }, { accept: "text/event-stream" });
    expect(await events.text()).not.toContain("swordfish");
    expect(logged.map(String).join()).toContain("swordfish");
  });

  test.each(environments)("%s: nor what the context threw", async (environment) => {
    vi.stubEnv("NODE_ENV", environment);
    const { send } = await serverOf({
      ...quiet,
      context: () => {
        throw new Error("the password is swordfish");
      },
    });
    expect(await (await send({ query: "{ note { id } }" })).text()).not.toMatch(/swordfish|stack/);
  });

  test.each(environments)("%s: no page but GraphiQL, no list of operations, no other origin", async (environment) => {
    vi.stubEnv("NODE_ENV", environment);
    const { send, get, touched } = await serverOf(quiet);
    for (const path of ["/", "/graphql", "/nowhere"]) {
      const page = await get(path, { accept: "text/html,*/*" });
      expect([path, page.headers.get("content-type") ?? "", await page.text()]).not.toEqual([
        path,
        expect.stringContaining("text/html"),
        expect.anything(),
      ]);
    }
    const batch = await send([{ query: "mutation { touch }" }, { query: "mutation { touch }" }]);
    expect(batch.status).toBe(400);
    const other = await send({ query: "{ note { id } }" }, { origin: "https://evil.example" });
    for (const name of ["origin", "credentials", "methods", "headers"]) {
      expect(other.headers.get(`access-control-allow-${name}`)).toBeNull();
    }
    expect(touched).toEqual([]);
  });

  test("production by NODE_ENV hides the schema, and takes no GET that a page of another site could send", async () => {
    vi.stubEnv("NODE_ENV", "production");
    for (const options of [{}, { environment: undefined }]) {
      const { send, get } = await serverOf(options);
      expect(await (await send({ query: "{ __schema { queryType { name } } }" })).text()).toContain("introspection");
      expect(await (await send({ query: "{ nota }" })).text()).not.toContain("note");
      expect((await get("/graphql?query={note{id}}")).status).toBe(400);
      expect((await get("/graphql", { accept: "text/html" })).headers.get("content-type")).not.toContain("text/html");
    }
  });

  test("an environment that is said counts more than NODE_ENV", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const { send, get } = await serverOf(production);
    expect(await (await send({ query: "{ __schema { queryType { name } } }" })).text()).toContain("introspection");
    expect((await get("/graphql?query={note{id}}")).status).toBe(400);
  });
});

describe("what another site's page can send without asking first", () => {
  const forms = [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/graphql",
  ];
  /** Other spellings of the endpoint, of which Yoga takes many. */
  const paths = [
    "/graphql",
    "/graphql/",
    "//graphql",
    "/x/graphql",
    "/x/graphql/",
    "/healthz?x=/graphql",
    "/readyz?x=/graphql",
    "/nowhere?x=/graphql",
    "/nowhere?/graphql/",
    "/graphql?x=/graphql",
    "/GraphQL",
    "/graphql%2f",
    "/./graphql/.",
  ];

  test.each(paths)("no mutation by %s", async (path) => {
    for (const environment of ["development", "production"]) {
      const { url, touched } = await serverOf({ ...quiet, environment });
      for (const type of forms) {
        const body = {
          "text/plain": '{"query":"mutation{touch}"}',
          "application/graphql": "mutation{touch}",
          "multipart/form-data; boundary=x":
            '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{touch}"}\r\n--x\r\ncontent-disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n',
        }[type];
        const response = await fetch(`${new URL(url).origin}${path}`, {
          method: "POST",
          headers: { "content-type": type },
          body: body ?? "query=mutation{touch}",
        });
        expect(await response.text()).not.toContain('"data"');
      }
      const bare = await fetch(`${new URL(url).origin}${path}`, {
        method: "POST",
        body: new Blob(["query=mutation{touch}"]),
      });
      expect(await bare.text()).not.toContain('"data"');
      for (const separator of ["?", "&"]) {
        for (const headers of [{}, { "x-requested-with": "x" }]) {
          await fetch(`${new URL(url).origin}${path}${separator}query=mutation{touch}`, { headers });
        }
      }
      expect(touched).toEqual([]);
    }
  });

  test.each(paths)("in production no query by GET on %s", async (path) => {
    const { url } = await serverOf(production);
    for (const separator of ["?", "&"]) {
      const response = await fetch(`${new URL(url).origin}${path}${separator}query={note{id}}`);
      expect(await response.text()).not.toContain('"note"');
    }
  });

  test.each([
    ["application/json", true],
    ["application/json; charset=utf-8", true],
    ["application/json;charset=UTF-8", true],
    ["application/graphql+json", true],
    ["application/jsonp", false],
    ["text/plain; application/json", false],
    ["text/plain;x=application/json", false],
    ["application/x-www-form-urlencoded; application/json", false],
  ])("content of type %s: %s", async (type, isTaken) => {
    const { send } = await serverOf(quiet);
    const response = await send({ query: "{ note { id } }" }, { "content-type": type });
    expect(response.status).toBe(isTaken ? 200 : 415);
  });

  test.each([
    ["x-graphql-yoga-csrf", true],
    ["apollo-require-preflight", true],
    ["x-requested-with", true],
    ["x-other", false],
    ["accept-language", false],
  ])("a query by GET with the header %s: %s", async (header, isTaken) => {
    const { get } = await serverOf(production);
    expect((await get("/graphql?query={note{id}}", { [header]: "1" })).status).toBe(isTaken ? 200 : 400);
  });

  test("a mutation by GET is refused even with such a header", async () => {
    const { get, touched } = await serverOf({ ...production, simpleGet: true });
    expect((await get("/graphql?query=mutation{touch}", { "x-requested-with": "1" })).status).toBe(405);
    expect(touched).toEqual([]);
  });
});

describe("sites that are listed", () => {
  const allowedOrigins = ["https://app.example", "https://www.example"];

  test("are allowed what is needed, and nobody else is", async () => {
    const { url, send } = await serverOf({ ...quiet, allowedOrigins });
    const preflight = async (origin: string) =>
      (
        await fetch(url, {
          method: "OPTIONS",
          headers: { origin, "access-control-request-method": "DELETE", "access-control-request-headers": "x-a" },
        })
      ).headers;
    const allowed = await preflight("https://app.example");
    expect(allowed.get("access-control-allow-origin")).toBe("https://app.example");
    expect(allowed.get("access-control-allow-methods")?.split(/, ?/).sort()).toEqual(["GET", "POST"]);
    for (const listed of [allowedOrigins, ["https://app.example"], ["*"], ["null", "https://app.example"]]) {
      const server = await serverOf({ ...quiet, allowedOrigins: listed });
      for (const origin of [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://evil.example?https://app.example",
        "http://app.example",
        "https://app.example:8443",
        // That of a sandboxed frame on whatever site.
        "null",
      ]) {
        const refused = await fetch(server.url, {
          method: "OPTIONS",
          headers: { origin, "access-control-request-method": "POST" },
        });
        const answer = await server.send({ query: "{ note { id } }" }, { origin });
        for (const { headers } of [refused, answer]) {
          expect(headers.get("access-control-allow-origin")).toBeNull();
          expect(headers.get("access-control-allow-credentials")).toBeNull();
        }
      }
    }
    const read = await send({ query: "{ note { id } }" }, { origin: "https://www.example" });
    expect(read.headers.get("access-control-allow-origin")).toBe("https://www.example");
    expect(read.headers.get("vary")?.toLowerCase()).toContain("origin");
  });

  test("an empty list allows none", async () => {
    const { send } = await serverOf({ ...quiet, allowedOrigins: [] });
    const answer = await send({ query: "{ note { id } }" }, { origin: "https://evil.example" });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("what is for one actor", () => {
  test("is kept by no cache on the way, whatever came of it", async () => {
    const { send, get } = await serverOf(quiet);
    const answers = [
      await send({ query: "{ note { id } }" }),
      await send({ query: "{ broken }" }),
      await send({ query: "{ nota }" }),
      await send({ query: "{" }),
      await send({ query: "{ note { id } }" }, { "content-type": "text/plain" }),
      await get("/graphql?query={note{id}}"),
    ];
    expect(answers.map((answer) => answer.headers.get("cache-control"))).toEqual(
      new Array(answers.length).fill("private, no-store"),
    );
  });
});

describe("what is hidden in production", () => {
  const ask = async (body: unknown, options: Partial<ServerOptions> = {}) =>
    (await (await serverOf({ ...production, ...options })).send(body)).text();

  test.each([
    ["a field", { query: "{ nota }" }],
    ["an argument", { query: "{ echo(moood: CHEERFUL) }" }],
    ["a value", { query: "{ echo(mood: CHEERFULL) }" }],
    ["the second of two mistakes", { query: "{ note { idd } echo(mood: CHEERFULL) }" }],
    ["a value of a variable", { query: "query ($m: Mood) { echo(mood: $m) }", variables: { m: "CHEERFULL" } }],
    ["a type", { query: "{ note { ... on Noter { id } } }" }],
  ])("no name is proposed for %s", async (_what, body) => {
    expect(await ask(body)).toMatch(/errors/);
    expect(await ask(body)).not.toMatch(/did you mean/i);
    expect(await ask(body, { introspection: true })).toMatch(/did you mean/i);
  });

  test.each([
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Note") { name } }',
    "{ note { id } __schema { types { name } } }",
    "query { ...F } fragment F on Query { __schema { types { name } } }",
  ])("no introspection: %s", async (query) => {
    const text = await ask({ query });
    expect(text).toContain("introspection");
    expect(text).not.toMatch(/"data":\{/);
  });

  test("the name of a type is no introspection", async () => {
    expect(await ask({ query: "{ __typename note { __typename } }" })).toContain('"Note"');
  });
});

describe("limits when the options say nothing", () => {
  const code = async (server: Awaited<ReturnType<typeof serverOf>>, query: string) => {
    const answer = (await (await server.send({ query })).json()) as { errors?: { extensions?: { code?: string } }[] };
    return answer.errors?.[0]?.extensions?.code;
  };
  const nested = (levels: number) => `{ note ${"{ next ".repeat(levels - 2)}{ id }${" }".repeat(levels - 2)} }`;
  const repeated = (times: number, text: (i: number) => string) =>
    Array.from({ length: times }, (_, i) => text(i)).join(" ");

  test.each([
    ["depth", nested(12), nested(13)],
    ["aliases", `{ note { ${repeated(50, (i) => `a${i}: id`)} } }`, `{ note { ${repeated(51, (i) => `a${i}: id`)} } }`],
    ["root fields", `{ ${repeated(20, () => "echo")} }`, `{ ${repeated(21, () => "echo")} }`],
    [
      "directives",
      `{ ${repeated(20, () => "echo @skip(if: true)")} }`,
      `{ ${repeated(19, () => "echo @skip(if: true)")} note @skip(if: true) { id @skip(if: true) } }`,
    ],
  ])("%s, and a limit of another kind takes none of them away", async (_what, within, beyond) => {
    for (const options of [quiet, { ...quiet, operationLimits: { tokens: 5_000 } }]) {
      const server = await serverOf(options);
      expect(await code(server, within)).toBeUndefined();
      expect(await code(server, beyond)).toBe("OPERATION_TOO_LARGE");
    }
  });

  test("what a document holds is counted wherever it stands", async () => {
    const server = await serverOf({
      ...quiet,
      operationLimits: { depth: 3, aliases: 2, directives: 2, rootFields: 2 },
    });
    for (const query of [
      // Behind an inline fragment, behind a named one, behind two.
      "{ ... on Query { note { next { next { id } } } } }",
      "{ ...A } fragment A on Query { note { next { next { id } } } }",
      "{ ...A } fragment A on Query { ...B } fragment B on Query { note { next { next { id } } } }",
      // In the shallower of two fields, and in the deeper that comes first.
      "{ note { next { next { id } } id } }",
      // Each time that a fragment is used.
      "{ note { ...A next { ...A ...A } } } fragment A on Note { a: id }",
      // In the operation that is not asked for.
      "query One { note { id } } query Two { note { next { next { id } } } }",
      // At the operation, at a fragment's use, at a field.
      "query @include(if: true) { note { ... @include(if: true) { id @include(if: true) } } }",
      "{ note @skip(if: false) { ... on Note @skip(if: false) { id } ...F @skip(if: false) } } fragment F on Note { id }",
      "{ a: note { b: next { c: id } } }",
      "{ note { id } ...F } fragment F on Query { echo b: echo }",
    ]) {
      const answer = (await (
        await server.send({ query, ...(query.startsWith("query One") && { operationName: "One" }) })
      ).json()) as {
        errors?: { extensions?: { code?: string } }[];
      };
      expect([query, answer.errors?.[0]?.extensions?.code]).toEqual([query, "OPERATION_TOO_LARGE"]);
    }
    expect(await code(server, "{ a: note { b: next { id } } echo }")).toBeUndefined();
    expect(
      await code(server, "{ note { ...F } } fragment F on Note { next { ...G } } fragment G on Note { id }"),
    ).toBeUndefined();
  });

  test("a document of two thousand tokens, a body of a million bytes", async () => {
    const { send } = await serverOf(quiet);
    const tokens = async (count: number) => (await send({ query: `{ size(of: [${"1 ".repeat(count - 9)}]) }` })).text();
    expect(await tokens(2_000)).toContain('"size":1991');
    expect(await tokens(2_001)).toContain("Syntax Error");
    const pad = (size: number) => ({ query: "{ __typename }", extensions: { pad: "x".repeat(size) } });
    const base = JSON.stringify(pad(0)).length;
    expect((await send(pad(1_000_000 - base))).status).toBe(200);
    expect((await send(pad(1_000_001 - base))).status).toBe(413);
  });
});

describe("what stands beside each other", () => {
  test("metrics count decisions, and whoever listens hears of them all the same", async () => {
    const heard: Decision[] = [];
    const engine = await createEngine({
      policy: 'actor User {} resource Note { permissions = ["read"]; } has_permission(_: User, "read", _: Note);',
    });
    const server = createServer({
      engine,
      schema: makeExecutableSchema({
        typeDefs: [authorizeDirective.typeDefs, "type Query { note: Note } type Note @authorize { id: ID }"],
        resolvers: { Query: { note: () => ({ id: "1" }) } },
      }),
      actor: () => entity("User", "alice"),
      onDecision: (decision) => heard.push(decision),
      metrics: { allow: async (request) => request.headers.get("x-scrape") === "yes" },
      ...quiet,
    });
    onTestFinished(server.stop);
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ note { id } }"}',
    });
    expect(heard).toMatchObject([{ action: "read", allowed: true }]);
    expect((await fetch(new URL("/metrics", url))).status).toBe(403);
    expect((await fetch(new URL("/metrics", url), { headers: { "x-scrape": "no" } })).status).toBe(403);
    const scraped = await fetch(new URL("/metrics", url), { headers: { "x-scrape": "yes" } });
    expect(await scraped.text()).toMatch(/arcturus_decisions_total\{outcome="allowed",action="read",type="Note"\} 1/);
    expect((await fetch(new URL("/metrics", url), { method: "POST", headers: { "x-scrape": "yes" } })).status).toBe(
      405,
    );
  });

  test("metrics tell what could not be decided from what was denied", async () => {
    const engine = await createEngine({
      policy: 'actor User {} resource Note { permissions = ["read"]; } has_permission(_: User, "read", _: Note);',
    });
    const fails = (): never => {
      throw new Error("the engine is down");
    };
    const server = createServer({
      engine: { ...engine, decide: fails, authorize: fails, authorizeMany: fails, list: fails },
      schema: makeExecutableSchema({
        typeDefs: [authorizeDirective.typeDefs, "type Query { note: Note } type Note @authorize { id: ID }"],
        resolvers: { Query: { note: () => ({ id: "1" }) } },
      }),
      actor: () => entity("User", "alice"),
      metrics: true,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      ...quiet,
    });
    onTestFinished(server.stop);
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ note { id } }"}',
    });
    expect(await answer.text()).toContain("AUTHORIZATION_UNAVAILABLE");
    const counted = await server.metrics();
    expect(counted).toMatch(/arcturus_decisions_total\{outcome="unavailable",action="read",type="Note"\} 1/);
    expect(counted).not.toMatch(/arcturus_decisions_total\{outcome="(denied|allowed)"/);
  });

  test("clients by the name that the application gives take turns, for a request and again when its body is there", async () => {
    const takes = vi.spyOn(Turns.prototype, "take");
    try {
      const { send, get } = await serverOf({ ...quiet, client: (request) => `from ${request.headers["x-client"]}` });
      expect((await send({ query: "{ note { id } }" }, { "x-client": "ann" })).status).toBe(200);
      expect((await get("/graphql?query={note{id}}", { "x-client": "bob" })).status).toBe(200);
      expect(takes.mock.calls).toEqual([["from ann"], ["from ann"], ["from bob"]]);
    } finally {
      takes.mockRestore();
    }
  });

  test("a server that stops is not ready any more, and closes its engine last", async () => {
    const order: string[] = [];
    const engine = await createEngine({ policy: "actor User {}", logger: { info() {}, warn() {} } });
    const close = engine.close;
    const server: Server = createServer({
      engine: { ...engine, close: () => close().then(() => void order.push("closed")) },
      schema: makeExecutableSchema({
        typeDefs: [authorizeDirective.typeDefs, "type Query { slow: Int @public }"],
        resolvers: {
          Query: {
            slow: async () => {
              await new Promise((resolve) => setTimeout(resolve, 400));
              order.push("answered");
              return 1;
            },
          },
        },
      }),
      actor: () => null,
      onStop: () => void order.push("stopped"),
      ...quiet,
    });
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    expect((await fetch(new URL("/readyz", url))).status).toBe(200);
    const answer = fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ slow }"}',
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stops = [server.stop(), server.stop()];
    // The port is closed by now; whoever mounts the handler in a server of their own asks it all the same.
    const mounted = createHttpServer(server.handler);
    await new Promise<void>((resolve) => mounted.listen(0, "127.0.0.1", resolve));
    const { port } = mounted.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
    mounted.close();
    await Promise.all(stops);
    expect(await (await answer).json()).toEqual({ data: { slow: 1 } });
    expect(order).toEqual(["answered", "closed", "stopped"]);
  });
});
