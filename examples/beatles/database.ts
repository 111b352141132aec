import type { Generated, Kysely, Selectable } from "kysely";

export interface Tables {
  users: { id: Generated<number>; email: string };
  organizations: { id: Generated<number>; name: string; billing_address: string };
  repositories: { id: Generated<number>; organization_id: number; name: string };
}

export type User = Selectable<Tables["users"]>;
export type Organization = Selectable<Tables["organizations"]>;
export type Database = Kysely<Tables>;
