import type { Location } from "../diagnostics/diagnostic.js";
import { plain } from "../diagnostics/display.js";
import type { Attempt, Derivation, Explanation } from "../solver/explanation.js";
import { count, type Paint } from "./terminal.js";

/** What fits on a screen of 24 lines; the count of the others is said. */
const SHOWN_ATTEMPTS = 5;

/** What a policy without a rule named allow behaves as if it held; their place is the first block, which says nothing. */
const defaultRules: ReadonlySet<string> = new Set([
  "allow(a, p, x) if has_permission(a, p, x)",
  "allow(a, p) if has_permission(a, p)",
]);

/** An explanation for a person: the proof as a tree, or what is missing, smallest first. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  if (explanation.allowed) {
    const proof = explanation.derivation === undefined ? [] : ["", ...renderDerivation(explanation.derivation, paint)];
    return [paint.green("allowed"), ...proof].join("\n");
  }
  return [paint.red("denied"), "", ...renderAttempts(explanation.attempts, paint)].join("\n");
}

/** The lines of a proof: what holds on the left, why on the right. */
export function renderDerivation(derivation: Derivation, paint: Paint): string[] {
  const rows: { readonly branch: string; readonly goal: string; readonly why: string }[] = [];
  const visit = (node: Derivation, lead: string, branch: string): void => {
    rows.push({ branch: lead + branch, goal: plain(node.goal), why: reason(node) });
    if (node.kind !== "rule") return;
    const below = lead + (branch === "" ? "" : branch === "└─ " ? "   " : "│  ");
    for (const [i, premise] of node.premises.entries()) {
      visit(premise, below, i === node.premises.length - 1 ? "└─ " : "├─ ");
    }
  };
  visit(derivation, "", "");

  const width = Math.min(90, Math.max(...rows.map((row) => row.branch.length + row.goal.length)));
  return rows.map(({ branch, goal, why }) => {
    const gap = " ".repeat(Math.max(0, width - branch.length - goal.length) + 2);
    return `${paint.dim(branch)}${goal}${why === "" ? "" : gap + paint.dim(why)}`;
  });
}

function reason(node: Derivation): string {
  switch (node.kind) {
    case "rule":
      if (node.folded === true) return `${place(node.location)}; its premises are left out`;
      return defaultRules.has(node.rule) ? "default rule" : place(node.location);
    case "fact":
      return { store: "fact", context: "context fact", policy: "fact of the policy" }[node.stored] + at(node.location);
    case "negation":
      return "nothing proves the opposite";
    case "builtin":
      return "";
  }
}

/** The lines that say what would have been enough. */
export function renderAttempts(attempts: readonly Attempt[], paint: Paint): string[] {
  if (attempts.length === 0) return ["no rule could allow it, whatever the facts"];
  // Fewest first: where one fact is enough, nobody wants to tell two.
  const fewest = attempts.filter(({ missing }) => missing.length === attempts[0]?.missing.length);
  const shown = fewest.slice(0, SHOWN_ATTEMPTS);
  const partly = shown.some(({ missing, holds }) => missing.length > 0 && holds.length > 0);
  const lines = [
    `${shown.length === 1 ? "this" : "any one of these"} would be enough${partly ? " (+ is missing, ✓ holds already)" : ""}:`,
  ];
  for (const { missing, holds, rule, location } of shown) {
    lines.push("");
    for (const fact of missing) lines.push(`  ${paint.yellow("+")} ${paint.bold(plain(fact))}`);
    if (missing.length === 0) lines.push(`  ${paint.dim("(no fact is missing, a condition of the rule fails)")}`);
    for (const fact of holds) lines.push(`  ${paint.green("✓")} ${plain(fact)}`);
    lines.push(`    ${paint.dim(`by  ${oneLine(rule)}${at(location)}`)}`);
  }
  if (attempts.length > shown.length) {
    lines.push("", paint.dim(`and ${count(attempts.length - shown.length, "other way")} (--json shows all)`));
  }
  return lines;
}

function at(location: Location | undefined): string {
  return location === undefined || location.source === "" ? "" : `  ${place(location)}`;
}

function place(location: Location): string {
  return `${location.source}:${location.line}:${location.column}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
