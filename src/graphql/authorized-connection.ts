import type { Filter } from "../filter/filter.js";
import { toPredicate } from "../filter/predicate.js";
import { TypedObject } from "../solver/host.js";
import { type Authorization, takeRows } from "./context-authorization.js";
import { AuthorizationError } from "./errors.js";
import type { MaybePromise } from "./promises.js";

/** The arguments of a connection field, as clients give them. */
export interface ConnectionArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** What is wanted of the application's data: rows strictly between two positions. */
export interface PageRequest {
  /** What may be seen. A query that leaves it out reads more rows, and is right all the same. */
  readonly filter: Filter;
  readonly after: string | undefined;
  readonly before: string | undefined;
  /** Rows from the start of the range, or from its end; in both cases in the order of the connection. */
  readonly from: "start" | "end";
  /** At most so many. Fewer mean that there are no more. */
  readonly limit: number;
}

export interface AuthorizedConnectionOptions<Row extends object> {
  /** `context.authorization`. */
  readonly authorization: Authorization;
  /** @default "read" */
  readonly action?: string;
  /** The GraphQL type of the rows. */
  readonly type: string;
  readonly args: ConnectionArguments;
  readonly fetchPage: (page: PageRequest) => MaybePromise<readonly Row[]>;
  /** The position of a row: its sort key and its id. Positions must differ from row to row. */
  readonly cursorOf: (row: Row) => string;
  /** @default the property `id` */
  readonly id?: (row: Row) => string | number | bigint;
  /**
   * Counts the rows that the filter lets through. Not used when the policy reads rows.
   * @default reading to the end
   */
  readonly count?: (filter: Filter) => MaybePromise<number>;
  /**
   * Whether the policy decides by properties of the rows: then no filter can be made, and the rows are asked about.
   * @default false
   */
  readonly readsRows?: boolean;
  /**
   * Rows of a page when the client names no number.
   * @default 50
   */
  readonly pageSize?: number;
  /**
   * Rows read at most for one page, or to count. A page that ends there says that there is more; a count is refused.
   * @default 10_000
   */
  readonly maxRows?: number;
}

/** What the resolver of a connection answers. Nothing is read before a field of it is selected, and each row once. */
export interface AuthorizedConnection<Row extends object> {
  edges(): Promise<readonly { readonly cursor: string; readonly node: Row }[]>;
  nodes(): Promise<readonly Row[]>;
  pageInfo(): Promise<ConnectionPageInfo>;
  totalCount(): Promise<number>;
}

export interface ConnectionPageInfo {
  /** Exact with `first`. */
  readonly hasNextPage: boolean;
  /** Exact with `last`. */
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/**
 * A connection over keyset pages: it reads on until a page is full or the rows end, so that `first: 10` gives ten whenever
 * there are ten that may be seen; `edges`, `nodes`, `pageInfo` and `totalCount` speak of the same rows. The filter is taken
 * into the application's own query; what comes back is compared with it. GraphQL reference, section 5.
 *
 * @throws AuthorizationError `BAD_USER_INPUT` for a negative size, `AUTHORIZATION_UNAVAILABLE` when a question fails
 */
export async function authorizedConnection<Row extends object>(
  options: AuthorizedConnectionOptions<Row>,
): Promise<AuthorizedConnection<Row>> {
  const { authorization, action = "read", type, args, readsRows = false } = options;
  if ((args.first ?? 0) < 0 || (args.last ?? 0) < 0) throw new AuthorizationError("BAD_USER_INPUT");
  if (readsRows) takeRows(authorization, action, type);
  const filter: Filter = readsRows ? { kind: "all" } : await authorization.filter(action, type);
  const reader = new Reader(options, action, filter);
  let page: Promise<Page<Row>> | undefined;
  let total: Promise<number> | undefined;
  const read = (): Promise<Page<Row>> => (page ??= reader.page());
  return {
    edges: async () => (await read()).rows.map((node) => ({ cursor: options.cursorOf(node), node })),
    nodes: async () => (await read()).rows,
    pageInfo: async () => (await read()).info,
    totalCount: () => (total ??= reader.count()),
  };
}

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly info: ConnectionPageInfo;
}

/** Allowed rows in the order of the connection, out of what was read. */
interface Scan<Row> {
  readonly rows: readonly Row[];
  /** The last position that was read, where reading ended early. */
  readonly cutAt: string | undefined;
}

