import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  argumentParts,
  decodeArguments,
  encodeArguments,
  factKey,
  type PlainValue,
  sameValue,
} from "../../src/facts/index.js";
import { runs } from "../support/effort.js";

const text = fc.oneof(
  fc.constantFrom("", "a", "1", "true", "String", "Integer", "Boolean", '"', "\\", ",", '","', "[", "\u0000", "\ud800"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const value: fc.Arbitrary<PlainValue> = fc.oneof(
  text,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 53n + 1n),
  fc.boolean(),
  fc.record({ type: fc.constantFrom("User", "Org", "user", "String2"), id: text.filter((id) => id !== "") }),
);
const args = fc.array(value, { minLength: 1, maxLength: 4 });

/** Shares nothing with what is tested. */
function alike(a: PlainValue, b: PlainValue): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  return a.type === b.type && a.id === b.id;
}

describe("facts as text", () => {
  test("are read as what was written", () => {
    fc.assert(
      fc.property(args, (args) => {
        expect(decodeArguments(encodeArguments(args))).toEqual(args);
        expect(argumentParts(args)).toHaveLength(args.length * 2);
      }),
      { numRuns: runs(500) },
    );
  });

  test("are the same for the same fact, and differ for any two others", () => {
    const some: PlainValue[] = ["1", 1n, -1n, true, "true", false, "false", "0", 0n];
    for (const type of ["User", "Org"]) for (const id of ["1", "true", "User"]) some.push({ type, id });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...some), value), { minLength: 1, maxLength: 3 }),
        fc.array(fc.oneof(fc.constantFrom(...some), value), { minLength: 1, maxLength: 3 }),
        fc.constantFrom("p", "q", 'p"', "p["),
        fc.constantFrom("p", "q", 'p"', "p["),
        (a, b, p, q) => {
          const same = p === q && a.length === b.length && a.every((arg, i) => alike(arg, b[i]!));
          expect(factKey({ predicate: p, args: a }) === factKey({ predicate: q, args: b })).toBe(same);
          expect(factKey({ predicate: p, args: a })).toBe(factKey({ predicate: p, args: structuredClone(a) }));
          expect(sameValue(a[0]!, b[0]!)).toBe(alike(a[0]!, b[0]!));
        },
      ),
      { numRuns: runs(500) },
    );
    for (const a of some) for (const b of some) expect(sameValue(a, b)).toBe(alike(a, structuredClone(b)));
  });

  test("are written as ever: files of earlier versions stay readable", () => {
    expect(
      encodeArguments([{ type: "User", id: "ann" }, "admin", 7n, -(2n ** 63n), true, false, { type: "Org", id: "7" }]),
    ).toBe(
      '["User","ann","String","admin","Integer","7","Integer","-9223372036854775808","Boolean","true","Boolean","false","Org","7"]',
    );
  });

  test.each([
    "",
    "null",
    "{}",
    '"User"',
    "[]",
    '["User"]',
    '["User","ann","Org"]',
    '["User",1]',
    '[1,"ann"]',
    '["User",null]',
    '[["User"],"ann"]',
    '["","ann"]',
    '["User",""]',
    '["Integer","01"]',
    '["Integer","-0"]',
    '["Integer"," 1"]',
    '["Integer","1 "]',
    '["Integer","1.0"]',
    '["Integer","1e3"]',
    '["Integer","0x1"]',
    '["Integer",""]',
    '["Integer","--1"]',
    '["Boolean","TRUE"]',
    '["Boolean","1"]',
    '["Boolean",""]',
    '["User","ann","Boolean","yes"]',
  ])("are refused when nobody can have written them: %s", (text) => {
    expect(() => decodeArguments(text)).toThrow(SyntaxError);
  });
});
