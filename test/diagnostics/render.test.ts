import { describe, expect, it } from "vitest";
import { type Diagnostic, diagnostic } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostic, renderDiagnostics } from "../../src/diagnostics/render.js";
import { Source } from "../../src/diagnostics/source.js";

/** An error under the text between the first `«` and the next `»`, which are taken out. */
function at(marked: string, options: Parameters<typeof diagnostic>[3] = {}): Diagnostic {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const source = new Source("access.polar", marked.replace("«", "").replace("»", ""));
  return diagnostic("polar/unexpected-token", { source, start, end }, "expected `;`", options);
}

/** The shown line and the marks below it. */
function shown(marked: string): string[] {
  return renderDiagnostic(at(marked))
    .split("\n")
    .slice(3)
    .map((line) => line.replace(/^ *\d* \| ?/, "").trimEnd());
}

describe("a diagnostic for people", () => {
  it("has a headline, a place, the line, marks and advice", () => {
    expect(renderDiagnostic(at("f(1);\nallow(a, «b»;\n", { help: "missing `)`" }))).toBe(
      `error[polar/unexpected-token]: expected \`;\`
 --> access.polar:2:10
  |
2 | allow(a, b;
  |          ^
  = help: missing \`)\``,
    );
  });

  it("shows related places with lines of their own", () => {
    const source = new Source("a.polar", `${"\n".repeat(8)}f({a: 1,\n   a: 2});`);
    const first = source.text.indexOf("a: 1");
    const second = source.text.indexOf("a: 2");
    const duplicate = diagnostic(
      "polar/duplicate-key",
      { source, start: second, end: second + 1 },
      "the key `a` is there twice",
      { related: [{ message: "the first is here", span: { source, start: first, end: first + 1 } }] },
    );
    expect(renderDiagnostic(duplicate)).toBe(
      `error[polar/duplicate-key]: the key \`a\` is there twice
  --> a.polar:10:4
   |
10 |    a: 2});
   |    ^
note: the first is here
  --> a.polar:9:4
   |
 9 | f({a: 1,
   |    -`,
    );
  });

  it("names its severity", () => {
    expect(renderDiagnostic(at("«x»", { severity: "warning" }))).toMatch(/^warning\[/);
    expect(renderDiagnostic(at("«x»", { severity: "hint" }))).toMatch(/^hint\[/);
  });

  it("is coloured on request only, and every colour ends", () => {
    expect(renderDiagnostic(at("«x»"))).not.toContain("\u001b");
    const colored = renderDiagnostic(at("«x»", { help: "y" }), { color: true });
    expect(colored).toContain("\u001b[1;31merror[polar/unexpected-token]\u001b[0m");
    const opened = colored.split("\u001b[").length - 1;
    expect(colored.split("\u001b[0m")).toHaveLength(opened / 2 + 1);
  });

  it("stands apart from the next", () => {
    const text = renderDiagnostics([at("«x»"), at("«y»")]);
    expect(text.split("\n\n")).toHaveLength(2);
    expect(renderDiagnostics([])).toBe("");
  });
});

describe("marks stand under the text", () => {
  it.each([
    ["behind tabs", "\tx\t«y»;", ["    x   y;", "        ^"]],
    ["behind wide characters", '"漢字" «of»', ['"漢字" of', "       ^^"]],
    ["under wide characters", 'f("«漢字»")', ['f("漢字")', "   ^^^^"]],
    ["behind emoji", "🎉❤️👩‍👩‍👧 «x»", ["🎉❤️👩‍👩‍👧 x", "       ^"]],
    ["behind combining marks", "e\u0301e\u0301 «x»", ["e\u0301e\u0301 x", "   ^"]],
    ["at the end of a line", "f(1)«»\ng", ["f(1)", "    ^"]],
    ["at the end of an empty text", "«»", ["", "^"]],
    ["under half a surrogate pair", '"«\ud800»"', ['"\ufffd"', " ^"]],
  ])("%s", (_, marked, expected) => {
    expect(shown(marked)).toEqual(expected);
  });

  it("over several lines", () => {
    expect(renderDiagnostic(at("f(x) if «x and\n  y»;")).split("\n").slice(2)).toEqual([
      "  |",
      "1 | f(x) if x and",
      "  |         ^^^^^",
      "2 |   y;",
      "  |   ^",
    ]);
    expect(renderDiagnostic(at("«a {\n1\n2\n  b\n}»")).split("\n").slice(2)).toEqual([
      "  |",
      "1 | a {",
      "  | ^^^",
      "  :",
      "5 | }",
      "  | ^",
    ]);
    expect(renderDiagnostic(at("«a\nb\n»c")).split("\n").slice(-2)).toEqual(["2 | b", "  | ^"]);
  });

  it("in a line too long to show, which is cut around them", () => {
    const [line, marks] = shown(`${"a".repeat(1000)}«b»${"c".repeat(1_000_000)}`);
    expect(line).toMatch(/^…a+bc+…$/);
    expect(line?.length).toBeLessThan(150);
    expect(marks?.indexOf("^")).toBe(line?.indexOf("b"));
    expect(shown(`${"🎉".repeat(400)}«b»`)[1]).toMatch(/^ +\^$/);
    // Wherever it is cut, no character is cut in two.
    for (const before of ["", "a"]) {
      for (const after of ["", "c"]) {
        const [cut] = shown(`${"🎉".repeat(400)}${before}«b»${after}${"🎉".repeat(400)}`);
        expect(cut).toMatch(/^…(🎉)+a?bc?(🎉)+…$/u);
      }
    }
  });
});

describe("nothing that a terminal would act upon", () => {
  it("is printed", () => {
    const source = new Source("a\u001b[2J.polar", 'f("\u001b[31m\u202e\0\u009b");');
    const fault = diagnostic("polar/bad", { source, start: 0, end: 1 }, "about \u001b[1m", { help: "\u0007" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(renderDiagnostic(fault)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("a diagnostic from another process", () => {
  const copied = JSON.parse(JSON.stringify(at("f(«1»)"))) as Diagnostic;

  it("has no line to show", () => {
    expect(renderDiagnostic(copied)).toBe("error[polar/unexpected-token]: expected `;`\n --> access.polar:1:3");
  });

  it("shows the line when the sources are given", () => {
    expect(
      renderDiagnostic(copied, { sources: [new Source("access.polar", "f(1)")] })
        .split("\n")
        .slice(3),
    ).toEqual(["1 | f(1)", "  |   ^"]);
    expect(
      renderDiagnostic({ ...copied, line: 9, endLine: 9 }, { sources: [new Source("access.polar", "f(1)")] }),
    ).toMatch(/:9:3$/);
  });
});
