import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Generated, Kysely, type Selectable, SqliteDialect } from "kysely";
import Sqlite from "libsql";

export interface Tables {
  users: { username: string; email: string };
  orgs: { id: Generated<number>; name: string; description: string | null; billing_address: string | null };
  repos: { id: Generated<number>; org_id: number; name: string; public: number };
  issues: { id: Generated<number>; repo_id: number; title: string; closed: number };
}

export type User = Selectable<Tables["users"]> & { readonly id: string };
export type Org = Selectable<Tables["orgs"]>;
export type Repo = Selectable<Tables["repos"]>;
export type Issue = Selectable<Tables["issues"]>;
export type Database = Kysely<Tables>;

/** Opens the file that holds the application's rows and, in tables of their own, the facts. */
export function openDatabase(path: string): { readonly handle: Sqlite.Database; readonly db: Database } {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const handle = new Sqlite(path);
  handle.pragma("journal_mode = wal");
  handle.pragma("synchronous = full");
  handle.pragma("foreign_keys = on");
  return { handle, db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: handle }) }) };
}
