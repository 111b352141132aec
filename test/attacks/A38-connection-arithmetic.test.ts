import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A38: edges, nodes, counts and page infos speak of one set, that of the field", async ({ world }) => {
  const { ask } = await world([
    "alice read Doc:2",
    "alice read Doc:3",
    "alice read Doc:5",
    "alice read Person:3",
    "alice read Person:1",
  ]);
  const fields =
    "edges { cursor node { id } } nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const { data } = await ask(`{ docs(first: 2) { ${fields} } rest: docs(first: 2, after: "3") { ${fields} }
    three: person(id: 3) { docs { ${fields} } } one: person(id: 1) { docs(first: 0) { ${fields} } } }`);
  const shown = (ids: number[], hasNextPage: boolean, totalCount: number) => ({
    edges: ids.map((id) => ({ cursor: String(id), node: { id: String(id) } })),
    nodes: ids.map((id) => ({ id: String(id) })),
    totalCount,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: false,
      startCursor: ids.length === 0 ? null : String(ids[0]),
      endCursor: ids.length === 0 ? null : String(ids[ids.length - 1]),
    },
  });
  expect(data).toEqual({
    docs: shown([2, 3], true, 3),
    rest: shown([5], false, 3),
    // Of the rows of this parent only: documents 2 and 5, and document 3 of the other.
    three: { docs: shown([2, 5], false, 2) },
    one: { docs: shown([], true, 1) },
  });
});
