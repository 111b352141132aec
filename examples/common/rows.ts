import type { Filter } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import DataLoader from "dataloader";
import { type RawBuilder, type SqlBool, sql } from "kysely";

/**
 * Rows by id. What is asked for at the same time is one query; nothing is remembered, since a mutation of the same request
 * may have changed it.
 */
export function batched<Row extends { readonly id: string | number }>(
  select: (ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> {
  return new DataLoader(
    async (ids) => {
      const rows = new Map((await select(ids)).map((row) => [String(row.id), row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { cache: false, maxBatchSize: 500 },
  );
}

/** The integer that an id stands for; no other spelling of it is an id. */
export function rowId(id: string): number[] {
  return /^[1-9][0-9]{0,14}$/.test(id) ? [Number(id)] : [];
}

/**
 * The ids of a type on which the current actor may do an action, as the right side of `id in …`: one parameter, however many
 * there are. `["*"]` stands for every id, so the column itself is written there.
 */
export async function allowedIds(
  authorization: Authorization,
  action: string,
  type: string,
  column = "id",
): Promise<RawBuilder<number>> {
  const ids = await authorization.list(action, type);
  return ids[0] === "*"
    ? sql<number>`(${sql.ref(column)})`
    : sql<number>`(select value from json_each(${JSON.stringify(ids)}))`;
}

/** A filter as a condition on the rows of its type: what it leaves out is not read. */
export function within(filter: Filter, column = "id"): RawBuilder<SqlBool> {
  switch (filter.kind) {
    case "all":
      return sql<SqlBool>`true`;
    case "none":
      return sql<SqlBool>`false`;
    case "where":
      return sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(filter.condition.ids)}))`;
  }
}
