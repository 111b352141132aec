import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { LoadOptions, Policy, Rule } from "../../src/polar/policy.js";
import { printCondition, printHead } from "../../src/polar/printer.js";

/** A policy that must load. */
export function policyOf(text: string, options?: LoadOptions): Policy {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)], options);
  if (policy === undefined) throw new Error(diagnostics.map(summaryOf).join("\n"));
  return policy;
}

/** What is said about a policy, as `line:column code`, errors and warnings, without hints. */
export function problemsOf(text: string, options?: LoadOptions): string[] {
  const { diagnostics } = loadPolicy([new Source("policy.polar", text)], options);
  return diagnostics.filter((d) => d.severity !== "hint").map((d) => `${d.line}:${d.column} ${d.code}`);
}

/** The errors of a policy, by code. */
export function errorsOf(text: string, options?: LoadOptions): string[] {
  const { diagnostics } = loadPolicy([new Source("policy.polar", text)], options);
  return diagnostics.filter((d) => d.severity === "error").map((d) => d.code);
}

export function warningsOf(text: string, options?: LoadOptions): string[] {
  return policyOf(text, options)
    .warnings.filter((d) => d.severity === "warning")
    .map((d) => d.code);
}

export function summaryOf(d: Diagnostic): string {
  return `${d.line}:${d.column} ${d.code} ${d.message}`;
}

/** The rules that shorthand became, as text. */
export function shorthandOf(text: string, options?: LoadOptions): string[] {
  return [...policyOf(text, options).rules.values()]
    .flat()
    .filter((rule) => rule.origin === "shorthand")
    .sort((a, b) => a.order - b.order)
    .map(ruleText);
}

export function ruleText(rule: Rule): string {
  const span = rule.head;
  const head = printHead({ kind: "name", text: rule.name, span }, rule.params);
  return rule.body === undefined ? `${head};` : `${head} if ${printCondition(rule.body)};`;
}
