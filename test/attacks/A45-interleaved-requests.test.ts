import { expect } from "vitest";
import { attack } from "./attack.js";

attack("A45: interleaved requests of two actors over one schema see each their own", async ({ world }) => {
  const { ask } = await world(
    ["alice read Doc:1", "bob read Doc:2", "alice read Person:1", "bob read Person:2"],
    {
      executors: "graphql-js",
      actor: async ({ user }) => {
        await tick();
        return user === null ? null : { type: "User", id: user };
      },
    },
    { asynchronous: true },
  );
  const query = "{ a: doc(id: 1) { id } b: doc(id: 2) { id } list { id } visible { __typename ... on Doc { id } } }";
  const asked = Array.from({ length: 30 }, (_, i) => ask(query, { as: ["alice", "bob", null][i % 3] ?? null }));
  for (const [i, result] of (await Promise.all(asked)).entries()) {
    if (i % 3 === 2) {
      expect(result.data).toBeNull();
      continue;
    }
    const own = i % 3 === 0 ? "1" : "2";
    expect(result.data).toMatchObject({
      a: own === "1" ? { id: "1" } : null,
      b: own === "2" ? { id: "2" } : null,
      list: [{ id: own }],
      visible: [{ __typename: "Person" }, { __typename: "Doc", id: own }],
    });
  }
});

const tick = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
