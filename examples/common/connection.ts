import { type SelectQueryBuilder, sql } from "kysely";
import { badInput } from "./errors.js";

/** Rows of a page at most, and without `first` and `last`. */
const MAX_PAGE = 1_000;

export interface ConnectionArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Called only when the field is selected. */
  totalCount(): Promise<number>;
}

/**
 * A page of a query as a Relay connection, in the order of the ids. Its cursors are keysets: a cursor is the id of its row,
 * so a page costs the same wherever it is, and does not shift when rows before it come or go. With both `first` and
 * `last`, `first` is applied first.
 */
export async function connection<DB, TB extends keyof DB, Row extends { readonly id: number }>(
  query: SelectQueryBuilder<DB, TB, Row>,
  args: ConnectionArguments,
): Promise<Connection<Row>> {
  const first = pageSize("first", args.first) ?? (args.last == null ? MAX_PAGE : undefined);
  const last = pageSize("last", args.last);

  let page = query;
  if (args.after != null) page = page.where(sql<number>`id`, ">", position("after", args.after));
  if (args.before != null) page = page.where(sql<number>`id`, "<", position("before", args.before));

  // One row more than shown says whether there is one more.
  const forwards = first !== undefined;
  const wanted = first ?? last ?? MAX_PAGE;
  const found = await page
    .orderBy(sql`id`, forwards ? "asc" : "desc")
    .limit(wanted + 1)
    .execute();
  const more = found.length > wanted;
  let rows = found.slice(0, wanted);
  if (!forwards) rows.reverse();
  const cut = forwards && last !== undefined && rows.length > last;
  if (cut) rows = rows.slice(rows.length - last);

  const edges = rows.map((node) => ({ node, cursor: cursorOf(node.id) }));
  return {
    edges,
    nodes: rows,
    pageInfo: {
      hasNextPage: forwards && more,
      hasPreviousPage: forwards ? cut : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    async totalCount() {
      const counted = query.clearSelect().select(sql<number>`count(*)`.as("total"));
      const [row] = (await counted.execute()) as { readonly total: number }[];
      return row?.total ?? 0;
    },
  };
}

function pageSize(name: string, value: number | null | undefined): number | undefined {
  if (value == null) return undefined;
  if (value < 0 || value > MAX_PAGE) throw badInput(`\`${name}\` is a number from 0 to ${MAX_PAGE}`);
  return value;
}

function cursorOf(id: number): string {
  return Buffer.from(`id:${id}`).toString("base64url");
}

function position(name: string, cursor: string): number {
  const [, id] = /^id:([0-9]{1,15})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (id === undefined) throw badInput(`\`${name}\` is not a cursor of this connection`);
  return Number(id);
}
