import type { Pattern } from "../polar/ast.js";
import type { Rule } from "../polar/policy.js";
import type { Types } from "./types.js";

/**
 * The rules of one predicate, most specific first (Polar reference, section 11.3). Specificity is only a partial order;
 * where it says nothing the order given stays.
 */
export function bySpecificity(rules: readonly Rule[], types: Types): readonly Rule[] {
  const plain = rules.every((rule) => rule.params.every((param) => param.pattern === undefined));
  if (plain || rules.length < 2) return rules;
  const sorted: Rule[] = [];
  for (const rule of rules) {
    // Before the first rule that must come after it, but never before one that must come before it.
    let at = sorted.length;
    for (let i = sorted.length - 1; i >= 0; i--) {
      const order = compareRules(rule, sorted[i] as Rule, types);
      if (order < 0) at = i;
      else if (order > 0) break;
    }
    sorted.splice(at, 0, rule);
  }
  return sorted;
}

function compareRules(a: Rule, b: Rule, types: Types): number {
  for (const [i, param] of a.params.entries()) {
    const order = comparePatterns(param.pattern, b.params[i]?.pattern, types);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePatterns(a: Pattern | undefined, b: Pattern | undefined, types: Types): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.kind === "type-pattern" && b.kind === "type-pattern") {
    if (a.type.text === b.type.text) return (b.fields?.length ?? 0) - (a.fields?.length ?? 0);
    const union = Number(isUnion(a.type.text)) - Number(isUnion(b.type.text));
    if (union !== 0) return union;
    if (types.isSubtype(a.type.text, b.type.text)) return -1;
    return types.isSubtype(b.type.text, a.type.text) ? 1 : 0;
  }
  if (a.kind === "dictionary-pattern" && b.kind === "dictionary-pattern") return b.fields.length - a.fields.length;
  if (a.kind === "type-pattern" && b.kind === "dictionary-pattern") return -1;
  return a.kind === "dictionary-pattern" && b.kind === "type-pattern" ? 1 : 0;
}

function isUnion(name: string): boolean {
  return name === "Actor" || name === "Resource";
}
