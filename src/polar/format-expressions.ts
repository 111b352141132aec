import type { Condition, ConstantTerm, Parameter, Pattern, PatternField, Term, VariableTerm } from "./ast.js";
import type { FormatWriter } from "./format-writer.js";
import type { TokenKind } from "./lexer.js";

/* How expressions are laid out. Each function moves the tokens of its node, from first to last. */

export function formatCondition(w: FormatWriter, condition: Condition): void {
  inParentheses(w, condition.span.start, () => formatBareCondition(w, condition));
}

export function formatTerm(w: FormatWriter, term: Term): void {
  inParentheses(w, term.span.start, () => formatBareTerm(w, term));
}

/** The parentheses that the author put around what begins at `start`: spans are without them. */
export function inParentheses(w: FormatWriter, start: number, build: () => void): void {
  if (!w.at("(") || w.next.start >= start) {
    build();
    return;
  }
  bracketed(w, "(", ")", [() => inParentheses(w, start, build)]);
}

function formatBareCondition(w: FormatWriter, condition: Condition): void {
  switch (condition.kind) {
    case "and":
    case "or":
      formatChain(w, condition.items, (item) => {
        if (item.kind === "and" && item.parens === undefined) w.layout.indent(() => formatCondition(w, item));
        else formatCondition(w, item);
      });
      return;
    case "not":
      w.token("keyword");
      w.layout.text(" ");
      formatCondition(w, condition.item);
      return;
    case "forall":
      w.token("keyword");
      bracketed(w, "(", ")", [
        () => formatCondition(w, condition.condition),
        () => formatCondition(w, condition.action),
      ]);
      return;
    case "compare":
      formatBinary(w, condition.left, condition.right);
      return;
    case "in":
      formatBinary(w, condition.element, condition.collection);
      return;
    case "matches":
      formatTerm(w, condition.term);
      w.layout.text(" ");
      w.token("keyword");
      w.layout.text(" ");
      formatPattern(w, condition.pattern);
      return;
    case "call":
    case "print":
    case "debug":
      w.token();
      formatArguments(w, condition.args, "keywords" in condition ? condition.keywords : undefined);
      return;
    case "cut":
      w.token();
      return;
    case "term":
      formatTerm(w, condition.term);
      return;
  }
}

/** Items joined by `and` or `or`, the word at the end of its line; on several lines where the author had them on several. */
export function formatChain<Item extends { readonly span: { readonly start: number; readonly end: number } }>(
  w: FormatWriter,
  items: readonly Item[],
  formatItem: (item: Item) => void,
): void {
  w.group(() => {
    for (const [i, item] of items.entries()) {
      if (i > 0) {
        if (w.newlineBeforeNext) w.layout.breakGroups();
        w.layout.text(" ");
        w.token("keyword");
        if (w.newlineBeforeNext) w.layout.breakGroups();
        w.line();
      }
      w.comments();
      formatItem(item);
    }
  });
}

/** `left operator right`; the right side goes to a line of its own when it has to, but lists and dictionaries stay. */
function formatBinary(w: FormatWriter, left: Term, right: Term): void {
  formatTerm(w, left);
  w.layout.text(" ");
  w.token();
  if (right.kind === "list" || right.kind === "dictionary") {
    w.layout.text(" ");
    formatTerm(w, right);
    return;
  }
  w.layout.group(() => {
    w.layout.indent(() => {
      w.line();
      formatTerm(w, right);
    });
  });
}

function formatBareTerm(w: FormatWriter, term: Term): void {
  switch (term.kind) {
    case "list":
      bracketed(w, "[", "]", [...term.items.map((item) => () => formatTerm(w, item)), ...restOf(w, term.rest)], {
        keepBroken: true,
        trailingComma: term.rest === undefined,
      });
      return;
    case "dictionary":
      bracketed(
        w,
        "{",
        "}",
        term.entries.map((entry) => () => formatEntry(w, () => formatTerm(w, entry.value))),
        { keepBroken: true, trailingComma: true },
      );
      return;
    case "new":
      w.token("keyword");
      w.layout.text(" ");
      w.token("name");
      formatArguments(w, term.args, term.keywords);
      return;
    case "dot":
      formatTerm(w, term.target);
      // `1 .a` reads a member of 1, `1.a` is no number.
      if (isNumber(term.target) && term.span.start === term.target.span.start) w.layout.text(" ");
      w.token(".");
      if (term.member.kind === "name") w.token();
      else bracketed(w, "(", ")", [() => w.token()]);
      if (term.args !== undefined) formatArguments(w, term.args, term.keywords);
      return;
    case "arithmetic":
      w.group(() => formatBinary(w, term.left, term.right));
      return;
    default:
      w.tokensUntil(term.span.end);
  }
}

