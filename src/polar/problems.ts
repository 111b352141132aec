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

/** More problems than this in one source are counted, not shown. */
export const MAX_PROBLEMS = 1000;

/** The problems as diagnostics, in source order. */
export function toDiagnostics(source: Source, problems: readonly Problem[]): Diagnostic[] {
  const sorted = [...problems].sort((a, b) => a.start - b.start || a.end - b.end);
  const shown = sorted.slice(0, MAX_PROBLEMS).map((problem) => {
    const { related } = problem;
    return diagnostic(problem.code, { source, start: problem.start, end: problem.end }, problem.message, {
      help: problem.help,
      ...(related === undefined
        ? {}
        : { related: [{ message: related.message, span: { source, start: related.start, end: related.end } }] }),
    });
  });
  const next = sorted[MAX_PROBLEMS];
  if (next !== undefined) {
    const rest = sorted.length - MAX_PROBLEMS;
    shown.push(
      diagnostic(
        "polar/too-large",
        { source, start: next.start, end: next.end },
        `${rest} more problems are not shown`,
      ),
    );
  }
  return shown;
}
