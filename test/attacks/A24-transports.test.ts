import { createYoga } from "graphql-yoga";
import { expect } from "vitest";
import { authorizeSchema, useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const query = "{ a: doc(id: 1) { id } b: doc(id: 2) { id } list { id } }";
const decided = '{"data":{"a":{"id":"1"},"b":null,"list":[{"id":"1"}]}}';

attack("A24: the same operation is decided alike over every transport", async ({ engine: executor }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:1");
  const schema = buildSchema(
    "type Doc @authorize { id: ID! } type Query { doc(id: ID!): Doc  list: [Doc!]! @authorize(on: LIST) }",
    {
      Query: { doc: (_: unknown, { id }: { id: string }) => ({ id }), list: () => [{ id: 1 }, { id: 2 }] },
    },
  );
  const options = { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) };
  const byPlugin = createYoga({ schema, batching: true, plugins: [executor, useAuthorization(options)] });
  const bySchema = createYoga({ schema: authorizeSchema(schema, options), batching: true, plugins: [executor] });
  const url = "http://localhost/graphql";
  const json = { "content-type": "application/json", accept: "application/json" };
  for (const yoga of [byPlugin, bySchema]) {
    const get = await yoga.fetch(`${url}?query=${encodeURIComponent(query)}`, {
      headers: { accept: "application/json" },
    });
    expect(await get.text()).toBe(decided);
    const post = await yoga.fetch(url, { method: "POST", headers: json, body: JSON.stringify({ query }) });
    expect(await post.text()).toBe(decided);
    const form = new FormData();
    form.set("operations", JSON.stringify({ query }));
    const multipart = await yoga.fetch(url, { method: "POST", headers: { accept: "application/json" }, body: form });
    expect(await multipart.text()).toBe(decided);
    const batch = await yoga.fetch(url, {
      method: "POST",
      headers: json,
      body: JSON.stringify([{ query }, { query }]),
    });
    expect(await batch.text()).toBe(`[${decided},${decided}]`);
    const events = await yoga.fetch(url, {
      method: "POST",
      headers: { ...json, accept: "text/event-stream" },
      body: JSON.stringify({ query }),
    });
    expect(await events.text()).toContain(decided);
  }
});
