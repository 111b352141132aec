import { expect, test } from "vitest";
import { denials, world } from "./world.js";

test("A1: a directive of an interface holds when the implementing type is queried directly", async () => {
  const { ask, engine } = await world();
  expect(await ask("{ doc(id: 1) { id title } }")).toEqual({ data: { doc: null } });
  await engine.grant("alice read Doc:1");
  expect(denials(await ask("{ doc(id: 1) { title note } }"))).toEqual(["FORBIDDEN doc.note"]);
  await engine.grant("alice note Doc:1");
  expect((await ask("{ doc(id: 1) { note } }")).data).toEqual({ doc: { note: "note 1" } });
});
