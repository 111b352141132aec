import { expect, test } from "vitest";
import { entity, isReference } from "../../src/facts/index.js";

test("an entity is a type and an id, both texts; an integer id is its decimal text", () => {
  expect(entity("User", "ann")).toEqual({ type: "User", id: "ann" });
  expect(entity("User", 7)).toEqual({ type: "User", id: "7" });
  expect(entity("User", 2n ** 63n)).toEqual({ type: "User", id: "9223372036854775808" });
  expect(isReference(entity("User", "ann"))).toBe(true);
  expect(isReference({ type: "", id: "" })).toBe(true);
  for (const other of [
    undefined,
    null,
    "User",
    7n,
    true,
    [],
    {},
    { type: "User" },
    { id: "ann" },
    { anyOf: "User" },
    { type: "User", id: 7 },
    { type: 7, id: "ann" },
    { type: "User", id: undefined },
    () => entity("User", "ann"),
  ])
    expect(isReference(other)).toBe(false);
});
