import { expect, onTestFinished, test } from "vitest";
import { pageStorage } from "../../src/graphiql/storage.js";
import { entity } from "../../src/index.js";
import { createServer, type ServerOptions } from "../../src/server/index.js";
import { ensureBuilt } from "../e2e/build.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const schema = buildSchema("type Query { hello: String @public }");

async function openPage(options: Partial<ServerOptions>): Promise<Response> {
  const engine = await grantEngine({});
  const logger = { ...silent, error: () => {} };
  const server = createServer({ engine, schema, logger, actor: () => null, ...options });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return fetch(url, { headers: { accept: "text/html" } });
}

test("A37: in production there is no page unless somebody asked for it", async () => {
  ensureBuilt();
  const absent = await openPage({ environment: "production" });
  expect(absent.headers.get("content-type")).not.toContain("text/html");
  expect(await absent.text()).not.toContain("<script");
  const present = await openPage({ environment: "production", graphiql: true });
  expect(present.headers.get("content-type")).toContain("text/html");
});

test("A37: texts of the page stay texts, and no other script or host is allowed", async () => {
  ensureBuilt();
  const evil = '</script><script src="https://evil.example/x.js"></script><img src=x onerror=alert(1)>';
  const response = await openPage({ graphiql: { title: evil, defaultHeaders: evil, tabs: [{ query: evil }] } });
  const page = await response.text();
  expect(page).not.toContain("</script><script src");
  expect(page).not.toContain("<img");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(response.headers.get("cache-control")).toBe("no-store");
});

attack("A37: nothing that a client writes comes back to the page in a denial", async ({ engine: executor }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  const guarded = buildSchema(
    `type Doc @authorize { id: ID!  note: String @authorize }
     type Query { doc(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc") }`,
  );
  const logger = { ...silent, error: () => {} };
  const actor = () => entity("User", "<script>");
  const server = createServer({ engine, schema: guarded, logger, actor, plugins: [executor] });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: 'query Q { doc(id: "<script>alert(1)</script>") { note } }' }),
  });
  const text = await response.text();
  expect(text).toContain("FORBIDDEN");
  expect(text).not.toContain("script");
});

test("A37: headers do not come back out of the browser's storage", () => {
  const kept = new Map<string, string>();
  const store = {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
  const storage = pageStorage({ title: "T", endpoint: "/graphql" } as never, store as never);
  storage.setItem(
    "graphiql:tabState",
    JSON.stringify({ tabs: [{ query: "{ hello }", headers: '{"token":"secret"}' }] }),
  );
  expect(storage.getItem("graphiql:tabState")).not.toContain("secret");
});
