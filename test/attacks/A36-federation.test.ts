import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A36: entities meet the gates of their types, and the SDL of a subgraph needs a permission",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read"] }, ["read_sdl"]);
    await engine.grant("alice read Doc:1");
    const schema = buildSchema(
      `scalar _Any
     union _Entity = Doc
     type _Service @public { sdl: String }
     type Doc @authorize { id: ID!  title: String }
     type Query {
       _entities(representations: [_Any!]!): [_Entity]!
       _service: _Service! @authorize(action: "read_sdl", on: NONE)
     }`,
      {
        Query: {
          _entities: (_: unknown, { representations }: { representations: object[] }) => representations,
          _service: () => ({ sdl: "type Secret" }),
        },
      },
    );
    const { ask } = serve(schema, { engine });
    const representations = [1, 2].map((id) => ({ __typename: "Doc", id, title: `t${id}` }));
    const query = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Doc { title } } }";
    expect((await ask(query, { variables: { r: representations } })).data).toEqual({
      _entities: [{ __typename: "Doc", title: "t1" }, null],
    });
    expect(denials(await ask("{ _service { sdl } }"))).toEqual(["FORBIDDEN _service"]);
  },
);
