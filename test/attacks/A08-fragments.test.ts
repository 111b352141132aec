import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

const fragments = `
  fragment Deep on Doc { ...Deeper }
  fragment Deeper on Confidential { note ... on Doc { author { ...Who } } }
  fragment Who on Person { email }
  fragment Unused on Doc { title }
`;

attack("A8: fragments count where they are spread, and only in the operation that is executed", async ({ world }) => {
  const { ask } = await world(["alice read Doc:3", "alice read Person:1", "alice email Person:1"]);
  const result = await ask(
    `query A { ping } query B { a: doc(id: 3) { ...Deep } b: doc(id: 4) { ...Deep } } ${fragments.replace(/fragment Unused.*/, "")}`,
    {
      operationName: "B",
    },
  );
  expect(result.data).toEqual({ a: { note: null, author: { email: "anna@example.com" } }, b: null });
  expect(denials(result)).toEqual(["FORBIDDEN a.note"]);
  const other = await ask(`query A { ping } query B { doc(id: 3) { note } }`, { operationName: "A" });
  expect(other).toEqual({ data: { ping: "pong" } });
});
