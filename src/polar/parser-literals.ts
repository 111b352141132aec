import type {
  BooleanTerm,
  EntityTerm,
  FloatTerm,
  IntegerTerm,
  Name,
  NilTerm,
  StringTerm,
  VariableTerm,
} from "./ast.js";
import { mayBeKey, type Token } from "./lexer.js";
import type { Cursor } from "./parser-cursor.js";

/* Names, keys, numbers, strings and entities: what expressions, patterns and declarations have in common. */

export function nameOf(c: Cursor, token: Token): Name {
  return { kind: "name", text: token.text, span: c.span(token.start, token.end) };
}

/** A name that is not a reserved word. `what` completes "… cannot be …", e.g. `a rule's name`. */
export function parseName(c: Cursor, what: string): Name {
  const { token } = c;
  if (token.kind === "keyword") reservedWord(c, what);
  if (token.kind !== "name") c.fail(what);
  return nameOf(c, c.next());
}

/** The current token is a reserved word in the place of a name: gives up the statement. */
export function reservedWord(c: Cursor, what: string, help?: string): never {
  const { token } = c;
  return c.fail(what, {
    code: "polar/reserved-word",
    help: help ?? `\`${token.text}\` is a reserved word: choose another name`,
  });
}

/** A dictionary key, field, member or relation: a name or one of the reserved words that may be one. */
export function parseKey(c: Cursor, what: string): Name {
  const { token } = c;
  if (token.kind === "name" || (token.kind === "keyword" && mayBeKey(token.text))) return nameOf(c, c.next());
  if (token.kind === "keyword") {
    return reservedWord(c, what, `\`${token.text}\` can be neither a key nor a member's name`);
  }
  return c.fail(what, token.kind === "string" ? { help: "keys are names, written without quotes" } : {});
}

/** Whether a key may begin here. */
export function atKey(c: Cursor): boolean {
  return c.at("name") || (c.token.kind === "keyword" && mayBeKey(c.token.text));
}

export function parseVariable(c: Cursor, what: string): VariableTerm {
  const name = parseName(c, what);
  return { kind: "variable", name: name.text, span: name.span };
}

export function parseString(c: Cursor, what: string): StringTerm {
  const { token } = c;
  if (token.kind !== "string") {
    const help = token.kind === "name" ? `write \`"${token.text}"\`` : undefined;
    c.fail(what, { help });
  }
  c.next();
  return { kind: "string", value: token.text, span: c.span(token.start, token.end) };
}

const MAX_INTEGER = 9223372036854775807n;
const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ["inf", Number.POSITIVE_INFINITY],
  ["nan", Number.NaN],
]);

function isNumber(token: Token): boolean {
  return (
    token.kind === "integer" || token.kind === "float" || (token.kind === "keyword" && NUMBER_WORDS.has(token.text))
  );
}

/** Whether a number literal begins here; a sign belongs to the number that touches it. */
export function atNumber(c: Cursor): boolean {
  if (c.at("-") || c.at("+")) {
    const after = c.peek(1);
    return isNumber(after) && after.start === c.token.end;
  }
  return isNumber(c.token);
}

export function parseNumber(c: Cursor): IntegerTerm | FloatTerm {
  const start = c.token.start;
  const negative = c.at("-");
  if (negative || c.at("+")) c.next();
  const token = c.next();
  const span = c.span(start, token.end);
  if (token.kind === "integer") {
    const magnitude = integerOf(token.text);
    if (magnitude === undefined || magnitude > (negative ? MAX_INTEGER + 1n : MAX_INTEGER)) {
      c.report({
        code: "polar/bad-number",
        start,
        end: token.end,
        message: "an Integer has 64 bits, from -9223372036854775808 to 9223372036854775807",
        help: "write a `.` behind the digits for a Float",
      });
      return { kind: "integer", value: 0n, span };
    }
    return { kind: "integer", value: negative ? -magnitude : magnitude, span };
  }
  const magnitude = NUMBER_WORDS.get(token.text) ?? Number(token.text);
  return { kind: "float", value: negative ? -magnitude : magnitude, span };
}

function integerOf(digits: string): bigint | undefined {
  if (digits.length <= 15) return BigInt(Number(digits));
  // Beyond 20 digits without leading zeros it cannot fit; converting thousands of digits would take quadratic time.
  const significant = digits.length > 20 ? digits.replace(/^0+/, "") : digits;
  return significant.length > 20 ? undefined : BigInt(significant === "" ? "0" : significant);
}

export function takeBoolean(c: Cursor): BooleanTerm | undefined {
  const token = c.takeKeyword("true") ?? c.takeKeyword("false");
  if (token === undefined) return undefined;
  return { kind: "boolean", value: token.text === "true", span: c.span(token.start, token.end) };
}

export function takeNil(c: Cursor): NilTerm | undefined {
  const token = c.takeKeyword("nil");
  return token === undefined ? undefined : { kind: "nil", span: c.span(token.start, token.end) };
}

/** Behind `T`, at the `{`: whether `{"id"}` follows rather than fields. */
export function atEntityId(c: Cursor): boolean {
  const after = c.peek(1);
  switch (after.kind) {
    case "string":
    case "integer":
    case "float":
    case "+":
    case "-":
      return true;
    case "keyword":
      return after.text === "true" || after.text === "false" || NUMBER_WORDS.has(after.text);
    default:
      return false;
  }
}

/** `{"id"}` behind a type's name. */
export function parseEntity(c: Cursor, type: Name): EntityTerm {
  c.expect("{");
  const id = c.at("string") ? parseString(c, "an id") : atNumber(c) ? parseNumber(c) : takeBoolean(c);
  if (id === undefined) {
    c.fail("an id in double quotes", {
      help: "a type with fields is a pattern: it stands behind `matches`, or behind `:` in a rule's head",
    });
  }
  c.expect("}");
  return { kind: "entity", type, id, span: c.spanFrom(type.span.start) };
}

/** Remembers the keys of one dictionary, pattern or argument list and reports those that come again. */
export class Keys {
  readonly #cursor: Cursor;
  readonly #seen = new Map<string, Name>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  add(key: Name): void {
    const first = this.#seen.get(key.text);
    if (first === undefined) {
      this.#seen.set(key.text, key);
      return;
    }
    this.#cursor.report({
      code: "polar/duplicate-key",
      start: key.span.start,
      end: key.span.end,
      message: `the key \`${key.text}\` is there twice`,
      related: { message: "the first is here", start: first.span.start, end: first.span.end },
    });
  }
}
