import { SYNTAX_CODES } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Source } from "../diagnostics/source.js";
import type {
  Assertion,
  BlockStatement,
  Declaration,
  FactStatement,
  File,
  FixtureUse,
  ShortBody,
  Shorthand,
  Statement,
  TestStatement,
} from "./ast.js";
import {
  bracketed,
  formatArguments,
  formatChain,
  formatCondition,
  formatParameters,
  inParentheses,
} from "./format-expressions.js";
import { FormatWriter } from "./format-writer.js";
import { lex } from "./lexer.js";
import { parseFile } from "./parser.js";

/** Characters on a line, where breaks allow it. */
export const LINE_WIDTH = 100;

/**
 * Policy text in the one style: two spaces, lines of at most 100 characters, every comment where it belongs. Only blanks, line ends and
 * optional commas change, never the meaning; formatting twice is formatting once. `text` is `undefined` when the policy does not parse;
 * `diagnostics` then say why.
 */
export function formatPolicy(policy: string | Source): {
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const source = typeof policy === "string" ? new Source("<policy>", policy) : policy;
  const { file, diagnostics } = parseFile(source);
  if (diagnostics.some((d) => SYNTAX_CODES.has(d.code))) return { text: undefined, diagnostics };
  const text = layOut(source, file);
  return { text: isFaithful(source, file, text) ? text : source.text, diagnostics };
}

/** The formatted text of a file that parsed without errors. */
export function layOut(source: Source, file: File): string {
  const w = new FormatWriter(source);
  formatItems(w, file.statements, (statement) => formatStatement(w, statement), wantsRoom);
  w.between({ first: file.statements.length === 0, last: true });
  const text = w.layout.print(LINE_WIDTH);
  return /\r\n/.test(source.text) && !/[^\r]\n/.test(source.text) ? text.replaceAll("\n", "\r\n") : text;
}

/** Whether a formatted text says what the source says: the same tree and the same comments. */
export function isFaithful(source: Source, file: File, text: string): boolean {
  const formatted = new Source(source.name, text);
  const again = parseFile(formatted);
  if (again.diagnostics.some((d) => SYNTAX_CODES.has(d.code)) || !sameTree(file, again.file)) return false;
  const before = commentsOf(source);
  const after = commentsOf(formatted);
  return before.length === after.length && before.every((comment, i) => comment === after[i]);
}

function commentsOf(source: Source): string[] {
  return lex(source).comments.map(({ start, end }) => source.text.slice(start, end).trimEnd());
}

