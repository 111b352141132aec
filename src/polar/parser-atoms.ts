import type {
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
import { type Arguments, keywordsOf, parseArguments } from "./parser-arguments.js";
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
import { asCondition, asTerm, leaf, make, type Operand, type ParseExpression } from "./parser-operands.js";
import { keyVariable } from "./parser-patterns.js";

/*
 * What stands between operators (Polar reference, sections 2 and 3): literals, calls, brackets and members. What stands
 * inside of brackets is read by `inner`, which is the parser of whole expressions.
 */

/** `a.b.c(d).("e").(f)` */
export function parseDotted(c: Cursor, inner: ParseExpression): Operand {
  let target = parseAtom(c, inner);
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
      if (c.at("(")) args = parseArguments(c, inner);
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

function parseAtom(c: Cursor, inner: ParseExpression): Operand {
  const { token } = c;
  switch (token.kind) {
    case "name":
      return parseNamed(c, inner);
    case "string":
      return leaf({ term: parseString(c, "a string") }, token.start, token.end);
    case "(":
      return parseParentheses(c, inner);
    case "[":
      return parseList(c, inner);
    case "{":
      return parseDictionary(c, inner);
    case "flag":
      if (token.text !== "current_unix_time") break;
      c.next();
      return leaf({ term: { kind: "now", span: c.span(token.start, token.end) } }, token.start, token.end);
    case "keyword":
      return parseKeyword(c, inner);
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
function parseNamed(c: Cursor, inner: ParseExpression): Operand {
  const name = nameOf(c, c.next());
  const { start, end } = name.span;
  if (c.at("(")) {
    const args = parseArguments(c, inner);
    const span = c.spanFrom(start);
    return make(c, { condition: { kind: "call", name, args: args.args, ...keywordsOf(args), span } }, args.height + 1);
  }
  if (c.at("{")) {
    const term = parseEntity(c, name);
    return leaf({ term }, start, term.span.end);
  }
  return leaf({ term: { kind: "variable", name: name.text, span: name.span } }, start, end);
}

function parseKeyword(c: Cursor, inner: ParseExpression): Operand {
  const { token } = c;
  const literal = takeBoolean(c) ?? takeNil(c);
  if (literal !== undefined) return leaf({ term: literal }, token.start, token.end);
  if (atNumber(c)) return leaf({ term: parseNumber(c) }, token.start, token.end);
  switch (token.text) {
    case "new":
      return parseNew(c, inner);
    case "cut":
      c.next();
      return leaf({ condition: { kind: "cut", span: c.span(token.start, token.end) } }, token.start, token.end);
    case "forall":
      return parseForall(c, inner);
    case "print":
    case "debug":
      return parsePrint(c, inner, token.text);
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

function parseNew(c: Cursor, inner: ParseExpression): Operand {
  const { start } = c.next();
  const type = parseName(c, "a type's name");
  if (!c.at("(")) c.fail("`(`");
  const args = parseArguments(c, inner);
  return make(
    c,
    { term: { kind: "new", type, args: args.args, ...keywordsOf(args), span: c.spanFrom(start) } },
    args.height + 1,
  );
}

function parseForall(c: Cursor, inner: ParseExpression): Operand {
  const { start } = c.next();
  c.enter(c.expect("("));
  const condition = inner(c);
  c.expect(",", "`,`", { help: "`forall` takes a condition and what must hold for it" });
  const action = inner(c);
  c.expect(")", "`)`", { help: "`forall` takes two conditions: join more with `and`" });
  c.leave();
  const height = Math.max(condition.height, action.height) + 1;
  const parts = { condition: asCondition(c, condition), action: asCondition(c, action) };
  return make(c, { condition: { kind: "forall", ...parts, span: c.spanFrom(start) } }, height);
}

function parsePrint(c: Cursor, inner: ParseExpression, kind: "print" | "debug"): Operand {
  const { start } = c.next();
  if (!c.at("(")) c.fail("`(`");
  const args = parseArguments(c, inner);
  if (kind === "print" && args.keywords.length > 0) {
    const { start, end } = (args.keywords[0] as KeywordArgument).span;
    c.report({ code: "polar/unexpected-token", start, end, message: "`print` takes values only" });
  }
  const span = c.spanFrom(start);
  const condition: Condition =
    kind === "print" ? { kind, args: args.args, span } : { kind, args: args.args, ...keywordsOf(args), span };
  return make(c, { condition }, args.height + 1);
}

function parseParentheses(c: Cursor, inner: ParseExpression): Operand {
  const open = c.next();
  c.enter(open);
  const content = inner(c);
  const { end } = c.expectClose(open, ")", "an operator or `)`");
  c.leave();
  const { node, height } = content;
  const marked = "condition" in node ? { condition: { ...node.condition, parens: true as const } } : node;
  return { node: marked, start: open.start, end, parens: true, height };
}

function parseList(c: Cursor, inner: ParseExpression): Operand {
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
    const item = inner(c);
    items.push(asTerm(c, item));
    height = Math.max(height, item.height);
    if (!c.take(",") && !c.at("]")) c.expectClose(open, "]", "`,` or `]`");
  }
  c.next();
  c.leave();
  const term: ListTerm = { kind: "list", items, rest, span: c.spanFrom(open.start) };
  return make(c, { term }, height + 1);
}

function parseDictionary(c: Cursor, inner: ParseExpression): Operand {
  const open = c.next();
  c.enter(open);
  const keys = new Keys(c);
  const entries: { key: Name; value: Term }[] = [];
  let height = 0;
  while (!c.at("}")) {
    const key = parseKey(c, "a key or `}`");
    keys.add(key);
    if (c.take(":")) {
      const value = inner(c);
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
