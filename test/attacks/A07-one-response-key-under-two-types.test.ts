import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A7: one response key under two type conditions is hidden in the denied branch only", async ({ world }) => {
  const { ask } = await world(["alice read Doc:1", "alice read Person:1"]);
  const result = await ask(`{
    items { ... on Doc { text: note } ... on Person { text: name } ... on Leaflet { text: title } }
  }`);
  const shown = (result.data as { items: (object | null)[] }).items.filter((item) => item !== null);
  expect(shown).toEqual([{ text: "Anna" }, { text: null }, { text: "opening hours" }]);
  expect(denials(result)).toEqual(["FORBIDDEN items.3.text"]);
});
