import { execute as toolsExecute } from "@graphql-tools/executor";
import { parse } from "graphql";
import { expect, test } from "vitest";
import { world } from "./world.js";

test("A43: a request that is aborted in the middle leaves no decision behind", async () => {
  const { ask, guarded, engine } = await world(
    ["alice read Doc:1"],
    { executors: "graphql-js" },
    { asynchronous: true },
  );
  const contextValue = { user: "alice" };
  const controller = new AbortController();
  const run = async () =>
    toolsExecute({
      schema: guarded,
      document: parse("{ doc(id: 1) { id } two: doc(id: 2) { id } }"),
      contextValue,
      signal: controller.signal,
    });
  const running = run().catch((error: unknown) => error);
  controller.abort();
  await running;
  await engine.revoke("alice read Doc:1");
  expect(await ask("{ doc(id: 1) { id } two: doc(id: 2) { id } }", { context: contextValue })).toEqual({
    data: { doc: null, two: null },
  });
});
