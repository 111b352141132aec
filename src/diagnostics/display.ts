/** One thing on a terminal: what is printed and how many columns it takes. */
export interface Cell {
  /** Where it begins in the line, in UTF-16 code units. */
  readonly offset: number;
  readonly text: string;
  readonly width: number;
}

const TAB = 4;
const zeroWidth = /^[\p{Mn}\p{Me}]+$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
// White space that prints as a blank is left alone; all else that does not show is shown as what it is, so that a text can neither
// reorder nor recolour the terminal.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The line as it will stand on a terminal: tabs to columns of four, wide characters counted as two, nothing invisible. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  if (/^[ -~]*$/.test(line)) {
    for (let i = 0; i < line.length; i++) cells.push({ offset: i, text: line.charAt(i), width: 1 });
    return cells;
  }
  let column = 0;
  for (const { segment, index } of segments(line)) {
    let text = segment;
    let width: number;
    if (segment === "\t") {
      width = TAB - (column % TAB);
      text = " ".repeat(width);
    } else if (invisible.test(segment) && !emoji.test(segment)) {
      text = visible(segment);
      width = text.length;
    } else width = widthOf(segment);
    cells.push({ offset: index, text, width });
    column += width;
  }
  return cells;
}

/** Text without anything that a terminal would act upon. */
export function plain(text: string): string {
  let result = "";
  for (const c of text) result += invisible.test(c) ? visible(c) : c;
  return result;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function segments(line: string): Iterable<{ readonly segment: string; readonly index: number }> {
  return graphemes.segment(line);
}

function visible(text: string): string {
  let result = "";
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    if (code < 32) result += String.fromCharCode(0x2400 + code);
    else if (code === 127) result += "\u2421";
    else result += invisible.test(c) ? "\ufffd" : c;
  }
  return result;
}

function widthOf(grapheme: string): number {
  const code = grapheme.codePointAt(0) as number;
  if (code < 0x300) return 1;
  if (zeroWidth.test(grapheme)) return 0;
  return emoji.test(grapheme) || isWide(code) ? 2 : 1;
}

/** East Asian wide and fullwidth characters, in the blocks that terminals agree upon. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return WIDE.some(([from, to]) => code >= from && code <= to);
}
