import { describe, expect, it } from "vitest";
import { entity } from "../../src/facts/value.js";
import type { Filter } from "../../src/filter/filter.js";
import { toPredicate } from "../../src/filter/predicate.js";

const where = (...ids: string[]): Filter => ({ kind: "where", condition: { kind: "ids", type: "Doc", ids } });

describe("a filter as a function", () => {
  it("`all` and `none` look at nothing", () => {
    const shy = new Proxy({}, { get: () => expect.unreachable("nothing is read") });
    expect(toPredicate({ kind: "all" })(shy)).toBe(true);
    expect(toPredicate({ kind: "none" })(shy)).toBe(false);
    expect(toPredicate(where())({ id: "1" })).toBe(false);
  });

  it.each<[string, object, boolean]>([
    ["a reference that is listed", entity("Doc", "1"), true],
    ["the last that is listed", entity("Doc", "9007199254740993"), true],
    ["a reference that is not", entity("Doc", "2"), false],
    ["a reference of another type", entity("Page", "1"), false],
    ["a row", { id: "1", title: "t" }, true],
    ["a row with an integer for its id", { id: 1 }, true],
    ["a row with a bigint for its id", { id: 9007199254740993n }, true],
    ["a row with an inexact number for its id", { id: 2 ** 53 }, false],
    ["a row that is not listed", { id: "2" }, false],
    ["a row with a fraction for its id", { id: 1.5 }, false],
    ["a row with a boxed id", { id: Object("1") }, false],
    ["a row whose id is a list of the id", { id: ["1"] }, false],
    ["a row whose id reads as the id", { id: { toString: () => "1" } }, false],
    ["a row with an empty id", { id: "" }, false],
    ["a row without an id", {}, false],
    ["a row with nil for its id", { id: null }, false],
    ["a row with another spelling of the id", { id: "01" }, false],
    ["a row with a space in its id", { id: "1 " }, false],
  ])("%s", (_, row, passes) => {
    expect(toPredicate(where("1", "1.5", "null", "undefined", "9007199254740992", "9007199254740993"))(row)).toBe(
      passes,
    );
  });

  it("reads the id as it is told to, once, and nowhere else", () => {
    let reads = 0;
    const passes = toPredicate(where("1"), {
      id: (row: { key: string }) => {
        reads++;
        return row.key;
      },
    });
    expect(passes({ key: "1", id: "2" } as object)).toBe(true);
    expect(passes({ key: 2, id: "1" } as object)).toBe(false);
    expect(passes({ id: "1" } as object)).toBe(false);
    expect(passes({ key: null, id: "1" } as object)).toBe(false);
    expect(reads).toBe(4);
  });

  it("does not change with the list that it was made of", () => {
    const ids = ["1"];
    const passes = toPredicate({ kind: "where", condition: { kind: "ids", type: "Doc", ids } });
    ids.push("2");
    expect(passes({ id: "2" })).toBe(false);
  });
});
