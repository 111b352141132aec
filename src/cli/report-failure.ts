import type { ArcturusError, EvaluationError } from "../diagnostics/errors.js";
import type { Paint, Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** Writes down what a command threw. Answers the exit code: 2 when the command line is at fault, else 1. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  const { red, bold, dim } = terminal.errPaint;
  const headline = (message: string, code?: string): void =>
    terminal.err(`${red(bold(code === undefined ? "error" : `error[${code}]`))}${bold(`: ${message}`)}`);

  if (error instanceof UsageError) {
    headline(error.message);
    if (error.help !== undefined) terminal.err(`  ${dim("=")} help: ${error.help}`);
    return 2;
  }
  if (!isArcturusError(error)) {
    // A defect of ours: the stack is what a bug report needs.
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
  if (hasDiagnostics(error)) {
    const { renderDiagnostics } = await import("../diagnostics/render.js");
    terminal.err(renderDiagnostics(error.diagnostics, { color: terminal.errPaint.enabled }));
    return 1;
  }
  headline(error.message, error.code);
  for (const line of renderStack(error, terminal.errPaint)) terminal.err(`  ${line}`);
  return 1;
}

/** Where in the policy an error arose, by way of which rules, and what caused it. */
export function renderStack(error: ArcturusError, { dim }: Paint): string[] {
  const { location, rules = [] } = error as Partial<EvaluationError>;
  const lines = rules.map((frame) => `${dim("in ")} ${frame.rule}  ${dim(place(frame))}`);
  if (location !== undefined) lines.unshift(`${dim("-->")} ${place(location)}`);
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    lines.push(`${dim("=")} because: ${cause.message}`);
  }
  return lines;
}

function place(location: { readonly source: string; readonly line: number; readonly column: number }): string {
  return `${location.source}:${location.line}:${location.column}`;
}

function isArcturusError(error: unknown): error is ArcturusError {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string" &&
    "code" in error &&
    /^[a-z]+\//.test((error as ArcturusError).code)
  );
}

function hasDiagnostics(error: ArcturusError): error is ArcturusError & {
  readonly diagnostics: readonly import("../diagnostics/diagnostic.js").Diagnostic[];
} {
  const { diagnostics } = error as { diagnostics?: unknown };
  return Array.isArray(diagnostics) && diagnostics.length > 0;
}
