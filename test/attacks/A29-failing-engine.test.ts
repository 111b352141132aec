import { expect } from "vitest";
import type { Engine } from "../../src/engine/types.js";
import { attack } from "./attack.js";
import { denials } from "./world.js";

const trouble = () => Promise.reject(new Error("trouble with alice"));
const ways: Record<string, Partial<Engine>> = {
  throws: {
    decide: () => {
      throw new Error("trouble with alice");
    },
    list: () => {
      throw new Error("trouble with alice");
    },
  },
  rejects: { decide: trouble, list: trouble, authorizeMany: trouble },
  "answers nonsense": {
    decide: () => "yes" as unknown as boolean,
    list: () => Promise.resolve({ length: 1, 0: "*" } as unknown as string[]),
  },
  "answers too few": {
    decide: () => Promise.resolve(undefined as unknown as boolean),
    authorizeMany: () => Promise.resolve([]),
    list: () => Promise.resolve(null as unknown as string[]),
  },
};

for (const [how, broken] of Object.entries(ways)) {
  attack(`A29: an engine that ${how} allows nothing, and no response says why`, async ({ world }) => {
    const { ask, log, effects } = await world(["alice read Doc:*"], {}, broken);
    const result = await ask("{ doc(id: 1) { id } two: doc(id: 2) { id } list { id } }");
    expect(result.data).toBeNull();
    expect(new Set(denials(result).map((one) => one.split(" ")[0]))).toEqual(new Set(["AUTHORIZATION_UNAVAILABLE"]));
    expect(denials(await ask("mutation { deleteDoc(id: 1) }"))).toEqual(["AUTHORIZATION_UNAVAILABLE deleteDoc"]);
    expect(effects).toEqual([]);
    expect(JSON.stringify(result)).not.toContain("trouble");
    expect(log.length).toBeGreaterThan(0);
  });
}

attack("A29: a failure about one object denies that object and is not remembered", async ({ world }) => {
  let calls = 0;
  const decide: Engine["decide"] = (_actor, _action, resource) => {
    if ((resource as { id: string }).id === "2" && ++calls === 1) throw new Error("once");
    return true;
  };
  const { ask } = await world([], {}, { decide });
  const result = await ask("{ a: doc(id: 1) { id } b: doc(id: 2) { id } c: doc(id: 2) { id } }");
  expect(result.data).toEqual({ a: { id: "1" }, b: null, c: { id: "2" } });
  expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE b"]);
});
