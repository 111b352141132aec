import type {
  BlockStatement,
  Condition,
  Declaration,
  Name,
  RelationsDeclaration,
  ShortBody,
  Shorthand,
  ShortName,
  StringTerm,
} from "./ast.js";
import type { Token } from "./lexer.js";
import { parseArguments } from "./parser-arguments.js";
import { ABORT, type Cursor } from "./parser-cursor.js";
import { parseExpression, reportAmbiguous } from "./parser-expressions.js";
import { nameOf, parseKey, parseName, parseString } from "./parser-literals.js";

/* Blocks and the shorthand inside them (Polar reference, sections 2 and 12). */

/** Whether a block begins at the current token; `actor`, `resource`, `global` are ordinary names elsewhere. */
export function atBlock(c: Cursor): boolean {
  if (c.atWord("global")) return c.peek(1).kind === "{";
  if (!c.atWord("actor") && !c.atWord("resource")) return false;
  return isName(c.peek(1)) && atBlockBody(c, 2);
}

/** `Name {` or `Name extends` at the current token, with a word before it or none: a block without the right keyword. */
export function atStrayBlock(c: Cursor): boolean {
  if (!c.at("name")) return false;
  return atBlockBody(c, 1) || (isName(c.peek(1)) && atBlockBody(c, 2));
}

function atBlockBody(c: Cursor, ahead: number): boolean {
  const token = c.peek(ahead);
  return token.kind === "{" || (token.kind === "name" && token.text === "extends");
}

function isName(token: Token): boolean {
  return token.kind === "name" || token.kind === "keyword";
}

/** A block; `undefined` when its first line is at fault and only what is inside could be read. */
export function parseBlock(c: Cursor): BlockStatement | undefined {
  const word = c.next();
  const keyword = word.text as BlockStatement["keyword"];
  let name: Name | undefined;
  let supertypes: Name[] = [];
  try {
    if (keyword !== "global") name = parseName(c, "a type's name");
    supertypes = parseExtends(c);
    if (!c.at("{")) {
      const help = keyword === "global" ? "the `global` block has no name" : undefined;
      c.fail(supertypes.length > 0 ? "`,` or `{`" : name === undefined ? "`{`" : "`extends` or `{`", { help });
    }
  } catch (error) {
    if (error !== ABORT) throw error;
    while (!c.at("{") && !c.at(";") && !c.at("}") && !c.at("end")) c.next();
    if (!c.at("{")) throw error;
    parseBlockRest(c, "resource", undefined, [], word.start);
    return undefined;
  }
  return parseBlockRest(c, keyword, name, supertypes, word.start);
}

/** A block whose keyword is missing or wrong: reported, and read as a resource so that what is inside is checked too. */
export function parseStrayBlock(c: Cursor): BlockStatement {
  const { token } = c;
  const missing = !isName(c.peek(1)) || atBlockBody(c, 1);
  const name = missing ? token.text : c.peek(1).text;
  c.report({
    code: "polar/unexpected-token",
    start: token.start,
    end: token.end,
    message: `expected \`actor\`, \`resource\` or \`global\` before a block, found ${c.describe(token)}`,
    help: `write \`resource ${name} { … }\``,
  });
  if (!missing) c.next();
  const type = parseName(c, "a type's name");
  return parseBlockRest(c, "resource", type, parseExtends(c), token.start);
}

function parseBlockRest(
  c: Cursor,
  keyword: BlockStatement["keyword"],
  name: Name | undefined,
  supertypes: readonly Name[],
  start: number,
): BlockStatement {
  const open = c.expect("{", supertypes.length > 0 ? "`,` or `{`" : "`{`");
  c.enter(open);
  const items: (Declaration | Shorthand)[] = [];
  while (!c.at("}")) {
    if (c.at("end") || startsOutside(c)) {
      c.complain("`}`", {
        help: "missing `}`",
        related: { message: "the block begins here", start: open.start, end: open.end },
      });
      c.leave();
      const span = c.spanFrom(start);
      return { kind: "block", keyword, name, extends: supertypes, items, span };
    }
    const from = c.index;
    const { depth } = c;
    c.beginItem();
    try {
      if (atBlock(c)) discardNestedBlock(c);
      else items.push(parseItem(c));
    } catch (error) {
      if (error !== ABORT) throw error;
      c.recover(from, depth, true);
    }
  }
  c.next();
  c.leave();
  const span = c.spanFrom(start);
  c.take(";");
  return { kind: "block", keyword, name, extends: supertypes, items, span };
}

function parseExtends(c: Cursor): Name[] {
  if (!c.atWord("extends")) return [];
  c.next();
  const names = [parseName(c, "a type's name")];
  while (c.take(",")) {
    if (c.at("{")) break;
    names.push(parseName(c, "a type's name or `{`"));
  }
  return names;
}

