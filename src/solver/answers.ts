import type { HostMemo } from "./host-memo.js";
import { looseKey } from "./keys.js";
import type { Pace } from "./pace.js";
import { type Answer as Inner, subsumes } from "./tables.js";
import { type Term, Variable } from "./values.js";

/** What one answer says of the variables asked about: a value as JavaScript holds it, or nothing, which means any. */
export type Answer = ReadonlyMap<string, unknown>;

/**
 * The set of answers: 1 and 1.0 are one, what a more general answer covers is left out (Polar reference, sections 4, 11).
 * Pauses whenever `pace` says so.
 */
export function* answerSet(
  names: readonly string[],
  found: readonly Inner[],
  memo: HostMemo,
  pace: Pace | undefined,
): Generator<undefined, Answer[]> {
  const general = found.filter((answer) => answer.open > 0);
  const seen = new Set<string>();
  const answers: Answer[] = [];
  let count = 0;
  for (const answer of found) {
    if (++count % (pace?.steps ?? 256) === 0 && pace?.due() === true) yield;
    if (general.some((other) => other !== answer && covers(other, answer))) continue;
    const values = new Map<string, unknown>();
    let key = "";
    for (const [i, name] of names.entries()) {
      const value = answer.values[i] as Term;
      if (value instanceof Variable) {
        key += "_";
        continue;
      }
      key += looseKey(value, answer.types);
      values.set(name, memo.toHost(value));
    }
    if (seen.has(key)) continue;
    seen.add(key);
    answers.push(values);
  }
  return answers;
}

/** Strictly more general, or equally general and first. */
function covers(other: Inner, answer: Inner): boolean {
  return subsumes(other, answer) && !subsumes(answer, other);
}