function isNumber(term: Term): boolean {
  return term.kind === "integer" || term.kind === "float";
}

/** `key: value`, or the key alone. */
function formatEntry(w: FormatWriter, formatValue: () => void): void {
  w.token();
  if (!w.at(":")) return;
  w.token(":");
  w.layout.text(" ");
  formatValue();
}

function restOf(w: FormatWriter, rest: VariableTerm | ConstantTerm | undefined): (() => void)[] {
  if (rest === undefined) return [];
  return [
    () => {
      w.token("*");
      w.token("name");
    },
  ];
}

export function formatArguments(
  w: FormatWriter,
  args: readonly Term[],
  keywords: readonly { readonly value: Term; readonly span: { readonly start: number } }[] = [],
): void {
  const items = [
    ...args.map((arg) => ({ at: arg.span.start, format: () => formatTerm(w, arg) })),
    ...keywords.map(({ value, span }) => ({
      at: span.start,
      format: () => formatEntry(w, () => formatTerm(w, value)),
    })),
  ];
  if (keywords.length > 0) items.sort((a, b) => a.at - b.at);
  bracketed(
    w,
    "(",
    ")",
    items.map((item) => item.format),
  );
}

export function formatParameters(w: FormatWriter, params: readonly Parameter[]): void {
  bracketed(
    w,
    "(",
    ")",
    params.map(({ term, pattern }) => () => {
      formatTerm(w, term);
      if (pattern === undefined) return;
      w.token(":");
      w.layout.text(" ");
      formatPattern(w, pattern);
    }),
  );
}

export function formatPattern(w: FormatWriter, pattern: Pattern): void {
  switch (pattern.kind) {
    case "term-pattern":
      w.tokensUntil(pattern.span.end);
      return;
    case "type-pattern":
      w.token("name");
      if (pattern.fields !== undefined) formatFields(w, pattern.fields);
      return;
    case "dictionary-pattern":
      formatFields(w, pattern.fields);
      return;
    case "list-pattern":
      bracketed(
        w,
        "[",
        "]",
        [...pattern.items.map((item) => () => formatPattern(w, item)), ...restOf(w, pattern.rest)],
        { keepBroken: true, trailingComma: pattern.rest === undefined },
      );
      return;
  }
}

function formatFields(w: FormatWriter, fields: readonly PatternField[]): void {
  bracketed(
    w,
    "{",
    "}",
    fields.map((field) => () => formatEntry(w, () => formatPattern(w, field.pattern))),
    { keepBroken: true, trailingComma: true },
  );
}

/**
 * Items between brackets, separated by commas: on one line, or each on a line of its own. `keepBroken` respects a line end behind the opening
 * bracket, `trailingComma` writes one behind the last item of a broken list, `padded` writes `{ a }`.
 */
export function bracketed(
  w: FormatWriter,
  open: TokenKind,
  close: TokenKind,
  items: readonly (() => void)[],
  options: { readonly keepBroken?: boolean; readonly trailingComma?: boolean; readonly padded?: boolean } = {},
): void {
  const edge = (): void => (options.padded ? w.line() : w.softline());
  w.group(() => {
    w.token(open);
    const inside = items.length > 0 || w.hasComments;
    if (options.keepBroken && items.length > 0 && w.newlineBeforeNext) w.layout.breakGroups();
    w.layout.indent(() => {
      for (const [i, item] of items.entries()) {
        if (i === 0) edge();
        else w.line();
        item();
        if (i < items.length - 1) w.token(",");
        else {
          if (options.trailingComma) w.layout.ifBroken(",");
          w.skip(",");
        }
      }
      w.allComments();
    });
    if (inside) edge();
    w.token(close);
  });
}
