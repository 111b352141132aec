import type { Condition, Term } from "./ast.js";
import type { Cursor } from "./parser-cursor.js";

/*
 * An expression is read first and then used as a value or as a condition; used as the wrong one it is reported and replaced, and
 * parsing goes on.
 */

/** An expression before its use is known. */
export interface Operand {
  readonly node: { readonly term: Term } | { readonly condition: Condition };
  /** With its parentheses. */
  readonly start: number;
  readonly end: number;
  readonly parens: boolean;
  /** Levels of the tree below and including it. */
  readonly height: number;
  /** A part of it was of the wrong kind and reported: nothing more is said about its kind. */
  readonly broken?: boolean;
}

/** Reads an expression of any kind. */
export type ParseExpression = (c: Cursor) => Operand;

/** An operand without parts. */
export function leaf(node: Operand["node"], start: number, end: number): Operand {
  return { node, start, end, parens: false, height: 1 };
}

/** An operand whose tree has this height. Fails where that is too much. */
export function make(c: Cursor, node: Operand["node"], height: number): Operand {
  const { start, end } = ("term" in node ? node.term : node.condition).span;
  if (height > c.maxHeight) {
    const last = c.previous;
    c.tooDeep(last?.start ?? start, last?.end ?? end);
  }
  return { node, start, end, parens: false, height };
}

/** The operand as a value. What has none is reported, and nil stands in for it. */
export function asTerm(c: Cursor, operand: Operand, help?: string): Term {
  const { node, start, end } = operand;
  if ("term" in node) return node.term;
  c.report({
    code: "polar/expected-value",
    start,
    end,
    message: `expected a value, found a condition: ${CONDITION_NAMES[node.condition.kind]}`,
    help: help ?? ADVICE[node.condition.kind],
  });
  return { kind: "nil", span: c.span(start, end) };
}

/** The operand as a condition. What cannot hold or fail is reported, and `true` stands in for it. */
export function asCondition(c: Cursor, operand: Operand): Condition {
  const { node, start, end, parens } = operand;
  if ("condition" in node) return node.condition;
  const { term } = node;
  const marks = parens ? { parens: true as const } : {};
  if (term.kind === "variable" || term.kind === "boolean" || term.kind === "dot") {
    return { kind: "term", term, ...marks, span: term.span };
  }
  if (!operand.broken) reportNoCondition(c, term, start, end);
  const span = c.span(start, end);
  return { kind: "term", term: { kind: "boolean", value: true, span }, span };
}

function reportNoCondition(c: Cursor, term: Term, start: number, end: number): void {
  c.report({
    code: "polar/expected-condition",
    start,
    end,
    message: `expected a condition, found ${TERM_NAMES[term.kind]}`,
    help: "a condition is a call, a comparison, `in`, `matches`, or joins such with `and`, `or`, `not`",
  });
}

const CONDITION_NAMES: Readonly<Record<Condition["kind"], string>> = {
  and: "`and`",
  or: "`or`",
  not: "`not`",
  forall: "`forall`",
  compare: "a comparison",
  in: "`in`",
  matches: "`matches`",
  call: "a call of a rule",
  cut: "`cut`",
  print: "`print`",
  debug: "`debug`",
  term: "a condition",
};
const ADVICE: Readonly<Partial<Record<Condition["kind"], string>>> = {
  call: "rules have no value: give the rule one more parameter, and join the call with `and`",
  compare: "join conditions with `and`",
  in: "join conditions with `and`",
  matches: "join conditions with `and`",
};
const TERM_NAMES: Readonly<Record<Term["kind"], string>> = {
  variable: "a variable",
  integer: "an Integer",
  float: "a Float",
  string: "a String",
  boolean: "a Boolean",
  nil: "`nil`",
  now: "`@current_unix_time`",
  entity: "an entity",
  list: "a list",
  dictionary: "a dictionary",
  new: "`new`",
  dot: "a member",
  arithmetic: "arithmetic",
  constant: "a constant",
};
