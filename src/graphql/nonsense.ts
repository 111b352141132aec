import type { Filter } from "../filter/filter.js";

/** The error of somebody's function that answered what it must not. */
export function nonsense(method: string, answer: unknown): Error {
  return new TypeError(`\`${method}\` answered ${answer === undefined ? "nothing" : `a ${typeof answer}`}`);
}

/*
 * What an engine answers, if that is an answer at all. Somebody may have wrapped it: what merely looks like yes is no yes.
 */

/** @throws TypeError */
export function booleanOf(method: string, answer: unknown): boolean {
  if (answer === true || answer === false) return answer;
  throw nonsense(method, answer);
}

/** As many as there were questions. @throws TypeError */
export function booleansOf(method: string, answers: unknown, count: number): boolean[] {
  if (!Array.isArray(answers) || answers.length !== count) throw nonsense(method, answers);
  return Array.from(answers, (answer: unknown) => booleanOf(method, answer));
}

/** Ids, or names of actions. @throws TypeError */
export function textsOf(method: string, answer: unknown): string[] {
  if (!isTexts(answer)) throw nonsense(method, answer);
  return answer;
}

/** A filter for the resources of this type. @throws TypeError */
export function filterOf(answer: unknown, type: string): Filter {
  if (typeof answer !== "object" || answer === null) throw nonsense("filter", answer);
  const { kind, condition } = answer as { readonly kind?: unknown; readonly condition?: unknown };
  if (kind === "all" || kind === "none") return { kind };
  if (kind !== "where" || typeof condition !== "object" || condition === null) throw nonsense("filter", answer);
  const found = condition as { readonly kind?: unknown; readonly type?: unknown; readonly ids?: unknown };
  if (typeof found.kind !== "string") throw nonsense("filter", answer);
  if (found.kind === "ids" && (found.type !== type || !isTexts(found.ids))) throw nonsense("filter", answer);
  return answer as Filter;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
