import { createHook } from "node:async_hooks";
import { type ExecutionResult, execute, type GraphQLSchema, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import type { Engine } from "../../src/engine/types.js";
import { type Authorization, authorizeSchema } from "../../src/graphql/index.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema } from "./support/serve.js";

/** How many promises come into being while the function runs. */
function promisesIn(run: () => unknown): { readonly count: number; readonly result: unknown } {
  let count = 0;
  const hook = createHook({ init: (_id, type) => void (type === "PROMISE" && count++) });
  hook.enable();
  const result = run();
  hook.disable();
  return { count, result };
}

describe("a guard whose answers are known at once", () => {
  test("adds no promise to an operation, whatever it hides", async () => {
    const engine = await grantEngine({ Doc: ["read", "write"] }, ["enter"]);
    await engine.grant("alice read Doc:1", "alice read Doc:2", "alice write Doc:2", "alice enter");
    const schema = buildSchema(
      `type Doc @authorize { id: ID! title: String note: String @authorize(action: "write") again: Doc }
       type Query {
         docs: [Doc]
         doc(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc", deny: NOT_FOUND)
         door: String @authorize(action: "enter", on: NONE)
       }`,
      {
        Query: {
          docs: () => [1, 2, 3].map((id) => ({ id, title: "t", note: "n" })),
          doc: (_: unknown, { id }: { id: string }) => ({ id, title: "t" }),
          door: () => "open",
        },
        Doc: { again: (doc: unknown) => doc },
      },
    );
    const guarded = authorizeSchema(schema, { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) });
    const document = parse(
      "{ docs { id title note again { again { note } } } a: doc(id: 1) { title } b: doc(id: 3) { title } door }",
    );
    const run = () => execute({ schema: guarded, document, contextValue: {} });
    const { count, result } = promisesIn(run);
    expect(result).not.toBeInstanceOf(Promise);
    expect(count).toBe(0);
    expect(promisesIn(() => Promise.resolve(1)).count).toBe(1);
    expect((result as { data: unknown }).data).toMatchObject({ door: "open", a: { title: "t" }, b: null });
  });

  test("nor does a LIST, on a connection or a plain list", async () => {
    const { guarded } = await connectionServer({});
    const document = parse("{ some: docs { edges { node { id } } pageInfo { hasNextPage } } plain { id } }");
    const { count, result } = promisesIn(() => execute({ schema: guarded, document, contextValue: {} }));
    expect(count).toBe(0);
    expect(result).toEqual({
      data: {
        some: { edges: [{ node: { id: "1" } }], pageInfo: { hasNextPage: false } },
        plain: [{ id: "1" }],
      },
    });
  });
});

async function connectionServer(overrides: Partial<Engine>) {
  const engine = await createEngine({
    policy: `actor User {} resource Doc { permissions = ["read"]; roles = ["reader"]; "read" if "reader"; }`,
  });
  await engine.tell("has_role", { type: "User", id: "alice" }, "reader", { type: "Doc", id: "1" });
  let looks = false;
  const schema = buildSchema(
    `type Doc { id: ID! }
     type Edge { node: Doc  cursor: String! }
     type PageInfo { hasNextPage: Boolean!  endCursor: String }
     type Docs { edges: [Edge!]!  pageInfo: PageInfo!  totalCount: Int }
     type Query { docs(first: Int): Docs! @authorize(on: LIST)  plain: [Doc!]! @authorize(on: LIST) }`,
    {
      Query: {
        plain: () => [{ id: "1" }, { id: "2" }],
        docs: (_: unknown, _args: unknown, context: { authorization: Authorization }) => {
          const page = (ids: readonly string[], totalCount: number) => ({
            edges: ids.map((id) => ({ node: { id }, cursor: id })),
            pageInfo: { hasNextPage: ids.length < totalCount },
            totalCount,
          });
          if (!looks) return page(["1", "2"], 2);
          return context.authorization.list("read", "Doc").then((ids) => page(ids, 7));
        },
      },
    },
  );
  const actor = () => ({ type: "User", id: "alice" });
  const options = { engine: { ...engine, ...overrides }, logger: silent, actor, mode: "annotated-only" } as const;
  const guarded = authorizeSchema(schema, options);
  const look = (): void => {
    looks = true;
  };
  return { guarded, look };
}

describe("the short ways to an answer", () => {
  const ask = async (schema: GraphQLSchema, query: string) =>
    (await execute({ schema, document: parse(query), contextValue: {} })) as ExecutionResult;

  test("are not taken past a verb that somebody has wrapped", async () => {
    const none = await connectionServer({ list: async () => [] });
    expect(await ask(none.guarded, "{ plain { id } }")).toEqual({ data: { plain: [] } });
    const other = await connectionServer({ list: async () => ["2"] });
    expect(await ask(other.guarded, "{ plain { id } }")).toEqual({ data: { plain: [{ id: "2" }] } });
  });

  test("notice a resolver that looks at `context.authorization` after it has not for a long time", async () => {
    const { guarded, look } = await connectionServer({});
    const query = "{ docs(first: 1) { edges { node { id } } totalCount } }";
    for (let i = 0; i < 3; i++) {
      expect(await ask(guarded, query)).toMatchObject({ data: { docs: { edges: [{ node: { id: "1" } }] } } });
    }
    look();
    // The call in which it is noticed is looked through like any other: the resolver is not called a second time for it.
    const noticed = await ask(guarded, query);
    expect(noticed).toMatchObject({ data: { docs: { edges: [{ node: { id: "1" } }] } } });
    expect(noticed).not.toMatchObject({ data: { docs: { totalCount: 7 } } });
    // From then on the count of a resolver that takes the set into its own query is believed.
    for (let i = 0; i < 2; i++) {
      expect(await ask(guarded, query)).toEqual({ data: { docs: { edges: [{ node: { id: "1" } }], totalCount: 7 } } });
    }
  });
});
