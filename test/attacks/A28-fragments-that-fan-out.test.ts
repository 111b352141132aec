import { createYoga } from "graphql-yoga";
import { expect } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack(
  "A28: looking ahead for refusals is linear in the document, however fragments fan out",
  async ({ engine: executor }) => {
    const engine = await grantEngine({ Doc: ["read"] }, ["enter"]);
    const schema = buildSchema(
      `type Doc @authorize { id: ID!  next: Doc  door: String @authorize(action: "enter", on: NONE, deny: REJECT) }
     type Query { doc: Doc }`,
      { Query: { doc: () => null } },
    );
    const yoga = createYoga({
      schema,
      logging: false,
      plugins: [executor, useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) })],
    });
    const levels = 60;
    const fragments = Array.from(
      { length: levels },
      (_, i) =>
        `fragment F${i} on Doc { id ${i === levels - 1 ? "" : `...F${i + 1} ...F${i + 1} ... on Doc { ...F${i + 1} }`} }`,
    );
    const query = `{ doc { ...F0 } } ${fragments.join("\n")}`;
    const response = await yoga.fetch("http://localhost/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    // Without memory this would take 3^60 steps.
    expect(await response.json()).toEqual({ data: { doc: null } });
  },
);
