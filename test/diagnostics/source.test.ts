import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinSpans, type Position, Source } from "../../src/diagnostics/source.js";
import { runs } from "../support/effort.js";

/** The place of an offset, found by walking there. */
function walkTo(text: string, offset: number): Position {
  let [line, column] = [1, 1];
  for (let at = text.startsWith("\ufeff") ? 1 : 0; at < offset; at++) {
    // Between the two halves of a CRLF the line has not ended yet.
    if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) [line, column] = [line + 1, 1];
    else column++;
  }
  return { line, column };
}

const texts = fc
  .array(fc.constantFrom("a", "\n", "\r", "\r\n", "\t", "é", "😀", "\u2028", "word"), { maxLength: 12 })
  .chain((parts) => fc.constantFrom("", "\ufeff").map((mark) => mark + parts.join("")));

describe("where something stands", () => {
  it.each([
    ["behind LF", "ab\ncd", 4, 2, 2],
    ["behind CR", "ab\rcd", 4, 2, 2],
    ["behind CRLF", "ab\r\ncd", 5, 2, 2],
    ["behind empty lines of all kinds", "\n\r\r\n\nx", 5, 5, 1],
    ["at the first character of a line", "ab\ncd", 3, 2, 1],
    ["at a line end", "ab\ncd", 2, 1, 3],
    ["at the end of the text", "ab\n", 3, 2, 1],
    ["behind a tab, which is one column", "\tx", 1, 1, 2],
    ["behind a character of two units", "😀x", 2, 1, 3],
    ["behind a byte order mark, which is none", "\ufeffx\ny", 1, 1, 1],
    ["at a separator that ends no line", "a\u2028b", 2, 1, 3],
    ["in an empty text", "", 0, 1, 1],
  ])("%s", (_, text, offset, line, column) => {
    expect(new Source("a", text).locate(offset)).toEqual({ line, column });
  });

  it("is where one comes to by walking through the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const source = new Source("a", text);
        for (let offset = text.startsWith("\ufeff") ? 1 : 0; offset <= text.length; offset++) {
          expect(source.locate(offset), JSON.stringify([text, offset])).toEqual(walkTo(text, offset));
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it("lines are the text between the line ends", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const source = new Source("a", text);
        const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
        expect(source.lineStarts).toHaveLength(lines.length);
        expect(lines.map((_, i) => source.line(i + 1))).toEqual(lines);
        expect(source.line(lines.length + 1)).toBe("");
      }),
      { numRuns: runs(200) },
    );
  });
});

it("two spans are joined to the smallest that holds both, in either order", () => {
  const source = new Source("a", "0123456789");
  const span = (start: number, end: number): { source: Source; start: number; end: number } => ({ source, start, end });
  for (const [a, b] of [
    [span(1, 3), span(5, 8)],
    [span(1, 8), span(2, 3)],
    [span(1, 4), span(3, 8)],
  ] as const) {
    expect(joinSpans(a, b)).toEqual(span(1, 8));
    expect(joinSpans(b, a)).toEqual(span(1, 8));
  }
});
