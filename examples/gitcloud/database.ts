import type { Generated, Kysely, Selectable } from "kysely";

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
