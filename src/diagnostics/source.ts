/** A text that a person wrote: a policy file, an SDL file, a goal. `name` is what diagnostics show, usually the path as given. */
export class Source {
  readonly name: string;
  readonly text: string;
  #lines: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Offsets (0-based, UTF-16 code units) at which lines begin. LF, CR and CRLF end a line. */
  get lineStarts(): readonly number[] {
    if (this.#lines === undefined) {
      // A byte order mark is no character of the first line: editors do not show it.
      const starts = [this.text.charCodeAt(0) === 0xfeff ? 1 : 0];
      const lineEnd = /\r\n?|\n/g;
      while (lineEnd.test(this.text)) starts.push(lineEnd.lastIndex);
      this.#lines = starts;
    }
    return this.#lines;
  }

  /** Line and column of an offset, both counted from 1; columns in UTF-16 code units. */
  locate(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - (starts[low] as number)) + 1 };
  }

  /** The text of a line (counted from 1), without its line end. */
  line(number: number): string {
    const starts = this.lineStarts;
    const start = starts[number - 1];
    if (start === undefined) return "";
    const end = starts[number] ?? this.text.length;
    return this.text.slice(start, end).replace(/[\r\n]+$/, "");
  }

  toJSON(): string {
    return this.name;
  }
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A piece of a source: `start` inclusive, `end` exclusive, 0-based UTF-16 code units. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that holds both; they must be of one source. */
export function joinSpans(a: Span, b: Span): Span {
  return { source: a.source, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
