import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A3: every step of a nested path meets its guards", async ({ world }) => {
  const { ask } = await world(["alice read Person:1", "alice read Person:3", "alice read Doc:6"]);
  expect(await ask("{ person(id: 1) { manager { manager { email } } } }")).toEqual({
    data: { person: { manager: null } },
  });
  const deep = await ask("{ doc(id: 6) { author { name manager { email } } } }");
  expect(deep.data).toEqual({ doc: { author: { name: "Anna", manager: null } } });
  const own = await ask("{ person(id: 3) { name email } }");
  expect(own.data).toEqual({ person: { name: "Cleo", email: null } });
  expect(denials(own)).toEqual(["FORBIDDEN person.email"]);
});
