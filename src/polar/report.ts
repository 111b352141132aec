import { type Diagnostic, type DiagnosticOptions, diagnostic } from "../diagnostics/diagnostic.js";
import type { Source, Span } from "../diagnostics/source.js";

/** Collects the problems of one load. The same problem at the same place is kept once. */
export interface Report {
  error(code: string, span: Span, message: string, options?: Omit<DiagnosticOptions, "severity">): void;
  warning(code: string, span: Span, message: string, options?: Omit<DiagnosticOptions, "severity">): void;
  hint(code: string, span: Span, message: string, options?: Omit<DiagnosticOptions, "severity">): void;
  /** Whether an error begins at this place already. */
  hasErrorAt(span: Span): boolean;
  /** Everything so far. */
  readonly diagnostics: readonly Diagnostic[];
}

export function createReport(): Report {
  const found: Diagnostic[] = [];
  const seen = new Map<Source, Set<string>>();
  const add = (code: string, span: Span, message: string, options: DiagnosticOptions): void => {
    let keys = seen.get(span.source);
    if (keys === undefined) seen.set(span.source, (keys = new Set()));
    const key = `${span.start} ${code} ${message}`;
    if (keys.has(key)) return;
    keys.add(key);
    if ((options.severity ?? "error") === "error") keys.add(`error at ${span.start}`);
    found.push(diagnostic(code, span, message, options));
  };
  return {
    error: (code, span, message, options = {}) => add(code, span, message, { ...options, severity: "error" }),
    warning: (code, span, message, options = {}) => add(code, span, message, { ...options, severity: "warning" }),
    hint: (code, span, message, options = {}) => add(code, span, message, { ...options, severity: "hint" }),
    hasErrorAt: (span) => seen.get(span.source)?.has(`error at ${span.start}`) ?? false,
    diagnostics: found,
  };
}

/** Diagnostics in source order: by source as loaded, then by place, errors before warnings at one place. */
export function inSourceOrder(diagnostics: readonly Diagnostic[], sources: readonly Source[]): Diagnostic[] {
  const place = new Map<string, number>();
  for (const [index, source] of sources.entries()) if (!place.has(source.name)) place.set(source.name, index);
  const severity = { error: 0, warning: 1, hint: 2 };
  return [...diagnostics].sort(
    (a, b) =>
      (place.get(a.source) ?? sources.length) - (place.get(b.source) ?? sources.length) ||
      a.line - b.line ||
      a.column - b.column ||
      severity[a.severity] - severity[b.severity],
  );
}
