import type {
  ArithmeticTerm,
  CompareCondition,
  Condition,
  DictionaryTerm,
  DotTerm,
  KeywordArgument,
  ListTerm,
  Name,
  StringTerm,
  Term,
  VariableTerm,
} from "./ast.js";
import type { Token } from "./lexer.js";
import type { Cursor } from "./parser-cursor.js";
import {
  atNumber,
  Keys,
  nameOf,
  parseEntity,
  parseKey,
  parseName,
  parseNumber,
  parseString,
  parseVariable,
  reservedWord,
  takeBoolean,
  takeNil,
} from "./parser-literals.js";
import { keyVariable, parsePattern } from "./parser-patterns.js";

/*
 * Expressions (Polar reference, sections 2 and 3), by operator precedence. An expression is read first and then used as a value or as
 * a condition; used as the wrong one it is reported and replaced, and parsing goes on.
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
    let operand = parseDotted(c);
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

/** `a.b.c(d).("e").(f)` */
function parseDotted(c: Cursor): Operand {
  let target = parseAtom(c);
  while (c.take(".")) {
    const term = asTerm(c, target);
    let height = target.height + 1;
    let member: DotTerm["member"];
    let args: Arguments | undefined;
    if (c.at("(")) {
      c.next();
      member = parseComputedMember(c);
      c.expect(")");
    } else {
      member = parseKey(c, "a member's name");
      if (c.at("(")) args = parseArguments(c);
      if (args !== undefined) height = Math.max(height, args.height + 1);
    }
    const dot: DotTerm = {
      kind: "dot",
      target: term,
      member,
      args: args?.args,
      ...keywordsOf(args),
      span: c.spanFrom(target.start),
    };
    target = make(c, { term: dot }, height);
  }
  return target;
}

function parseComputedMember(c: Cursor): StringTerm | VariableTerm {
  return c.at("string") ? parseString(c, "a string") : parseVariable(c, "a string or a variable");
}

function parseAtom(c: Cursor): Operand {
  const { token } = c;
  switch (token.kind) {
    case "name":
      return parseNamed(c);
    case "string":
      return leaf({ term: parseString(c, "a string") }, token.start, token.end);
    case "(":
      return parseParentheses(c);
    case "[":
      return parseList(c);
    case "{":
      return parseDictionary(c);
    case "flag":
      if (token.text !== "current_unix_time") break;
      c.next();
      return leaf({ term: { kind: "now", span: c.span(token.start, token.end) } }, token.start, token.end);
    case "keyword":
      return parseKeyword(c);
    default:
      if (atNumber(c)) {
        const term = parseNumber(c);
        return leaf({ term }, term.span.start, term.span.end);
      }
  }
  return c.fail("an expression", { help: adviceFor(c) });
}

function adviceFor(c: Cursor): string | undefined {
  const { token } = c;
  const after = c.peek(1);
  if (token.kind === "-" || token.kind === "+") {
    return after.kind === "name"
      ? `only numbers have a sign: write \`0 ${token.kind} ${after.text}\``
      : "only numbers have a sign, written directly before the digits";
  }
  if (token.kind === "." && after.kind === "integer") return `write \`0.${after.text}\``;
  if (token.kind === "flag") return "the only value that begins with `@` is `@current_unix_time`";
  if (token.kind === "*") return "`*rest` stands at the end of a list";
  return undefined;
}

/** A variable, a call or an entity. */
function parseNamed(c: Cursor): Operand {
  const name = nameOf(c, c.next());
  const { start, end } = name.span;
  if (c.at("(")) {
    const args = parseArguments(c);
    const span = c.spanFrom(start);
    return make(c, { condition: { kind: "call", name, args: args.args, ...keywordsOf(args), span } }, args.height + 1);
  }
  if (c.at("{")) {
    const term = parseEntity(c, name);
    return leaf({ term }, start, term.span.end);
  }
  return leaf({ term: { kind: "variable", name: name.text, span: name.span } }, start, end);
}

function parseKeyword(c: Cursor): Operand {
  const { token } = c;
  const literal = takeBoolean(c) ?? takeNil(c);
  if (literal !== undefined) return leaf({ term: literal }, token.start, token.end);
  if (atNumber(c)) return leaf({ term: parseNumber(c) }, token.start, token.end);
  switch (token.text) {
    case "new":
      return parseNew(c);
    case "cut":
      c.next();
      return leaf({ condition: { kind: "cut", span: c.span(token.start, token.end) } }, token.start, token.end);
    case "forall":
      return parseForall(c);
    case "print":
    case "debug":
      return parsePrint(c, token.text);
    case "not":
      return c.fail("an expression", { help: "`not` stands before a whole condition: write `(not …)`" });
    default:
      return reservedWord(c, "an expression", adviceForWord(c));
  }
}

function adviceForWord(c: Cursor): string | undefined {
  const { text } = c.token;
  if ((text === "in" || text === "matches") && c.peek(1).kind === "(") return `write \`x ${text} …\``;
  if (text === "isa") return "write `x matches T`";
  return undefined;
}

function parseNew(c: Cursor): Operand {
  const { start } = c.next();
  const type = parseName(c, "a type's name");
  if (!c.at("(")) c.fail("`(`");
  const args = parseArguments(c);
  return make(
    c,
    { term: { kind: "new", type, args: args.args, ...keywordsOf(args), span: c.spanFrom(start) } },
    args.height + 1,
  );
}

