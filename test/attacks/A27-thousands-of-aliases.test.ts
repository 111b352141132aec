import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A27: two thousand aliases ask one question about one object, and one list about a collection",
  async ({ world }) => {
    const { ask, engine } = await world(["alice read Doc:1"]);
    const aliases = (field: string) => Array.from({ length: 2_000 }, (_, i) => `a${i}: ${field}`).join(" ");
    const objects = await ask(`{ ${aliases("doc(id: 1) { id }")} }`);
    expect(Object.values(objects.data ?? {}).every((doc) => (doc as { id: string }).id === "1")).toBe(true);
    expect(engine.calls.decide).toEqual(["alice read Doc:1"]);
    await ask(`{ ${aliases("list { id }")} }`);
    expect(engine.calls.list).toEqual(["alice read Doc"]);
    expect(engine.calls.decide).toHaveLength(1);
  },
);

attack("A27: distinct questions are limited, and what is beyond the limit is denied", async ({ world }) => {
  const { ask } = await world(["alice read Doc:*"], { limits: { questions: 100 } });
  const many = Array.from({ length: 200 }, (_, i) => `a${i}: docOrError(id: ${i}) { id }`).join(" ");
  const codes = denials(await ask(`{ ${many} }`)).map((one) => one.split(" ")[0]);
  expect(codes.filter((code) => code === "AUTHORIZATION_UNAVAILABLE")).toHaveLength(100);
});
