import type { Generated, Kysely } from "kysely";

export interface Tables {
  users: { id: string; email: string; is_banned: number };
  bears: { id: Generated<number>; name: string; species: string; owner_id: string };
}

export type Database = Kysely<Tables>;

export interface User {
  readonly id: string;
  readonly email: string;
  readonly is_banned: boolean;
}

export interface Bear {
  readonly id: number;
  readonly name: string;
  readonly species: string;
  readonly owner_id: string;
}

/** SQLite has no booleans. */
export function userOf(row: Tables["users"]): User {
  return { ...row, is_banned: row.is_banned !== 0 };
}
