import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { lex, MAX_TOKEN_LENGTH, mayBeKey, RESERVED_WORDS } from "../../src/polar/lexer.js";

function tokens(text: string): string[] {
  const lexed = lex(new Source("test", text));
  expect(lexed.problems).toEqual([]);
  return lexed.tokens.slice(0, -1).map((token) => `${token.kind}:${token.text}`);
}

function problems(text: string): string[] {
  return lex(new Source("test", text)).problems.map((p) => `${p.start}-${p.end} ${p.code.replace("polar/", "")}`);
}

function stringValue(text: string): string | undefined {
  return lex(new Source("test", text)).tokens[0]?.text;
}

describe("names", () => {
  it("may be of any script, emoji included", () => {
    expect(tokens("тест 🎉 名前 _x a1 ❤️")).toEqual([
      "name:тест",
      "name:🎉",
      "name:名前",
      "name:_x",
      "name:a1",
      "name:❤️",
    ]);
  });

  it("join their parts with `::` and may end in one `?`", () => {
    expect(tokens("models::User is_ok? a::b::c?")).toEqual(["name:models::User", "name:is_ok?", "name:a::b::c?"]);
  });

  it("keep reserved words apart from what only contains them", () => {
    expect(tokens("if iffy a::if if?")).toEqual(["keyword:if", "name:iffy", "name:a::if", "name:if?"]);
  });

  it("take contextual words for ordinary names", () => {
    expect(tokens("actor resource global extends declare test iff role on")).toEqual(
      ["actor", "resource", "global", "extends", "declare", "test", "iff", "role", "on"].map((word) => `name:${word}`),
    );
  });

  it.each([
    ["a zero-width space", "a\u200bb"],
    ["a zero-width joiner", "a\u200db"],
    ["a right-to-left override", "a\u202eb"],
    ["a soft hyphen", "a\u00adb"],
    ["a no-break space", "a\u00a0b"],
    ["a line separator", "a\u2028b"],
    ["a form feed", "a\fb"],
    ["a NUL", "a\0b"],
    ["half a surrogate pair", "a\ud800b"],
    ["a Hangul filler", "a\u3164b"],
    ["a style selector behind a letter", "a\ufe0fb"],
  ])("cannot hold %s", (_, text) => {
    expect(problems(text)).toEqual(["1-2 unexpected-character"]);
  });

  it("cannot end in `::`", () => {
    expect(problems("f(a::);")).toEqual(["3-5 unexpected-character"]);
    expect(problems("a::1")).toEqual(["1-3 unexpected-character"]);
  });
});

describe("numbers", () => {
  it("are Integers or Floats by how they are written", () => {
    expect(tokens("1 007 1. 1.5 1e3 1.5E-3 1e+3 1.e2")).toEqual([
      "integer:1",
      "integer:007",
      "float:1.",
      "float:1.5",
      "float:1e3",
      "float:1.5E-3",
      "float:1e+3",
      "float:1.e2",
    ]);
  });

  it.each(["1e", "1e+", "0x10", "1_000", "1.5.5", "3.toString", "1f", "1.2e3.4", "12é"])("cannot be `%s`", (text) => {
    expect(problems(text)).toEqual([`0-${text.replace(/\+$/, "").length} bad-number`]);
  });
});

describe("strings", () => {
  it("know a few escapes, and any other character behind a backslash is itself", () => {
    expect(stringValue('"a\\n\\t\\r\\0\\"\\\\\\q\\u0041"')).toBe('a\n\t\r\0"\\qu0041');
  });

  it("keep raw tabs, carriage returns and separators", () => {
    expect(stringValue('"a\tb\rc\u2028d"')).toBe("a\tb\rc\u2028d");
  });

  it.each([
    ["a line end", '"ab\n', "0-3"],
    ["the end of the text", '"ab', "0-3"],
    ["a backslash at the end of the text", '"a\\', "0-3"],
    ["a backslash before a line end", '"a\\\n"', "0-3"],
  ])("do not reach beyond %s", (_, text, place) => {
    expect(problems(text)[0]).toBe(`${place} unterminated-string`);
  });

  it("hold pairs of bidirectional controls and refuse an open one", () => {
    expect(problems('"\u202eabc\u202c"')).toEqual([]);
    expect(problems('"\u2067abc\u2069\u202ax"')).toEqual(["6-7 unexpected-character"]);
    expect(problems('"\u2067abc"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\u2067abc\u202c"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\u202aabc\u2069"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\u202a\u2067abc\u2069"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\u202a\u2067abc\u2069\u202c"')).toEqual([]);
  });

  it("refuse NUL and half a surrogate pair, escaped or not", () => {
    expect(problems('"\0"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\\\ud800"')).toEqual(["2-3 unexpected-character"]);
    expect(problems('"a\udc00"')).toEqual(["2-3 unexpected-character"]);
    expect(problems('"\ud800\ud800\udc00"')).toEqual(["1-2 unexpected-character"]);
    expect(problems('"\ud800\udc00\udc00"')).toEqual(["3-4 unexpected-character"]);
    expect(problems("# \udc00")).toEqual(["2-3 unexpected-character"]);
    expect(problems('"\\😀😀"')).toEqual([]);
  });
});

