import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A39: one denied row takes neither the LIST nor leaves a hole; elsewhere it is the null that the type allows",
  async ({ world }) => {
    const { ask } = await world(["alice read Doc:1", "alice read Doc:3", "alice read Person:1"]);
    expect(await ask("{ list { id } }")).toEqual({ data: { list: [{ id: "1" }, { id: "3" }] } });
    const items = await ask("{ items { __typename } }");
    expect(denials(items)).toEqual([]);
    expect((items.data as { items: unknown[] }).items.map((item) => item !== null)).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  },
);
