import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A2: a guarded type reached through `node` meets the gate of its concrete type", async ({ world }) => {
  const { ask } = await world(["alice read Doc:1"]);
  const query = `{
    open: node(id: "Leaflet:1") { id ... on Leaflet { title } }
    mine: node(id: "Doc:1") { id ... on Confidential { __typename } }
    hidden: node(id: "Doc:2") { id ... on Doc { title } ... on Confidential { note } }
    person: node(id: "Person:1") { __typename ... on Person { email } }
  }`;
  expect(await ask(query)).toEqual({
    data: {
      open: { id: "1", title: "opening hours" },
      mine: { id: "1", __typename: "Doc" },
      hidden: null,
      person: null,
    },
  });
});
