import type { Kysely, Selectable } from "kysely";

export interface Tables {
  pages: { num: number; body: string };
  repositories: { name: string };
}

export type Page = Selectable<Tables["pages"]>;
export type Repository = Selectable<Tables["repositories"]>;
export type Database = Kysely<Tables>;
