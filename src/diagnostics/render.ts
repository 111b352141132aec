import { type Diagnostic, type Location, type Severity, spanOf } from "./diagnostic.js";
import { cellsOf, plain } from "./display.js";
import type { Source } from "./source.js";

export interface RenderOptions {
  /** Colours for a terminal. @default false */
  readonly color?: boolean;
  /** The texts, for diagnostics that come from another process and no longer know theirs. Looked up by name. */
  readonly sources?: readonly Source[];
}

/** Columns of source text on one line; a longer line is cut around the span. */
const MAX_COLUMNS = 140;
const CUT = "…";

/**
 * A diagnostic for people: what is wrong, where, the line with carets under the span, related places and advice.
 * Several lines, no line end behind the last.
 *
 * ```text
 * error[polar/unexpected-token]: expected `,` or `)`, found `;`
 *  --> access.polar:12:17
 *    |
 * 12 | allow(user, "read"; repo);
 *    |                   ^
 *    = help: …
 * ```
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint = painter(options.color === true);
  const { severity, code, message, help, related = [] } = diagnostic;
  const places = [diagnostic, ...related];
  const gutter = Math.max(...places.map((place) => String(lastShownLine(place)).length));
  const accent = paint[severity];
  const lines = [
    `${accent(`${severity}[${plain(code)}]`)}${paint.bold(`: ${plain(message)}`)}`,
    ...renderPlace(diagnostic, "-->", gutter, accent, "^", paint, options),
  ];
  for (const place of related) {
    lines.push(`${paint.hint("note")}: ${plain(place.message)}`);
    lines.push(...renderPlace(place, "-->", gutter, paint.hint, "-", paint, options));
  }
  if (help !== undefined) lines.push(`${" ".repeat(gutter)} ${paint.frame("=")} ${paint.bold("help")}: ${plain(help)}`);
  return lines.join("\n");
}

/** Diagnostics one below the other, an empty line between them. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options)).join("\n\n");
}

// --- one place ------------------------------------------------------------------------------------------------------

function renderPlace(
  place: Location,
  arrow: string,
  gutter: number,
  accent: Paint,
  mark: string,
  paint: Painter,
  options: RenderOptions,
): string[] {
  const blank = " ".repeat(gutter);
  const where = `${plain(place.source)}:${place.line}:${place.column}`;
  const lines = [`${blank}${paint.frame(arrow)} ${where}`];
  const source = spanOf(place)?.source ?? options.sources?.find((s) => s.name === place.source);
  if (source === undefined || place.line > source.lineStarts.length) return lines;
  const bar = `${blank} ${paint.frame("|")}`;
  const show = (line: number, from: number, to: number): void => {
    const { text, indent, length } = windowOf(source.line(line), from, to);
    lines.push(`${paint.frame(`${String(line).padStart(gutter)} |`)} ${text}`);
    lines.push(`${bar} ${" ".repeat(indent)}${accent(mark.repeat(length))}`);
  };
  lines.push(bar);
  if (place.endLine === place.line) {
    show(place.line, place.column - 1, place.endColumn - 1);
    return lines;
  }
  show(place.line, place.column - 1, source.line(place.line).trimEnd().length);
  const last = lastShownLine(place);
  if (last > place.line + 1) lines.push(`${blank} ${paint.frame(":")}`);
  if (last > place.line) {
    const text = source.line(last);
    const end = last === place.endLine ? place.endColumn - 1 : text.length;
    show(last, text.length - text.trimStart().length, end);
  }
  return lines;
}

/** The last line the span has text on: an end in the first column belongs to the line before. */
function lastShownLine(place: Location): number {
  return place.endLine > place.line && place.endColumn === 1 ? place.endLine - 1 : place.endLine;
}

interface Window {
  readonly text: string;
  /** Columns before the marks. */
  readonly indent: number;
  readonly length: number;
}

/** The part of a line that shows `[from, to)`, and where the marks stand below it. */
function windowOf(line: string, from: number, to: number): Window {
  const first = line.length <= MAX_COLUMNS ? 0 : Math.max(0, from - MAX_COLUMNS / 2);
  const last = line.length <= MAX_COLUMNS ? line.length : Math.min(line.length, first + MAX_COLUMNS);
  const start = first > 0 && isLow(line, first) ? first + 1 : first;
  const end = isLow(line, last) ? last - 1 : last;
  const before = start > 0 ? CUT : "";
  const after = end < line.length ? CUT : "";
  const cells = cellsOf(line.slice(start, end));
  let indent = before.length;
  let length = 0;
  cells.forEach((cell, i) => {
    const cellEnd = start + (cells[i + 1]?.offset ?? end - start);
    if (cellEnd <= from) indent += cell.width;
    else if (start + cell.offset < to) length += cell.width;
  });
  return { text: before + cells.map((cell) => cell.text).join("") + after, indent, length: Math.max(1, length) };
}

function isLow(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

// --- colours --------------------------------------------------------------------------------------------------------

type Paint = (text: string) => string;
type Painter = Readonly<Record<Severity | "bold" | "frame", Paint>>;

function painter(color: boolean): Painter {
  const code =
    (open: string): Paint =>
    (text) =>
      color && text !== "" ? `\u001b[${open}m${text}\u001b[0m` : text;
  return {
    error: code("1;31"),
    warning: code("1;33"),
    hint: code("1;36"),
    bold: code("1"),
    frame: code("34"),
  };
}