/** Something in the first column that cannot be part of a block: more likely the `}` before it was forgotten. */
function startsOutside(c: Cursor): boolean {
  if (!c.at("name") && !c.at("?=") && !c.atKeyword("type")) return false;
  if (!c.inFirstColumn(c.token)) return false;
  if (c.at("?=") || c.atKeyword("type")) return true;
  const after = c.peek(1).kind;
  return atBlock(c) || after === "(" || (c.atWord("test") && after === "string") || c.atWord("declare");
}

function discardNestedBlock(c: Cursor): void {
  c.complain("a declaration, a shorthand rule or `}`", { help: "blocks do not nest" });
  parseBlock(c);
}

const DECLARATIONS: ReadonlySet<string> = new Set(["roles", "permissions", "relations"]);

function parseItem(c: Cursor): Declaration | Shorthand {
  const { token } = c;
  if (isName(token) && c.peek(1).kind === "=") return parseDeclaration(c);
  const flags = parseFlags(c);
  if (flags.length === 0 && DECLARATIONS.has(token.text) && token.kind === "name") {
    c.next();
    c.fail("`=`");
  }
  const head = takeShortName(c);
  if (head !== undefined) return parseShorthand(c, flags, head);
  return c.fail(flags.length > 0 ? "a shorthand rule" : "a declaration, a shorthand rule or `}`", {
    help: helpForItem(c),
  });
}

function helpForItem(c: Cursor): string | undefined {
  const { token } = c;
  if (token.kind === "name" && c.peek(1).kind === "(") return "rules stand outside of blocks";
  if (token.kind === "name" && c.peek(1).kind === "keyword" && c.peek(1).text === "if") {
    return `write \`"${token.text}" if …\``;
  }
  return undefined;
}

export function parseFlags(c: Cursor): Name[] {
  const flags: Name[] = [];
  for (let flag = c.take("flag"); flag !== undefined; flag = c.take("flag")) flags.push(nameOf(c, flag));
  return flags;
}

// --- declarations ---------------------------------------------------------------------------------------------------

function parseDeclaration(c: Cursor): Declaration {
  const { start } = c.token;
  const key = parseName(c, "`roles`, `permissions` or `relations`");
  c.expect("=");
  const isNames = key.text === "roles" || key.text === "permissions";
  if (c.at("[")) {
    const names = parseStrings(c);
    endDeclaration(c);
    const span = c.spanFrom(start);
    if (!isNames) return { kind: "bad-declaration", key, value: { kind: "names", names }, span };
    return { kind: "names-declaration", key: key as Name & { text: "roles" | "permissions" }, names, span };
  }
  if (c.at("{")) {
    const relations = parseRelations(c);
    endDeclaration(c);
    const span = c.spanFrom(start);
    if (key.text !== "relations")
      return { kind: "bad-declaration", key, value: { kind: "relations", relations }, span };
    return { kind: "relations-declaration", key, relations, span };
  }
  return c.fail(
    isNames ? '`[`, as in `["a", "b"]`' : key.text === "relations" ? "`{`, as in `{ parent: Folder }`" : "`[` or `{`",
  );
}

function endDeclaration(c: Cursor): void {
  endItem(c, "`;`");
}

function parseStrings(c: Cursor): StringTerm[] {
  const open = c.expect("[");
  c.enter(open);
  const strings: StringTerm[] = [];
  while (!c.at("]")) {
    strings.push(parseString(c, "a name in double quotes"));
    if (!c.take(",") && !c.at("]")) c.expectClose(open, "]", "`,` or `]`");
  }
  c.next();
  c.leave();
  return strings;
}

function parseRelations(c: Cursor): RelationsDeclaration["relations"] {
  const open = c.expect("{");
  c.enter(open);
  const relations: { name: Name; type: Name }[] = [];
  while (!c.at("}")) {
    const keyword = c.at("keyword");
    const name = parseKey(c, "a relation's name or `}`");
    if (c.take(":")) relations.push({ name, type: parseName(c, "a type's name") });
    else {
      if (keyword) {
        c.report({
          code: "polar/reserved-word",
          start: name.span.start,
          end: name.span.end,
          message: `the reserved word \`${name.text}\` cannot be a type`,
          help: `write \`${name.text}: T\` with the type of the relation`,
        });
      }
      relations.push({ name, type: name });
    }
    if (!c.take(",") && !c.at("}")) c.expectClose(open, "}", "`,` or `}`");
  }
  c.next();
  c.leave();
  return relations;
}

// --- shorthand ------------------------------------------------------------------------------------------------------

