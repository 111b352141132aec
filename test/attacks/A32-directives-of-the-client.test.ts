import { parse, validate } from "graphql";
import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A32: a client cannot write our directives, and executable ones change no decision", async ({ world }) => {
  const { ask, guarded } = await world(["alice read Person:1"]);
  for (const query of [
    "{ ping @public }",
    `{ person(id: 2) @authorize(action: "x") { id } }`,
    "query @public { ping }",
  ]) {
    expect(validate(guarded, parse(query))).not.toEqual([]);
  }
  const result = await ask("{ person(id: 1) @include(if: true) { email @skip(if: false) } }");
  expect(denials(result)).toEqual(["FORBIDDEN person.email"]);
});