/** Whether two trees are equal but for their spans. */
export function sameTree(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  if (isSpan(a) && isSpan(b)) return true;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  // A field that is absent is one that is `undefined`.
  for (const key of Object.keys(left)) if (!sameTree(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

function isSpan(value: object): boolean {
  return "source" in value && "start" in value && "end" in value;
}

// --- statements -----------------------------------------------------------------------------------------------------

/** Items of a file or a block, each on lines of its own; `apart` says between which two an empty line must stand. */
function formatItems<Item>(
  w: FormatWriter,
  items: readonly Item[],
  formatItem: (item: Item) => void,
  apart: (before: Item, after: Item) => boolean,
): void {
  items.forEach((item, i) => {
    w.between({ first: i === 0, force: i > 0 && apart(items[i - 1] as Item, item) });
    formatItem(item);
  });
}

/** `{ … }` with an item to a line. */
function formatBraces<Item>(
  w: FormatWriter,
  items: readonly Item[],
  formatItem: (item: Item) => void,
  apart: (before: Item, after: Item) => boolean = () => false,
): void {
  w.token("{");
  const inside = items.length > 0 || w.hasComments;
  w.layout.indent(() => {
    formatItems(w, items, formatItem, apart);
    w.between({ first: items.length === 0, last: true });
  });
  if (inside) w.layout.hardline();
  w.token("}");
}

/** Blocks and tests stand apart from what is around them. */
function wantsRoom(before: Statement, after: Statement): boolean {
  return isTall(before) || isTall(after);
}

function isTall(statement: Statement): boolean {
  switch (statement.kind) {
    case "block":
      return statement.items.length > 0;
    case "test":
    case "fixture":
      return true;
    default:
      return false;
  }
}

function formatStatement(w: FormatWriter, statement: Statement): void {
  switch (statement.kind) {
    case "rule":
      w.layout.group(() => {
        for (const _ of statement.flags) {
          w.token("flag");
          w.layout.text(" ");
        }
        w.token("name");
        formatParameters(w, statement.params);
        const { body } = statement;
        if (body !== undefined) formatIf(w, () => formatCondition(w, body));
        w.token(";");
      });
      return;
    case "rule-type":
      w.token("keyword");
      w.layout.text(" ");
      w.token("name");
      formatParameters(w, statement.params);
      w.token(";");
      return;
    case "declare":
      w.token("name");
      w.layout.text(" ");
      w.token("name");
      bracketed(
        w,
        "(",
        ")",
        statement.types.map(() => () => w.token("name")),
      );
      w.token(";");
      return;
    case "inline":
      w.token("?=");
      w.layout.text(" ");
      w.layout.indent(() => formatCondition(w, statement.goal));
      w.token(";");
      return;
    case "block":
      formatBlock(w, statement);
      return;
    case "fixture":
      for (let i = 0; i < 3; i++) {
        w.token("name");
        w.layout.text(" ");
      }
      formatBraces(w, statement.facts, (fact) => formatFact(w, fact));
      return;
    case "test":
      formatTest(w, statement);
      return;
  }
}

/** `if` and what follows it: on the line of the head, or below it as the author had it. */
function formatIf(w: FormatWriter, formatBody: () => void): void {
  w.layout.text(" ");
  w.token("keyword");
  if (w.newlineBeforeNext) w.layout.breakGroups();
  w.layout.indent(() => {
    w.line();
    formatBody();
  });
}

function formatBlock(w: FormatWriter, block: BlockStatement): void {
  w.token("name");
  w.layout.text(" ");
  if (block.name !== undefined) {
    w.token("name");
    w.layout.text(" ");
  }
  if (block.extends.length > 0) {
    w.token("name");
    w.layout.group(() => {
      w.layout.indent(() => {
        block.extends.forEach((_, i) => {
          w.line();
          w.token("name");
          if (i < block.extends.length - 1) w.token(",");
          else w.skip(",");
        });
      });
    });
    w.layout.text(" ");
  }
  formatBraces(
    w,
    block.items,
    (item) => (item.kind === "shorthand" ? formatShorthand(w, item) : formatDeclaration(w, item)),
    (before, after) => (before.kind === "shorthand") !== (after.kind === "shorthand"),
  );
  w.skip(";");
}

function formatDeclaration(w: FormatWriter, declaration: Declaration): void {
  w.token("name");
  w.layout.text(" ");
  w.token("=");
  w.layout.text(" ");
  if (w.at("[")) formatNames(w, declaration);
  else formatRelations(w, declaration);
  w.token(";");
}

function formatNames(w: FormatWriter, declaration: Declaration): void {
  const names = declaration.kind === "names-declaration" ? declaration.names : badItems(declaration);
  const items = names.map(() => () => w.token("string"));
  bracketed(w, "[", "]", items, { keepBroken: true, trailingComma: true });
}

function formatRelations(w: FormatWriter, declaration: Declaration): void {
  const relations = declaration.kind === "relations-declaration" ? declaration.relations : badItems(declaration);
  const items = relations.map(() => () => {
    w.token();
    if (!w.at(":")) return;
    w.token(":");
    w.layout.text(" ");
    w.token("name");
  });
  bracketed(w, "{", "}", items, { keepBroken: true, trailingComma: true, padded: true });
}

function badItems(declaration: Declaration): readonly unknown[] {
  if (declaration.kind !== "bad-declaration") return [];
  return declaration.value.kind === "names" ? declaration.value.names : declaration.value.relations;
}

function formatShorthand(w: FormatWriter, shorthand: Shorthand): void {
  w.layout.group(() => {
    for (const _ of shorthand.flags) {
      w.token("flag");
      w.layout.text(" ");
    }
    w.token();
    formatIf(w, () => formatShortBody(w, shorthand.body));
    w.token(";");
  });
}

function formatShortBody(w: FormatWriter, body: ShortBody): void {
  inParentheses(w, body.span.start, () => {
    switch (body.kind) {
      case "short-or":
      case "short-and":
        formatChain(w, body.items, (item) => {
          if (item.kind === "short-and" && item.parens === undefined) w.layout.indent(() => formatShortBody(w, item));
          else formatShortBody(w, item);
        });
        return;
      case "short-call":
        w.token("name");
        formatArguments(w, body.call.args, body.call.keywords);
        return;
      case "short-atom":
        w.token();
        while (w.next.start < body.span.end) {
          w.layout.text(" ");
          w.token();
        }
        return;
    }
  });
}

// --- tests ----------------------------------------------------------------------------------------------------------

type TestItem = Assertion | { readonly kind: "setup"; readonly items: readonly (FactStatement | FixtureUse)[] };

function formatTest(w: FormatWriter, test: TestStatement): void {
  w.token("name");
  w.layout.text(" ");
  w.token("string");
  w.layout.text(" ");
  // The tree does not tell an empty setup from none; the text does.
  const hasSetup = w.at("{") && w.afterNext.kind === "name" && w.afterNext.text === "setup";
  const items: TestItem[] = hasSetup
    ? [{ kind: "setup", items: test.setup }, ...test.assertions]
    : [...test.assertions];
  formatBraces(
    w,
    items,
    (item) => (item.kind === "setup" ? formatSetup(w, item.items) : formatAssertion(w, item)),
    (before) => before.kind === "setup",
  );
}

function formatSetup(w: FormatWriter, items: readonly (FactStatement | FixtureUse)[]): void {
  w.token("name");
  w.layout.text(" ");
  formatBraces(w, items, (item) => {
    if (item.kind === "fact") {
      formatFact(w, item);
      return;
    }
    w.token("name");
    w.layout.text(" ");
    w.token("name");
    w.token(";");
  });
}

function formatFact(w: FormatWriter, fact: FactStatement): void {
  w.token("name");
  formatParameters(w, fact.params);
  w.token(";");
}

function formatAssertion(w: FormatWriter, assertion: Assertion): void {
  w.layout.group(() => {
    w.token("name");
    w.layout.text(" ");
    w.token("name");
    formatParameters(w, assertion.params);
    const { iff } = assertion;
    if (iff !== undefined) {
      w.layout.text(" ");
      w.token("name");
      w.layout.indent(() => {
        w.line();
        formatCondition(w, iff);
      });
    }
    w.token(";");
  });
}
