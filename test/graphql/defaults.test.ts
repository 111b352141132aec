import {
  buildASTSchema,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from "graphql";
import { describe, expect, test } from "vitest";
import { authorize, authorizeDirective, everybody } from "../../src/graphql/index.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve, startProblems } from "./support/serve.js";

describe("a default that the schema writes", () => {
  const schema = buildSchema(
    `enum Order { ASC  DESC @authorize(action: "sort", on: NONE) }
     input Where { deep: Boolean = true @authorize(action: "sort", on: NONE)  order: Order = DESC  tags: [String] = ["a", "b"] @authorize(action: "sort", on: NONE) }
     type Query { search(where: Where, all: [Where!], order: Order = DESC, by: Where = { deep: false }): String @public }`,
    { Query: { search: () => "found" } },
  );

  test.each([
    ["{ search }", {}],
    ["{ search(where: {}, all: [{}]) }", {}],
    ["query ($w: Where) { search(where: $w) }", { w: {} }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: {} }],
    ["query ($w: Where!) { search(all: [$w, {}]) }", { w: {} }],
    ["query ($o: Order = ASC) { search(order: $o) }", {}],
  ])("is not supplied by the client: %s", async (query, variables) => {
    const { ask } = serve(schema, { engine: await grantEngine({}, ["sort"]) });
    expect(await ask(query, { variables })).toEqual({ data: { search: "found" } });
  });

  test.each([
    ["{ search(order: DESC) }", {}],
    ["{ search(all: [{ deep: false }]) }", {}],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { deep: false } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: ["b"] } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: ["a"] } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: [] } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: ["a", "b", "c"] } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: ["b", "a"] } }],
    ["query ($w: Where!) { search(all: [$w]) }", { w: { tags: null } }],
    ["query ($d: Boolean) { search(where: { deep: $d }) }", { d: null }],
    ["query ($o: Order = DESC) { search(order: $o) }", {}],
  ])("does not hide what the client supplies: %s", async (query, variables) => {
    const { ask } = serve(schema, { engine: await grantEngine({}, ["sort"]) });
    expect(denials(await ask(query, { variables }))).toEqual(["FORBIDDEN search"]);
  });
});

describe("a default that is an input object", () => {
  const guarded = '@authorize(action: "sort", on: NONE)';
  const inner = new GraphQLInputObjectType({
    name: "Inner",
    fields: {
      a: { type: GraphQLInt, extensions: authorize({ action: "sort", on: "NONE" }) },
      b: { type: GraphQLInt, defaultValue: 3 },
    },
  });
  const schemas: Record<string, GraphQLSchema> = {
    "written in SDL": buildSchema(
      `input Inner { a: Int ${guarded}  b: Int = 3 }
       input Where { inner: Inner = { a: 7 }  plain: Int }
       type Query { search(where: Where, inner: Inner = { a: 8 }): String @public }`,
      { Query: { search: () => "found" } },
    ),
    "made in code": new GraphQLSchema({
      query: new GraphQLObjectType({
        name: "Query",
        fields: {
          search: {
            type: GraphQLString,
            extensions: everybody(),
            args: {
              where: {
                type: new GraphQLInputObjectType({
                  name: "Where",
                  fields: {
                    inner: { type: inner, defaultValue: { a: 7, b: 3 } },
                    plain: { type: GraphQLInt },
                  },
                }),
              },
              inner: { type: inner, defaultValue: { a: 8, b: 3 } },
            },
            resolve: () => "found",
          },
        },
      }),
    }),
  };

  test.each(Object.entries(schemas))("has the defaults of its own fields in it: %s", async (_, schema) => {
    const { ask } = serve(schema, { engine: await grantEngine({}, ["sort"]) });
    const query = "query ($w: Where) { search(where: $w) }";
    for (const w of [{}, { plain: 1 }, null]) {
      expect(await ask(query, { variables: { w } })).toEqual({ data: { search: "found" } });
    }
    expect(await ask("{ search(where: {}) }")).toEqual({ data: { search: "found" } });
    expect(denials(await ask(query, { variables: { w: { inner: { a: 1 } } } }))).toEqual(["FORBIDDEN search"]);
    expect(denials(await ask("{ search(where: { inner: { a: 7 } }) }"))).toEqual(["FORBIDDEN search"]);
    expect(denials(await ask("{ search(inner: { a: 8, b: 3 }) }"))).toEqual(["FORBIDDEN search"]);
    expect(await ask("{ search(inner: { b: 4 }) }")).toEqual({ data: { search: "found" } });
  });
});

describe("a default that is a value of a scalar of its own", () => {
  const schema = buildSchema(
    `scalar Day
     input Where { since: Day = "2020-01-01" @authorize(action: "sort", on: NONE) }
     type Query { search(where: Where): String @public }`,
    {
      Day: new GraphQLScalarType({ name: "Day", parseValue: (value) => new Date(String(value)) }),
      Query: { search: () => "found" },
    },
  );

  test("is not taken for another one", async () => {
    const { ask } = serve(schema, { engine: await grantEngine({}, ["sort"]) });
    const query = "query ($w: Where) { search(where: $w) }";
    expect(denials(await ask(query, { variables: { w: { since: "1999-12-31" } } }))).toEqual(["FORBIDDEN search"]);
  });
});

describe("a definition of the directive with a default", () => {
  test("is another definition: what it says would not hold", async () => {
    const engine = await grantEngine({ Doc: ["read", "admin"] });
    const definition = authorizeDirective.typeDefs.replace("action: String\n", 'action: String = "admin"\n');
    expect(definition).not.toBe(authorizeDirective.typeDefs);
    const schema = buildASTSchema(parse(`${definition} type Doc @authorize { id: ID! } type Query { doc: Doc }`));
    expect(startProblems(() => serve(schema, { engine }))).toEqual(["graphql/definition @authorize"]);
  });
});
