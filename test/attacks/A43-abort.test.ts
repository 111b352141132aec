import { parse } from "graphql";
import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A43: a request that is aborted in the middle leaves no decision behind", async ({ world, execute }) => {
  const { ask, guarded, engine } = await world(["alice read Doc:1"], {}, { asynchronous: true });
  const contextValue = { user: "alice" };
  const controller = new AbortController();
  const running = execute({
    schema: guarded,
    document: parse("{ doc(id: 1) { id } two: doc(id: 2) { id } }"),
    contextValue,
    // The executor of graphql 16 knows no signals: its answer is merely not waited for.
    abortSignal: controller.signal,
  }).catch((error: unknown) => error);
  controller.abort();
  await running;
  await engine.revoke("alice read Doc:1");
  expect(await ask("{ doc(id: 1) { id } two: doc(id: 2) { id } }", { context: contextValue })).toEqual({
    data: { doc: null, two: null },
  });
});
