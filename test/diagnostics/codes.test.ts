import { expect, it } from "vitest";
import { CODES, SYNTAX_CODES, severityOf } from "../../src/diagnostics/codes.js";

it("every code is `area/slug` and says in one line when it is reported", () => {
  for (const { code, meaning } of CODES.values()) {
    expect(code).toMatch(/^(polar|engine|facts|input|store|filter|graphql|config)\/[a-z]+(-[a-z]+)*$/);
    expect(meaning).toMatch(/^[^A-Z].*[^.]$/);
  }
  expect(CODES.size).toBeGreaterThan(90);
});

it("syntax faults are errors, and unknown codes too", () => {
  for (const code of SYNTAX_CODES) expect(severityOf(code)).toBe("error");
  expect(severityOf("polar/ambiguous-precedence")).toBe("warning");
  expect(severityOf("graphql/no-identity")).toBe("warning");
  expect(severityOf("polar/unused-role")).toBe("hint");
  expect(severityOf("my/own")).toBe("error");
});
