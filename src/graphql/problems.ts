import { ArcturusError } from "../diagnostics/errors.js";

/** Codes of what can be wrong with an annotated schema. GraphQL reference, section 4. */
export type ProblemCode =
  | "graphql/uncovered"
  | "graphql/both"
  | "graphql/on-required"
  | "graphql/on-misplaced"
  | "graphql/arg-path"
  | "graphql/unknown-type"
  | "graphql/unknown-action"
  | "graphql/null-on-non-null"
  | "graphql/definition"
  | "graphql/inheritance"
  | "graphql/no-resource"
  | "graphql/double"
  | "graphql/no-identity"
  | "graphql/unprotected-json"
  | "graphql/id-argument"
  | "graphql/unknown-policy-type"
  | "graphql/response-cache";

/** Something wrong with a schema, at one of its coordinates. `String(problem)` is one line. */
export interface SchemaProblem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly coordinate: string;
  readonly message: string;
  readonly help?: string;
  toString(): string;
}

class Problem implements SchemaProblem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly coordinate: string;
  readonly message: string;
  declare readonly help?: string;

  constructor(
    code: ProblemCode,
    severity: "error" | "warning",
    coordinate: string,
    message: string,
    help: string | undefined,
  ) {
    this.code = code;
    this.severity = severity;
    this.coordinate = coordinate;
    this.message = message;
    if (help !== undefined) this.help = help;
  }

  toString(): string {
    const advice = this.help === undefined ? "" : `; ${this.help}`;
    return `${this.coordinate}: ${this.message}${advice} [${this.code}]`;
  }
}

/** Takes up problems while a schema is read; each one once. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();

  error(code: ProblemCode, coordinate: string, message: string, help?: string): void {
    this.#add(new Problem(code, "error", coordinate, message, help));
  }

  warning(code: ProblemCode, coordinate: string, message: string, help?: string): void {
    this.#add(new Problem(code, "warning", coordinate, message, help));
  }

  /** Errors first, each group by coordinate. */
  sorted(): readonly SchemaProblem[] {
    return this.#problems.toSorted(
      (a, b) => compare(a.severity, b.severity) || compare(a.coordinate, b.coordinate) || compare(a.message, b.message),
    );
  }

  #add(problem: Problem): void {
    const key = problem.toString();
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#problems.push(problem);
  }
}

/** A schema that cannot be guarded: every error of it at once, each beginning with its coordinate. */
export class SchemaError extends ArcturusError {
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("graphql/schema", `the schema cannot be guarded, ${count}:\n${problems.map((p) => `  ${p}`).join("\n")}`);
    this.problems = problems;
  }
}

/** `did you mean …` for the word of `known` that is nearest to `word`; `undefined` when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

/** The word of `known` that is nearest to `word`, within a third of its length. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = candidate.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2]! + 1);
      }
      row[j] = distance;
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
