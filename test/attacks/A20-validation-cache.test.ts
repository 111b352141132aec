import { createYoga } from "graphql-yoga";
import { expect } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack("A20: parsing and validation, which servers remember, know nothing of users", async (attack) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:1");
  const schema = buildSchema("type Doc @authorize { id: ID! } type Query { doc: Doc }", {
    Query: { doc: () => ({ id: 1 }) },
  });
  const yoga = createYoga({
    schema,
    plugins: [
      attack.engine,
      useAuthorization({
        engine,
        logger: silent,
        actor: ({ request }: { request: Request }) => ({ type: "User", id: request.headers.get("user") ?? "" }),
      }),
    ],
  });
  const ask = async (user: string): Promise<unknown> => {
    const headers = { "content-type": "application/json", user };
    const body = JSON.stringify({ query: "{ doc { id } }" });
    return (await yoga.fetch("http://localhost/graphql", { method: "POST", headers, body })).json();
  };
  for (const user of ["bob", "alice", "bob", "alice"]) {
    expect(await ask(user)).toEqual({ data: { doc: user === "alice" ? { id: "1" } : null } });
  }
});
