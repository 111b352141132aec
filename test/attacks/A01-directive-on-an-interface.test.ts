import { expect } from "vitest";
import { attack } from "./attack.js";
import { denials } from "./world.js";

attack("A1: a directive of an interface holds when the implementing type is queried directly", async ({ world }) => {
  const { ask, engine } = await world();
  expect(await ask("{ doc(id: 1) { id title } }")).toEqual({ data: { doc: null } });
  await engine.grant("alice read Doc:1");
  expect(denials(await ask("{ doc(id: 1) { title note } }"))).toEqual(["FORBIDDEN doc.note"]);
  await engine.grant("alice note Doc:1");
  expect((await ask("{ doc(id: 1) { note } }")).data).toEqual({ doc: { note: "note 1" } });
});
