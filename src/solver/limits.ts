import { LimitError } from "../diagnostics/errors.js";
import { deepestTerm } from "./values.js";

/** Limits of one question, with the defaults of the Polar reference, section 17. Exceeding one throws a `LimitError`; nothing is cut off silently. */
export interface Limits {
  /** Milliseconds of evaluation. */
  readonly milliseconds: number;
  /** Goals tried. */
  readonly steps: number;
  /** Answers of one predicate call. */
  readonly answers: number;
  /** Nesting of a term that a rule hands on: an argument of a call, or an answer. At most 1,000, which the stack can hold. */
  readonly termDepth: number;
  /** Bytes of one policy file. */
  readonly sourceBytes: number;
  /** Levels of nesting in a policy file or goal. */
  readonly nesting: number;
  /** Rules of a policy. */
  readonly rules: number;
  /** Context facts of one question. */
  readonly contextFacts: number;
  /** Resources of one `authorizeMany`. */
  readonly resources: number;
  /** Facts of one write. */
  readonly facts: number;
}

export const defaultLimits: Limits = {
  milliseconds: 5_000,
  steps: 5_000_000,
  answers: 1_000_000,
  termDepth: deepestTerm,
  sourceBytes: 1_048_576,
  nesting: 200,
  rules: 100_000,
  contextFacts: 1_000,
  resources: 100_000,
  facts: 10_000,
};

export function timeout(milliseconds: number): LimitError {
  const message = `the question took longer than ${milliseconds} ms`;
  return new LimitError("milliseconds", milliseconds, "ms", { code: "engine/timeout", message });
}
