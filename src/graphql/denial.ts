import type { Asker } from "./asker.js";
import type { AuthorizeDeny } from "./directive.js";
import { type AuthorizationCode, AuthorizationError, wholeOperationError } from "./errors.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";
import type { Answer } from "./question-table.js";
import type { Operation } from "./session.js";

/** How a denial looks. `HIDDEN` is NOT_FOUND by the gate of a type: null without an error, as if there were nothing. */
export type DenyMode = AuthorizeDeny | "HIDDEN";

/** A question that was not answered with yes. */
export interface Denial {
  readonly code: "UNAUTHENTICATED" | "FORBIDDEN" | "AUTHORIZATION_UNAVAILABLE";
  readonly deny: DenyMode;
}

const strictness: Readonly<Record<DenyMode, number>> = { NULL: 0, ERROR: 1, HIDDEN: 2, NOT_FOUND: 3, REJECT: 4 };

/** The stricter of two denials; of two alike, the one that is a decision and not a failure. */
export function stricter(a: Denial | undefined, b: Denial): Denial {
  if (a === undefined) return b;
  const difference = strictness[a.deny] - strictness[b.deny];
  if (difference !== 0) return difference > 0 ? a : b;
  return a.code === "AUTHORIZATION_UNAVAILABLE" ? b : a;
}

/** Puts the answers to several questions together, all of which must be yes. Waits only for what is not known yet. */
export class Verdict {
  denial: Denial | undefined;
  #pending: PromiseLike<void>[] | undefined;

  add(answer: MaybePromise<Answer>, deny: DenyMode): void {
    if (answer === true) return;
    if (isPromiseLike(answer)) {
      (this.#pending ??= []).push(answer.then((known) => this.add(known, deny)));
    } else {
      this.deny({ code: answer === false ? "FORBIDDEN" : "AUTHORIZATION_UNAVAILABLE", deny });
    }
  }

  deny(denial: Denial): void {
    this.denial = stricter(this.denial, denial);
  }

  /** The strictest denial, `undefined` when every answer is yes. */
  settle(): MaybePromise<Denial | undefined> {
    return this.#pending === undefined ? this.denial : Promise.all(this.#pending).then(() => this.denial);
  }
}

/** What stands in the place of a question when nobody is there to ask about. */
export function codeWithoutActor(asker: Asker): "UNAUTHENTICATED" | "AUTHORIZATION_UNAVAILABLE" {
  return asker.kind === "nobody" ? "UNAUTHENTICATED" : "AUTHORIZATION_UNAVAILABLE";
}

/** Answers a field with a denial: null, or an error. */
export function denyField(denial: Denial, operation: Operation, nullable: boolean): MaybePromise<null> {
  const answer = denied(denial, operation, nullable);
  return answer === null ? null : fail(answer, nullable);
}

/**
 * Ends a field with an error. Where null cannot stand the error comes as a promise, since graphql-js, when something throws
 * at once inside of a list, forgets what else is going on there; if that fails later, nobody catches it and the process ends.
 */
export function fail(error: Error, nullable: boolean): Promise<never> {
  if (nullable) throw error;
  return Promise.reject(error);
}

/**
 * What stands at the place of a denied object: null, or the error, which executors throw when they find it there.
 * `nullable` says whether null may stand at the place.
 */
export function denied(denial: Denial, operation: Operation, nullable: boolean): AuthorizationError | null {
  const { code, deny } = denial;
  switch (deny) {
    case "NULL":
      // Checked at start-up; for safety, a null that cannot stand there becomes an error with a meaning.
      return nullable ? null : new AuthorizationError(code);
    case "ERROR":
      return new AuthorizationError(code);
    case "HIDDEN":
      if (code === "AUTHORIZATION_UNAVAILABLE") return new AuthorizationError(code);
      if (nullable) return null;
      return new AuthorizationError(code === "FORBIDDEN" ? "NOT_FOUND" : code);
    case "NOT_FOUND":
      return new AuthorizationError(notFoundCode(code));
    case "REJECT":
      operation.rejected ??= wholeOperationError(code);
      return operation.rejected;
  }
}

function notFoundCode(code: Denial["code"]): AuthorizationCode {
  return code === "FORBIDDEN" ? "NOT_FOUND" : code;
}
