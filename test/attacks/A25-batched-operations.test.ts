import { createYoga } from "graphql-yoga";
import { expect } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack("A25: operations batched into one HTTP request decide each for itself", async ({ engine: executor }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:1");
  const schema = buildSchema(
    "type Doc @authorize { id: ID! } type Query { doc: Doc } type Mutation { leave: Boolean @public }",
    {
      Query: { doc: () => ({ id: 1 }) },
      Mutation: {
        leave: async () => {
          await engine.revoke("alice read Doc:1");
          return true;
        },
      },
    },
  );
  const yoga = createYoga({
    schema,
    batching: true,
    plugins: [executor, useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) })],
  });
  const send = async (...queries: string[]): Promise<unknown> => {
    const body = JSON.stringify(queries.map((query) => ({ query })));
    const headers = { "content-type": "application/json" };
    return (await yoga.fetch("http://localhost/graphql", { method: "POST", headers, body })).json();
  };
  expect(await send("{ doc { id } }", "{ doc { id } }")).toEqual([
    { data: { doc: { id: "1" } } },
    { data: { doc: { id: "1" } } },
  ]);
  await send("mutation { leave }");
  expect(await send("{ doc { id } }", "{ doc { id } }")).toEqual([{ data: { doc: null } }, { data: { doc: null } }]);
});
