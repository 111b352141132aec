import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack(
  "A35: a denied target stops a mutation before its effect; a hidden result does not look like a failure",
  async ({ world }) => {
    const { ask, effects } = await world(["alice write Doc:1"]);
    expect(denials(await ask(`mutation { writeDoc(input: { id: 2, title: "x" }) { id } }`))).toEqual([
      "FORBIDDEN writeDoc",
    ]);
    expect(denials(await ask("mutation { deleteDoc(id: 2) }"))).toEqual(["FORBIDDEN deleteDoc"]);
    expect(effects).toEqual([]);
    expect(await ask(`mutation { writeDoc(input: { id: 1, title: "x" }) { id note } }`)).toEqual({
      data: { writeDoc: null },
    });
    expect(effects).toEqual(["write 1"]);
  },
);
