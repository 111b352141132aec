import type { Engine } from "arcturus";
import { type Kysely, sql, type Transaction } from "kysely";

/** One step of a database's history. */
export type Migration<Tables> = (transaction: Transaction<Tables>, engine: Engine) => Promise<void>;

/**
 * Brings a database up to date: it remembers how many of the migrations it has seen. Each happens whole, rows and facts, or
 * not at all.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  engine: Engine,
  migrations: readonly Migration<Tables>[],
): Promise<void> {
  const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(db);
  const seen = rows[0]?.user_version ?? 0;
  for (const [index, migration] of migrations.entries()) {
    if (index < seen) continue;
    await db.transaction().execute(async (transaction) => {
      await migration(transaction, engine);
      await sql`pragma user_version = ${sql.raw(String(index + 1))}`.execute(transaction);
    });
  }
}
