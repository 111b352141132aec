import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const templates = [
  "{ doc(id: ID) { id title author { name } } }",
  "{ docOrError(id: ID) { id } }",
  "{ person(id: ID) { email docs { totalCount } } }",
  `{ node(id: "Doc:ID") { id } }`,
  "{ a: doc(id: ID) { note } b: docOrError(id: ID) { note } ping }",
  "mutation { deleteDoc(id: ID) }",
  'mutation { writeDoc(input: { id: ID, title: "x" }) { id } }',
];

attack(
  "A14: what is hidden and what does not exist answer the same bytes and ask the engine alike",
  async ({ world }) => {
    for (const as of ["alice", "bob", null]) {
      for (const template of templates) {
        const one = await world(["alice read Doc:3"]);
        const hidden = JSON.stringify(await one.ask(template.replaceAll("ID", "11").replaceAll("11", "2"), { as }));
        const other = await world(["alice read Doc:3"]);
        const missing = JSON.stringify(await other.ask(template.replaceAll("ID", "9"), { as }));
        expect({ template, as, answer: hidden }).toEqual({ template, as, answer: missing });
        expect(one.effects).toEqual(other.effects);
      }
    }
  },
);

attack("A14: nor where null cannot stand and only some of the possible types are guarded", async ({ serve }) => {
  const engine = await grantEngine({ Doc: ["read"] });
  const schema = buildSchema(
    `interface Node { id: ID! }
     type Doc implements Node @authorize { id: ID! }
     type Leaflet implements Node @public { id: ID! }
     type Box @public { node(id: ID!): Node!  nodes(ids: [ID!]!): [Node!]! }
     type Query { box: Box @public  nodes(ids: [ID!]!): [Node!] @public }`,
    {
      Query: { box: () => ({}), nodes: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(find) },
      Box: {
        node: (_: unknown, { id }: { id: string }) => find(id),
        nodes: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(find),
      },
    },
  );
  const { ask } = serve(schema, { engine });
  for (const query of [
    "{ box { node(id: ID) { id } } }",
    "{ box { nodes(ids: [1, ID]) { id } } }",
    "{ nodes(ids: [ID]) { id } }",
  ]) {
    // Ids of one length: places in the text are part of the answer.
    const [hidden, missing] = [await ask(query.replace("ID", "2")), await ask(query.replace("ID", "9"))];
    expect(JSON.stringify(hidden)).toBe(JSON.stringify(missing));
  }
});

/** A leaflet and a document; nothing else is there. */
function find(id: string): object | null {
  if (id === "1") return { __typename: "Leaflet", id };
  return id === "2" ? { __typename: "Doc", id } : null;
}