function parseShorthand(c: Cursor, flags: readonly Name[], head: ShortName): Shorthand {
  const start = flags[0]?.span.start ?? head.span.start;
  if (c.takeKeyword("if") === undefined) {
    c.fail("`if`", c.at(";") ? { help: "inside a block a rule needs a condition" } : {});
  }
  const body = parseShortOr(c);
  endItem(c, "`and`, `or` or `;`");
  return { kind: "shorthand", flags, head, body, span: c.spanFrom(start) };
}

function takeShortName(c: Cursor): ShortName | undefined {
  const { token } = c;
  if (token.kind === "string") return parseString(c, "a name in double quotes");
  if (!atShortKeyword(c, token)) return undefined;
  c.next();
  return {
    kind: "short-keyword",
    keyword: token.text as "role" | "permission",
    span: c.span(token.start, token.end),
  };
}

/** `role` or `permission`, not as the name of a rule that is called. */
function atShortKeyword(c: Cursor, token: Token): boolean {
  return token.kind === "name" && (token.text === "role" || token.text === "permission") && c.peek(1).kind !== "(";
}

function parseShortOr(c: Cursor): ShortBody {
  return parseShortChain(c, "or", (cursor) => parseShortChain(cursor, "and", parseShortAtom));
}

function parseShortChain(c: Cursor, word: "and" | "or", parseItemOf: (c: Cursor) => ShortBody): ShortBody {
  const { start } = c.token;
  const first = parseItemOf(c);
  if (!c.atKeyword(word)) return first;
  const items = [first];
  while (c.takeKeyword(word)) items.push(parseItemOf(c));
  const mixed =
    word === "or" ? items.find((item) => item.kind === "short-and" && item.parens === undefined) : undefined;
  if (mixed !== undefined) reportAmbiguous(c, mixed.span.start, mixed.span.end);
  return { kind: `short-${word}`, items, span: c.spanFrom(start) };
}

function parseShortAtom(c: Cursor): ShortBody {
  const { token } = c;
  const { start } = token;
  if (token.kind === "(") {
    c.enter(c.next());
    const inner = parseShortOr(c);
    c.expectClose(token, ")", "`and`, `or` or `)`");
    c.leave();
    return inner.kind === "short-or" || inner.kind === "short-and" ? { ...inner, parens: true } : inner;
  }
  const global = c.atWord("global") && c.peek(1).kind !== "(" ? c.next() : undefined;
  const name = takeShortName(c);
  if (name !== undefined) {
    const on = global === undefined && c.atWord("on") ? parseOn(c) : undefined;
    return { kind: "short-atom", name, global: global !== undefined, on, span: c.spanFrom(start) };
  }
  if (global !== undefined) c.fail("a global role or permission in double quotes");
  if (token.kind === "name" && c.peek(1).kind === "(") return parseShortCall(c);
  return c.fail("a role, permission or relation in double quotes, or a call", { help: helpForAtom(c) });
}

function parseOn(c: Cursor): StringTerm | { readonly kind: "short-resource"; readonly span: StringTerm["span"] } {
  c.next();
  const { token } = c;
  if (token.kind === "name" && token.text === "resource") {
    c.next();
    return { kind: "short-resource", span: c.span(token.start, token.end) };
  }
  return parseString(c, "a relation in double quotes or `resource`");
}

function parseShortCall(c: Cursor): ShortBody {
  const name = nameOf(c, c.next());
  const { args, keywords } = parseArguments(c, parseExpression);
  const span = c.spanFrom(name.span.start);
  const call: Extract<Condition, { kind: "call" }> = {
    kind: "call",
    name,
    args,
    ...(keywords.length === 0 ? {} : { keywords }),
    span,
  };
  return { kind: "short-call", call, span };
}

function helpForAtom(c: Cursor): string | undefined {
  const { token } = c;
  if (token.kind === "keyword") {
    return token.text === "not"
      ? "there is no `not` inside a block: write a rule outside of it"
      : "inside a block stand names and calls only: write a rule outside of it";
  }
  return token.kind === "name" ? `write \`"${token.text}"\`` : undefined;
}

/**
 * The `;` behind an item. One that is missing before a `}`, at a line's end or before what can only be the next rule is
 * reported, and what follows is read as the next item.
 */
export function endItem(c: Cursor, expected: string, help?: string): void {
  if (c.take(";")) return;
  if (c.at("end")) c.fail(expected, { help: "missing `;`" });
  const begins = c.at("name") && c.peek(1).kind === "(";
  if (c.at("}") || begins || c.startsLine(c.token)) c.complain(expected, { help: "missing `;`" });
  else c.fail(expected, { help: help ?? helpForRest(c) });
}

function helpForRest(c: Cursor): string | undefined {
  const { token } = c;
  if (token.kind === "name" && (token.text === "of" || token.text === "in")) return "write `on`";
  if (token.kind === ",") return "write `and` between conditions";
  return undefined;
}
