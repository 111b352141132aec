import { type EffectiveChange, type FactStore, FactTables, type StoredFact } from "../facts/index.js";
import { checkFact } from "../polar/check-fact.js";
import type { Policy } from "../polar/policy.js";
import type { Misfits } from "./types.js";

/** Looks of misfits that are told apart; the rest is counted together. */
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
  readonly #unsubscribe: () => void;
  #copy: FactTables | undefined;
  /** A misfit was told since, and the copy that leaves it out has not been needed yet. */
  #copyDue = false;

  constructor(store: FactStore, policy: Policy) {
    this.#store = store;
    this.#policy = policy;
    const misfits = findMisfits(store.tables, policy);
    this.misfits = { count: misfits.length, summary: summarize(misfits, policy) };
    if (misfits.length > 0) this.#copy = copyWithout(store.tables, misfits);
    // Weakly: a policy that was replaced goes on following the store for as long as a question still needs it.
    const self = new WeakRef(this);
    const unsubscribe = store.subscribe((change) => {
      const fitting = self.deref();
      if (fitting === undefined) unsubscribe();
      else fitting.#follow(change);
    });
    this.#unsubscribe = unsubscribe;
  }

  /** Not always the same object: to be asked for anew for each question. */
  get tables(): FactTables {
    if (this.#copyDue) {
      const { tables } = this.#store;
      this.#copy = copyWithout(tables, findMisfits(tables, this.#policy));
      this.#copyDue = false;
    }
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
    if (!checked && !this.#copyDue) this.#copyDue = !change.added.every((fact) => fits(this.#policy, fact));
  }
}

function fits(policy: Policy, fact: StoredFact): boolean {
  return checkFact(policy, fact) === undefined;
}

/** A fact that does not fit, and which one of the tables' facts it is. */
interface Misfit {
  readonly position: number;
  readonly fact: StoredFact;
}

function findMisfits(tables: FactTables, policy: Policy): Misfit[] {
  const misfits: Misfit[] = [];
  let position = 0;
  for (const fact of tables.facts()) {
    if (!fits(policy, fact)) misfits.push({ position, fact });
    position++;
  }
  return misfits;
}

/** `misfits` are those of `tables`, in order, and nothing has changed since. */
function copyWithout(tables: FactTables, misfits: readonly Misfit[]): FactTables {
  const copy = new FactTables();
  let position = 0;
  let next = 0;
  for (const fact of tables.facts()) {
    if (misfits[next]?.position === position) next++;
    else copy.insert(fact);
    position++;
  }
  return copy;
}

function summarize(misfits: readonly Misfit[], policy: Policy): string[] {
  // A reason is worded once for all facts that look alike.
  const wordings = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { fact } of misfits) {
    const look = lookOf(fact);
    let reason = wordings.get(look);
    if (reason === undefined) {
      reason = wordings.size < summaryLines ? (checkFact(policy, fact)?.message ?? "") : "other reasons";
      if (wordings.size < summaryLines) wordings.set(look, reason);
    }
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, number]) => `${number} × ${reason}`);
}

function lookOf({ predicate, args }: StoredFact): string {
  const parts = args.map((arg, i) => {
    if (typeof arg === "object") return arg.type;
    return typeof arg === "string" && i === 1 ? JSON.stringify(arg) : typeof arg;
  });
  return `${predicate}(${parts.join(",")})`;
}
