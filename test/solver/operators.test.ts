import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arithmetic, compare, compareText } from "../../src/solver/operators.js";
import { world } from "../support/questions.js";

const empty = world({ policy: "actor User {} actor Admin {}" });
const text = fc.string({
  unit: fc.constantFrom("a", "z", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{1f600}", "\u{10ffff}"),
});
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("comparison (reference 7)", () => {
  it.each([
    ['"B" < "a"', true],
    ['"\u{ff61}" < "\u{1f600}"', true],
    ['"a" < "ab"', true],
    ["false < true", true],
    ["2 < 10", true],
    ["9007199254740993 > 9007199254740992.0", true],
    ["9223372036854775807 < inf", true],
    ["1 == 1.0", true],
    ["nil == nil", true],
    ["nil != 1", true],
    ["[] != nil", true],
    ["2 <= 2", true],
    ["2 >= 2", true],
    ["2 < 2", false],
    ["2 > 2", false],
    ["3 <= 2", false],
    ["2 >= 3", false],
    ["2 <= 2.0", true],
    ["9007199254740993 <= 9007199254740992.0", false],
    ["0 == -0.0", true],
    ["nan == nan", false],
    ["nan != nan", true],
    ["nan >= nan", false],
    ["nan <= 1", false],
    ["true <= false", false],
    ['"a" >= "a"', true],
    ['"ab" <= "a"', false],
    ['User{"a"} == "a"', false],
    ['"a" == User{"a"}', false],
    ['User{"a"} != Admin{"a"}', true],
    ['User{"a"} == User{"a"}', true],
    ['User{"a"} == nil', false],
    ["0 == nil", false],
    ["false == nil", false],
    ['"a" == "A"', false],
  ])("%s is %s", async (goal, held) => {
    expect(await empty.query(goal)).toEqual(held ? [{}] : []);
  });

  it.each(['"1" == 1', "true == 1", "[1] == [1]", "{a: 1} != {a: 1}", "nil < 1", '"a" < 1', "true < 1", "[1] < [2]"])(
    "`%s` is a type error",
    async (goal) => {
      await expect(empty.query(goal)).rejects.toMatchObject({ code: "engine/type-mismatch" });
    },
  );

  it("orders texts by code point", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const points = (text: string): number[] => [...text].map((c) => c.codePointAt(0) as number);
        const [x, y] = [points(a), points(b)];
        const i = x.findIndex((point, at) => point !== y[at]);
        const expected = i < 0 ? x.length - y.length : (x[i] as number) - (y[i] ?? -1);
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(expected));
      }),
    );
  });

  it("orders Integers and Floats by value, exactly", () => {
    fc.assert(
      fc.property(
        integer,
        fc.double({ noNaN: true, noDefaultInfinity: true, maxExcluded: true, max: 2 ** 62, min: -(2 ** 62) }),
        (a, b) => {
          const whole = BigInt(Math.floor(b));
          const less = a < whole || (a === whole && b > Math.floor(b));
          expect(compare("<", a, b)).toBe(less);
        },
      ),
    );
  });
});

