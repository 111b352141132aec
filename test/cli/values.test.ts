import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePattern, parseReference, parseValue, polarString, writeValue } from "../../src/cli/values.js";
import { Source } from "../../src/diagnostics/source.js";
import { parseGoalText } from "../../src/polar/parser.js";

describe("values on a command line", () => {
  it.each([
    ["User:alice", { type: "User", id: "alice" }],
    ["models::User:alice", { type: "models::User", id: "alice" }],
    ["Url:https://example.org/a:b", { type: "Url", id: "https://example.org/a:b" }],
    ["User:_", { type: "User" }],
    ["_", null],
    ["admin", "admin"],
    ["42", "42"],
    ["true", "true"],
    ["Integer:42", 42n],
    ["Integer:-9223372036854775808", -9223372036854775808n],
    ["Boolean:false", false],
    ["String:User:alice", "User:alice"],
    ["String:_", "_"],
    ["String:", ""],
    ["a thing: with blanks", "a thing: with blanks"],
  ])("%s", (text, value) => expect(parsePattern(text)).toEqual(value));

  it.each(["Integer:1.5", "Integer:", "Boolean:yes", "User:"])("refuses %s", (text) =>
    expect(() => parsePattern(text)).toThrow(),
  );

  it("has no wildcard where a value is needed", () => {
    expect(() => parseValue("_")).toThrow("any value");
    expect(() => parseValue("User:_")).toThrow("any value");
  });

  it("takes only references for who asks", () => {
    expect(parseReference("User:alice", "actor")).toEqual({ type: "User", id: "alice" });
    expect(() => parseReference("alice", "actor")).toThrow("`alice` is no actor");
  });

  it.each([
    "User:alice",
    "_",
    "",
    "String:x",
    "Integer:7",
    "Boolean:true",
    "a::B:c",
    "User:",
    "User:_",
    "a:b:c",
    "::",
    ":a",
  ])("reads back the text `%s` as a text", (text) => expect(parsePattern(writeValue(text))).toBe(text));

  it("reads back what it writes, whatever the value", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.boolean(),
      fc.constant(null),
      fc.record({
        type: fc.constantFrom("User", "a::b", "Ünïcode"),
        id: fc.string({ unit: "binary", minLength: 1 }).filter((id) => id !== "_"),
      }),
      fc.record({ type: fc.constantFrom("User", "a::b") }),
    );
    fc.assert(fc.property(value, (v) => void expect(parsePattern(writeValue(v))).toEqual(v)));
  });

  it("writes strings that Polar reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { condition } = parseGoalText(new Source("goal", `x = ${polarString(text)}`));
        expect(condition).toMatchObject({ right: { kind: "string", value: text } });
      }),
    );
  });
});
