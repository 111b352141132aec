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
export class QuestionTable {
  readonly action: string;
  readonly type: string;
  /** Whether the policy may read properties of the object: then the object is asked about, not its name. */
  readonly readsObject: boolean;
  /** By id, or by instance where the policy reads the object. Failures are not remembered. */
  readonly answers: Map<unknown, MaybePromise<Answer>> = new Map();
  allowed: MaybePromise<AllowedSet> | undefined;
  /** The `decide` that was asked last, and the short way to its answers if it has one. */
  decide: unknown;
  short: Prepared | undefined;
  /** Whether the short way denies ids that no fact can mention; `undefined` before it was tried. */
  isClosed: boolean | undefined;
  /** Whether every answer has to be remembered, since asking again could give another, or costs too much. */
  isRemembering: boolean;
  /** Ids that were allowed without being remembered, each as often as it was asked about. */
  #granted: string[] = [];
  /** The same for those that a set has allowed: they were no questions of their own. */
  #members: string[] = [];
  /** Set once an answer had to be waited for: from then on questions are put together. */
  slow = false;
  loader: DataLoader<Subject, Answer> | undefined;

  constructor(action: string, type: string, readsObject: boolean) {
    this.action = action;
    this.type = type;
    this.readsObject = readsObject;
    // The short way knows ids alone.
    this.isRemembering = readsObject;
  }

  /** Takes what is known of the set; answers that may stand on other facts than it does are remembered beside it. */
  know(allowed: MaybePromise<AllowedSet> | undefined): void {
    if (!this.#isSteady()) this.isRemembering = true;
    this.allowed = allowed;
  }

  #isSteady(): boolean {
    try {
      return this.short === undefined || this.short.steady();
    } catch {
      return false;
    }
  }

  /** Notes an id that is allowed, for much less than it takes to remember the answer. `bySet`: without a question of its own. */
  grant(id: string, bySet: boolean): void {
    (bySet ? this.#members : this.#granted).push(id);
  }

  /** Remembers what was only noted. Says how many questions had been asked before. */
  settle(): number {
    const granted = this.#granted;
    const members = this.#members;
    if (granted.length + members.length === 0) return 0;
    const before = this.answers.size;
    for (const id of granted) this.answers.set(id, true);
    const repeated = granted.length - (this.answers.size - before);
    for (const id of members) this.answers.set(id, true);
    this.#granted = [];
    this.#members = [];
    return repeated;
  }
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
