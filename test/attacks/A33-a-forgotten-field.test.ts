import { expect, test } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema, serve, startProblems } from "../graphql/support/serve.js";
import { worldTypeDefs } from "./world.js";

test("A33: a forgotten field stops the start, with its coordinate", async () => {
  const engine = await grantEngine({ Person: ["read", "email"], Doc: ["read", "note", "write"] }, ["search_notes"]);
  const start = (more: string) => startProblems(() => serve(buildSchema(`${worldTypeDefs}\n${more}`), { engine }));
  expect(start("")).toEqual([]);
  expect(start("extend type Query { secrets: [String] }")).toEqual(["graphql/uncovered Query.secrets"]);
  expect(start("type Box { a: Int b: Int } extend type Leaflet { box: Box }")).toEqual([
    "graphql/uncovered Box.a",
    "graphql/uncovered Box.b",
  ]);
  expect(start("extend type Mutation { purge: Doc }")).toEqual(["graphql/uncovered Mutation.purge"]);
});
