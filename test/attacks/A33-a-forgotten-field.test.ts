import { expect } from "vitest";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema, startProblems } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials, worldTypeDefs } from "./world.js";

attack("A33: a forgotten field stops the start, with its coordinate", async ({ serve }) => {
  const engine = await grantEngine({ Person: ["read", "email"], Doc: ["read", "note", "write"] }, ["search_notes"]);
  const start = (more: string) => startProblems(() => serve(buildSchema(`${worldTypeDefs}\n${more}`), { engine }));
  expect(start("")).toEqual([]);
  expect(start("extend type Query { secrets: [String] }")).toEqual(["graphql/uncovered Query.secrets"]);
  expect(start("type Box { a: Int b: Int } extend type Leaflet { box: Box }")).toEqual([
    "graphql/uncovered Box.a",
    "graphql/uncovered Box.b",
  ]);
  expect(start("extend type Mutation { purge: Doc }")).toEqual(["graphql/uncovered Mutation.purge"]);
  // Once somebody has decided, it starts, and the decision holds.
  const decided = 'extend type Query { secrets: [String] @authorize(action: "search_notes", on: NONE) }';
  const { ask } = serve(buildSchema(`${worldTypeDefs}\n${decided}`), { engine });
  expect(denials(await ask("{ secrets }", { rootValue: { secrets: ["a secret"] } }))).toEqual(["FORBIDDEN secrets"]);
});
