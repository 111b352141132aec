import type DataLoader from "dataloader";
import type { Prepared } from "../engine/prepared.js";
import type { Subject } from "../engine/types.js";
import { isPromiseLike, type MaybePromise } from "./promises.js";

/** Only `true` allows. `"unavailable"`: it could not be found out. */
export type Answer = boolean | "unavailable";

/** The resources of a type that are allowed, as far as they can be said without looking at objects. */
export type AllowedSet =
  | { readonly kind: "all" }
  | { readonly kind: "ids"; readonly ids: ReadonlySet<string> }
  /** Some; which ones is looked up by id, for less than it takes to make the set. */
  | { readonly kind: "some"; readonly members: Prepared }
  /** It depends on the objects: ask about each. */
  | { readonly kind: "each" }
  | { readonly kind: "failed" };

/** Everything that was asked about one action on one type in one epoch. */
export interface QuestionTable {
  readonly action: string;
  readonly type: string;
  /** Whether the policy may read properties of the object: then the object is asked about, not its name. */
  readonly readsObject: boolean;
  /** By id, or by instance where the policy reads the object. Failures are not remembered. */
  readonly answers: Map<unknown, MaybePromise<Answer>>;
  allowed: MaybePromise<AllowedSet> | undefined;
  /** The `decide` that was asked last, and the short way to its answers if it has one. */
  decide: unknown;
  short: Prepared | undefined;
  /** Set once an answer had to be waited for: from then on questions are put together. */
  slow: boolean;
  loader: DataLoader<Subject, Answer> | undefined;
}

export function questionTable(action: string, type: string, readsObject: boolean): QuestionTable {
  return {
    action,
    type,
    readsObject,
    answers: new Map(),
    allowed: undefined,
    decide: undefined,
    short: undefined,
    slow: false,
    loader: undefined,
  };
}

/** Remembers an answer, or the promise of one. A failure is not remembered. */
export function remember<K>(
  answers: Map<K, MaybePromise<Answer>>,
  key: K,
  answer: MaybePromise<Answer>,
): MaybePromise<Answer> {
  if (!isPromiseLike(answer)) {
    if (answer !== "unavailable") answers.set(key, answer);
    return answer;
  }
  const settled = answer.then((known) => {
    if (known === "unavailable") answers.delete(key);
    else answers.set(key, known);
    return known;
  });
  answers.set(key, settled);
  return settled;
}
