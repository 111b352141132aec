import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import type { Authorization } from "../../src/graphql/index.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const types = { Doc: ["read", "write"] };
const doc = (id: number) => ({ type: "Doc", id: String(id) });

async function setUp(use: (authorization: Authorization) => unknown, overrides = {}) {
  const engine = await grantEngine(types, ["enter"], overrides);
  await engine.grant("alice read Doc:1", "alice write Doc:1", "alice read Doc:2", "alice enter");
  const schema = buildSchema(
    `scalar Any
     type Doc @authorize { id: ID! actions: [String!] }
     type Query { use: Any @public  docs: [Doc]  list: [Doc] @authorize(on: LIST) }`,
    {
      Query: {
        use: async (_: unknown, __: unknown, context: { authorization: Authorization }) => use(context.authorization),
        docs: () => [{ id: 1 }, { id: 2 }, { id: 3 }],
        list: () => [{ id: 1 }, { id: 2 }, { id: 3 }],
      },
      Doc: {
        actions: ({ id }: { id: number }, _: unknown, context: { authorization: Authorization }) =>
          context.authorization.actions(doc(id)),
      },
    },
  );
  return { engine, ...serve(schema, { engine, executors: "graphql-js", mode: "annotated-only" }) };
}

describe("context.authorization", () => {
  test("answers for the current actor", async () => {
    const { ask } = await setUp(async (authorization) => ({
      actor: authorization.actor,
      one: await authorization.authorize("read", doc(1)),
      global: await authorization.authorize("enter"),
      many: await authorization.authorizeMany("read", [doc(1), doc(2), doc(3)]),
      list: await authorization.list("read", "Doc"),
      actions: await authorization.actions(doc(1)),
      filter: await authorization.filter("write", "Doc"),
      why: (await authorization.explain("read", doc(1))).allowed,
    }));
    expect((await ask("{ use }")).data).toEqual({
      use: {
        actor: { type: "User", id: "alice" },
        one: true,
        global: true,
        many: [true, true, false],
        list: ["1", "2"],
        actions: ["read", "write"],
        filter: { kind: "where", condition: { kind: "ids", type: "Doc", ids: ["1"] } },
        why: true,
      },
    });
    expect((await ask("{ use }", { as: "bob" })).data).toMatchObject({
      use: { one: false, global: false, many: [false, false, false], list: [], actions: [], filter: { kind: "none" } },
    });
  });

  test("asks nothing when nobody is logged in", async () => {
    const { ask, engine } = await setUp(async (authorization) => [
      authorization.actor,
      await authorization.authorize("read", doc(1)),
      await authorization.list("read", "Doc"),
      await authorization.actions(doc(1)),
    ]);
    expect((await ask("{ use }", { as: null })).data).toEqual({ use: [null, false, [], []] });
    expect(Object.values(engine.calls).flat()).toEqual([]);
  });

  test("shares what the layer has asked, and the layer what it has asked", async () => {
    const { ask, engine } = await setUp((authorization) =>
      Promise.all([authorization.authorize("read", doc(1)), authorization.list("read", "Doc")]),
    );
    await ask("{ a: use b: use docs { id } list { id } }");
    expect(engine.calls.decide.filter((call) => call === "alice read Doc:1").length).toBeLessThanOrEqual(1);
    expect(engine.calls.list).toEqual(["alice read Doc"]);
  });

  test("asks the actions of an object once, however often they are shown", async () => {
    const { ask, engine } = await setUp(() => null);
    const result = await ask("{ a: docs { actions } b: docs { actions again: actions } }");
    expect(result.data).toMatchObject({ a: [{ actions: ["read", "write"] }, { actions: ["read"] }, null] });
    expect(engine.calls.actions.sort()).toEqual(["alice Doc:1", "alice Doc:2"]);
  });

  test("takes the engine's options, and then asks anew", async () => {
    const { ask } = await setUp((authorization) =>
      authorization.authorize("read", doc(9), {
        contextFacts: [["has_role", { type: "User", id: "alice" }, "can read", doc(9)]],
      }),
    );
    expect((await ask("{ use }")).data).toEqual({ use: true });
  });

  test("throws an AuthorizationError when a question cannot be answered", async () => {
    const failing = { actions: () => Promise.reject(new Error("secret reason")) };
    const { ask, log } = await setUp((authorization) => authorization.actions(doc(1)), failing);
    const result = await ask("{ use }");
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE use"]);
    expect(JSON.stringify(result)).not.toContain("secret reason");
    expect(log.join("\n")).toContain("secret reason");
  });

  test("leaves a context alone that has something else of that name, or cannot be extended", async () => {
    const { ask } = await setUp((authorization) => authorization);
    const context = { user: "alice", authorization: "Bearer x" };
    expect((await ask("{ use }", { context })).data).toEqual({ use: "Bearer x" });
    expect((await ask("{ docs { id } }", { context: Object.freeze({ user: "alice" }) })).data).toEqual({
      docs: [{ id: "1" }, { id: "2" }, null],
    });
  });
});

