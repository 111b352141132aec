import { parse } from "graphql";
import { expect } from "vitest";
import { major } from "../graphql/support/executors.js";
import { attack } from "./attack.js";

const document = parse(`{
  person(id: 1) { name ... @defer { email manager { name } } }
  items @stream(initialCount: 1) { ... on Doc { title note } ... on Person { name } }
}`);

attack("A40: what is deferred or streamed is asked about when it is executed", async ({ world, parts, way }) => {
  const { guarded } = await world(["alice read Person:1", "alice read Doc:1"]);
  // The executor of graphql 16 defers nothing.
  const waits = way !== "graphql-js" || major > 16;
  for (const sent of await parts({ schema: guarded, document, contextValue: { user: "alice" } })) {
    const text = JSON.stringify(sent);
    expect(sent.length > 1).toBe(waits);
    for (const secret of ["anna@", "Bert", "Cleo", "note 1", "title 2"]) expect(text).not.toContain(secret);
    expect(text).toContain("Anna");
    expect(text).toContain("title 1");
    expect(text.match(/FORBIDDEN/g)).toHaveLength(2);
  }
});

attack("A40: a list of authorized rows may be streamed, and holds no others", async ({ world, parts }) => {
  const { guarded } = await world(["alice read Doc:2", "alice read Doc:5"]);
  const streamed = parse(
    "{ list @stream(initialCount: 1) { id title } docs { nodes @stream(initialCount: 0) { title } totalCount } }",
  );
  for (const sent of await parts({ schema: guarded, document: streamed, contextValue: { user: "alice" } })) {
    const text = JSON.stringify(sent);
    for (const id of [2, 5]) expect(text.split(`title ${id}`)).toHaveLength(3);
    for (const id of [1, 3, 4, 6]) expect(text).not.toContain(`title ${id}`);
    expect(text).toContain('"totalCount":2');
    expect(text).not.toContain("errors");
  }
});
