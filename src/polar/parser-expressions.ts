import type { ArithmeticTerm, CompareCondition, Condition, Term } from "./ast.js";
import type { Token } from "./lexer.js";
import { parseDotted } from "./parser-atoms.js";
import type { Cursor } from "./parser-cursor.js";
import { asCondition, asTerm, make, type Operand } from "./parser-operands.js";
import { parsePattern } from "./parser-patterns.js";

/* Expressions (Polar reference, sections 2 and 3), by operator precedence. */

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const RELATION = 7;

const SYMBOL_LEVELS: Readonly<Partial<Record<Token["kind"], number>>> = {
  "=": COMPARISON,
  ":=": COMPARISON,
  "==": COMPARISON,
  "!=": COMPARISON,
  "<": COMPARISON,
  "<=": COMPARISON,
  ">": COMPARISON,
  ">=": COMPARISON,
  "+": SUM,
  "-": SUM,
  "*": PRODUCT,
  "/": PRODUCT,
};
const WORD_LEVELS: ReadonlyMap<string, number> = new Map([
  ["or", OR],
  ["and", AND],
  ["mod", PRODUCT],
  ["rem", PRODUCT],
  ["in", RELATION],
  ["matches", RELATION],
  ["matches!", RELATION],
]);

function levelOf(token: Token): number {
  if (token.kind === "keyword") return WORD_LEVELS.get(token.text) ?? 0;
  return SYMBOL_LEVELS[token.kind] ?? 0;
}

/** An expression that has to be a condition. */
export function parseCondition(c: Cursor): Condition {
  return asCondition(c, parseExpression(c));
}

/** An expression that has to be a value. */
export function parseTerm(c: Cursor): Term {
  return asTerm(c, parseExpression(c));
}

/** An operator whose right side is still to come, with what stands left of it. */
type Pending =
  | { readonly kind: "binary"; readonly level: number; readonly operator: Token; readonly left: Operand }
  | { readonly kind: "not"; readonly level: number; readonly start: number }
  | Chain;

/** `a and b and c`, one node for the whole chain. */
interface Chain {
  readonly kind: "chain";
  readonly level: number;
  readonly word: "and" | "or";
  readonly items: Condition[];
  readonly start: number;
  height: number;
  /** An `and` without parentheses beside this `or`. */
  mixed: Operand | undefined;
}

/**
 * An expression of any kind. Operators wait on a list of their own, not on the stack of JavaScript: only brackets recurse, and those
 * are counted.
 */
export function parseExpression(c: Cursor): Operand {
  const pending: Pending[] = [];
  for (;;) {
    if (c.atKeyword("not") && (pending.at(-1)?.level ?? OR) <= AND) {
      pending.push({ kind: "not", level: NOT, start: c.next().start });
      if (c.atKeyword("not")) c.fail("a condition", { help: "write `not (not …)`" });
    }
    let operand = parseDotted(c, parseExpression);
    let level = levelOf(c.token);
    while (level === RELATION && c.token.text !== "in") {
      operand = parseMatches(c, reduce(c, pending, operand, level));
      level = levelOf(c.token);
    }
    operand = reduce(c, pending, operand, level);
    if (level === 0) return operand;
    const operator = c.next();
    if (level <= AND) extendChain(c, pending, operand, level, operator);
    else pending.push({ kind: "binary", level, operator, left: operand });
  }
}

/** Finishes the operators that bind at least as tightly as the next one does: all of them associate to the left. */
function reduce(c: Cursor, pending: Pending[], right: Operand, level: number): Operand {
  let operand = right;
  for (let top = pending.at(-1); top !== undefined && top.level >= level; top = pending.at(-1)) {
    // A chain takes another item of its own word.
    if (top.kind === "chain" && top.level === level) break;
    pending.pop();
    if (top.kind === "chain") operand = finishChain(c, top, operand);
    else if (top.kind === "not") operand = makeNot(c, top.start, operand);
    else if (top.level === COMPARISON) operand = makeComparison(c, top.operator, top.left, operand);
    else if (top.level === RELATION) operand = makeIn(c, top.left, operand);
    else operand = makeArithmetic(c, top.operator, top.left, operand);
  }
  return operand;
}

