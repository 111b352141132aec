import type { Diagnostic, Location } from "./diagnostic.js";

/**
 * The root of everything Arcturus throws. Narrow by `code`, which is stable, rather than by `instanceof`,
 * which fails between two copies of the package. A denial is an answer and never one of these.
 */
export class ArcturusError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A policy that does not load. `diagnostics` holds every problem of the load, in source order. */
export class PolicyError extends ArcturusError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], message: string) {
    super("polar/policy", message);
    this.diagnostics = diagnostics;
  }
}

/** A bad argument, fact or goal. A goal that does not parse or check carries `diagnostics`. */
export class InputError extends ArcturusError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: string, message: string, diagnostics: readonly Diagnostic[] = [], options?: ErrorOptions) {
    super(code, message, options);
    this.diagnostics = diagnostics;
  }
}

export interface RuleFrame extends Location {
  /** The rule as its head reads, e.g. `has_permission(actor, "read", repo)`. */
  readonly rule: string;
}

/** The question could not be answered: `engine/…` codes, the place in the policy, the rules that led there, innermost first. */
export class EvaluationError extends ArcturusError {
  readonly location: Location | undefined;
  readonly rules: readonly RuleFrame[];

  constructor(
    code: string,
    message: string,
    details: { location?: Location | undefined; rules?: readonly RuleFrame[]; cause?: unknown } = {},
  ) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.location = details.location;
    this.rules = details.rules ?? [];
  }
}

/** A limit was reached. The answer is unknown, so callers deny. */
export class LimitError extends ArcturusError {
  readonly limit: string;
  readonly value: number;
  readonly unit: string;

  constructor(
    limit: string,
    value: number,
    unit: string,
    options: { code?: string; message?: string; cause?: unknown } = {},
  ) {
    super(
      options.code ?? "engine/limit-exceeded",
      options.message ?? `the limit \`${limit}\` of ${value} ${unit} was reached`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.limit = limit;
    this.value = value;
    this.unit = unit;
  }
}

/** The fact store failed or refused. */
export class StoreError extends ArcturusError {}

/** A goal that cannot become a condition for a database. */
export class UnsupportedFilterError extends ArcturusError {
  readonly location: Location | undefined;

  constructor(message: string, location?: Location) {
    super("filter/unsupported", message);
    this.location = location;
  }
}

/** A setting that cannot be used, found at start-up. */
export class ConfigError extends ArcturusError {}
