import type { CallCondition, Condition, Parameter, Pattern, Term, VariableTerm } from "./ast.js";

/** What a walk may be told about. Every callback is called before what is inside. */
export interface Visitor {
  readonly term?: (term: Term) => void;
  readonly pattern?: (pattern: Pattern) => void;
  readonly condition?: (condition: Condition) => void;
}

/** Visits the parameters of a head, left to right, with their terms and patterns. */
export function walkParameters(params: readonly Parameter[], visitor: Visitor): void {
  for (const param of params) {
    walkTerm(param.term, visitor);
    if (param.pattern !== undefined) walkPattern(param.pattern, visitor);
  }
}

export function walkTerm(term: Term, visitor: Visitor): void {
  visitor.term?.(term);
  switch (term.kind) {
    case "list":
      for (const item of term.items) walkTerm(item, visitor);
      if (term.rest !== undefined) walkTerm(term.rest, visitor);
      break;
    case "dictionary":
      for (const entry of term.entries) walkTerm(entry.value, visitor);
      break;
    case "new":
      for (const arg of term.args) walkTerm(arg, visitor);
      for (const keyword of term.keywords ?? []) walkTerm(keyword.value, visitor);
      break;
    case "dot":
      walkTerm(term.target, visitor);
      if (term.member.kind === "variable" || term.member.kind === "constant") walkTerm(term.member, visitor);
      for (const arg of term.args ?? []) walkTerm(arg, visitor);
      for (const keyword of term.keywords ?? []) walkTerm(keyword.value, visitor);
      break;
    case "arithmetic":
      walkTerm(term.left, visitor);
      walkTerm(term.right, visitor);
      break;
    default:
  }
}

export function walkPattern(pattern: Pattern, visitor: Visitor): void {
  visitor.pattern?.(pattern);
  switch (pattern.kind) {
    case "term-pattern":
      walkTerm(pattern.term, visitor);
      break;
    case "type-pattern":
      for (const field of pattern.fields ?? []) walkPattern(field.pattern, visitor);
      break;
    case "dictionary-pattern":
      for (const field of pattern.fields) walkPattern(field.pattern, visitor);
      break;
    case "list-pattern":
      for (const item of pattern.items) walkPattern(item, visitor);
      if (pattern.rest !== undefined) walkTerm(pattern.rest, visitor);
      break;
  }
}

export function walkCondition(condition: Condition, visitor: Visitor): void {
  visitor.condition?.(condition);
  switch (condition.kind) {
    case "and":
    case "or":
      for (const item of condition.items) walkCondition(item, visitor);
      break;
    case "not":
      walkCondition(condition.item, visitor);
      break;
    case "forall":
      walkCondition(condition.condition, visitor);
      walkCondition(condition.action, visitor);
      break;
    default:
      if (visitor.term !== undefined || visitor.pattern !== undefined) walkTermsOf(condition, visitor);
  }
}

/** The terms and patterns of a condition that holds no other conditions. */
function walkTermsOf(condition: Exclude<Condition, { kind: "and" | "or" | "not" | "forall" }>, visitor: Visitor): void {
  switch (condition.kind) {
    case "compare":
      walkTerm(condition.left, visitor);
      walkTerm(condition.right, visitor);
      break;
    case "in":
      walkTerm(condition.element, visitor);
      walkTerm(condition.collection, visitor);
      break;
    case "matches":
      walkTerm(condition.term, visitor);
      walkPattern(condition.pattern, visitor);
      break;
    case "call":
    case "debug":
      for (const arg of condition.args) walkTerm(arg, visitor);
      for (const keyword of condition.keywords ?? []) walkTerm(keyword.value, visitor);
      break;
    case "print":
      for (const arg of condition.args) walkTerm(arg, visitor);
      break;
    case "term":
      walkTerm(condition.term, visitor);
      break;
    case "cut":
      break;
  }
}

/** Every variable as it occurs, left to right; `_` too. */
export function variablesOf(where: { params?: readonly Parameter[]; body?: Condition | undefined }): VariableTerm[] {
  const found: VariableTerm[] = [];
  const visitor: Visitor = {
    term: (term) => {
      if (term.kind === "variable") found.push(term);
    },
  };
  if (where.params !== undefined) walkParameters(where.params, visitor);
  if (where.body !== undefined) walkCondition(where.body, visitor);
  return found;
}

/** Every call of a predicate, left to right. */
export function callsOf(condition: Condition | undefined): CallCondition[] {
  const found: CallCondition[] = [];
  if (condition !== undefined) {
    walkCondition(condition, {
      condition: (c) => {
        if (c.kind === "call") found.push(c);
      },
    });
  }
  return found;
}