function extendChain(c: Cursor, pending: Pending[], item: Operand, level: number, operator: Token): void {
  const top = pending.at(-1);
  if (top?.kind === "chain" && top.level === level) {
    addItem(c, top, item);
    return;
  }
  const word = operator.text as "and" | "or";
  const chain: Chain = { kind: "chain", level, word, items: [], start: item.start, height: 0, mixed: undefined };
  addItem(c, chain, item);
  pending.push(chain);
}

function addItem(c: Cursor, chain: Chain, item: Operand): void {
  chain.items.push(asCondition(c, item));
  chain.height = Math.max(chain.height, item.height);
  if (chain.level === OR && isBareAnd(item)) chain.mixed ??= item;
}

function finishChain(c: Cursor, chain: Chain, last: Operand): Operand {
  addItem(c, chain, last);
  const { word, items, start, height, mixed } = chain;
  if (mixed !== undefined) reportAmbiguous(c, mixed.start, mixed.end);
  return make(c, { condition: { kind: word, items, span: c.span(start, last.end) } }, height + 1);
}

function isBareAnd(operand: Operand): boolean {
  return !operand.parens && "condition" in operand.node && operand.node.condition.kind === "and";
}

/** An `and` stands beside an `or`, without parentheses to say which is meant first. */
export function reportAmbiguous(c: Cursor, start: number, end: number): void {
  c.report({
    code: "polar/ambiguous-precedence",
    start,
    end,
    message: "`and` binds tighter than `or`",
    help: "put parentheses around what belongs together",
  });
}

function makeNot(c: Cursor, start: number, item: Operand): Operand {
  const condition: Condition = { kind: "not", item: asCondition(c, item), span: c.span(start, item.end) };
  return make(c, { condition }, item.height + 1);
}

function makeComparison(c: Cursor, operator: Token, left: Operand, right: Operand): Operand {
  if (operator.kind === ":=" && (!("term" in left.node) || left.node.term.kind !== "variable" || left.parens)) {
    c.report({
      code: "polar/expected-value",
      start: left.start,
      end: left.end,
      message: "left of `:=` stands a variable",
      help: "use `=` to compare or take apart",
    });
  }
  const condition: Condition = {
    kind: "compare",
    operator: operator.kind as CompareCondition["operator"],
    left: asTerm(c, left, left.parens ? undefined : CHAINED),
    right: asTerm(c, right),
    span: c.span(left.start, right.end),
  };
  return make(c, { condition }, Math.max(left.height, right.height) + 1);
}

const CHAINED = "comparisons do not chain: write `a < b and b < c`";
const RELATIONS_CHAINED = "`in` and `matches` do not chain";

function makeIn(c: Cursor, left: Operand, right: Operand): Operand {
  const condition: Condition = {
    kind: "in",
    element: asTerm(c, left, left.parens ? undefined : RELATIONS_CHAINED),
    collection: asTerm(c, right),
    span: c.span(left.start, right.end),
  };
  return make(c, { condition }, Math.max(left.height, right.height) + 1);
}

/** At `matches` or `matches!`, whose right side is a pattern. */
function parseMatches(c: Cursor, left: Operand): Operand {
  const exact = c.next().text === "matches!";
  const term = asTerm(c, left, left.parens ? undefined : RELATIONS_CHAINED);
  const pattern = parsePattern(c, "head");
  const span = c.span(left.start, pattern.span.end);
  return make(c, { condition: { kind: "matches", term, pattern, exact, span } }, left.height + 1);
}

function makeArithmetic(c: Cursor, operator: Token, left: Operand, right: Operand): Operand {
  const reported = c.problems.length;
  const help = "`in`, `matches` and comparisons are conditions, they have no value";
  const term: Term = {
    kind: "arithmetic",
    operator: operator.text as ArithmeticTerm["operator"],
    left: asTerm(c, left, help),
    right: asTerm(c, right, help),
    span: c.span(left.start, right.end),
  };
  const result = make(c, { term }, Math.max(left.height, right.height) + 1);
  return c.problems.length > reported ? { ...result, broken: true } : result;
}
