import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A5: `__typename` alone gives the same bytes for a hidden object and for a missing one", async ({ world }) => {
  const { ask } = await world();
  for (const field of ["doc", "person", "docOrError"]) {
    const text = async (id: number) =>
      JSON.stringify(await ask(`{ ${field}(id: ${String(id).padStart(2, "1")}) { __typename } }`));
    expect(await text(1)).toBe(await text(99));
  }
  const node = async (id: string) => JSON.stringify(await ask(`{ node(id: "${id}") { __typename } }`));
  expect(await node("Doc:1")).toBe(await node("Doc:9"));
});
