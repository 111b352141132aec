import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A13: filtering and sorting by what may not be seen is denied; counts speak of the authorized set",
  async ({ world }) => {
    const { ask, engine } = await world(["alice read Doc:1", "alice read Doc:4"]);
    for (const args of [`where: { note: "note 2" }`, "order: NOTE", `where: { title: "t", note: null }`]) {
      expect(denials(await ask(`{ search(${args}) { id } }`))).toEqual(["FORBIDDEN search"]);
    }
    expect((await ask(`{ search(where: { title: "t" }, order: TITLE) { id } }`)).data).toEqual({
      search: [{ id: "1" }, { id: "4" }],
    });
    await engine.grant("alice search_notes");
    expect(denials(await ask(`{ search(where: { note: "note 2" }, order: NOTE) { id } }`))).toEqual([]);
    expect((await ask("{ docs(first: 1) { totalCount } }")).data).toEqual({ docs: { totalCount: 2 } });
  },
);