it("messages show what cannot be seen as an escape", () => {
  const messages = (text: string): string[] => lex(new Source("test", text)).problems.map((p) => p.message);
  expect(messages("a\u202eb")).toEqual(["unexpected character U+202E"]);
  expect(messages("\u007f \u0007")).toEqual(["unexpected character U+007F", "unexpected character U+0007"]);
  expect(messages("1\u200b")).toEqual(["unexpected character U+200B"]);
});

describe("comments and blanks", () => {
  it("end a comment at LF, CR or the end", () => {
    expect(tokens("# a\nx # b\ry # c")).toEqual(["name:x", "name:y"]);
  });

  it("keep where comments stand", () => {
    expect(lex(new Source("test", "f # one\n# two")).comments).toEqual([
      { start: 2, end: 7 },
      { start: 8, end: 13 },
    ]);
  });

  it("accept a byte order mark at the beginning only, and it takes no column", () => {
    const source = new Source("test", "\ufefff");
    expect(lex(source).problems).toEqual([]);
    expect(source.locate(1)).toEqual({ line: 1, column: 1 });
    expect(problems("f\ufeff")).toEqual(["1-2 unexpected-character"]);
  });

  it("say once that `//` and `/*` are not comments, and step over them", () => {
    const lexed = lex(new Source("test", "// hi there\nf /* ( */ g"));
    expect(lexed.problems.map((p) => [p.code, p.start, p.end])).toEqual([
      ["polar/unexpected-token", 0, 2],
      ["polar/unexpected-token", 14, 16],
    ]);
    expect(lexed.tokens.map((t) => t.text)).toEqual(["f", "g", ""]);
  });

  it("refuse an open bidirectional control in a comment", () => {
    expect(problems("# \u202e } x {")).toEqual(["2-3 unexpected-character"]);
  });
});

describe("signs", () => {
  it("are read as long as possible", () => {
    expect(tokens("= := == != < <= > >= ?= x matches! y")).toEqual([
      "=:=",
      ":=::=",
      "==:==",
      "!=:!=",
      "<:<",
      "<=:<=",
      ">:>",
      ">=:>=",
      "?=:?=",
      "name:x",
      "keyword:matches!",
      "name:y",
    ]);
  });

  it.each(["'", "&", "|", "!", "?", "@", "^", "~", "%", "\\", "`", "$"])("do not include `%s`", (text) => {
    expect(problems(`x ${text} y`)).toEqual(["2-3 unexpected-character"]);
  });

  it("report a run of one character once", () => {
    expect(problems("x && y || z")).toEqual(["2-4 unexpected-character", "7-9 unexpected-character"]);
  });

  it("read flags and the clock", () => {
    expect(tokens("@flag @current_unix_time @a::b")).toEqual(["flag:flag", "flag:current_unix_time", "flag:a::b"]);
  });
});

describe("limits", () => {
  it("refuse a source above its size, counted in UTF-8 bytes", () => {
    expect(problems(" ".repeat(1024 * 1024))).toEqual([]);
    expect(problems(" ".repeat(1024 * 1024 + 1))).toEqual(["0-0 limit-exceeded"]);
    expect(lex(new Source("test", `#${"é".repeat(50)}`), { sourceBytes: 101 }).problems).toEqual([]);
    expect(lex(new Source("test", `#${"é".repeat(50)}`), { sourceBytes: 100 }).problems).toHaveLength(1);
    expect(lex(new Source("test", `#${"😀".repeat(25)}`), { sourceBytes: 101 }).problems).toEqual([]);
  });

  it("refuse a token above 4096 characters", () => {
    expect(problems("a".repeat(MAX_TOKEN_LENGTH))).toEqual([]);
    expect(problems("a".repeat(MAX_TOKEN_LENGTH + 1))).toEqual(["0-4097 limit-exceeded"]);
    expect(problems(`"${"a".repeat(MAX_TOKEN_LENGTH)}"`)).toEqual(["0-4098 limit-exceeded"]);
  });
});

it("lets all reserved words be keys but seven", () => {
  expect([...RESERVED_WORDS].filter((word) => !mayBeKey(word))).toEqual([
    "isa",
    "true",
    "false",
    "inf",
    "nan",
    "mod",
    "rem",
  ]);
  expect(RESERVED_WORDS.size).toBe(20);
  expect(mayBeKey("x")).toBe(false);
});
