import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A10: a guarded input field is asked about however it is supplied", async ({ world }) => {
  const { ask, effects } = await world(["alice write Doc:1", "alice read Doc:1"]);
  expect(denials(await ask(`mutation { writeDoc(input: { id: 1, title: "x" }) { id } }`))).toEqual([]);
  const attempts: [string, Record<string, unknown>?][] = [
    [`mutation { writeDoc(input: { id: 1, note: "x" }) { id } }`],
    [`mutation { writeDoc(input: { id: 1, note: null }) { id } }`],
    [`mutation { writeDoc(input: { id: 1, parts: [{ id: 2, note: "x" }] }) { id } }`],
    [`mutation { writeDoc(input: { id: 1, parts: { id: 2, parts: { id: 3, note: "x" } } }) { id } }`],
    ["mutation ($n: String) { writeDoc(input: { id: 1, note: $n }) { id } }", { n: "x" }],
    [`mutation ($n: String = "x") { writeDoc(input: { id: 1, note: $n }) { id } }`],
    ["mutation ($i: DocInput!) { writeDoc(input: $i) { id } }", { i: { id: 1, note: "x" } }],
    ["mutation ($p: [DocInput!]) { writeDoc(input: { id: 1, parts: $p }) { id } }", { p: { id: 2, note: null } }],
  ];
  effects.length = 0;
  for (const [query, variables] of attempts) {
    expect({ query, denied: denials(await ask(query, { variables: variables ?? {} })) }).toEqual({
      query,
      denied: ["FORBIDDEN writeDoc"],
    });
  }
  expect(effects).toEqual([]);
});
