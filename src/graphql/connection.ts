import { type Batch, ConnectionReader } from "./connection-reader.js";
import { AuthorizationError } from "./errors.js";
import type { ConnectionField } from "./guard-table.js";
import {
  emptyPage,
  GuardedConnection,
  type GuardedEdge,
  type GuardedPage,
  GuardedPageInfo,
} from "./guarded-connection.js";
import { onlyAllowed, type Permitted, type ResultOf } from "./lists.js";
import { chain, type MaybePromise } from "./promises.js";

type Args = Readonly<Record<string, unknown>>;

/** A LIST field that answers a connection: the call of its resolver, which may have to be repeated with other arguments. */
export interface ConnectionCall {
  readonly result: ResultOf;
  readonly connection: ConnectionField;
  readonly args: Args;
  readonly resolve: (args: Args) => MaybePromise<unknown>;
}

/** Rows that are allowed, out of everything that was read of a sequence. */
interface Scan {
  allowed: readonly GuardedEdge[];
  /** Position from which the sequence goes on. */
  cursor: unknown;
  /** Whether it goes on, as far as the resolver says. */
  more: boolean;
  /** Whether reading ended early, because the budget is used up or the resolver does not move on. */
  cut: boolean;
}

const firstSize = 100;
const largestSize = 1_000;

/** Negative page sizes are no page sizes. */
export function checkPaging(connection: ConnectionField, args: Args): void {
  const negative = (name: string): boolean => typeof args[name] === "number" && args[name] < 0;
  if ((connection.first && negative("first")) || (connection.last && negative("last"))) {
    throw new AuthorizationError("BAD_USER_INPUT");
  }
}

/** No row can be allowed: the resolver is not called. */
export function emptyConnection(): GuardedConnection {
  const original = { edges: [], nodes: [], pageInfo: emptyPage.pageInfo, totalCount: 0 };
  return new GuardedConnection(
    original,
    () => emptyPage,
    () => 0,
  );
}

/**
 * The authorized part of a connection. `taken`: the resolver has taken the set into its own query, so that its page and its
 * count speak of it. GraphQL reference, section 5.
 */
export function guardConnection(
  call: ConnectionCall,
  known: Permitted,
  original: unknown,
  taken: boolean,
): GuardedConnection {
  const walker = new Walker(call, known, original);
  return taken
    ? new GuardedConnection(
        original,
        () => walker.trustedPage(),
        () => walker.trustedCount(),
      )
    : new GuardedConnection(
        original,
        () => walker.page(),
        () => walker.count(),
      );
}

class Walker {
  readonly #call: ConnectionCall;
  readonly #known: Permitted;
  readonly #original: unknown;
  readonly #reader: ConnectionReader;
  #budget: number;
  #total: number | undefined;
  #counting: Promise<number | null> | undefined;

  constructor(call: ConnectionCall, known: Permitted, original: unknown) {
    this.#call = call;
    this.#known = known;
    this.#original = original;
    this.#reader = new ConnectionReader(call.result, call.connection.type);
    this.#budget = call.result.guard.layer.settings.limits.walkedRows;
  }

  /** The page of a resolver that has pushed the filter down; its rows are looked at all the same. */
  trustedPage(): MaybePromise<GuardedPage> {
    return chain(this.#reader.batch(this.#original), (batch) =>
      chain(this.#allowed(batch.rows), (rows) => show(rows, batch, batch.hasNextPage, batch.hasPreviousPage)),
    );
  }

  trustedCount(): MaybePromise<unknown> {
    return this.#reader.totalCount(this.#original);
  }

  /** The page of a resolver that knows nothing of authorization. */
  page(): MaybePromise<GuardedPage> {
    return chain(this.#reader.batch(this.#original), (given) => this.#pageOf(given));
  }

  #pageOf(given: Batch): MaybePromise<GuardedPage> {
    const { args, connection } = this.#call;
    const first = sizeOf(connection.first, args["first"]);
    const last = sizeOf(connection.last, args["last"]);
    if (first !== undefined && last !== undefined) return this.#firstThenLast(first, last, given);
    if (last !== undefined) return this.#backward(last, given);
    if (first !== undefined) return this.#forward(first, given, undefined);

    const placed = isGiven(connection.after, args["after"]) || isGiven(connection.before, args["before"]);
    if (given.hasNextPage && connection.first && connection.after) {
      // The resolver has a page size of its own.
      return this.#forward(given.rows.length, given, undefined);
    }
    return chain(this.#allowed(given.rows), (rows) => {
      if (!placed && !given.hasNextPage && !given.hasPreviousPage) this.#total = rows.length;
      return show(rows, given, given.hasNextPage, given.hasPreviousPage && placed);
    });
  }

