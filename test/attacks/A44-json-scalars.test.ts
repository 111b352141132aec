import { expect, test } from "vitest";
import { coverage } from "../../src/graphql/index.js";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";

test("A44: a scalar that can hold anything on a guarded type is a warning", async () => {
  const engine = await grantEngine({ Doc: ["read"] });
  const schema = buildSchema(
    "scalar JSON type Doc @authorize { id: ID! raw: JSON rows: [JSON!] } type Query { doc: Doc }",
  );
  expect(coverage(schema, { engine }).problems.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([
    "graphql/unprotected-json Doc.raw",
    "graphql/unprotected-json Doc.rows",
  ]);
});
