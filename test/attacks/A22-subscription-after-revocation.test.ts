import type { ExecutionResult } from "graphql";
import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A22: a right that is taken away or given while a subscription runs counts from the next event on",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read", "follow"] });
    await engine.grant("alice follow Doc:1", "alice read Doc:1");
    const steps = [
      async () => {},
      () => engine.revoke("alice read Doc:1"),
      () => engine.grant("alice read Doc:1"),
      () => engine.revoke("alice follow Doc:1"),
      async () => {},
    ];
    let closed = false;
    const schema = buildSchema(
      `type Doc @authorize { id: ID! }
     type Query { ping: String @public }
     type Subscription { changed(id: ID!): Doc @authorize(action: "follow", on: ARG, arg: "id", type: "Doc") }`,
      {
        Subscription: {
          changed: {
            async *subscribe() {
              try {
                for (const step of steps) {
                  await step();
                  yield { changed: { id: 1 } };
                }
              } finally {
                closed = true;
              }
            },
          },
        },
      },
    );
    const { subscribe } = serve(schema, { engine });
    const seen: unknown[] = [];
    const stream = (await subscribe("subscription { changed(id: 1) { id } }")) as AsyncIterable<ExecutionResult>;
    for await (const event of stream) seen.push([event.data?.["changed"] ?? null, denials(event)]);
    expect(seen).toEqual([
      [{ id: "1" }, []],
      [null, []],
      [{ id: "1" }, []],
      [null, ["FORBIDDEN changed"]],
    ]);
    expect(closed).toBe(true);
  },
);
