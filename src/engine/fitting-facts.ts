import { type EffectiveChange, type FactStore, FactTables, type StoredFact } from "../facts/index.js";
import { checkFact } from "../polar/check-fact.js";
import type { Policy } from "../polar/policy.js";
import type { Misfits } from "./types.js";

/** Kinds of misfits that are told apart; the rest is counted together. */
const summaryLines = 20;

/**
 * The stored facts that fit a policy (Polar reference, section 13.4; reliability reference, I6). As long as all of them do,
 * which is nearly always, these are the store's own tables. Otherwise they are a copy without the misfits, kept up to date:
 * facts that a policy has outgrown stay stored, have no effect, and take effect again when a later policy knows them.
 */
export class FittingFacts {
  readonly misfits: Misfits;
  readonly #store: FactStore;
  readonly #policy: Policy;
  readonly #onChange: () => void;
  readonly #unsubscribe: () => void;
  #copy: FactTables | undefined;

  /** `onChange` is called when `tables` becomes another object. */
  constructor(store: FactStore, policy: Policy, onChange: () => void) {
    this.#store = store;
    this.#policy = policy;
    this.#onChange = onChange;
    this.misfits = findMisfits(store.tables, policy);
    if (this.misfits.count > 0) this.#copy = this.#fitting();
    // Weakly: a policy that was replaced goes on following the store for as long as a question still needs it.
    const self = new WeakRef(this);
    const unsubscribe = store.subscribe((change) => {
      const fitting = self.deref();
      if (fitting === undefined) unsubscribe();
      else fitting.#follow(change);
    });
    this.#unsubscribe = unsubscribe;
  }

  get tables(): FactTables {
    return this.#copy ?? this.#store.tables;
  }

  close(): void {
    this.#unsubscribe();
  }

  #follow(change: EffectiveChange): void {
    // Another engine on the same store may tell what only its own policy knows.
    const checked = change.checkedBy === this.#policy;
    if (this.#copy !== undefined) {
      const added = checked ? change.added : change.added.filter((fact) => fits(this.#policy, fact));
      this.#copy.apply({ removed: change.removed, added });
      return;
    }
    if (checked || change.added.every((fact) => fits(this.#policy, fact))) return;
    this.#copy = this.#fitting();
    this.#onChange();
  }

  #fitting(): FactTables {
    const tables = new FactTables();
    for (const fact of this.#store.tables.facts()) if (fits(this.#policy, fact)) tables.insert(fact);
    return tables;
  }
}

function fits(policy: Policy, fact: StoredFact): boolean {
  return checkFact(policy, fact) === undefined;
}

function findMisfits(tables: FactTables, policy: Policy): Misfits {
  const reasons = new Map<string, number>();
  let count = 0;
  for (const fact of tables.facts()) {
    const refusal = checkFact(policy, fact);
    if (refusal === undefined) continue;
    count++;
    const known = reasons.has(refusal.message) || reasons.size < summaryLines;
    const reason = known ? refusal.message : "other reasons";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { count, summary: [...reasons].map(([reason, number]) => `${number} × ${reason}`) };
}
