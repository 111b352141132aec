import type { ListPattern, Name, Pattern, PatternField, VariableTerm } from "./ast.js";
import type { Cursor } from "./parser-cursor.js";
import {
  atEntityId,
  atNumber,
  Keys,
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

/**
 * A pattern (Polar reference, sections 2 and 6). `place` decides about a bare name: behind `:` and `matches` it is a type, as a field or
 * an element it is a variable.
 */
export function parsePattern(c: Cursor, place: "head" | "part"): Pattern {
  const { token } = c;
  if (token.kind === "name") {
    const name = parseName(c, "a pattern");
    if (c.at("{")) return atEntityId(c) ? termPattern(parseEntity(c, name)) : parseTypePattern(c, name);
    if (place === "head") return { kind: "type-pattern", type: name, fields: undefined, span: name.span };
    return termPattern({ kind: "variable", name: name.text, span: name.span });
  }
  if (token.kind === "{") {
    const fields = parseFields(c);
    return { kind: "dictionary-pattern", fields, span: c.spanFrom(token.start) };
  }
  if (token.kind === "[") return parseListPattern(c);
  if (token.kind === "string") return termPattern(parseString(c, "a pattern"));
  if (atNumber(c)) return termPattern(parseNumber(c));
  const literal = takeBoolean(c) ?? takeNil(c);
  if (literal !== undefined) return termPattern(literal);
  const help = "a pattern is a type, a literal, `T{…}`, `{…}` or `[…]`";
  if (token.kind === "keyword") reservedWord(c, "a pattern", help);
  return c.fail("a pattern", { help });
}

function termPattern(term: Extract<Pattern, { kind: "term-pattern" }>["term"]): Pattern {
  return { kind: "term-pattern", term, span: term.span };
}

function parseTypePattern(c: Cursor, type: Name): Pattern {
  const fields = parseFields(c);
  return { kind: "type-pattern", type, fields, span: c.spanFrom(type.span.start) };
}

/** `{key: pattern, key}`; a bare key binds the variable of its name. */
function parseFields(c: Cursor): PatternField[] {
  const open = c.expect("{");
  c.enter(open);
  const keys = new Keys(c);
  const fields: PatternField[] = [];
  while (!c.at("}")) {
    const key = parseKey(c, "a field's name or `}`");
    keys.add(key);
    fields.push({ key, pattern: c.take(":") ? parsePattern(c, "part") : shortField(c, key) });
    if (!c.take(",") && !c.at("}")) c.expectClose(open, "}", "`,` or `}`");
  }
  c.next();
  c.leave();
  return fields;
}

function shortField(c: Cursor, key: Name): Pattern {
  return termPattern(keyVariable(c, key));
}

/** `{key}` is short for `{key: key}`, which takes a key that can also be a variable. */
export function keyVariable(c: Cursor, key: Name): VariableTerm {
  if (c.previous?.kind === "keyword") {
    c.report({
      code: "polar/reserved-word",
      start: key.span.start,
      end: key.span.end,
      message: `the reserved word \`${key.text}\` cannot be a variable`,
      help: `write \`${key.text}: …\` with a value`,
    });
  }
  return { kind: "variable", name: key.text, span: key.span };
}

function parseListPattern(c: Cursor): ListPattern {
  const open = c.expect("[");
  c.enter(open);
  const items: Pattern[] = [];
  let rest: VariableTerm | undefined;
  while (!c.at("]")) {
    if (c.take("*")) {
      rest = parseVariable(c, "a variable for the rest of the list");
      if (!c.at("]")) c.fail("`]`", { help: "`*rest` ends a list" });
      break;
    }
    items.push(parsePattern(c, "part"));
    if (!c.take(",") && !c.at("]")) c.expectClose(open, "]", "`,` or `]`");
  }
  c.next();
  c.leave();
  return { kind: "list-pattern", items, rest, span: c.spanFrom(open.start) };
}
