import { buildASTSchema, parse } from "graphql";
import { expect } from "vitest";
import { authorizeDirective } from "../../src/graphql/index.js";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "*",
  "a\u0000b",
  "valueOf",
  "then",
];

attack("A30: ids like names of built-in properties are ids like any other", async ({ serve }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:constructor");
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type Query { doc(id: ID!): Doc  list: [Doc!]! @authorize(on: LIST)  asked(id: ID!): ID @authorize(on: ARG, arg: "id", type: "Doc") }`,
    {
      Query: {
        doc: (_: unknown, { id }: { id: string }) => ({ id }),
        list: () => names.map((id) => ({ id })),
        asked: (_: unknown, { id }: { id: string }) => id,
      },
    },
  );
  const { ask } = serve(schema, { engine });
  expect((await ask("{ list { id } }")).data).toEqual({ list: [{ id: "constructor" }] });
  for (const id of names) {
    const variables = { id };
    const shown = (await ask("query ($id: ID!) { doc(id: $id) { id } }", { variables })).data;
    expect(shown).toEqual({ doc: id === "constructor" ? { id } : null });
    const asked = await ask("query ($id: ID!) { asked(id: $id) }", { variables });
    expect(denials(asked)).toEqual(id === "constructor" ? [] : ["FORBIDDEN asked"]);
  }
});

attack("A30: types, actions and aliases of such names do not reach into objects of ours", async ({ serve }) => {
  const engine = await grantEngine({ constructor: ["toString"] });
  const schema = buildASTSchema(
    parse(`${authorizeDirective.typeDefs}
      type constructor @authorize(action: "toString") { id: ID!  valueOf: String @authorize(action: "toString") }
      type Query { it: constructor  hasOwnProperty: constructor }`),
  );
  const rootValue = { it: { id: 1, valueOf: "x" }, hasOwnProperty: { id: 1 } };
  const { ask } = serve(schema, { engine });
  expect(await ask("{ toString: it { id } hasOwnProperty { id } }", { rootValue })).toEqual({
    data: { toString: null, hasOwnProperty: null },
  });
  await engine.grant("alice toString constructor:1");
  expect((await ask("{ constructor: it { valueOf } }", { rootValue })).data).toEqual({ constructor: { valueOf: "x" } });
});

attack("A30: an argument `__proto__` inside of a variable names nothing", async ({ world }) => {
  const { ask, effects } = await world(["alice write Doc:1"]);
  const input = JSON.parse(`{ "id": "2", "__proto__": { "id": "1" } }`) as object;
  const result = await ask("mutation ($i: DocInput!) { writeDoc(input: $i) { id } }", { variables: { i: input } });
  expect(result.data ?? null).not.toEqual({ writeDoc: { id: "2" } });
  expect(effects).toEqual([]);
});
