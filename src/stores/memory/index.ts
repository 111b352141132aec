import { StoreError } from "../../diagnostics/errors.js";
import {
  type EffectiveChange,
  effectiveChange,
  type FactChange,
  type FactStore,
  FactTables,
  PendingFacts,
} from "../../facts/index.js";
import { RevisionTokens, revisionAhead } from "../revision-token.js";

/** A store that lives as long as the process: for tests, examples and facts that are told anew at every start. */
export function memoryStore(): FactStore {
  return new MemoryStore();
}

class MemoryStore implements FactStore {
  readonly kind = "memory";
  readonly tables: FactTables = new FactTables();
  readonly #tokens = new RevisionTokens();
  readonly #listeners = new Set<(change: EffectiveChange) => void>();
  #revision = 0;
  #users = 0;

  async open(): Promise<void> {
    this.#users++;
  }

  async write(change: FactChange): Promise<{ readonly revision: string }> {
    if (this.#users === 0) throw new StoreError("store/closed", "the memory store is not open");
    const effective = this.#apply(change);
    this.#revision++;
    for (const listener of this.#listeners) listener(effective);
    return { revision: this.revision() };
  }

  #apply(change: FactChange): EffectiveChange {
    // The tables know by themselves which facts are new.
    if (change.deletes.length === 0) {
      const added = change.inserts.filter((fact) => this.tables.insert(fact));
      return { removed: [], added, checkedBy: change.checkedBy };
    }
    const effective = effectiveChange(this.tables, new PendingFacts(), change);
    this.tables.apply(effective);
    return effective;
  }

  subscribe(listener: (change: EffectiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  revision(): string {
    return this.#tokens.issue(this.#revision);
  }

  async atLeast(revision: string): Promise<void> {
    // A write resolves after its change is in the tables, so no genuine token is ever ahead of them.
    if (this.#tokens.read(revision) > this.#revision) throw revisionAhead(this.kind);
  }

  async close(): Promise<void> {
    if (this.#users > 0) this.#users--;
  }
}
