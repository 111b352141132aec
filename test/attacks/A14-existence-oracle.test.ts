import { expect } from "vitest";
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
