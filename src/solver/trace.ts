import { locationOf } from "../diagnostics/diagnostic.js";
import type { RuleFrame } from "../diagnostics/errors.js";
import type { Rule } from "../polar/policy.js";
import type { State } from "./state.js";
import { Table } from "./tables.js";

const mostFrames = 50;

/** A rule as its head reads. */
export function headText(rule: Rule): string {
  if (rule.origin === "default") return rule.params.length === 2 ? "allow(a, p)" : "allow(a, p, x)";
  const { source, start, end } = rule.head;
  return oneLine(source.text.slice(start, end));
}

/** A rule as it is written, on one line, cut at 300 characters. */
export function ruleText(rule: Rule): string {
  if (rule.origin === "default") {
    const args = rule.params.length === 2 ? "(a, p)" : "(a, p, x)";
    return `allow${args} if has_permission${args}`;
  }
  const { source, start, end } = rule.span;
  const text = oneLine(source.text.slice(start, end)).replace(/\s*;$/, "");
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The rules that led to a state, innermost first. */
export function rulesAbove(state: State | undefined): RuleFrame[] {
  const frames: RuleFrame[] = [];
  let current = state;
  while (current !== undefined && frames.length < mostFrames) {
    const rule = current.rule?.rule;
    const owner: State["owner"] = current.owner;
    if (rule !== undefined && owner instanceof Table) {
      const { head } = rule;
      frames.push({ rule: headText(rule), ...locationOf(head) });
    }
    current = owner.by;
  }
  return frames;
}
