import { expect } from "vitest";
import { coverage } from "../../src/graphql/index.js";
import { grantEngine } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

const typeDefs = (guard: string) => `
  type Query { ping: String @public }
  type Mutation {
    move(doc: ID!, into: ID!): String @authorize(action: "write", on: ARG, arg: "doc", type: "Doc") ${guard}
  }`;

attack(
  "A9: every id that a directive names is asked about, and an id that none names is a warning",
  async ({ serve }) => {
    const engine = await grantEngine({ Doc: ["write"], Folder: ["write"] });
    await engine.grant("alice write Doc:1", "alice write Folder:1");
    const resolvers = { Mutation: { move: () => "moved" } };
    const half = buildSchema(typeDefs(""), resolvers);
    expect(coverage(half, { engine }).problems.map(String)).toEqual([
      "Mutation.move(into:): an id that no directive names: nobody asks whether the actor may use it; name it with `on: ARG`, or guard the argument [graphql/id-argument]",
    ]);
    const whole = buildSchema(typeDefs(`@authorize(action: "write", on: ARG, arg: "into", type: "Folder")`), resolvers);
    const { ask } = serve(whole, { engine });
    expect((await ask("mutation { move(doc: 1, into: 1) }")).data).toEqual({ move: "moved" });
    for (const args of ["doc: 1, into: 2", "doc: 2, into: 1"]) {
      expect(denials(await ask(`mutation { move(${args}) }`))).toEqual(["FORBIDDEN move"]);
    }
  },
);
