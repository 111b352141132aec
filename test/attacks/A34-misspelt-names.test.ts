import { buildASTSchema, parse } from "graphql";
import { expect } from "vitest";
import { authorizeDirective, authorizeSchema } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema, startProblems } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

attack(
  "A34: a misspelt directive, action or type, and a directive without a definition, stop the start",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["read"] }, ["enter"]);
    const start = (sdl: string, definitions = authorizeDirective.typeDefs) => {
      const schema = buildASTSchema(parse(`${definitions}\n${sdl}`), { assumeValidSDL: true });
      const options = { engine, actor: () => null, logger: silent, mode: "annotated-only" as const };
      return startProblems(() => authorizeSchema(schema, options));
    };
    expect(start("type Doc @authorise { id: ID! } type Query { doc: Doc }")).toEqual(["graphql/definition Doc"]);
    expect(start(`type Doc @authorize(action: "reed") { id: ID! } type Query { doc: Doc }`)).toEqual([
      "graphql/unknown-action Doc",
    ]);
    expect(
      start(`type Doc { id: ID! } type Query { doc(id: ID): Doc @authorize(on: ARG, arg: "id", type: "Dco") }`),
    ).toEqual(["graphql/unknown-type Query.doc"]);
    expect(start("type Doc @authorize { id: ID! } type Query { doc: Doc }", "")).toEqual(["graphql/definition Doc"]);
    // With the word put right it starts, and guards.
    const { ask } = serve(buildSchema("type Doc @authorize { id: ID! } type Query { doc: Doc }"), { engine });
    expect(await ask("{ doc { id } }", { rootValue: { doc: { id: 1 } } })).toEqual({ data: { doc: null } });
  },
);
