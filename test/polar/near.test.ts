import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, listed, nearest } from "../../src/polar/near.js";
import { runs } from "../support/effort.js";

describe("how far one word is from another", () => {
  it.each([
    ["reader", "reader", 0],
    ["raeder", "reader", 1],
    ["reder", "reader", 1],
    ["readder", "reader", 1],
    ["reazer", "reader", 1],
    ["eraedr", "reader", 2],
    ["abc", "cab", 2],
    ["", "ab", 2],
  ])("%s and %s: %i", (a, b, distance) => {
    expect(editDistance(a, b, 3)).toBe(distance);
    expect(editDistance(b, a, 3)).toBe(distance);
  });

  it("is told exactly up to the limit, and only as too far above it", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.nat(3), (a, b, limit) => {
        const exact = editDistance(a, b, 99);
        const found = editDistance(a, b, limit);
        if (exact <= limit) expect(found).toBe(exact);
        else expect(found).toBeGreaterThan(limit);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("what is suggested", () => {
  it.each([
    ["raeder", ["writer", "reader"], "reader"],
    ["Reader", ["raeder", "reader"], "reader"],
    ["READER", ["writer", "reader"], "reader"],
    ["readres", ["readers", "reader"], "readers"],
    ["reeder", ["render", "reader", "header"], "render"],
    ["organisation", ["organizations", "organization"], "organization"],
    ["abd", ["abc"], "abc"],
    ["ab", ["ac"], undefined],
    ["axyd", ["abcd"], undefined],
    ["reader", ["reader"], undefined],
  ])("for %s of %j: %s", (word, known, suggested) => {
    expect(nearest(word, known)).toBe(suggested);
    expect(didYouMean(word, known)).toBe(suggested === undefined ? undefined : `did you mean \`${suggested}\`?`);
  });
});

it("words are listed in full, or shortened with a count of the rest", () => {
  const words = Array.from({ length: 9 }, (_, i) => `w${i}`);
  expect(listed([])).toBe("");
  expect(listed(["a"])).toBe("`a`");
  expect(listed(["a", "b"], "or")).toBe("`a` or `b`");
  expect(listed(words.slice(0, 8))).toBe("`w0`, `w1`, `w2`, `w3`, `w4`, `w5`, `w6` and `w7`");
  expect(listed(words)).toBe("`w0`, `w1`, `w2`, `w3`, `w4`, `w5`, `w6` and 2 more");
});