  /** How many rows there are in all, wherever the page stands: never the resolver's own number. */
  count(): MaybePromise<unknown> {
    this.#counting ??= this.#count();
    return this.#counting;
  }

  async #count(): Promise<number | null> {
    const { connection, args } = this.#call;
    const paged = ["first", "after", "last", "before"].some((name) => isGiven(true, args[name]));
    if (!paged || this.#total !== undefined) {
      const given = this.#total === undefined ? await this.#reader.batch(this.#original) : undefined;
      if (given !== undefined && !given.hasNextPage && !given.hasPreviousPage) {
        this.#total = (await this.#allowed(given.rows)).length;
      }
      if (this.#total !== undefined) return this.#total;
    }
    if (connection.first && connection.after) {
      const scan: Scan = { allowed: [], cursor: undefined, more: true, cut: false };
      await this.#scanForward(scan, Number.POSITIVE_INFINITY, firstSize, undefined, {
        after: undefined,
        before: undefined,
      });
      if (!scan.cut) return scan.allowed.length;
    } else if (!paged || connection.first || connection.last) {
      // The whole sequence may be there without arguments for paging.
      const whole = await this.#reader.batch(
        await this.#call.resolve(without(args, ["first", "after", "last", "before"])),
      );
      if (!whole.hasNextPage && !whole.hasPreviousPage) return (await this.#allowed(whole.rows)).length;
    }
    const { field, guard, context } = this.#call.result;
    guard.layer.report(
      context,
      field.coordinate,
      "the authorized rows could not be counted; let the resolver use `context.authorization.filter`",
    );
    if (connection.type.totalCountNullable === true) return null;
    throw new AuthorizationError("AUTHORIZATION_UNAVAILABLE");
  }

  // --- pages -------------------------------------------------------------------------------------------------------

  #forward(first: number, given: Batch, last: number | undefined): MaybePromise<GuardedPage> {
    const { connection } = this.#call;
    return chain(this.#begin(given, "forward"), (scan) => {
      // An empty page says nothing about what comes after it.
      if (first === 0) scan.more = true;
      if (!(connection.first && connection.after)) {
        scan.cut = scan.more;
        return this.#cutForward(scan, first, given, last, false);
      }
      const scanned = this.#scanForward(scan, first + 1, first + 1, given.rows.length, {});
      return chain(scanned, () => this.#cutForward(scan, first, given, last, true));
    });
  }

  #cutForward(scan: Scan, first: number, given: Batch, last: number | undefined, walked: boolean): GuardedPage {
    const { args, connection } = this.#call;
    const full = scan.allowed.length > first;
    let rows: readonly GuardedEdge[] = full ? scan.allowed.slice(0, first) : scan.allowed;
    const fromStart = !isGiven(connection.after, args["after"]) && !isGiven(connection.before, args["before"]);
    if (!scan.more && !scan.cut && fromStart) this.#total = scan.allowed.length;
    let hasPreviousPage = false;
    if (last !== undefined && rows.length > last) {
      rows = last === 0 ? [] : rows.slice(-last);
      hasPreviousPage = true;
    }
    const endCursor = !full && scan.cut && walked ? scan.cursor : undefined;
    return show(rows, given, full || scan.cut, hasPreviousPage, endCursor);
  }

  /** First `first` rows, of these the `last`: what the resolver gave is cut from unfiltered rows and cannot be used. */
  async #firstThenLast(first: number, last: number, given: Batch): Promise<GuardedPage> {
    const { connection, args, resolve } = this.#call;
    if (!connection.after) return this.#forward(first, given, last);
    const again = await this.#reader.batch(await resolve({ ...without(args, ["last"]), first }));
    return this.#forward(first, again, last);
  }

  async #backward(last: number, given: Batch): Promise<GuardedPage> {
    const { connection } = this.#call;
    const scan = await this.#begin(given, "backward");
    if (last === 0) scan.more = true;
    if (connection.before) await this.#scanBackward(scan, last + 1, given.rows.length);
    else scan.cut = scan.more;
    const rows = last === 0 ? [] : scan.allowed.slice(-last);
    const full = scan.allowed.length > last;
    return show(rows, given, false, full || scan.cut);
  }

  // --- walking -----------------------------------------------------------------------------------------------------

  #begin(given: Batch, direction: "forward" | "backward"): MaybePromise<Scan> {
    this.#budget -= given.rows.length;
    const { args } = this.#call;
    const edge = direction === "forward" ? given.rows[given.rows.length - 1] : given.rows[0];
    return chain(this.#allowed(given.rows), (rows) => ({
      allowed: rows,
      cursor: edge?.cursor ?? args[direction === "forward" ? "after" : "before"],
      more: direction === "forward" ? given.hasNextPage : given.hasPreviousPage,
      cut: false,
    }));
  }

  #scanForward(
    scan: Scan,
    wanted: number,
    size: number,
    safeSize: number | undefined,
    overrides: Args,
  ): MaybePromise<void> {
    if (isEnough(scan, wanted)) return undefined;
    const base = { ...without(this.#call.args, ["last", "first"]), ...overrides };
    return this.#scan(scan, wanted, size, safeSize, (count) => {
      const position =
        scan.cursor === undefined || scan.cursor === null ? without(base, ["after"]) : { ...base, after: scan.cursor };
      return { ...position, first: count };
    });
  }

  #scanBackward(scan: Scan, wanted: number, safeSize: number): MaybePromise<void> {
    if (isEnough(scan, wanted)) return undefined;
    const base = without(this.#call.args, ["last", "first"]);
    const backward = true;
    const next = (count: number): Args => {
      const position =
        scan.cursor === undefined || scan.cursor === null
          ? without(base, ["before"])
          : { ...base, before: scan.cursor };
      return { ...position, last: count };
    };
    return this.#scan(scan, wanted, wanted, safeSize, next, backward);
  }

  /** Reads on until `wanted` allowed rows are there or the sequence ends; asks for more rows each time. */
  async #scan(
    scan: Scan,
    wanted: number,
    startSize: number,
    safeSize: number | undefined,
    next: (size: number) => Args,
    backward = false,
  ): Promise<void> {
    let largest = largestSize;
    let size = Math.max(1, Math.min(startSize, largest));
    while (!isEnough(scan, wanted)) {
      if (this.#budget <= 0) {
        scan.cut = true;
        return;
      }
      const asked = Math.min(size, this.#budget);
      let batch: Batch;
      try {
        batch = await this.#reader.batch(await this.#call.resolve(next(asked)));
      } catch (error) {
        // A resolver may allow small pages only: then it is asked for as many as it gave before.
        if (safeSize === undefined || safeSize < 1 || asked <= safeSize) throw error;
        largest = safeSize;
        size = safeSize;
        safeSize = undefined;
        continue;
      }
      size = Math.min(size * 2, largest);
      this.#budget -= batch.rows.length;
      const allowed = await this.#allowed(batch.rows);
      scan.allowed = backward ? [...allowed, ...scan.allowed] : [...scan.allowed, ...allowed];
      const edge = backward ? batch.rows[0] : batch.rows[batch.rows.length - 1];
      scan.more = backward ? batch.hasPreviousPage : batch.hasNextPage;
      if (edge === undefined) scan.more = false;
      else if (Object.is(edge.cursor, scan.cursor) || edge.cursor === undefined || edge.cursor === null) {
        // It does not move on: what comes next cannot be known.
        scan.cut = scan.more;
        return;
      } else scan.cursor = edge.cursor;
    }
  }

  #allowed(rows: readonly GuardedEdge[]): MaybePromise<readonly GuardedEdge[]> {
    return onlyAllowed(this.#call.result, this.#known, rows, nodeOf);
  }
}

function nodeOf(row: GuardedEdge): unknown {
  return row.node;
}

function isEnough(scan: Scan, wanted: number): boolean {
  return !scan.more || scan.allowed.length >= wanted;
}

function show(
  rows: readonly GuardedEdge[],
  { hasEdges }: Batch,
  hasNextPage: boolean,
  hasPreviousPage: boolean,
  endCursor?: unknown,
): GuardedPage {
  const start = rows[0]?.cursor ?? null;
  const end = endCursor ?? rows[rows.length - 1]?.cursor ?? null;
  return { rows, hasEdges, pageInfo: new GuardedPageInfo(hasNextPage, hasPreviousPage, start, end) };
}

function sizeOf(taken: boolean, value: unknown): number | undefined {
  return taken && typeof value === "number" ? value : undefined;
}

function isGiven(taken: boolean, value: unknown): boolean {
  return taken && value !== null && value !== undefined;
}

function without(args: Args, names: readonly string[]): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
}
