import { factKey, sameValue } from "./encoding.js";
import type { EffectiveChange, FactChange, FactReader } from "./store.js";
import { isReference, type PlainValue, type StoredFact, type StoredPattern } from "./value.js";

/**
 * Facts that came and went since a view was last brought up to date. Lets several changes be prepared one after the
 * other, each seeing those before it, while the view itself still stands at the last durable state.
 */
export class PendingFacts {
  readonly #changed = new Map<string, { readonly fact: StoredFact; readonly present: boolean }>();

  set(key: string, fact: StoredFact, present: boolean): void {
    this.#changed.set(key, { fact, present });
  }

  /** `undefined` when the view knows better. */
  present(key: string): boolean | undefined {
    return this.#changed.get(key)?.present;
  }

  *matching(pattern: StoredPattern): Iterable<StoredFact> {
    for (const { fact, present } of this.#changed.values()) if (present && matchesPattern(fact, pattern)) yield fact;
  }
}

/**
 * What a change comes to, against a view and the changes pending on it: wildcards become the facts they hit, and what
 * would change nothing is left out. Records the result in `pending`, so that the next change sees it.
 */
export function effectiveChange(view: FactReader, pending: PendingFacts, change: FactChange): EffectiveChange {
  const removed = new Map<string, StoredFact>();
  const added = new Map<string, StoredFact>();
  const isStored = (key: string, fact: StoredFact): boolean => pending.present(key) ?? holds(view, fact);

  for (const pattern of change.deletes) {
    if (isConcrete(pattern)) {
      const key = factKey(pattern);
      if (isStored(key, pattern)) removed.set(key, pattern);
      continue;
    }
    for (const args of view.match(pattern.predicate, pattern.args)) {
      const fact = { predicate: pattern.predicate, args };
      const key = factKey(fact);
      if (pending.present(key) !== false) removed.set(key, fact);
    }
    for (const fact of pending.matching(pattern)) removed.set(factKey(fact), fact);
  }
  for (const fact of change.inserts) {
    const key = factKey(fact);
    // Deleted and told again in one change: it stays.
    if (removed.delete(key)) continue;
    if (!isStored(key, fact)) added.set(key, fact);
  }
  for (const [key, fact] of removed) pending.set(key, fact, false);
  for (const [key, fact] of added) pending.set(key, fact, true);
  return { removed: [...removed.values()], added: [...added.values()], checkedBy: change.checkedBy };
}

/** Changes made one after the other, as one. */
export function combine(changes: readonly EffectiveChange[]): EffectiveChange {
  const [only] = changes;
  if (changes.length === 1 && only !== undefined) return only;
  const net = new Map<string, { readonly fact: StoredFact; readonly present: boolean }>();
  const note = (fact: StoredFact, present: boolean): void => {
    const key = factKey(fact);
    // Each of them truly changed something, so the second change of a fact takes back the first.
    if (!net.delete(key)) net.set(key, { fact, present });
  };
  for (const change of changes) {
    for (const fact of change.removed) note(fact, false);
    for (const fact of change.added) note(fact, true);
  }
  const all = [...net.values()];
  return {
    removed: all.filter((entry) => !entry.present).map((entry) => entry.fact),
    added: all.filter((entry) => entry.present).map((entry) => entry.fact),
  };
}

export function isConcrete(pattern: StoredPattern): pattern is StoredFact {
  return pattern.args.every((arg) => arg !== undefined && (typeof arg !== "object" || isReference(arg)));
}

export function matchesPattern(fact: StoredFact, pattern: StoredPattern): boolean {
  return (
    fact.predicate === pattern.predicate &&
    fact.args.length === pattern.args.length &&
    fact.args.every((arg, i) => matchesArgument(arg, pattern.args[i]))
  );
}

function matchesArgument(value: PlainValue, pattern: StoredPattern["args"][number]): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern === "object" && "anyOf" in pattern) return isReference(value) && value.type === pattern.anyOf;
  return sameValue(value, pattern);
}

function holds(view: FactReader, fact: StoredFact): boolean {
  for (const _ of view.match(fact.predicate, fact.args)) return true;
  return false;
}
