import { describe, expect, test } from "vitest";
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
