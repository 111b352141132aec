import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A16: nothing rests on a client not knowing a name: a field reached by any spelling meets its guard",
  async ({ world }) => {
    const { ask } = await world(["alice read Person:1"]);
    for (const query of [
      "{ person(id: 1) { email } }",
      "{ person(id: 1) { ...F } } fragment F on Person { e: email }",
      "{ person(id: 1) { ... { ... on Person { email } } } }",
      "query A { ping } query B { person(id: 1) { ... on Node { ... on Person { email } } } }",
    ]) {
      const result = await ask(query, query.includes("query B") ? { operationName: "B" } : {});
      expect(denials(result).map((one) => one.split(" ")[0])).toEqual(["FORBIDDEN"]);
      expect(JSON.stringify(result)).not.toContain("anna@");
    }
  },
);
