import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A26: a step of a mutation does not act on a right that a step before has taken away", async ({ serve }) => {
  const engine = await grantEngine({ Doc: ["read", "write"] });
  await engine.grant("alice write Doc:1", "alice read Doc:1");
  const done: string[] = [];
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type Query { ping: String @public }
     type Mutation {
       write(id: ID!): Doc @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
       leave: Boolean @public
     }`,
    {
      Mutation: {
        write: (_: unknown, { id }: { id: string }) => {
          done.push(id);
          return { id };
        },
        leave: async () => {
          await engine.revoke("alice write Doc:1", "alice read Doc:1");
          return true;
        },
      },
    },
  );
  const { ask } = serve(schema, { engine });
  const result = await ask("mutation { a: write(id: 1) { id } leave b: write(id: 1) { id } }");
  expect(result.data).toEqual({ a: { id: "1" }, leave: true, b: null });
  expect(denials(result)).toEqual(["FORBIDDEN b"]);
  expect(done).toEqual(["1"]);
});
