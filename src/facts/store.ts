import type { FactTables } from "./tables.js";
import type { StoredFact, StoredPattern } from "./value.js";

/** A change, applied whole or not at all: deletes first, then inserts. */
export interface FactChange {
  readonly deletes: readonly StoredPattern[];
  readonly inserts: readonly StoredFact[];
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
