import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SetHash } from "../../src/stores/sqlite/set-hash.js";
import { runs } from "../support/effort.js";

type Entry = readonly [predicate: string, ...parts: string[]];
const hashOf = (...entries: readonly Entry[]): string => {
  const hash = new SetHash();
  for (const [predicate, ...parts] of entries) hash.toggle(predicate, parts);
  return hash.toString();
};
const text = fc.oneof(fc.constantFrom("", "a", "b", "ab", "User", "String", "\u0000"), fc.string({ maxLength: 4 }));
const entry: fc.Arbitrary<Entry> = fc
  .tuple(text, fc.array(text, { minLength: 1, maxLength: 4 }))
  .map(([predicate, parts]) => [predicate, ...parts]);
const key = (one: Entry): string => JSON.stringify(one);

describe("the fingerprint of a set of facts", () => {
  test("is that of the facts that are in it, in whatever order they came and others went", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), fc.array(entry, { maxLength: 4 }), fc.nat(), (stay, go, turn) => {
        const entries = [...new Map(stay.map((one) => [key(one), one])).values()];
        const gone = go.filter((one) => !entries.some((other) => key(other) === key(one)));
        const at = turn % (entries.length + 1);
        const turned = [...entries.slice(at), ...entries.slice(0, at)].reverse();
        expect(hashOf(...gone, ...turned, ...[...gone].reverse())).toBe(hashOf(...entries));
      }),
      { numRuns: runs(300) },
    );
  });

  test("differs for any two facts, wherever their texts are cut", () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        if (key(one) !== key(other)) expect(hashOf(one)).not.toBe(hashOf(other));
      }),
      { numRuns: runs(500) },
    );
    const alike: Entry[] = [
      ["p", "User", "ab", "Org", "c"],
      ["p", "User", "a", "bOrg", "c"],
      ["p", "User", "abOrg", "c"],
      ["pUser", "ab", "Org", "c"],
      ["p", "User", "ab", "Org", "d"],
      ["q", "User", "ab", "Org", "c"],
      ["p", "User", "ab", "Org", "c", ""],
      ["p", "", "User", "ab", "Org", "c"],
      ["p", "Org", "c", "User", "ab"],
    ];
    expect(new Set(alike.map((one) => hashOf(one))).size).toBe(alike.length);
  });

  test("is read as it was written, and goes on from there", () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const hash = SetHash.parse(hashOf(one));
        expect(hash.toString()).toBe(hashOf(one));
        hash.toggle(other[0], other.slice(1));
        expect(hash.toString()).toBe(hashOf(one, other));
        expect(hash.toString()).toMatch(/^[0-9a-f]{32}$/);
      }),
      { numRuns: runs(200) },
    );
    expect(SetHash.parse("00000001000000020000000a0fffffff").toString()).toBe("00000001000000020000000a0fffffff");
    expect(hashOf()).toBe("0".repeat(32));
  });

  test("is what it was in earlier versions, whose files it has to fit", () => {
    expect(hashOf(["has_role", "User", "ann", "String", "admin", "Org", "acme"])).toBe(
      "02e6194fdb251f09ef0b119fddfbced5",
    );
    expect(hashOf(["p", "Integer", "7"], ["q", "Boolean", "true", "é\u0000", ""])).toBe(
      "51e6e8a4938b8e3c76849fdefe33a6a2",
    );
  });

  test.each(["", "0", "0".repeat(31), "0".repeat(33), "g".repeat(32), ` ${"0".repeat(31)}`, "A".repeat(32)])(
    "is not read from another text: %j",
    (text) => {
      expect(() => SetHash.parse(text)).toThrow(SyntaxError);
    },
  );
});
