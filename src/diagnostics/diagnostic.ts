import type { Span } from "./source.js";

export type Severity = "error" | "warning" | "hint";

/** A place in a text, ready to be shown. `source` is the file's name; lines and columns count from 1, the end is exclusive. */
export interface Location {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface RelatedDiagnostic extends Location {
  readonly message: string;
}

/**
 * Something wrong in a text that a person wrote: a value, collected, never thrown by itself.
 * Messages start in lower case, have no final period, put user text in backticks and keep advice in `help`.
 */
export interface Diagnostic extends Location {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  readonly related?: readonly RelatedDiagnostic[];
}

export interface DiagnosticOptions {
  readonly severity?: Severity;
  readonly help?: string | undefined;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
}

const spans = new WeakMap<object, Span>();

/** A diagnostic at a span. The span stays reachable through `spanOf`, for rendering with carets. */
export function diagnostic(code: string, span: Span, message: string, options: DiagnosticOptions = {}): Diagnostic {
  const result: Diagnostic = {
    code,
    severity: options.severity ?? "error",
    message,
    ...locationOf(span),
    ...(options.help === undefined ? {} : { help: options.help }),
    ...(options.related === undefined || options.related.length === 0
      ? {}
      : { related: options.related.map((r) => withSpan({ message: r.message, ...locationOf(r.span) }, r.span)) }),
  };
  return withSpan(result, span);
}

export function locationOf(span: Span): Location {
  const from = span.source.locate(span.start);
  const to = span.source.locate(span.end);
  return { source: span.source.name, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** The span a diagnostic (or one of its `related`) was made at, while both live in this process. */
export function spanOf(diagnostic: Location): Span | undefined {
  return spans.get(diagnostic);
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

function withSpan<T extends object>(value: T, span: Span): T {
  spans.set(value, span);
  return value;
}
