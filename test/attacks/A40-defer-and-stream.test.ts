import { execute as toolsExecute } from "@graphql-tools/executor";
import { parse } from "graphql";
import { expect, test } from "vitest";
import { world } from "./world.js";

test("A40: what is deferred or streamed is asked about when it is executed", async () => {
  const { guarded } = await world(["alice read Person:1", "alice read Doc:1"]);
  const document = parse(`{
    person(id: 1) { name ... @defer { email manager { name } } }
    items @stream(initialCount: 1) { ... on Doc { title note } ... on Person { name } }
  }`);
  const result = await toolsExecute({ schema: guarded, document, contextValue: { user: "alice" } });
  if (!("initialResult" in result)) throw new Error("nothing was deferred");
  const parts: unknown[] = [result.initialResult];
  for await (const part of result.subsequentResults) parts.push(part);
  const text = JSON.stringify(parts);
  expect(parts.length).toBeGreaterThan(1);
  for (const secret of ["anna@", "Bert", "Cleo", "note 1", "title 2"]) expect(text).not.toContain(secret);
  expect(text).toContain("Anna");
  expect(text).toContain("title 1");
  expect(text.match(/FORBIDDEN/g)).toHaveLength(2);
});
