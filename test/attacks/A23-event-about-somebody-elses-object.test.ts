import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack("A23: an event about somebody else's object is not shown", async ({ serve }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:1", "bob read Doc:2");
  const schema = buildSchema(
    "type Doc @authorize { id: ID! } type Query { ping: String @public } type Subscription { changed: Doc }",
    {
      Subscription: {
        changed: {
          async *subscribe() {
            for (const id of [1, 2, 3]) yield { changed: { id } };
          },
        },
      },
    },
  );
  const { subscribe } = serve(schema, { engine });
  for (const [as, own] of [
    ["alice", "1"],
    ["bob", "2"],
  ] as const) {
    const shown: unknown[] = [];
    for await (const event of (await subscribe("subscription { changed { id } }", { as })) as AsyncIterable<{
      data: unknown;
    }>) {
      shown.push(event.data);
    }
    expect(shown).toEqual(["1", "2", "3"].map((id) => ({ changed: id === own ? { id } : null })));
  }
});
