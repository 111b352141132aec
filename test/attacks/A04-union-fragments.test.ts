import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A4: denied members of a union are null, and removed from a LIST", async ({ world }) => {
  const { ask } = await world(["alice read Doc:2", "alice read Person:3"]);
  const { data } = await ask("{ items { ... on Doc { title } ... on Person { name } ... on Leaflet { title } } }");
  expect(data).toEqual({
    items: [
      null,
      null,
      { name: "Cleo" },
      null,
      { title: "title 2" },
      null,
      null,
      null,
      null,
      { title: "opening hours" },
    ],
  });
  expect((await ask("{ visible { __typename ... on Doc { id } ... on Person { id } } }")).data).toEqual({
    visible: [
      { __typename: "Person", id: "3" },
      { __typename: "Doc", id: "2" },
    ],
  });
});
