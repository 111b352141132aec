import type { Name, Parameter } from "./ast.js";
import type { Cursor } from "./parser-cursor.js";
import { parseExpression } from "./parser-expressions.js";
import { parseName } from "./parser-literals.js";
import { asTerm } from "./parser-operands.js";
import { parsePattern } from "./parser-patterns.js";

export interface Head {
  readonly name: Name;
  readonly params: readonly Parameter[];
}

/** `name(param, param)`: the head of a rule, a rule type, a fact or an assertion. */
export function parseHead(c: Cursor, what: string): Head {
  const name = parseName(c, what);
  return { name, params: parseParameters(c) };
}

export function parseParameters(c: Cursor): Parameter[] {
  const open = c.expect("(");
  c.enter(open);
  const params: Parameter[] = [];
  if (!c.at(")")) {
    do {
      if (c.at(")")) c.fail("a parameter", { help: "parameters have no trailing comma" });
      params.push(parseParameter(c));
    } while (c.take(","));
  }
  c.expectClose(open, ")", "`,` or `)`");
  c.leave();
  return params;
}

function parseParameter(c: Cursor): Parameter {
  const operand = parseExpression(c);
  const term = asTerm(c, operand);
  if (!c.at(":")) return { kind: "parameter", term, pattern: undefined, span: c.span(operand.start, operand.end) };
  if (term.kind !== "variable" || operand.parens) {
    c.fail("`,` or `)`", { help: "only a variable takes a pattern; write `_: …` for a parameter without a name" });
  }
  c.next();
  const pattern = parsePattern(c, "head");
  return { kind: "parameter", term, pattern, span: c.span(operand.start, pattern.span.end) };
}
