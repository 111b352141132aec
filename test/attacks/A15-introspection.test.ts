import { getIntrospectionQuery, printSchema } from "graphql";
import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A15: introspection shows no action, no policy, no guard, and is the same for everybody", async ({ world }) => {
  const { ask, schema, guarded } = await world(["alice read Doc:1"]);
  const [alice, nobody] = [
    JSON.stringify(await ask(getIntrospectionQuery())),
    JSON.stringify(await ask(getIntrospectionQuery(), { as: null })),
  ];
  expect(alice).toBe(nobody);
  expect(alice).not.toContain("search_notes");
  expect(alice).not.toContain("errors");
  expect(printSchema(guarded)).toBe(printSchema(schema));
});