function parseForall(c: Cursor): Operand {
  const { start } = c.next();
  c.enter(c.expect("("));
  const condition = parseExpression(c);
  c.expect(",", "`,`", { help: "`forall` takes a condition and what must hold for it" });
  const action = parseExpression(c);
  c.expect(")", "`)`", { help: "`forall` takes two conditions: join more with `and`" });
  c.leave();
  const height = Math.max(condition.height, action.height) + 1;
  const parts = { condition: asCondition(c, condition), action: asCondition(c, action) };
  return make(c, { condition: { kind: "forall", ...parts, span: c.spanFrom(start) } }, height);
}

function parsePrint(c: Cursor, kind: "print" | "debug"): Operand {
  const { start } = c.next();
  if (!c.at("(")) c.fail("`(`");
  const args = parseArguments(c);
  if (kind === "print" && args.keywords.length > 0) {
    const { start, end } = (args.keywords[0] as KeywordArgument).span;
    c.report({ code: "polar/unexpected-token", start, end, message: "`print` takes values only" });
  }
  const span = c.spanFrom(start);
  const condition: Condition =
    kind === "print" ? { kind, args: args.args, span } : { kind, args: args.args, ...keywordsOf(args), span };
  return make(c, { condition }, args.height + 1);
}

function parseParentheses(c: Cursor): Operand {
  const open = c.next();
  c.enter(open);
  const inner = parseExpression(c);
  const { end } = c.expectClose(open, ")", "an operator or `)`");
  c.leave();
  const { node, height } = inner;
  const marked = "condition" in node ? { condition: { ...node.condition, parens: true as const } } : node;
  return { node: marked, start: open.start, end, parens: true, height };
}

function parseList(c: Cursor): Operand {
  const open = c.next();
  c.enter(open);
  const items: Term[] = [];
  let rest: VariableTerm | undefined;
  let height = 0;
  while (!c.at("]")) {
    if (c.take("*")) {
      rest = parseVariable(c, "a variable for the rest of the list");
      if (!c.at("]")) c.fail("`]`", { help: "`*rest` ends a list" });
      break;
    }
    const item = parseExpression(c);
    items.push(asTerm(c, item));
    height = Math.max(height, item.height);
    if (!c.take(",") && !c.at("]")) c.expectClose(open, "]", "`,` or `]`");
  }
  c.next();
  c.leave();
  const term: ListTerm = { kind: "list", items, rest, span: c.spanFrom(open.start) };
  return make(c, { term }, height + 1);
}

function parseDictionary(c: Cursor): Operand {
  const open = c.next();
  c.enter(open);
  const keys = new Keys(c);
  const entries: { key: Name; value: Term }[] = [];
  let height = 0;
  while (!c.at("}")) {
    const key = parseKey(c, "a key or `}`");
    keys.add(key);
    if (c.take(":")) {
      const value = parseExpression(c);
      entries.push({ key, value: asTerm(c, value) });
      height = Math.max(height, value.height);
    } else entries.push({ key, value: keyVariable(c, key) });
    if (!c.take(",") && !c.at("}")) c.expectClose(open, "}", "`,` or `}`");
  }
  c.next();
  c.leave();
  const term: DictionaryTerm = { kind: "dictionary", entries, span: c.spanFrom(open.start) };
  return make(c, { term }, height + 1);
}

interface Arguments {
  readonly args: Term[];
  readonly keywords: KeywordArgument[];
  readonly height: number;
}

/** `(a, b, key: c)`, at the `(`. */
export function parseArguments(c: Cursor): Arguments {
  const open = c.expect("(");
  c.enter(open);
  const args: Term[] = [];
  const keywords: KeywordArgument[] = [];
  const keys = new Keys(c);
  let height = 0;
  if (!c.at(")")) {
    do {
      if (c.at(")")) c.fail("an argument", { help: "arguments have no trailing comma" });
      const keyword = c.at("name") && c.peek(1).kind === ":" ? nameOf(c, c.next()) : undefined;
      if (keyword !== undefined) c.next();
      const value = parseExpression(c);
      height = Math.max(height, value.height);
      const term = asTerm(c, value);
      if (keyword === undefined) args.push(term);
      else {
        keys.add(keyword);
        keywords.push({ name: keyword, value: term, span: c.span(keyword.span.start, value.end) });
        c.report({
          code: "polar/keyword-arguments",
          start: keyword.span.start,
          end: value.end,
          message: `arguments are given by their place, not by name: \`${keyword.text}\``,
          help: `write the value alone, or \`x matches T{${keyword.text}: …}\` to ask for a property`,
        });
      }
    } while (c.take(","));
  }
  c.expectClose(open, ")", "`,` or `)`");
  c.leave();
  return { args, keywords, height };
}

function keywordsOf(args: Arguments | undefined): { readonly keywords?: readonly KeywordArgument[] } {
  return args === undefined || args.keywords.length === 0 ? {} : { keywords: args.keywords };
}

// --- values and conditions ----------------------------------------------------------------------------------------

function leaf(node: Operand["node"], start: number, end: number): Operand {
  return { node, start, end, parens: false, height: 1 };
}

function make(c: Cursor, node: Operand["node"], height: number): Operand {
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
