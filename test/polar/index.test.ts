import {
  CODES,
  formatPolicy,
  parseFile,
  parseGoalText,
  parsePolicy,
  printCondition,
  renderDiagnostic,
  renderDiagnostics,
  Source,
} from "arcturus/polar";
import { describe, expect, it } from "vitest";

describe("parsePolicy", () => {
  it("reads and checks a text", () => {
    const { policy, files, diagnostics } = parsePolicy("allow(_, _, _);");
    expect(diagnostics).toEqual([]);
    expect(policy?.rules.get("allow/3")).toHaveLength(1);
    expect(files.map((file) => file.statements.length)).toEqual([1]);
  });

  it("takes several sources for one policy, and names each in what it finds", () => {
    const { policy, files, diagnostics } = parsePolicy([
      { source: "actor User {}", filename: "types.polar" },
      new Source("rules.polar", "allow(_: User, 1;\nallow(_: User, 2);"),
      "allow(_: Nobody, 3, 4);",
    ]);
    expect(policy).toBeUndefined();
    expect(files).toHaveLength(3);
    expect(diagnostics.map((d) => [d.source, d.line, d.code])).toEqual([
      ["rules.polar", 1, "polar/unexpected-token"],
      ["<policy 3>", 1, "polar/unknown-type"],
    ]);
  });

  it("takes an empty policy and none", () => {
    expect(parsePolicy("").policy).toBeDefined();
    expect(parsePolicy([]).files).toEqual([]);
  });

  it("observes the limits it is given", () => {
    const codes = (limits: object): string[] =>
      parsePolicy("allow(_, _, [[[1]]]);", { limits }).diagnostics.map((d) => d.code);
    expect(codes({})).toEqual([]);
    expect(codes({ nesting: 2 })).toContain("polar/too-deep");
  });
});

it("is a front end for tools", () => {
  expect(formatPolicy("f( 1 );").text).toBe("f(1);\n");
  const { diagnostics } = parseFile(new Source("a.polar", "f(1"));
  expect(renderDiagnostics(diagnostics)).toBe(diagnostics.map((d) => renderDiagnostic(d)).join("\n\n"));
  expect(diagnostics.every((d) => CODES.has(d.code))).toBe(true);
  const { condition } = parseGoalText(new Source("<goal>", "f( x )and y"));
  expect(condition && printCondition(condition)).toBe("f(x) and y");
});
