import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";

it("reports ten mistakes of one policy together, each where it is", () => {
  const text = readFileSync(new URL("ten-mistakes.polar", import.meta.url), "utf8");
  const { policy, diagnostics } = loadPolicy([new Source("ten-mistakes.polar", text)]);
  expect(policy).toBeUndefined();
  const errors = diagnostics.filter((d) => d.severity === "error");
  const underlined = errors.map((d) => {
    expect(d.endLine).toBe(d.line);
    const line = text.split("\n")[d.line - 1] as string;
    return `${d.line}:${d.column} ${d.code} ${line.slice(d.column - 1, d.endColumn - 1)}`;
  });
  expect(underlined).toEqual([
    "5:25 polar/unknown-type Orgg",
    '6:15 polar/undeclared-name "admni"',
    '7:25 polar/bad-shorthand "admin"',
    '9:55 polar/unknown-role "mebmer"',
    "10:13 polar/unknown-type Usr",
    "10:42 polar/wrong-arity is_admin(user, user, user)",
    "12:14 polar/expected-value status(org)",
    "13:32 polar/unsafe-variable orgg",
    "13:46 polar/unstratified archived(org)",
    "15:63 polar/bad-entity Org{7}",
  ]);
});
