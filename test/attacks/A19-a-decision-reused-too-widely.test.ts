import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A19: a decision holds for its actor, its action, its type and its id, and for nothing else",
  async ({ world }) => {
    const { ask } = await world([
      "alice read Person:1",
      "alice email Person:1",
      "alice read Person:2",
      "alice read Doc:2",
    ]);
    const result = await ask(`{
    a: person(id: 1) { email }
    b: person(id: 2) { email }
    c: doc(id: 1) { id }
    d: doc(id: 2) { id note }
  }`);
    expect(result.data).toEqual({
      a: { email: "anna@example.com" },
      b: { email: null },
      c: null,
      d: { id: "2", note: null },
    });
    expect(denials(result)).toEqual(["FORBIDDEN b.email", "FORBIDDEN d.note"]);
    expect((await ask("{ a: person(id: 1) { email } }", { as: "bob" })).data).toEqual({ a: null });
  },
);