describe("arithmetic (reference 7)", () => {
  it("is exact within 64 bits and an error beyond", () => {
    fc.assert(
      fc.property(integer, integer, fc.constantFrom("+", "-", "*"), (a, b, operator) => {
        const exact = operator === "+" ? a + b : operator === "-" ? a - b : a * b;
        if (BigInt.asIntN(64, exact) === exact) expect(arithmetic(operator, a, b)).toBe(exact);
        else expect(() => arithmetic(operator, a, b)).toThrow(/beyond 64 bits/);
      }),
    );
  });

  it("`mod` has the sign of the divisor, `rem` that of the dividend", () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        fc.pre(b !== 0n);
        const mod = arithmetic("mod", a, b) as bigint;
        const rem = arithmetic("rem", a, b) as bigint;
        expect((a - mod) % b).toBe(0n);
        expect((a - rem) % b).toBe(0n);
        expect(mod === 0n || mod < 0n === b < 0n).toBe(true);
        expect(rem === 0n || rem < 0n === a < 0n).toBe(true);
      }),
    );
  });

  it.each([
    ["x = 7 / 2", 3.5],
    ["x = 6 / 2 and not x matches Integer", 3],
    ["x = 1 / 0", Number.POSITIVE_INFINITY],
    ["x = 7 mod 0.0", Number.NaN],
    ["x = 5.5 mod -2", -0.5],
    ["x = -5.5 mod 2", 0.5],
    ["x = -5.5 rem 2", -1.5],
    ["x = 4.0 mod -2", 0],
    ["x = -7 mod 2", 1],
    ["x = 7 mod -2", -1],
    ["x = -7 rem 2", -1],
    ["x = 9223372036854775807 + 0", 9223372036854775807n],
    ["x = 9007199254740991 + 0", 9007199254740991],
  ])("%s", async (goal, x) => {
    expect(await empty.query(goal)).toEqual([{ x }]);
  });

  it.each([
    ["x = 7 mod 0", "engine/arithmetic"],
    ["x = 7 rem 0", "engine/arithmetic"],
    ["x = 9223372036854775807 + 1", "engine/arithmetic"],
    ['x = "a" + "b"', "engine/type-mismatch"],
    ["x = nil * 2", "engine/type-mismatch"],
  ])("%s is %s", async (goal, code) => {
    await expect(empty.query(goal)).rejects.toMatchObject({ code });
  });
});

describe("members of strings and lists (reference 9)", () => {
  it.each([
    ['x = "abc".length', 3],
    ['x = "abc".endsWith("bc")', true],
    ['x = "a,b".split(",")', ["a", "b"]],
    ['x = " a ".trim()', "a"],
    ['x = " a ".trimStart()', "a "],
    ['x = " a ".trimEnd()', " a"],
    ['x = "abc".slice(1)', "bc"],
    ['x = "abc".slice(0, 2)', "ab"],
    ['x = "abc".startsWith("b")', false],
    ['x = "abc".endsWith("b")', false],
    ['x = "abc".includes("b")', true],
    ['x = "abc".includes("d")', false],
    ['x = "abc".indexOf("c")', 2],
    ['x = "abc".indexOf("d")', -1],
    ['x = "aBc".toUpperCase()', "ABC"],
    ['x = "aBc".toLowerCase()', "abc"],
    ["x = [1, 2, 3].slice(1, 2)", [2]],
    ["x = [1, 2, 3].length", 3],
    ["x = [1, 2].includes(1)", true],
    ["x = [1, 2].includes(3)", false],
    ["x = [1, 2].indexOf(2)", 1],
    ["x = [1, 2].indexOf(3)", -1],
    ["x = [1, 2, 3].slice(1)", [2, 3]],
    ["x = [1, 2].includes(2.0)", true],
    ["x = [[1], 2].indexOf([1])", 0],
    ['x = [1, "a", true].join("-")', "1-a-true"],
  ])("%s", async (goal, x) => {
    expect(await empty.query(goal)).toEqual([{ x }]);
  });

  it.each([
    ['x = "abc".trim', "engine/not-a-value"],
    ['x = "abc".at(0)', "engine/unknown-member"],
    ['x = "abc".length()', "engine/unknown-member"],
    ['x = "abc".startsWith(1)', "engine/type-mismatch"],
    ['x = "abc".startsWith("a", "b")', "engine/type-mismatch"],
    ['x = "abc".startsWith()', "engine/type-mismatch"],
    ['x = "abc".trim("a")', "engine/type-mismatch"],
    ["x = [1].includes()", "engine/type-mismatch"],
    ["x = [1].includes(1, 2)", "engine/type-mismatch"],
    ["x = [1].slice()", "engine/type-mismatch"],
    ["x = [1].slice(0.5)", "engine/type-mismatch"],
    ["x = [[1]].join()", "engine/type-mismatch"],
    ['x = [[1]].join("")', "engine/type-mismatch"],
    ['x = "abc".__proto__', "engine/unknown-member"],
    ["x = [1].map(1)", "engine/unknown-member"],
    ["x = (1).toFixed()", "engine/unknown-member"],
    ["x = {a: 1}.keys()", "engine/unknown-member"],
  ])("%s is %s", async (goal, code) => {
    await expect(empty.query(goal)).rejects.toMatchObject({ code });
  });
});
