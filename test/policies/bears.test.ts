import { join } from "node:path";
import { createEngine, type Engine, entity, memoryStore, TypedObject } from "arcturus";
import { expect, onTestFinished, test } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { root } from "../e2e/build.js";

/** A policy over the bears' own types, asked about objects that stand in no database. */
async function engineWith(policy: string): Promise<Engine> {
  const { engineOptions, engine: own, close } = await openBears(":memory:");
  await own.close();
  await close();
  const files = [join(root, "policies", policy)];
  const engine = await createEngine({ ...engineOptions, store: memoryStore(), policy: { files } });
  onTestFinished(() => engine.close());
  return engine;
}

const user = (id: string, is_banned = false) =>
  new TypedObject("User", { id, email: `${id}@example.com`, is_banned }, id);
const bear = (id: string, species: string, owner_id: string, name: string = id) =>
  new TypedObject("Bear", { id, name, species, owner_id }, id);

test.each(["bears.polar", "bears-sanctuaries.polar"])("%s: a bear's looks and its owner decide", async (policy) => {
  const engine = await engineWith(policy);
  const sees = (who: TypedObject, what: TypedObject) => engine.authorize(who, "index", what);

  expect(await sees(user("agnes"), bear("kit", "brown", "agnes"))).toBe(true);
  expect(await sees(user("agnes"), bear("yogi", "brown", "brynn"))).toBe(false);
  expect(await sees(user("agnes"), bear("jake", "polar", "carli"))).toBe(true);
  expect(await sees(user("agnes"), bear("13", "black", "brynn", "Smokey"))).toBe(true);
  expect(await sees(user("dana", true), bear("po", "panda", "carli"))).toBe(true);

  expect(await engine.authorize(user("agnes"), "delete", bear("kit", "brown", "agnes"))).toBe(true);
  expect(await engine.authorize(user("agnes"), "delete", bear("po", "panda", "carli"))).toBe(false);
  expect(await engine.actions(user("agnes"), bear("kit", "brown", "agnes"))).toEqual(["create", "delete", "index"]);
});

test.each(["bears.polar", "bears-sanctuaries.polar"])("%s: whoever is not banned creates bears", async (policy) => {
  const engine = await engineWith(policy);
  const candidate = new TypedObject("Bear", { name: "Winnie", species: "sun" }, undefined);
  expect(await engine.authorize(user("agnes"), "create", candidate)).toBe(true);
  expect(await engine.authorize(user("dana", true), "create", candidate)).toBe(false);
  // A user of whom it is not known whether he is banned is not let through.
  const half = new TypedObject("User", { id: "x", email: "x@example.com" }, "x");
  await expect(engine.authorize(half, "create", candidate)).rejects.toThrow(/is_banned/);
});

test("rangers see the bears of their sanctuary, and its director alone sends them away", async () => {
  const engine = await engineWith("bears-sanctuaries.polar");
  const creek = entity("Sanctuary", "bear-creek");
  await engine.bulkTell([
    ["has_role", entity("User", "rita"), "ranger", creek],
    ["has_role", entity("User", "doris"), "director", creek],
    ["has_relation", entity("Bear", "yogi"), "sanctuary", creek],
  ]);
  const yogi = bear("yogi", "brown", "brynn");
  const boo = bear("boo", "brown", "brynn");
  const may = async (id: string, what: TypedObject) => await engine.actions(user(id), what);

  expect(await may("rita", yogi)).toEqual(["create", "index"]);
  expect(await may("rita", boo)).toEqual(["create"]);
  expect(await may("doris", yogi)).toEqual(["create", "delete", "index"]);
  expect(await may("doris", boo)).toEqual(["create"]);
  expect(await may("brynn", yogi)).toEqual(["create", "index"]);
  expect(await may("brynn", boo)).toEqual(["create", "delete", "index"]);
  expect(await may("agnes", yogi)).toEqual(["create"]);
});
