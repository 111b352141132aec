import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import type { Authorization } from "../../src/graphql/index.js";
import { countCalls, silent } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const policy = `
actor User {}
allow(user: User, "create", bear: Bear) if bear.owner_id = user.id and not bear.species = "sloth";
allow(user: User, "index", bear: Bear) if bear.owner_id = user.id or bear.species = "panda";
allow(user: User, "delete", bear: Bear) if bear.owner_id = user.id;
allow(_: User, "index", _: User);
`;

class User {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

const bears = [
  { id: 1, name: "Yogi", species: "brown", owner_id: "agnes" },
  { id: 2, name: "Po", species: "panda", owner_id: "brynn" },
  { id: 3, name: "Baloo", species: "sloth", owner_id: "brynn" },
];

async function setUp() {
  const asked: string[][] = [];
  const engine = countCalls(
    await createEngine({
      policy,
      logger: silent,
      types: {
        User: { class: User, fields: { id: "String" } },
        Bear: {
          fields: { name: "String", species: "String", owner_id: "String" },
          load: async (ids) => {
            asked.push([...ids]);
            return ids.map((id) => bears.find((bear) => String(bear.id) === id) ?? null);
          },
        },
      },
    }),
  );
  const schema = buildSchema(
    `type Bear @public { id: ID!  name: String!  species: String!  owner: User }
     type User @authorize(action: "index") { id: ID! }
     input NewBear { name: String!  species: String!  owner_id: String }
     type Query {
       bears: [Bear!]! @authorize(action: "index", on: LIST)
       page(first: Int, after: String): Bears! @authorize(action: "index", on: LIST)
       mine: [String!] @public
     }
     type Bears { edges: [BearEdge!]!  pageInfo: PageInfo!  totalCount: Int! }
     type BearEdge { node: Bear!  cursor: String! }
     type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  endCursor: String  startCursor: String }
     type Mutation {
       createBear(input: NewBear!): Bear @authorize(action: "create", on: ARG, arg: "input", type: "Bear")
       deleteBear(id: ID!): Boolean @authorize(action: "delete", on: ARG, arg: "id", type: "Bear")
     }`,
    {
      Query: {
        bears: () => bears,
        page: (_: unknown, { first, after }: { first?: number; after?: string }) => {
          const from = bears.filter((bear) => after == null || bear.id > Number(after));
          const shown = from.slice(0, first ?? undefined);
          return {
            edges: shown.map((node) => ({ node, cursor: String(node.id) })),
            pageInfo: { hasNextPage: shown.length < from.length, hasPreviousPage: false },
            totalCount: bears.length,
          };
        },
        mine: async (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) =>
          authorization.list("index", "Bear").catch(() => null),
      },
      Bear: { owner: (bear: { owner_id: string }) => new User(bear.owner_id) },
      Mutation: {
        createBear: (_: unknown, { input }: { input: object }) => ({ id: 9, ...input }),
        deleteBear: () => true,
      },
    },
  );
  const actor = ({ user }: { user: string | null }) => (user === null ? null : new User(user));
  return { engine, asked, ...serve(schema, { engine, actor }) };
}

describe("a policy that reads the application's objects", () => {
  test("is asked about the rows of a LIST, and never for ids alone", async () => {
    const { ask, engine } = await setUp();
    expect((await ask("{ bears { name owner { id } } }", { as: "agnes" })).data).toEqual({
      bears: [
        { name: "Yogi", owner: { id: "agnes" } },
        { name: "Po", owner: { id: "brynn" } },
      ],
    });
    expect((await ask("{ bears { name } }", { as: "carli" })).data).toEqual({ bears: [{ name: "Po" }] });
    expect(engine.calls.list).toEqual([]);
  });

  test("pages over the rows that it allows", async () => {
    const { ask } = await setUp();
    const page = "{ page(first: 1) { edges { node { name } } totalCount pageInfo { hasNextPage endCursor } } }";
    expect((await ask(page, { as: "brynn" })).data).toEqual({
      page: { edges: [{ node: { name: "Po" } }], totalCount: 2, pageInfo: { hasNextPage: true, endCursor: "2" } },
    });
    expect((await ask(page, { as: "carli" })).data).toEqual({
      page: { edges: [{ node: { name: "Po" } }], totalCount: 1, pageInfo: { hasNextPage: false, endCursor: "2" } },
    });
  });

  test("judges an input as the object that it may become", async () => {
    const { ask } = await setUp();
    const create = async (input: object) =>
      denials(
        await ask("mutation ($i: NewBear!) { createBear(input: $i) { name } }", {
          as: "agnes",
          variables: { i: input },
        }),
      );
    expect(await create({ name: "Iorek", species: "polar", owner_id: "agnes" })).toEqual([]);
    expect(await create({ name: "Sid", species: "sloth", owner_id: "agnes" })).toEqual(["FORBIDDEN createBear"]);
    expect(await create({ name: "Iorek", species: "polar", owner_id: "brynn" })).toEqual(["FORBIDDEN createBear"]);
    // What the input does not say is not nil: it cannot be found out.
    expect(await create({ name: "Iorek", species: "polar" })).not.toEqual([]);
  });

  test("loads what an argument names, and treats what is not there like what is denied", async () => {
    const { ask, asked } = await setUp();
    const remove = async (id: number, as: string) =>
      JSON.stringify(await ask(`mutation { deleteBear(id: ${id}) }`, { as }));
    expect(await remove(1, "agnes")).toBe('{"data":{"deleteBear":true}}');
    expect(await remove(2, "agnes")).toBe(await remove(7, "agnes"));
    expect(denials(JSON.parse(await remove(2, "agnes")))).toEqual(["FORBIDDEN deleteBear"]);
    expect(asked).toEqual([["1"], ["2"], ["7"], ["2"]]);
  });
});
