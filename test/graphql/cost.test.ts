import { createHook } from "node:async_hooks";
import { execute, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { authorizeSchema } from "../../src/graphql/index.js";
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
});
