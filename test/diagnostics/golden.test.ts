import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CODES } from "../../src/diagnostics/codes.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../src/diagnostics/render.js";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { LoadOptions } from "../../src/polar/policy.js";
import { resourceRoles } from "../../src/polar/preludes.js";

/*
 * One policy per code, `CODE.polar`, and what is shown for it, `CODE.txt`. A first line `# options: {…}` says how it is loaded:
 * with limits, under two names, or with the prelude `resourceRoles`.
 */

interface Options {
  readonly limits?: NonNullable<LoadOptions["limits"]>;
  readonly twice?: true;
  readonly roles?: true;
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const fixtures = readdirSync(folder).filter((file) => file.endsWith(".polar") && file !== "ten-mistakes.polar");

function diagnosticsOf(file: string): Diagnostic[] {
  const text = readFileSync(`${folder}${file}`, "utf8");
  const options = JSON.parse(/^# options: (.*)/.exec(text)?.[1] ?? "{}") as Options;
  const sources = [new Source(file, text)];
  if (options.twice) sources.push(new Source(`copy-of-${file}`, text));
  if (options.roles) sources.push(new Source(resourceRoles.filename, resourceRoles.source));
  const { policy, diagnostics } = loadPolicy(sources, options.limits === undefined ? {} : { limits: options.limits });
  if (policy !== undefined && options.roles) diagnostics.push(...resourceRoles.check(policy));
  return diagnostics;
}

describe("each code", () => {
  it.each(fixtures)("%s shows its code alone, as it always has", async (file) => {
    const diagnostics = diagnosticsOf(file);
    expect(new Set(diagnostics.map((d) => d.code))).toEqual(new Set([`polar/${file.replace(".polar", "")}`]));
    await expect(`${renderDiagnostics(diagnostics)}\n`).toMatchFileSnapshot(
      `${folder}${file.replace(".polar", ".txt")}`,
    );
  });

  it("has the severity that the table of codes says", () => {
    for (const file of fixtures) {
      for (const { code, severity } of diagnosticsOf(file))
        expect([code, severity]).toEqual([code, CODES.get(code)?.severity]);
    }
  });

  it("has a policy that shows it, if it is found at load", () => {
    // Found by running the query; thrown with all others.
    const elsewhere = ["polar/inline-query-failed", "polar/policy"];
    const shown = new Set([...fixtures.map((file) => `polar/${file.replace(".polar", "")}`), ...elsewhere]);
    expect([...CODES.keys()].filter((code) => code.startsWith("polar/") && !shown.has(code))).toEqual([]);
  });

  it("has a section in the documentation", () => {
    const text = readFileSync(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");
    const sections = [...text.matchAll(/^### (.*)$/gm)].map((match) => match[1] as string);
    expect([...CODES.keys()].filter((code) => code !== "polar/policy" && !sections.includes(code))).toEqual([]);
    expect(sections.filter((section) => !CODES.has(section))).toEqual([]);
    expect(new Set(sections).size).toBe(sections.length);
  });
});