describe("what a resolver asks", () => {
  test("is about the object that it names, not about what that object looks like", async () => {
    class Report {
      readonly type = "Doc";
      readonly id: string;
      constructor(id: string) {
        this.id = id;
      }
    }
    const engine = await createEngine({
      policy: `actor User {}
        resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
        allow(actor, action, resource) if has_permission(actor, action, resource);
        allow(_: User, "read", report: Report) if report.id = "2";`,
      types: { Report: { class: Report, fields: { id: "String", type: "String" } } },
      logger: { info: () => {}, warn: () => {} },
    });
    await engine.tell("has_role", { type: "User", id: "alice" }, "reader", doc(1));
    const schema = buildSchema("scalar Any type Query { use: Any @public }", {
      Query: {
        use: async (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) => [
          await authorization.authorize("read", doc(1)),
          await authorization.authorize("read", new Report("1")),
          await authorization.authorize("read", new Report("2")),
          ...(await authorization.authorizeMany("read", [new Report("1"), doc(2), new Report("2"), doc(1)])),
        ],
      },
    });
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    expect((await ask("{ use }")).data).toEqual({ use: [true, false, true, false, false, true, true] });
    await engine.close();
  });

  test.each(["list", "filter"])(
    "with facts of its own, by `%s`, is not the set of the connection that it answers",
    async (verb) => {
      const engine = await grantEngine(types);
      await engine.grant("alice read Doc:1");
      const contextFacts = ["2", "3"].map(
        (id) => ["has_role", { type: "User", id: "alice" }, "can read", doc(Number(id))] as const,
      );
      const schema = buildSchema(
        `type Doc { id: ID! }
       type Edge { node: Doc  cursor: String! }
       type PageInfo { hasNextPage: Boolean!  endCursor: String }
       type Docs { edges: [Edge]  pageInfo: PageInfo!  totalCount: Int }
       type Query { docs(first: Int): Docs @authorize(on: LIST) }`,
        {
          Query: {
            docs: async (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) => {
              const options = { contextFacts: contextFacts.map((fact) => [...fact] as never) };
              const taken =
                verb === "list"
                  ? await authorization.list("read", "Doc", options)
                  : await authorization.filter("read", "Doc", options);
              const ids = Array.isArray(taken) || taken.kind !== "where" ? (taken as string[]) : taken.condition.ids;
              return {
                edges: [...ids].sort().map((id) => ({ node: { id }, cursor: id })),
                pageInfo: { hasNextPage: false },
                totalCount: ids.length,
              };
            },
          },
        },
      );
      const { ask } = serve(schema, { engine, executors: "graphql-js", mode: "annotated-only" });
      const { data } = await ask("{ docs(first: 5) { edges { node { id } } totalCount } }");
      expect(data).toMatchObject({ docs: { edges: [{ node: { id: "1" } }] } });
      expect(data).not.toMatchObject({ docs: { totalCount: 3 } });
    },
  );

  test("with facts of its own is not remembered, for it or for others", async () => {
    const contextFacts = [["has_role", { type: "User", id: "alice" }, "can read", doc(3)] as never];
    const { ask } = await setUp(async (authorization) => [
      await authorization.authorize("read", doc(3)),
      await authorization.authorize("read", doc(3), { contextFacts }),
      await authorization.authorize("read", doc(3)),
      await authorization.authorizeMany("read", [doc(3)], { contextFacts }),
      await authorization.authorizeMany("read", [doc(3)]),
      (await authorization.list("read", "Doc", { contextFacts })).length,
      (await authorization.list("read", "Doc")).length,
      await authorization.actions(doc(3), { contextFacts }),
      await authorization.actions(doc(3)),
      (await authorization.explain("read", doc(3), { contextFacts })).allowed,
      (await authorization.explain("read", doc(3))).allowed,
    ]);
    const { data } = await ask("{ use docs { id } }");
    expect(data).toEqual({
      use: [false, true, false, [true], [false], 3, 2, ["read"], [], true, false],
      docs: [{ id: "1" }, { id: "2" }, null],
    });
  });

  test("is its own to change: what others are told stays as it is", async () => {
    const { ask } = await setUp(async (authorization) => {
      const told = [];
      for (let round = 0; round < 2; round++) {
        const actions = await authorization.actions(doc(1));
        const list = await authorization.list("read", "Doc");
        const many = await authorization.authorizeMany("read", [doc(1), doc(3)]);
        told.push([[...actions], [...list].sort(), [...many]]);
        actions.push("burn");
        list.push("3");
        many[1] = true;
      }
      return told;
    });
    const { data } = await ask("{ use list { id } docs { id } }");
    const expected = [
      ["read", "write"],
      ["1", "2"],
      [true, false],
    ];
    expect(data).toEqual({
      use: [expected, expected],
      list: [{ id: "1" }, { id: "2" }],
      docs: [{ id: "1" }, { id: "2" }, null],
    });
  });
});
