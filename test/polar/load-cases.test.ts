import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { hasErrors } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/diagnostics/source.js";
import { entity, type PlainValue } from "../../src/facts/value.js";
import { checkFact } from "../../src/polar/check-fact.js";
import { loadGoal } from "../../src/polar/goal.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { HostType, LoadOptions, Policy } from "../../src/polar/policy.js";

interface Case {
  readonly name: string;
  readonly policy: string;
  readonly facts?: readonly (readonly unknown[])[];
  readonly contextFacts?: readonly (readonly unknown[])[];
  readonly objects?: readonly string[];
  readonly goal?: string;
  readonly expected: unknown;
}

const cases = JSON.parse(
  readFileSync(fileURLToPath(new URL("../data/polar-cases.json", import.meta.url)), "utf8"),
) as readonly Case[];

const hostTypes: readonly HostType[] = [
  { name: "User", extends: [], constructible: true },
  { name: "Admin", extends: ["User"], constructible: true },
  { name: "Super", extends: ["Admin", "User"], constructible: true },
  ...["Org", "Repo", "Issue", "Dir", "Point"].map((name) => ({ name, extends: [], constructible: true })),
];

const typeOfObject: Readonly<Record<string, string>> = {
  alice: "User",
  bob: "User",
  root: "Admin",
  sup: "Super",
  org: "Org",
  repo: "Repo",
  issue: "Issue",
  d2: "Dir",
};

/** Codes of the reference's table 15.1. */
const syntaxCodes = new Set([
  "polar/unexpected-character",
  "polar/unterminated-string",
  "polar/bad-number",
  "polar/unexpected-token",
  "polar/unexpected-end",
  "polar/reserved-word",
  "polar/expected-value",
  "polar/expected-condition",
  "polar/duplicate-key",
  "polar/too-deep",
]);

function load(c: Case): { policy: Policy | undefined; diagnostics: readonly Diagnostic[] } {
  const options: LoadOptions = c.objects === undefined ? {} : { types: hostTypes, constants: c.objects };
  return loadPolicy([new Source("policy.polar", c.policy)], options);
}

function errorOf(c: Case): { error: string; diagnostics?: readonly { code: string; line: number }[] } | undefined {
  return typeof c.expected === "object" && c.expected !== null && "error" in c.expected
    ? (c.expected as { error: string })
    : undefined;
}

function plain(value: unknown): PlainValue {
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "object" && value !== null && "const" in value) {
    const name = String(value.const);
    return entity(typeOfObject[name] as string, name);
  }
  return value as PlainValue;
}

/** Inline queries that fail are found by running them, which is the engine's part. */
const foundByRunning = new Set(["inline-fail", "inline-error"]);

describe.each(cases)("$name", (c) => {
  const error = errorOf(c);
  const refused = error?.error === "parse" || error?.error === "load";

  it(refused ? `is refused as ${error.error}` : "loads", () => {
    if (foundByRunning.has(c.name)) return expect(load(c).policy?.inlineQueries).toHaveLength(1);
    const { policy, diagnostics } = load(c);
    const found = [...diagnostics];
    if (policy !== undefined && c.goal !== undefined) {
      const answer = loadGoal(c.goal, policy);
      found.push(...answer.diagnostics);
      expect(answer.goal === undefined).toBe(hasErrors(answer.diagnostics));
    }
    const errors = found.filter((d) => d.severity === "error");
    const summary = errors.map((d) => `${d.line}:${d.column} ${d.code} ${d.message}`);
    if (!refused) return expect(summary).toEqual([]);
    expect(summary).not.toEqual([]);
    const syntax = errors.some((d) => syntaxCodes.has(d.code));
    expect(syntax, summary.join("\n")).toBe(error.error === "parse");
    for (const wanted of error.diagnostics ?? []) {
      expect(errors.map(({ code, line }) => ({ code, line }))).toContainEqual(wanted);
    }
  });

  const facts = [...(c.facts ?? []), ...(c.contextFacts ?? [])];
  if (facts.length > 0 && !refused) {
    it(error?.error === "input" ? "has a fact that the policy does not use" : "has facts that the policy uses", () => {
      const { policy } = load(c);
      const refusals = facts.flatMap(([predicate, ...args]) => {
        const refusal = checkFact(policy as Policy, { predicate: predicate as string, args: args.map(plain) });
        return refusal === undefined ? [] : [`${refusal.code} ${refusal.message}`];
      });
      if (error?.error === "input") expect(refusals).not.toEqual([]);
      else expect(refusals).toEqual([]);
    });
  }
});
