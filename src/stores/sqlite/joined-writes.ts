import { randomBytes } from "node:crypto";
import type { CompiledQuery } from "kysely";
import { StoreError } from "../../diagnostics/errors.js";
import {
  decodeArguments,
  type EffectiveChange,
  encodeArguments,
  type FactChange,
  factKey,
  isConcrete,
  matchesPattern,
  type StoredFact,
  type StoredPattern,
} from "../../facts/index.js";
import type { FactRows } from "./fact-rows.js";
import { damaged, type SqliteHandle } from "./handle.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/*
 * Writes that join a transaction of the application on the handle it shares with the store. SQLite tells nobody when
 * such a transaction ends, so each of these writes also leaves a row in `arcturus_changes`, in the same transaction:
 * once that row can be seen from outside, the transaction was committed; once no transaction is open and it is not
 * there, it was rolled back.
 */

/** Applies a change inside the open transaction and records it there. */
export function writeJoined(handle: SqliteHandle, rows: FactRows, change: FactChange, revision: number): void {
  if (!handle.inTransaction) {
    throw new StoreError(
      "store/no-transaction",
      "`within` needs an open transaction on the handle that the store shares",
    );
  }
  handle.exec("SAVEPOINT arcturus_write");
  try {
    const effective = changeInTransaction(rows, change);
    rows.write(effective, revision);
    handle
      .prepare("INSERT INTO arcturus_changes (revision, change) VALUES (?, ?)")
      .run(revision, JSON.stringify({ removed: effective.removed.map(row), added: effective.added.map(row) }));
    handle.exec("RELEASE arcturus_write");
  } catch (error) {
    // The application may go on with its transaction, and commit it without any part of this.
    if (handle.inTransaction) handle.exec("ROLLBACK TO arcturus_write; RELEASE arcturus_write");
    throw error;
  }
}

/**
 * Changes that are committed and newer than `revision`, oldest first, as the given connection sees them.
 * @throws StoreError `store/damaged` when one of them is not what was written
 */
export function committedAfter(
  handle: SqliteHandle,
  file: string,
  revision: number,
): { readonly revision: number; readonly change: EffectiveChange }[] {
  // As bytes: the library ends the process when a damaged text is not UTF-8.
  const rows = handle
    .prepare(
      "SELECT revision, CAST(change AS BLOB) AS change FROM arcturus_changes WHERE revision > ? ORDER BY revision",
    )
    .all(revision);
  return (rows as readonly { readonly revision: number; readonly change: Uint8Array }[]).map((row) => {
    try {
      return { revision: row.revision, change: changeOf(JSON.parse(utf8.decode(row.change))) };
    } catch (cause) {
      throw damaged(file, `the recorded change ${row.revision} is unreadable`, cause);
    }
  });
}

/** @throws SyntaxError when it is no change */
function changeOf(recorded: unknown): EffectiveChange {
  const { removed, added } = (recorded ?? {}) as { readonly removed?: unknown; readonly added?: unknown };
  if (!Array.isArray(removed) || !Array.isArray(added)) throw new SyntaxError("not a change");
  return { removed: removed.map(fact), added: added.map(fact) };
}

/** Forgets recorded changes that the view holds. */
export function forgetUpTo(handle: SqliteHandle, revision: number): void {
  handle.prepare("DELETE FROM arcturus_changes WHERE revision <= ?").run(revision);
}

/** The part of a Kysely transaction that says whose transaction it is. */
export interface KyselyTransaction {
  readonly isTransaction: boolean;
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[] }>;
}

export function isKyselyTransaction(value: unknown): value is KyselyTransaction {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as { isTransaction?: unknown }).isTransaction === true &&
    typeof (value as { executeQuery?: unknown }).executeQuery === "function"
  );
}

/**
 * Makes sure that a Kysely transaction is still open, and is one on this store's database and on the very handle that it
 * shares: a write would not be in a transaction on another one. @throws StoreError
 */
export async function checkKyselyTransaction(
  transaction: KyselyTransaction,
  handle: SqliteHandle,
  store: string,
): Promise<void> {
  // The application has loaded it already, or there would be no such transaction.
  const { CompiledQuery } = await import("kysely");
  const mark = markOf(handle);
  let found: { readonly store?: unknown; readonly mark?: unknown } | undefined;
  try {
    const { rows } = await transaction.executeQuery(
      CompiledQuery.raw(
        "SELECT store, (SELECT mark FROM temp.arcturus_connection) AS mark FROM arcturus_state WHERE only = 1",
      ),
    );
    found = rows[0] as typeof found;
  } catch (cause) {
    throw new StoreError("store/foreign-transaction", "the transaction given to `within` cannot reach the store", {
      cause,
    });
  }
  if (found?.store !== store) {
    throw new StoreError("store/foreign-transaction", "the transaction given to `within` is on another database");
  }
  if (found.mark !== mark) {
    throw new StoreError("store/foreign-transaction", "the transaction given to `within` is on another handle");
  }
}

/** What only this handle can read: temporary tables belong to one connection. */
function markOf(handle: SqliteHandle): unknown {
  handle.exec("CREATE TEMP TABLE IF NOT EXISTS arcturus_connection (mark TEXT NOT NULL)");
  const read = handle.prepare("SELECT mark FROM temp.arcturus_connection");
  if (read.get() === undefined)
    handle.prepare("INSERT INTO temp.arcturus_connection VALUES (?)").run(randomBytes(16).toString("hex"));
  return (read.get() as { readonly mark: unknown }).mark;
}

/** Like `effectiveChange`, but by asking the transaction itself, which alone knows what it and its savepoints did so far. */
function changeInTransaction(rows: FactRows, change: FactChange): EffectiveChange {
  const removed = new Map<string, StoredFact>();
  const added = new Map<string, StoredFact>();
  for (const pattern of change.deletes) {
    for (const found of matching(rows, pattern)) removed.set(factKey(found), found);
  }
  for (const told of change.inserts) {
    const key = factKey(told);
    if (!removed.delete(key) && !rows.has(told)) added.set(key, told);
  }
  return { removed: [...removed.values()], added: [...added.values()] };
}

function* matching(rows: FactRows, pattern: StoredPattern): Iterable<StoredFact> {
  if (isConcrete(pattern)) {
    if (rows.has(pattern)) yield pattern;
    return;
  }
  for (const found of rows.ofPredicate(pattern.predicate)) if (matchesPattern(found, pattern)) yield found;
}

function row(from: StoredFact): [string, string] {
  return [from.predicate, encodeArguments(from.args)];
}

function fact(recorded: unknown): StoredFact {
  const [predicate, args] = Array.isArray(recorded) ? (recorded as readonly unknown[]) : [];
  if (typeof predicate !== "string" || typeof args !== "string") throw new SyntaxError("not a fact");
  return { predicate, args: decodeArguments(args) };
}
