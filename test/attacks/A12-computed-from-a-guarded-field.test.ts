import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coverage } from "../../src/graphql/index.js";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema, denials, startProblems } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const resolvers = { Query: { doc: () => ({ id: 1, name: "Anna Berg" }) }, Doc: { initials: () => "AB" } };
const typeDefs = (initials: string): string => `
  type Doc { id: ID! @public  name: String @authorize(action: "read_name")  initials: String ${initials} }
  type Query { doc: Doc @public }`;

attack(
  "A12: a guard holds for its field alone: what is computed from it needs one of its own, and does not start without a decision",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read_name"] });
    const undecided = buildSchema(typeDefs(""), resolvers);
    expect(startProblems(() => serve(undecided, { engine }))).toEqual(["graphql/uncovered Doc.initials"]);

    const open = buildSchema(typeDefs("@public"), resolvers);
    expect(coverage(open, { engine }).guarded).toEqual(["Doc.name"]);
    const shown = await serve(open, { engine }).ask("{ doc { name initials } }");
    expect(shown.data).toEqual({ doc: { name: null, initials: "AB" } });

    const guarded = buildSchema(typeDefs('@authorize(action: "read_name")'), resolvers);
    const hidden = await serve(guarded, { engine }).ask("{ doc { name initials } }");
    expect(hidden.data).toEqual({ doc: { name: null, initials: null } });
    expect(denials(hidden)).toEqual(["FORBIDDEN doc.initials", "FORBIDDEN doc.name"]);
  },
);

test("A12: the documentation says so", () => {
  const text = readFileSync(new URL("../../docs/graphql.md", import.meta.url), "utf8");
  expect(text).toMatch(/computed from a guarded one/);
});
