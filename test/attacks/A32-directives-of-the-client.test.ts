import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import { denials, world } from "./world.js";

test("A32: a client cannot write our directives, and executable ones change no decision", async () => {
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