const firstSize = 100;
const largestSize = 1_000;

class Reader<Row extends object> {
  readonly #options: AuthorizedConnectionOptions<Row>;
  readonly #action: string;
  readonly #filter: Filter;

  constructor(options: AuthorizedConnectionOptions<Row>, action: string, filter: Filter) {
    this.#options = options;
    this.#action = action;
    this.#filter = filter;
  }

  async page(): Promise<Page<Row>> {
    const { args, pageSize = 50 } = this.#options;
    const last = args.last ?? undefined;
    const first = args.first ?? (last === undefined ? pageSize : undefined);
    if (first === undefined) return this.#lastOf(last ?? 0);
    const { rows, cutAt } = await this.#scan("start", first + 1, args);
    const isFull = rows.length > first;
    const ahead = rows.slice(0, first);
    const shown = last === undefined ? ahead : ahead.slice(Math.max(0, ahead.length - last));
    const end = isFull ? undefined : cutAt;
    return this.#show(shown, isFull || end !== undefined, shown.length < ahead.length, undefined, end);
  }

  async count(): Promise<number> {
    const { count, readsRows } = this.#options;
    if (this.#filter.kind === "none") return 0;
    if (count !== undefined && readsRows !== true) return count(this.#filter);
    const { rows, cutAt } = await this.#scan("start", Number.POSITIVE_INFINITY, {});
    if (cutAt !== undefined) throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
    return rows.length;
  }

  async #lastOf(last: number): Promise<Page<Row>> {
    const { rows, cutAt } = await this.#scan("end", last + 1, this.#options.args);
    const isFull = rows.length > last;
    const start = isFull ? undefined : cutAt;
    return this.#show(
      rows.slice(Math.max(0, rows.length - last)),
      false,
      isFull || start !== undefined,
      start,
      undefined,
    );
  }

  #show(
    rows: readonly Row[],
    hasNextPage: boolean,
    hasPreviousPage: boolean,
    start: string | undefined,
    end: string | undefined,
  ): Page<Row> {
    const cursor = (row: Row | undefined): string | null => (row === undefined ? null : this.#options.cursorOf(row));
    const startCursor = start ?? cursor(rows[0]);
    const endCursor = end ?? cursor(rows.at(-1));
    return { rows, info: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
  }

  /** Reads until `wanted` allowed rows are there or the range ends; asks for more rows each time. */
  async #scan(from: PageRequest["from"], wanted: number, range: ConnectionArguments): Promise<Scan<Row>> {
    const { fetchPage, cursorOf, maxRows = 10_000 } = this.#options;
    const found: Row[][] = [];
    let [after, before] = [range.after ?? undefined, range.before ?? undefined];
    let [count, budget, size] = [0, maxRows, Math.min(wanted, firstSize)];
    let cutAt: string | undefined;
    while (this.#filter.kind !== "none" && count < wanted) {
      if (budget <= 0) {
        cutAt = from === "start" ? after : before;
        break;
      }
      const limit = Math.min(size, budget);
      const rows = await fetchPage({ filter: this.#filter, after, before, from, limit });
      if (rows.length > limit)
        throw new Error(`\`fetchPage\` answered ${rows.length} rows where ${limit} are the limit`);
      const allowed = await this.#allowed(rows);
      found.push(allowed);
      count += allowed.length;
      budget -= rows.length;
      size = Math.min(size * 2, largestSize);
      const edge = from === "start" ? rows.at(-1) : rows[0];
      if (edge === undefined || rows.length < limit) break;
      if (from === "start") after = cursorOf(edge);
      else before = cursorOf(edge);
    }
    return { rows: (from === "start" ? found : found.reverse()).flat(), cutAt };
  }

  async #allowed(rows: readonly Row[]): Promise<Row[]> {
    const { authorization, type, readsRows, id } = this.#options;
    const idOf = id ?? ((row: Row) => Reflect.get(row, "id") as string | number | bigint);
    if (readsRows !== true) return rows.filter(toPredicate(this.#filter, { id: idOf as (row: never) => string }));
    const resources = rows.map((row) => new TypedObject(type, row, String(idOf(row))));
    const answers = await authorization.authorizeMany(this.#action, resources);
    return rows.filter((_, i) => answers[i] === true);
  }
}
