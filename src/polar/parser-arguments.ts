import type { KeywordArgument, Term } from "./ast.js";
import type { Cursor } from "./parser-cursor.js";
import { Keys, nameOf } from "./parser-literals.js";
import { asTerm, type ParseExpression } from "./parser-operands.js";

export interface Arguments {
  readonly args: Term[];
  readonly keywords: KeywordArgument[];
  readonly height: number;
}

/** `(a, b, key: c)`, at the `(`; `inner` reads one of them. */
export function parseArguments(c: Cursor, inner: ParseExpression): Arguments {
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
      const value = inner(c);
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

/** For a node that has such arguments: no member at all where there are none. */
export function keywordsOf(args: Arguments | undefined): { readonly keywords?: readonly KeywordArgument[] } {
  return args === undefined || args.keywords.length === 0 ? {} : { keywords: args.keywords };
}
