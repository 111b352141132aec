import type { FactTables } from "./tables.js";
import type { StoredFact, StoredPattern } from "./value.js";

/** A change, applied whole or not at all: deletes first, then inserts. */
export interface FactChange {
  readonly deletes: readonly StoredPattern[];
  readonly inserts: readonly StoredFact[];
  /** The policy that the inserts were checked against, if any: handed on to listeners, who need not check again. */
  readonly checkedBy?: object | undefined;
}

/** What a change came to: facts that were not there before, facts that are no longer there. */
export interface EffectiveChange {
  readonly removed: readonly StoredFact[];
  readonly added: readonly StoredFact[];
  /** Of the change. */
  readonly checkedBy?: object | undefined;
}

/**
 * Where facts live. The view that decides is always `tables`, in memory; a store makes it durable.
 *
 * Example: after `await store.write({ deletes: [], inserts: [{ predicate: "is_public", args: [{ type: "Repo", id: "1" }] }] })`
 * the fact is as durable as the store promises, `tables` holds it, and the resolved revision names a state that includes it.
 */
export interface FactStore {
  /** A word for logs and errors: `memory`, `sqlite`, `postgres`. */
  readonly kind: string;
  /** The facts as they stand, interned and indexed. Changes only through the store, after the change is durable. */
  readonly tables: FactTables;
  /** Opens the store and fills `tables`. Called once by each engine that uses it; repeated calls share one opening. */
  open(): Promise<void>;
  /**
   * Applies a change atomically. Resolves to the revision that includes it.
   * @throws StoreError when it could not be made durable; `tables` is then unchanged.
   */
  write(change: FactChange): Promise<{ readonly revision: string }>;
  /**
   * Calls the listener after each change of `tables`, in order and in the same tick, with the facts that truly came and
   * went. Answers the function that ends it. A listener must not throw.
   */
  subscribe(listener: (change: EffectiveChange) => void): () => void;
  /**
   * Brings into `tables` what the application's own transactions have committed since; present on stores that can take
   * part in one. Engines call it before each question, so it is cheap when there is nothing to do.
   */
  catchUp?(): void;
  /** The newest revision that `tables` includes. */
  revision(): string;
  /**
   * Resolves when `tables` includes `revision`.
   * @throws InputError `facts/bad-revision` for a token that this store did not make.
   */
  atLeast(revision: string): Promise<void>;
  /** The same verbs inside the application's own transaction; absent when the store cannot take part in one. */
  within?(transaction: unknown): FactWriter;
  /** Releases the store when its last engine has closed it. */
  close(): Promise<void>;
}

export interface FactWriter {
  write(change: FactChange): Promise<{ readonly revision: string }>;
}

/** Reading facts by pattern. */
export interface FactReader {
  /**
   * Facts of `predicate` with `args.length` arguments; `undefined` matches anything. No order is promised.
   * Example: `match("has_role", [{ type: "User", id: "a" }, undefined, { type: "Org", id: "o" }])`.
   * The arrays given out may be kept; they never change.
   */
  match(predicate: string, args: StoredPattern["args"]): Iterable<StoredFact["args"]>;
}
