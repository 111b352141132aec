import type { Generated, Kysely } from "kysely";

export interface Tables {
  organizations: { id: Generated<number>; name: string };
  locations: { id: Generated<number>; name: string };
  users: {
    id: Generated<number>;
    email: string;
    title: string;
    location_id: number;
    organization_id: number;
    manager_id: number | null;
  };
  expenses: { id: Generated<number>; user_id: number; amount: number; description: string };
}

export type Database = Kysely<Tables>;
