import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A31: only coerced values count: defaults, list coercion, unset, null, @include and @skip",
  async ({ world }) => {
    const { ask } = await world(["alice read Doc:1", "alice write Doc:1"]);
    const get = "query ($id: ID = 2) { docOrError(id: $id) { id } }".replace("ID =", "ID! =");
    expect(denials(await ask(get))).toEqual(["NOT_FOUND docOrError"]);
    expect(denials(await ask(get, { variables: { id: 1 } }))).toEqual([]);
    const write = "mutation ($n: String) { writeDoc(input: { id: 1, note: $n }) { id } }";
    expect(denials(await ask(write))).toEqual([]);
    expect(denials(await ask(write, { variables: { n: null } }))).toEqual(["FORBIDDEN writeDoc"]);
    const skipped = "query ($yes: Boolean!) { ping docOrError(id: 2) @skip(if: $yes) { id } }";
    expect(await ask(skipped, { variables: { yes: true } })).toEqual({ data: { ping: "pong" } });
    expect(denials(await ask(skipped, { variables: { yes: false } }))).toEqual(["NOT_FOUND docOrError"]);
  },
);
