import { describe, expect, it } from "vitest";
import { renderExplanation } from "../../src/cli/render-explanation.js";
import type { Paint } from "../../src/cli/terminal.js";
import type { Attempt, Derivation } from "../../src/solver/explanation.js";

const same = (text: string): string => text;
const plain: Paint = { enabled: false, bold: same, dim: same, green: same, red: same, yellow: same };
const at = (line: number) => ({ source: "p.polar", line, column: 3, endLine: line, endColumn: 9 });

describe("an explanation in the terminal", () => {
  it("is a tree of rules and facts, with their places in one column", () => {
    const fact = (goal: string, stored: "store" | "context" | "policy"): Derivation => ({
      kind: "fact",
      goal,
      fact: ["f"],
      stored,
    });
    const derivation: Derivation = {
      kind: "rule",
      goal: "allow(a, b)",
      rule: "allow(x, y)",
      location: at(1),
      premises: [
        {
          kind: "rule",
          goal: "has_role(a)",
          rule: "r",
          location: at(12),
          premises: [fact("told(a)", "store"), fact("given(a)", "context")],
        },
        { kind: "negation", goal: "not banned(a)" },
        { ...fact("written()", "policy"), location: at(20) } as Derivation,
        { kind: "builtin", goal: "1 < 2" },
      ],
    };
    expect(renderExplanation({ allowed: true, derivation, attempts: [] }, plain)).toBe(
      `allowed

allow(a, b)       p.polar:1:3
├─ has_role(a)    p.polar:12:3
│  ├─ told(a)     fact
│  └─ given(a)    context fact
├─ not banned(a)  nothing proves the opposite
├─ written()      fact of the policy  p.polar:20:3
└─ 1 < 2`,
    );
  });

  it("of a denial names what would have been enough, beside what holds already", () => {
    const attempt: Attempt = {
      goal: "g",
      rule: '"read" if\n  "reader"',
      location: at(7),
      missing: ["has_role(a)"],
      holds: ["has_relation(b)"],
    };
    expect(renderExplanation({ allowed: false, attempts: [attempt] }, plain)).toBe(
      `denied

this would be enough (+ is missing, ✓ holds already):

  + has_role(a)
  ✓ has_relation(b)
    by  "read" if "reader"  p.polar:7:3`,
    );
  });

  it("shows the smallest attempts and counts the others", () => {
    const attempts = Array.from({ length: 10 }, (_, i) => ({
      goal: "g",
      rule: "r",
      location: at(1),
      missing: [`f(${i})`],
      holds: [],
    }));
    const text = renderExplanation({ allowed: false, attempts }, plain);
    expect(text).toContain("+ f(4)");
    expect(text).not.toContain("+ f(5)");
    expect(text).toContain("and 5 other ways");
    expect(text.split("\n").length).toBeLessThan(24);
  });

  it("leaves out what needs more facts than another way does", () => {
    const attempts = [["f(1)"], ["f(2)", "g(2)"]].map((missing) => ({
      goal: "g",
      rule: "r",
      location: at(1),
      missing,
      holds: [],
    }));
    const text = renderExplanation({ allowed: false, attempts }, plain);
    expect(text).toContain("this would be enough:\n\n  + f(1)");
    expect(text).not.toContain("f(2)");
    expect(text).toContain("and 1 other way (--json shows all)");
  });

  it("says so when no fact would help", () => {
    expect(renderExplanation({ allowed: false, attempts: [] }, plain)).toBe(
      "denied\n\nno rule could allow it, whatever the facts",
    );
  });
});
