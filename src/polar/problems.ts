import { severityOf } from "../diagnostics/codes.js";
import { type Diagnostic, diagnostic } from "../diagnostics/diagnostic.js";
import type { Source } from "../diagnostics/source.js";

/** A problem of syntax before it becomes a diagnostic: cheap to make, with offsets only. */
export interface Problem {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help?: string | undefined;
  readonly related?: { readonly message: string; readonly start: number; readonly end: number } | undefined;
}

/** A text with this many errors is not read any further. */
export const MAX_PROBLEMS = 500;

/** The problems as diagnostics, in source order. */
export function toDiagnostics(source: Source, problems: readonly Problem[]): Diagnostic[] {
  const sorted = [...problems].sort((a, b) => a.start - b.start || a.end - b.end);
  return sorted.map((problem) => {
    const { related } = problem;
    return diagnostic(problem.code, { source, start: problem.start, end: problem.end }, problem.message, {
      severity: severityOf(problem.code),
      help: problem.help,
      ...(related === undefined
        ? {}
        : { related: [{ message: related.message, span: { source, start: related.start, end: related.end } }] }),
    });
  });
}
