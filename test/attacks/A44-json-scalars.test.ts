import { expect } from "vitest";
import { coverage } from "../../src/graphql/index.js";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack(
  "A44: a scalar that can hold anything on a guarded type is a warning: the gate hides all of it, no guard a part",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read"] });
    const schema = buildSchema(
      "scalar JSON type Doc @authorize { id: ID! raw: JSON rows: [JSON!] } type Query { doc(id: ID!): Doc }",
      { Query: { doc: (_: unknown, { id }: { id: string }) => ({ id, raw: { secret: id }, rows: [] }) } },
    );
    expect(coverage(schema, { engine }).problems.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([
      "graphql/unprotected-json Doc.raw",
      "graphql/unprotected-json Doc.rows",
    ]);
    await engine.grant("alice read Doc:1");
    const { ask } = serve(schema, { engine });
    expect(await ask("{ mine: doc(id: 1) { raw } hidden: doc(id: 2) { raw } }")).toEqual({
      data: { mine: { raw: { secret: "1" } }, hidden: null },
    });
  },
);
