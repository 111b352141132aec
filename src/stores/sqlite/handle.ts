import { StoreError } from "../../diagnostics/errors.js";

/** What the store needs of a database handle: the synchronous interface that `libsql` and `better-sqlite3` share. */
export interface SqliteHandle {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close(): unknown;
  readonly inTransaction: boolean;
}

export interface SqliteStatement {
  run(...parameters: unknown[]): { readonly changes: number };
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
}

/** Opens a file with libsql, which is loaded here and nowhere else. @throws StoreError */
export async function openHandle(path: string, options: { readonly readonly?: boolean } = {}): Promise<SqliteHandle> {
  const { default: Database } = await import("libsql");
  return new Database(path, options) as unknown as SqliteHandle;
}

export function isHandle(value: unknown): value is SqliteHandle {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { prepare?: unknown }).prepare === "function" &&
    typeof (value as { exec?: unknown }).exec === "function" &&
    "inTransaction" in value
  );
}

/** The file behind a handle; `undefined` for a database in memory. */
export function fileOf(handle: SqliteHandle): string | undefined {
  const row = handle.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").get() as
    | { readonly file?: unknown }
    | undefined;
  return typeof row?.file === "string" && row.file !== "" ? row.file : undefined;
}

/** The primary result code of SQLite, e.g. `SQLITE_BUSY`, out of whatever was thrown. */
export function sqliteCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return undefined;
  return /^SQLITE_[A-Z]+/.exec(code)?.[0];
}

/** What an error of SQLite means for the user of a store. */
export function storeError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  switch (sqliteCode(error)) {
    case "SQLITE_CORRUPT":
    case "SQLITE_NOTADB":
      return damaged(file, detail, error);
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return new StoreError("store/busy", `another connection holds \`${file}\` (${detail})`, { cause: error });
    case "SQLITE_FULL":
      return new StoreError("store/full", `there is no room left to write \`${file}\` (${detail})`, { cause: error });
    case "SQLITE_READONLY":
    case "SQLITE_PERM":
      return new StoreError("store/read-only", `\`${file}\` cannot be written (${detail})`, { cause: error });
    case "SQLITE_CANTOPEN":
      return new StoreError("store/cannot-open", `\`${file}\` cannot be opened (${detail})`, { cause: error });
    default:
      return new StoreError("store/failed", `SQLite failed on \`${file}\` (${detail})`, { cause: error });
  }
}

export function damaged(file: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(
    "store/damaged",
    `the database file \`${file}\` is damaged: ${detail}; restore it, together with its -wal file, from a backup, or move both away to start empty`,
    cause === undefined ? undefined : { cause },
  );
}
