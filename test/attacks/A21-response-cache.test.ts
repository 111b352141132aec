import { useResponseCache } from "@envelop/response-cache";
import { createYoga, type Plugin } from "graphql-yoga";
import { expect, test } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { entity } from "../../src/index.js";
import { createServer } from "../../src/server/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

interface Context {
  readonly request: Request;
}
const userOf = ({ request }: Context): string => request.headers.get("user") ?? "nobody";
const schema = buildSchema("type Doc @authorize { id: ID! } type Query { doc: Doc }", {
  Query: { doc: () => ({ id: 1 }) },
});

async function ask(handler: { fetch(url: string, init: RequestInit): Response | Promise<Response> }, user: string) {
  const headers = { "content-type": "application/json", accept: "application/json", user };
  const response = await handler.fetch("http://localhost/graphql", {
    method: "POST",
    headers,
    body: JSON.stringify({ query: "{ doc { id } }" }),
  });
  return response.json();
}

async function yogaWith(plugins: readonly Plugin[], sayKeyed = false) {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:1");
  const warnings: string[] = [];
  const guard = useAuthorization<Context>({
    engine,
    logger: { ...silent, warn: (line) => warnings.push(line) },
    actor: (context) => entity("User", userOf(context)),
    responseCacheKeyedByActor: sayKeyed,
  });
  const before = createYoga({ schema, logging: false, plugins: [...plugins, guard] });
  const after = warnings.splice(0);
  createYoga({ schema, logging: false, plugins: [guard, ...plugins] });
  expect(warnings).toEqual(after);
  return { yoga: before, warnings };
}

const cacheBy = (session: (context: Context) => string | null): Plugin =>
  useResponseCache<Context>({ session, ttl: 60_000 }) as unknown as Plugin;

test("A21: a response cache next to the guards is warned about at the start, wherever it stands", async () => {
  const { warnings } = await yogaWith([cacheBy(() => null)]);
  expect(warnings).toEqual([
    "plugins: a response cache answers before any guard is asked, to whoever has the same session key; " +
      "give it a key that is the actor, then set `responseCacheKeyedByActor: true` [graphql/response-cache]",
  ]);
  expect((await yogaWith([])).warnings).toEqual([]);
});

attack(
  "A21: that is no idle warning: without a session key one actor gets the answer of another",
  async ({ engine }) => {
    const { yoga } = await yogaWith([engine, cacheBy(() => null)]);
    expect(await ask(yoga, "alice")).toEqual({ data: { doc: { id: "1" } } });
    expect(await ask(yoga, "bob")).toEqual({ data: { doc: { id: "1" } } });
  },
);

attack(
  "A21: with the actor as session key everybody gets their own, and the warning can be put to rest",
  async ({ engine }) => {
    const { yoga, warnings } = await yogaWith([engine, cacheBy(userOf)], true);
    for (let round = 0; round < 2; round++) {
      expect(await ask(yoga, "alice")).toEqual({ data: { doc: { id: "1" } } });
      expect(await ask(yoga, "bob")).toEqual({ data: { doc: null } });
    }
    expect(warnings).toEqual([]);
  },
);

test("A21: answers of the server are for no cache on the way", async () => {
  const engine = await grantEngine({ Doc: ["read"] });
  const logger = { ...silent, error: () => {} };
  const server = createServer({ engine, schema, logger, graphiql: false, actor: () => entity("User", "alice") });
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  for (const query of ["{ doc { id } }", "{ nothing }"]) {
    const response = await fetch(`${url}?${new URLSearchParams({ query })}`);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  }
  await server.stop();
});
