import { StoreError } from "../../diagnostics/errors.js";
import { freshIdentity } from "../revision-token.js";
import { applicationId } from "./file-header.js";
import { damaged, type SqliteHandle } from "./handle.js";
import { SetHash } from "./set-hash.js";

/** The one row that describes the store: what its facts must come to, and where its revisions stand. */
export interface StoreState {
  readonly store: string;
  readonly key: Buffer;
  readonly revision: number;
  readonly facts: number;
  readonly hash: string;
}

/**
 * Numbered steps from an empty database to the present schema, each run once, in order, in a transaction of its own. A
 * step that was ever released is never changed; a new one is added behind it.
 */
const migrations: readonly ((handle: SqliteHandle) => void)[] = [
  (handle) => {
    handle.exec(`
      CREATE TABLE arcturus_facts (
        predicate TEXT NOT NULL,
        args TEXT NOT NULL,
        PRIMARY KEY (predicate, args)
      ) WITHOUT ROWID;
      CREATE TABLE arcturus_changes (
        revision INTEGER PRIMARY KEY,
        change TEXT NOT NULL
      );
      CREATE TABLE arcturus_state (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema INTEGER NOT NULL,
        store TEXT NOT NULL,
        key TEXT NOT NULL,
        revision INTEGER NOT NULL,
        facts INTEGER NOT NULL,
        hash TEXT NOT NULL
      );
    `);
    const { storeId, key } = freshIdentity();
    handle
      .prepare(
        "INSERT INTO arcturus_state (only, schema, store, key, revision, facts, hash) VALUES (1, 0, ?, ?, 0, 0, ?)",
      )
      .run(storeId, key.toString("hex"), new SetHash().toString());
  },
];

/**
 * Looks whether the structure of the file is whole. A store whose tables have vanished must not pass for a new one.
 * @throws StoreError
 */
export function checkStructure(handle: SqliteHandle, file: string, marked: boolean): void {
  const [result] = handle.prepare("SELECT hex(quick_check) AS result FROM pragma_quick_check(1)").all();
  const report = fromHex((result as { readonly result?: unknown } | undefined)?.result);
  if (report !== "ok") throw damaged(file, report);
  if (marked && schemaVersion(handle, file) === 0) throw damaged(file, "the tables of the store are missing");
}

/** Marks a file that holds nothing but the store. */
export function markAsOwn(handle: SqliteHandle): void {
  const present = handle.prepare("PRAGMA application_id").get() as { readonly application_id?: unknown } | undefined;
  if (present?.application_id !== 0) return;
  const others = handle
    .prepare("SELECT 1 AS other FROM sqlite_master WHERE substr(tbl_name, 1, 9) <> 'arcturus_' LIMIT 1")
    .get();
  if (others === undefined) handle.exec(`PRAGMA application_id = ${applicationId}`);
}

/** Brings the database to the present schema. @throws StoreError when it was written by a newer version. */
export function migrate(handle: SqliteHandle, file: string): void {
  const present = schemaVersion(handle, file);
  if (present > migrations.length) {
    throw new StoreError(
      "store/newer-schema",
      `\`${file}\` was written by a newer version of Arcturus (schema ${present}, this one knows ${migrations.length})`,
    );
  }
  for (let step = present; step < migrations.length; step++) {
    handle.exec("BEGIN IMMEDIATE");
    try {
      migrations[step]?.(handle);
      handle.prepare("UPDATE arcturus_state SET schema = ? WHERE only = 1").run(step + 1);
      handle.exec("COMMIT");
    } catch (error) {
      if (handle.inTransaction) handle.exec("ROLLBACK");
      throw error;
    }
  }
}

function schemaVersion(handle: SqliteHandle, file: string): number {
  const tables = handle
    .prepare(
      "SELECT 1 AS present FROM sqlite_master WHERE type = 'table' AND name IN ('arcturus_state', 'arcturus_facts', 'arcturus_changes')",
    )
    .all();
  if (tables.length === 0) return 0;
  if (tables.length !== 3) throw damaged(file, "a table of the store is missing");
  const row = handle.prepare("SELECT schema FROM arcturus_state WHERE only = 1").get() as
    | { readonly schema?: unknown }
    | undefined;
  if (typeof row?.schema !== "number" || row.schema < 1) {
    throw damaged(file, "the description of the store is missing");
  }
  return row.schema;
}

/** @throws StoreError when the row is missing or makes no sense. */
export function readState(handle: SqliteHandle, file: string): StoreState {
  const row = handle
    .prepare(
      "SELECT hex(store) AS store, hex(key) AS key, revision, facts, hex(hash) AS hash FROM arcturus_state WHERE only = 1",
    )
    .get() as Record<"store" | "key" | "revision" | "facts" | "hash", unknown> | undefined;
  // As hexadecimal: the library ends the process when a damaged text is not UTF-8.
  const store = fromHex(row?.store);
  const key = fromHex(row?.key);
  const hash = fromHex(row?.hash);
  if (
    !/^[0-9A-Za-z]{12}$/.test(store) ||
    !/^[0-9a-f]{64}$/.test(key) ||
    !/^[0-9a-f]{32}$/.test(hash) ||
    row === undefined ||
    !isCount(row.revision) ||
    !isCount(row.facts)
  ) {
    throw damaged(file, "the description of the store is unreadable");
  }
  return { store, key: Buffer.from(key, "hex"), revision: row.revision, facts: row.facts, hash };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fromHex(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "hex").toString("latin1") : "";
}
