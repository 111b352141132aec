import { parse } from "graphql";
import { expect } from "vitest";
import { authorizeSchema } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";
import { attack } from "./attack.js";

const schema = buildSchema("type Doc @authorize { id: ID! title: String @authorize } type Query { doc: Doc }");
const document = parse("{ doc { id title } }");
const rootValue = { doc: () => ({ id: 1, title: () => "title" }) };

attack(
  "A42: resolvers of a rootValue, methods and default resolvers are guarded like any other",
  async ({ execute }) => {
    const engine = await grantEngine({ Doc: ["read"] });
    const guarded = authorizeSchema(schema, { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) });
    expect(await execute({ schema: guarded, document, rootValue, contextValue: {} })).toEqual({ data: { doc: null } });
    await engine.grant("alice read Doc:1");
    expect(await execute({ schema: guarded, document, rootValue, contextValue: {} })).toEqual({
      data: { doc: { id: "1", title: "title" } },
    });
  },
);

attack(
  "A42: without a context nothing is allowed that needs an actor, and requests do not share decisions",
  async ({ execute }) => {
    const engine = await grantEngine({ Doc: ["read"] });
    const actor = (context: unknown) => (context as { user: string }).user;
    const guarded = authorizeSchema(schema, { engine, logger: silent, actor });
    const result = await execute({ schema: guarded, document, rootValue });
    expect(result.data).toEqual({ doc: null });
    expect(result.errors?.[0]?.extensions["code"]).toBe("AUTHORIZATION_UNAVAILABLE");
    const open = authorizeSchema(schema, { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) });
    expect((await execute({ schema: open, document, rootValue })).data).toEqual({ doc: null });
    await engine.grant("alice read Doc:1");
    expect((await execute({ schema: open, document, rootValue })).data).toEqual({ doc: { id: "1", title: "title" } });
  },
);

attack("A42: two servers may guard one schema with two engines", async ({ execute }) => {
  const [one, two] = [await grantEngine({ Doc: ["read"] }), await grantEngine({ Doc: ["read"] })];
  await one.grant("alice read Doc:1");
  const options = { logger: silent, actor: () => ({ type: "User", id: "alice" }) };
  const [first, second] = [
    authorizeSchema(schema, { ...options, engine: one }),
    authorizeSchema(schema, { ...options, engine: two }),
  ];
  const contextValue = {};
  expect((await execute({ schema: first, document, rootValue, contextValue })).data).toMatchObject({
    doc: { id: "1" },
  });
  expect((await execute({ schema: second, document, rootValue, contextValue })).data).toEqual({ doc: null });
  expect((await execute({ schema, document, rootValue, contextValue })).data).toMatchObject({ doc: { id: "1" } });
});
