import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A11: the object that was loaded is asked about, not the argument that led to it", async ({ serve }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:01", "alice read Doc: 2", "alice read Doc:1e0");
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type Query { byNumber(id: ID!): Doc  asked(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc") }`,
    {
      Query: {
        byNumber: (_: unknown, { id }: { id: string }) => ({ id: Number(id) }),
        asked: (_: unknown, { id }: { id: string }) => ({ id: Number(id) }),
      },
    },
  );
  const { ask } = serve(schema, { engine });
  for (const id of ["01", " 2", "1e0", "1"]) {
    expect(await ask(`{ byNumber(id: "${id}") { id } }`)).toEqual({ data: { byNumber: null } });
    // The question about the argument may be allowed; the gate asks about what is really there.
    expect((await ask(`{ asked(id: "${id}") { id } }`)).data).toEqual({ asked: null });
  }
  expect(denials(await ask(`{ asked(id: "2") { id } }`))).toEqual(["FORBIDDEN asked"]);
});
