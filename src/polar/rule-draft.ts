import type { Span } from "../diagnostics/source.js";
import type { CallCondition, Name, Parameter, Term, TypePattern, VariableTerm } from "./ast.js";
import type { Rule } from "./policy.js";

/** A rule before its names are resolved. `locals` are names that are variables even if a constant is called so. */
export interface RuleDraft extends Omit<Rule, "order"> {
  readonly locals: ReadonlySet<string>;
}

// --- what shorthand is written out with: everything points to the shorthand ---

export function variable(name: string, span: Span): VariableTerm {
  return { kind: "variable", name, span };
}

function name(text: string, span: Span): Name {
  return { kind: "name", text, span };
}

export function typePattern(type: string, span: Span): TypePattern {
  return { kind: "type-pattern", type: name(type, span), fields: undefined, span };
}

/** `name: Type`, as a parameter. */
export function typed(variableName: string, type: string, span: Span): Parameter {
  return { kind: "parameter", term: variable(variableName, span), pattern: typePattern(type, span), span };
}

export function call(predicate: string, args: readonly Term[], span: Span): CallCondition {
  return { kind: "call", name: name(predicate, span), args, span };
}

/** The name and the type in the head of a rule that shorthand became; no type in a `global` block. */
export function headOfShorthand(rule: Rule): { readonly name: string; readonly type: string | undefined } {
  const name = rule.params[1]?.term;
  const pattern = rule.params[2]?.pattern;
  return {
    name: name?.kind === "string" ? name.value : "",
    type: pattern?.kind === "type-pattern" ? pattern.type.text : undefined,
  };
}

/** The `allow` rules of a policy that has blocks and writes none itself (reference, section 14). `span` is where they are said to be. */
export function defaultAllowRules(span: Span): RuleDraft[] {
  const locals = new Set(["actor", "action", "resource"]);
  return [
    ["actor", "action", "resource"],
    ["actor", "action"],
  ].map((vars) => ({
    name: "allow",
    params: vars.map((v) => ({ kind: "parameter", term: variable(v, span), pattern: undefined, span }) as const),
    body: call(
      "has_permission",
      vars.map((v) => variable(v, span)),
      span,
    ),
    head: span,
    span,
    origin: "default",
    locals,
  }));
}
