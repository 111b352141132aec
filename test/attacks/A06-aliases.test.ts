import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A6: an alias changes nothing, not even one that is named like another field", async ({ world }) => {
  const { ask } = await world(["alice read Person:1", "alice read Doc:1"]);
  const result = await ask(`{
    ping: person(id: 1) { name: email  id: name  email: id }
    person: person(id: 2) { id }
    doc: ping
    title: doc(id: 1) { title: note }
  }`);
  expect(result.data).toEqual({
    ping: { name: null, id: "Anna", email: "1" },
    person: null,
    doc: "pong",
    title: { title: null },
  });
  expect(denials(result)).toEqual(["FORBIDDEN ping.name", "FORBIDDEN title.title"]);
});
