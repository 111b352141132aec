import type { Assertion, FactStatement, FixtureStatement, FixtureUse, TestStatement } from "./ast.js";
import type { Token } from "./lexer.js";
import { endItem } from "./parser-blocks.js";
import { ABORT, type Cursor } from "./parser-cursor.js";
import { parseCondition } from "./parser-expressions.js";
import { parseHead } from "./parser-heads.js";
import { parseName, parseString } from "./parser-literals.js";

/* Tests and fixtures (Polar reference, section 18). */

/** Whether a test or a fixture begins here; `test` is an ordinary name elsewhere. */
export function atTest(c: Cursor): boolean {
  if (!c.atWord("test")) return false;
  const after = c.peek(1);
  return after.kind === "string" || (after.kind === "name" && after.text === "fixture");
}

export function parseTest(c: Cursor): TestStatement | FixtureStatement {
  const { start } = c.next();
  if (c.atWord("fixture")) return parseFixture(c, start);
  const name = parseString(c, "the test's name in double quotes");
  const setup: (FactStatement | FixtureUse)[] = [];
  const assertions: Assertion[] = [];
  parseBody(c, "`assert`, `assert_not` or `}`", () => {
    if (c.atWord("setup") && c.peek(1).kind === "{") {
      if (setup.length > 0 || assertions.length > 0) {
        c.complain("`assert`, `assert_not` or `}`", { help: "a test has one `setup`, at its beginning" });
      }
      c.next();
      parseBody(c, "a fact, `fixture` or `}`", () => {
        setup.push(c.atWord("fixture") && c.peek(1).kind !== "(" ? parseFixtureUse(c) : parseFact(c));
      });
    } else assertions.push(parseAssertion(c));
  });
  return { kind: "test", name, setup, assertions, span: c.spanFrom(start) };
}

function parseFixture(c: Cursor, start: number): FixtureStatement {
  c.next();
  const name = parseName(c, "the fixture's name");
  const facts: FactStatement[] = [];
  parseBody(c, "a fact or `}`", () => facts.push(parseFact(c)));
  return { kind: "fixture", name, facts, span: c.spanFrom(start) };
}

/** `{ … }`, item by item; an item that fails is left out. */
function parseBody(c: Cursor, expected: string, parseItem: () => void): void {
  const open = c.expect("{");
  c.enter(open);
  while (!c.at("}")) {
    if (c.at("end") || startsOutside(c)) {
      c.complain(expected, {
        help: "missing `}`",
        related: { message: "the test begins here", start: open.start, end: open.end },
      });
      c.leave();
      return;
    }
    const from = c.index;
    const { depth } = c;
    c.beginItem();
    try {
      parseItem();
    } catch (error) {
      if (error !== ABORT) throw error;
      c.recover(from, depth, true);
    }
  }
  c.next();
  c.leave();
}

/** The beginning of another test in the first column: more likely a `}` was forgotten before it. */
function startsOutside(c: Cursor): boolean {
  return atTest(c) && c.inFirstColumn(c.token);
}

function parseFact(c: Cursor): FactStatement {
  const { start } = c.token;
  const { name, params } = parseHead(c, "a fact or `}`");
  endItem(c, "`;`");
  return { kind: "fact", name, params, span: c.spanFrom(start) };
}

function parseFixtureUse(c: Cursor): FixtureUse {
  const { start } = c.next();
  const name = parseName(c, "the fixture's name");
  endItem(c, "`;`");
  return { kind: "fixture-use", name, span: c.spanFrom(start) };
}

function parseAssertion(c: Cursor): Assertion {
  const word: Token = c.token;
  if (!c.atWord("assert") && !c.atWord("assert_not")) {
    c.fail("`assert`, `assert_not` or `}`", {
      help: word.kind === "name" && c.peek(1).kind === "(" ? "facts stand inside `setup { … }`" : undefined,
    });
  }
  c.next();
  const { name, params } = parseHead(c, "a rule or fact to assert");
  const iff = c.atWord("iff") && c.next() ? parseCondition(c) : undefined;
  endItem(c, iff === undefined ? "`iff` or `;`" : "`and`, `or` or `;`");
  return {
    kind: "assertion",
    negated: word.text === "assert_not",
    name,
    params,
    iff,
    span: c.spanFrom(word.start),
  };
}
