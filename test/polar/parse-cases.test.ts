import { describe, expect, it } from "vitest";
import { SYNTAX_CODES } from "../../src/diagnostics/codes.js";
import { Source } from "../../src/diagnostics/source.js";
import { parseFile, parseGoalText } from "../../src/polar/parser.js";
import { polarCases } from "./polar-cases.js";

describe("the acceptance cases", () => {
  it.each(polarCases.map((c) => [c.name, c] as const))("%s", (_, { policy, goal, expected }) => {
    const found = [
      ...parseFile(new Source("policy.polar", policy)).diagnostics,
      ...(goal === undefined ? [] : parseGoalText(new Source("<goal>", goal)).diagnostics),
    ];
    const faults = found.filter((d) => SYNTAX_CODES.has(d.code));
    const shown = faults.map(({ code, line }) => ({ code, line }));
    if (typeof expected === "object" && "error" in expected && expected.error === "parse") {
      expect(shown).not.toEqual([]);
      for (const wanted of expected.diagnostics ?? []) expect(shown).toContainEqual(wanted);
    } else expect(shown).toEqual([]);
  });

  it("are all there", () => {
    expect(polarCases).toHaveLength(594);
  });
});
