import { diagnostic, type Location, locationOf } from "../diagnostics/diagnostic.js";
import { renderDiagnostic } from "../diagnostics/render.js";
import type { Source, Span } from "../diagnostics/source.js";
import type { AssertionReport, TestReport } from "../engine/index.js";
import { renderAttempts, renderDerivation } from "./render-explanation.js";
import { renderStack } from "./report-failure.js";
import type { Paint } from "./terminal.js";

/** One test: a line when it passed; when it failed, each failing assertion in its place, and why. */
export function renderTest(report: TestReport, sources: readonly Source[], paint: Paint): string {
  if (report.passed) return `  ${paint.green("✓")} ${report.name}`;
  const failures = report.assertions.filter((assertion) => !assertion.passed);
  return [
    `  ${paint.red("✗")} ${paint.bold(report.name)}`,
    ...failures.map((failure) => indent(renderFailure(failure, sources, paint), "    ")),
  ].join("\n");
}

function renderFailure(assertion: AssertionReport, sources: readonly Source[], paint: Paint): string {
  const message = headline(assertion);
  const span = spanAt(assertion.location, sources);
  // Only the lines that show the place: what is wrong with an assertion is no diagnostic of the policy and has no code.
  const place =
    span === undefined
      ? [`--> ${assertion.location.source}:${assertion.location.line}`]
      : renderDiagnostic(diagnostic("", span, ""), { color: paint.enabled })
          .split("\n")
          .slice(1);
  const details = reasons(assertion, paint);
  return `\n${[paint.red(paint.bold(message)), ...place, ...(details.length === 0 ? [] : ["", ...details])].join("\n")}\n`;
}

function headline({ error, iff, negated }: AssertionReport): string {
  if (error !== undefined) return `error[${error.code}]: ${error.message}`;
  if (iff !== undefined) return "the answers are not exactly these";
  return negated ? "this holds, and should not" : "this does not hold";
}

function reasons({ error, iff, explanation, negated }: AssertionReport, paint: Paint): readonly string[] {
  if (error !== undefined) return renderStack(error, paint);
  if (iff !== undefined) {
    return [
      ...iff.missing.map((value) => `${paint.red("-")} ${value}  ${paint.dim("is no answer")}`),
      ...iff.unexpected.map((value) => `${paint.yellow("+")} ${value}  ${paint.dim("is an answer too")}`),
    ];
  }
  if (explanation === undefined) return [];
  if (negated) {
    return explanation.derivation === undefined
      ? []
      : [paint.dim("it holds because:"), ...renderDerivation(explanation.derivation, paint)];
  }
  return renderAttempts(explanation.attempts, paint);
}

/** The span of a place that a report names; reports are plain data and carry no spans. */
function spanAt(location: Location, sources: readonly Source[]): Span | undefined {
  const source = sources.find(({ name }) => name === location.source);
  if (source === undefined) return undefined;
  const offset = (line: number, column: number): number =>
    Math.min((source.lineStarts[line - 1] ?? source.text.length) + column - 1, source.text.length);
  const span = {
    source,
    start: offset(location.line, location.column),
    end: offset(location.endLine, location.endColumn),
  };
  return locationOf(span).line === location.line ? span : undefined;
}

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}
