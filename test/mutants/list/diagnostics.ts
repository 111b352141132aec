import { type Mutant, mutantsOf } from "../mutant.js";

const render = "test/diagnostics/render.test.ts";
const golden = "test/diagnostics/golden.test.ts";
const near = "test/polar/near.test.ts";

/** Where something is wrong, and what is said about it. */
export const diagnostics: readonly Mutant[] = [
  ...mutantsOf(
    "src/diagnostics/source.ts",
    ["test/diagnostics/source.test.ts"],
    [
      {
        name: "diagnostics/carriage-return-ends-no-line",
        mistake: "a text with CR line ends is one line",
        find: "const lineEnd = /\\r\\n?|\\n/g;",
        replace: "const lineEnd = /\\r?\\n/g;",
      },
      {
        name: "diagnostics/two-lines-for-one-crlf",
        mistake: "CRLF ends two lines",
        find: "const lineEnd = /\\r\\n?|\\n/g;",
        replace: "const lineEnd = /\\r|\\n/g;",
      },
      {
        name: "diagnostics/beginning-of-a-line-belongs-to-the-one-before",
        mistake: "the first character of a line is located on the line before",
        find: "if ((starts[middle] as number) <= offset) low = middle;",
        replace: "if ((starts[middle] as number) < offset) low = middle;",
      },
      {
        name: "diagnostics/byte-order-mark-counts",
        mistake: "a byte order mark takes a column",
        find: "const starts = [this.text.charCodeAt(0) === 0xfeff ? 1 : 0];",
        replace: "const starts = [0];",
        tests: ["test/polar/lexer.test.ts"],
      },
      {
        name: "diagnostics/spans-are-not-joined",
        mistake: "two spans are joined to the second",
        find: "start: Math.min(a.start, b.start)",
        replace: "start: b.start",
      },
    ],
  ),
  ...mutantsOf(
    "src/diagnostics/diagnostic.ts",
    [render, golden],
    [
      {
        name: "diagnostics/warnings-are-errors-no-more",
        mistake: "only the first diagnostic is asked whether it is an error",
        find: 'return diagnostics.some((d) => d.severity === "error");',
        replace: 'return diagnostics.slice(0, 1).some((d) => d.severity === "error");',
        tests: ["test/polar/load.test.ts"],
      },
      {
        name: "diagnostics/an-error-unless-said-otherwise",
        mistake: "a diagnostic without a severity is a warning",
        find: 'severity: options.severity ?? "error",',
        replace: 'severity: options.severity ?? "warning",',
      },
      {
        name: "diagnostics/end-from-the-start",
        mistake: "a diagnostic ends on the line it begins on",
        find: "endLine: to.line,",
        replace: "endLine: from.line,",
      },
    ],
  ),
  ...mutantsOf(
    "src/diagnostics/codes.ts",
    [golden, "test/diagnostics/codes.test.ts"],
    [
      {
        name: "diagnostics/checks-are-syntax",
        mistake: "the formatter refuses policies that only the checks would refuse",
        find: "new Set(Object.keys(syntax))",
        replace: "new Set([...Object.keys(syntax), ...Object.keys(checks)])",
        tests: ["test/polar/format.test.ts"],
      },
      {
        name: "diagnostics/unknown-codes-are-warnings",
        mistake: "a code that is not in the table does not stop a load",
        find: 'return CODES.get(code)?.severity ?? "error";',
        replace: 'return CODES.get(code)?.severity ?? "warning";',
      },
    ],
  ),
  ...mutantsOf(
    "src/diagnostics/render.ts",
    [render, golden],
    [
      {
        name: "diagnostics/marks-one-column-off",
        mistake: "a cell that ends where the span begins is marked too",
        find: "if (cellEnd <= from) indent += cell.width;",
        replace: "if (cellEnd < from) indent += cell.width;",
      },
      {
        name: "diagnostics/last-line-of-a-span",
        mistake: "a span that ends in the first column of a line shows that line too",
        find: "return place.endLine > place.line && place.endColumn === 1 ? place.endLine - 1 : place.endLine;",
        replace: "return place.endLine;",
      },
      {
        name: "diagnostics/half-a-character",
        mistake: "a long line is cut through the middle of a character",
        find: "const start = first > 0 && isLow(line, first) ? first + 1 : first;",
        replace: "const start = first;",
      },
    ],
  ),
  ...mutantsOf(
    "src/diagnostics/display.ts",
    [render],
    [
      {
        name: "diagnostics/controls-reach-the-terminal",
        mistake: "format controls, which can reorder a line, are printed as they are",
        find: "const invisible = /[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]/u;",
        replace: "const invisible = /[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]/u;",
      },
      {
        name: "diagnostics/tabs-of-four",
        mistake: "a tab takes four columns wherever it stands",
        find: "width = TAB - (column % TAB);",
        replace: "width = TAB;",
      },
      {
        name: "diagnostics/wide-characters-take-one-column",
        mistake: "wide characters count as one column",
        find: "return emoji.test(grapheme) || isWide(code) ? 2 : 1;",
        replace: "return emoji.test(grapheme) ? 2 : 1;",
      },
      {
        name: "diagnostics/escape-in-a-message",
        mistake: "a name with a control character in a message reaches the terminal",
        find: "for (const c of text) result += invisible.test(c) ? visible(c) : c;",
        replace: "result += text;",
      },
    ],
  ),
  ...mutantsOf(
    "src/diagnostics/errors.ts",
    ["test/engine/limits.test.ts"],
    [
      {
        name: "diagnostics/one-code-for-all-limits",
        mistake: "a question that took too long is reported with the code of other limits",
        find: 'options.code ?? "engine/limit-exceeded"',
        replace: '"engine/limit-exceeded"',
      },
    ],
  ),
  ...mutantsOf(
    "src/polar/near.ts",
    [near, golden],
    [
      {
        name: "diagnostics/swapped-letters-are-two",
        mistake: "two letters that changed places count as two mistakes",
        find: "cost = Math.min(cost, (before[j - 2] as number) + 1);",
        replace: "cost = Math.min(cost, (before[j - 2] as number) + 2);",
      },
      {
        name: "diagnostics/first-near-word",
        mistake: "the last of the near words is suggested and not the nearest",
        find: "if (d < distance) {",
        replace: "if (d <= limit) {",
      },
      {
        name: "diagnostics/other-case-is-far",
        mistake: "a word that differs in case alone is not suggested",
        find: "if (candidate.toLowerCase() === lower) return candidate;",
        replace: "",
      },
    ],
  ),
];
