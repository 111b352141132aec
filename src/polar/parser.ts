import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import type { Source } from "../diagnostics/source.js";
import type {
  Condition,
  DeclareStatement,
  File,
  InlineStatement,
  Name,
  RuleStatement,
  RuleTypeStatement,
  Statement,
} from "./ast.js";
import type { SyntaxLimits } from "./lexer.js";
import { atBlock, atStrayBlock, endItem, parseBlock, parseFlags, parseStrayBlock } from "./parser-blocks.js";
import { ABORT, Cursor } from "./parser-cursor.js";
import { parseCondition } from "./parser-expressions.js";
import { parseHead } from "./parser-heads.js";
import { parseName, reservedWord } from "./parser-literals.js";
import { atTest, parseTest } from "./parser-tests.js";
import { toDiagnostics } from "./problems.js";

/**
 * A policy file into its tree (Polar reference, section 2). Never throws: every problem is reported, in source order, and what could be read
 * is in the tree. Takes time linear in the text, and a tree is never higher than five times the nesting limit.
 */
export function parseFile(source: Source, limits?: SyntaxLimits): { file: File; diagnostics: Diagnostic[] } {
  const c = new Cursor(source, limits);
  const statements: Statement[] = [];
  while (!c.at("end")) {
    const from = c.index;
    c.beginItem();
    try {
      const statement = parseStatement(c);
      if (statement !== undefined) statements.push(statement);
    } catch (error) {
      if (error !== ABORT) throw error;
      c.recover(from, 0, false);
    }
  }
  const file: File = { kind: "file", statements, span: c.span(0, source.text.length) };
  return { file, diagnostics: toDiagnostics(source, c.problems) };
}

/** A goal, e.g. `allow(actor, "read", Repo{"anvil"})`: one condition without a final `;`. Never throws. */
export function parseGoalText(
  source: Source,
  limits?: SyntaxLimits,
): { condition: Condition | undefined; diagnostics: Diagnostic[] } {
  const c = new Cursor(source, limits);
  let condition: Condition | undefined;
  try {
    condition = parseCondition(c);
    if (!c.at("end")) {
      c.fail("`and`, `or` or the end of the goal", {
        help: c.at(";") ? "a goal has no final `;`" : c.at(",") ? "write `and` between conditions" : undefined,
      });
    }
  } catch (error) {
    if (error !== ABORT) throw error;
  }
  const diagnostics = toDiagnostics(source, c.problems);
  return { condition: hasErrors(diagnostics) ? undefined : condition, diagnostics };
}

const BLOCK_WORDS: ReadonlySet<string> = new Set(["actor", "resource", "global"]);

function parseStatement(c: Cursor): Statement | undefined {
  const { token } = c;
  const after = c.peek(1);
  if (token.kind === "flag") return parseRule(c);
  if (token.kind === "?=") return parseInline(c);
  if (c.atKeyword("type") && after.kind !== "(") return parseRuleType(c);
  // The words below are names of rules where a `(` follows, and nothing else otherwise.
  if (token.kind === "name" && after.kind !== "(") {
    if (token.text === "declare") return parseDeclare(c);
    if (token.text === "test") return parseTest(c);
    if (BLOCK_WORDS.has(token.text)) return parseBlock(c);
  }
  if (atStrayBlock(c)) return parseStrayBlock(c);
  if (token.kind === "name") return parseRule(c);
  if (token.kind === "keyword") return reservedWord(c, "a rule's name");
  return c.fail("a rule, a block or another statement", { help: helpForStatement(c) });
}

function helpForStatement(c: Cursor): string | undefined {
  switch (c.token.kind) {
    case "string":
      return "shorthand rules stand inside a block: `resource T { … }`";
    case ";":
      return "remove it: nothing ends here";
    case "}":
      return "no block is open here";
    default:
      return undefined;
  }
}

function parseRule(c: Cursor): RuleStatement {
  const { start } = c.token;
  const flags: readonly Name[] = parseFlags(c);
  if (flags.length > 0 && (atBlock(c) || atTest(c) || c.atKeyword("type"))) {
    c.fail("a rule", { help: "flags stand before rules only" });
  }
  const headStart = c.token.start;
  const { name, params } = parseHead(c, "a rule's name");
  const head = c.spanFrom(headStart);
  const body = c.takeKeyword("if") === undefined ? undefined : parseCondition(c);
  if (body === undefined) {
    endItem(c, "`if` or `;`", c.at(":") || c.at(":=") || c.at("=") ? "a rule's condition follows `if`" : undefined);
  } else endItem(c, "an operator, `and`, `or` or `;`");
  return { kind: "rule", flags, name, params, body, head, span: c.spanFrom(start) };
}

function parseRuleType(c: Cursor): RuleTypeStatement {
  const { start } = c.next();
  const headStart = c.token.start;
  const { name, params } = parseHead(c, "a rule's name");
  const head = c.spanFrom(headStart);
  endItem(c, "`;`");
  return { kind: "rule-type", name, params, head, span: c.spanFrom(start) };
}

function parseDeclare(c: Cursor): DeclareStatement {
  const { start } = c.next();
  const name = parseName(c, "a fact's name");
  c.expect("(");
  const types: Name[] = [];
  if (!c.at(")")) {
    do types.push(parseName(c, "a type's name"));
    while (c.take(","));
  }
  c.expect(")", "`,` or `)`");
  endItem(c, "`;`");
  return { kind: "declare", name, types, span: c.spanFrom(start) };
}

function parseInline(c: Cursor): InlineStatement {
  const { start } = c.next();
  const goal = parseCondition(c);
  endItem(c, "an operator, `and`, `or` or `;`");
  return { kind: "inline", goal, span: c.spanFrom(start) };
}
