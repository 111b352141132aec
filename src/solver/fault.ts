/**
 * A run-time error on its way out of an operator. The machine, which knows the place and the rules, turns it into an
 * `EvaluationError`; nothing else may catch it (Polar reference, section 16).
 */
export class Fault extends Error {
  readonly code: string;
  readonly reason: unknown;

  constructor(code: string, message: string, reason?: unknown) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export function fault(code: string, message: string, reason?: unknown): never {
  throw new Fault(code, message, reason);
}
