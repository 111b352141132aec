import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import Sqlite from "libsql";

/** Opens the file that holds an application's rows and, in tables of their own, the facts. `:memory:` is gone with the handle. */
export function openSqlite<Tables>(path: string): { readonly handle: Sqlite.Database; readonly db: Kysely<Tables> } {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const handle = new Sqlite(path);
  handle.pragma("journal_mode = wal");
  handle.pragma("synchronous = full");
  handle.pragma("foreign_keys = on");
  return { handle, db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: handle }) }) };
}
