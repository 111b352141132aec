import { defaultFieldResolver, type GraphQLObjectType, type GraphQLOutputType } from "graphql";
import { AuthorizationError } from "./errors.js";
import type { ConnectionField } from "./guard-table.js";
import { emptyPage, GuardedConnection, GuardedEdge, type GuardedPage, GuardedPageInfo } from "./guarded-connection.js";
import { awaitItems, itemsOf, type Permitted, type ResultOf, whichAreAllowed } from "./lists.js";
import type { MaybePromise } from "./promises.js";

type Args = Readonly<Record<string, unknown>>;

/** A LIST field that answers a connection: the call of its resolver, which may have to be repeated with other arguments. */
export interface ConnectionCall {
  readonly result: ResultOf;
  readonly connection: ConnectionField;
  readonly args: Args;
  readonly resolve: (args: Args) => MaybePromise<unknown>;
}

/** One row as the resolver gave it. */
interface Row {
  readonly edge: unknown;
  readonly node: unknown;
  readonly cursor: unknown;
}

/** One answer of the resolver, read. */
interface Batch {
  readonly rows: readonly Row[];
  readonly hasEdges: boolean;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Rows that are allowed, out of everything that was read of a sequence. */
interface Scan {
  readonly allowed: Row[];
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
        () => walker.read("totalCount", original),
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
  #budget: number;
  #total: number | undefined;
  #counting: Promise<number | null> | undefined;

  constructor(call: ConnectionCall, known: Permitted, original: unknown) {
    this.#call = call;
    this.#known = known;
    this.#original = original;
    this.#budget = call.result.guard.layer.settings.limits.walkedRows;
  }

  /** The page of a resolver that has pushed the filter down; its rows are looked at all the same. */
  async trustedPage(): Promise<GuardedPage> {
    const batch = await this.#batch(this.#original);
    const rows = await this.#allowed(batch.rows);
    return this.#show(rows, batch, batch.hasNextPage, batch.hasPreviousPage);
  }

  /** The page of a resolver that knows nothing of authorization. */
  async page(): Promise<GuardedPage> {
    const { args, connection } = this.#call;
    const first = sizeOf(connection.first, args["first"]);
    const last = sizeOf(connection.last, args["last"]);
    const given = await this.#batch(this.#original);
    if (first !== undefined && last !== undefined) return this.#firstThenLast(first, last, given);
    if (last !== undefined) return this.#backward(last, given);
    if (first !== undefined) return this.#forward(first, given, undefined);

    const placed = isGiven(connection.after, args["after"]) || isGiven(connection.before, args["before"]);
    if (given.hasNextPage && connection.first && connection.after) {
      // The resolver has a page size of its own.
      return this.#forward(given.rows.length, given, undefined);
    }
    const rows = await this.#allowed(given.rows);
    if (!placed && !given.hasNextPage && !given.hasPreviousPage) this.#total = rows.length;
    return this.#show(rows, given, given.hasNextPage, given.hasPreviousPage && placed);
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
      const given = this.#total === undefined ? await this.#batch(this.#original) : undefined;
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
      const whole = await this.#batch(await this.#call.resolve(without(args, ["first", "after", "last", "before"])));
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

  async #forward(first: number, given: Batch, last: number | undefined): Promise<GuardedPage> {
    const { connection, args } = this.#call;
    const scan = await this.#begin(given, "forward");
    // An empty page says nothing about what comes after it.
    if (first === 0) scan.more = true;
    const canWalk = connection.first && connection.after;
    if (canWalk) await this.#scanForward(scan, first + 1, first + 1, given.rows.length, {});
    else scan.cut = scan.more;
    const full = scan.allowed.length > first;
    let rows: readonly Row[] = scan.allowed.slice(0, first);
    const fromStart = !isGiven(connection.after, args["after"]) && !isGiven(connection.before, args["before"]);
    if (!scan.more && !scan.cut && fromStart) this.#total = scan.allowed.length;
    let hasPreviousPage = false;
    if (last !== undefined && rows.length > last) {
      rows = last === 0 ? [] : rows.slice(-last);
      hasPreviousPage = true;
    }
    return this.#show(
      rows,
      given,
      full || scan.cut,
      hasPreviousPage,
      !full && scan.cut && canWalk ? scan.cursor : undefined,
    );
  }

  /** First `first` rows, of these the `last`: what the resolver gave is cut from unfiltered rows and cannot be used. */
  async #firstThenLast(first: number, last: number, given: Batch): Promise<GuardedPage> {
    const { connection, args, resolve } = this.#call;
    if (!connection.after) return this.#forward(first, given, last);
    const again = await this.#batch(await resolve({ ...without(args, ["last"]), first }));
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
    return this.#show(rows, given, false, full || scan.cut);
  }

  #show(
    rows: readonly Row[],
    batch: Batch,
    hasNextPage: boolean,
    hasPreviousPage: boolean,
    endCursor: unknown = undefined,
  ): GuardedPage {
    const cursorOf = (row: Row | undefined): unknown => row?.cursor ?? null;
    return {
      edges: batch.hasEdges ? rows.map((row) => new GuardedEdge(row.edge, row.node, row.cursor)) : null,
      nodes: rows.map((row) => row.node),
      pageInfo: new GuardedPageInfo(
        hasNextPage,
        hasPreviousPage,
        cursorOf(rows[0]),
        endCursor ?? cursorOf(rows[rows.length - 1]),
      ),
    };
  }

  // --- walking -----------------------------------------------------------------------------------------------------

  async #begin(given: Batch, direction: "forward" | "backward"): Promise<Scan> {
    this.#budget -= given.rows.length;
    const { args } = this.#call;
    const edge = direction === "forward" ? given.rows[given.rows.length - 1] : given.rows[0];
    return {
      allowed: [...(await this.#allowed(given.rows))],
      cursor: edge?.cursor ?? args[direction === "forward" ? "after" : "before"],
      more: direction === "forward" ? given.hasNextPage : given.hasPreviousPage,
      cut: false,
    };
  }

  async #scanForward(
    scan: Scan,
    wanted: number,
    size: number,
    safeSize: number | undefined,
    overrides: Args,
  ): Promise<void> {
    const { args } = this.#call;
    const base = { ...without(args, ["last", "first"]), ...overrides };
    await this.#scan(scan, wanted, size, safeSize, (count) => {
      const position =
        scan.cursor === undefined || scan.cursor === null ? without(base, ["after"]) : { ...base, after: scan.cursor };
      return { ...position, first: count };
    });
  }

  async #scanBackward(scan: Scan, wanted: number, safeSize: number): Promise<void> {
    const { args } = this.#call;
    const base = without(args, ["last", "first"]);
    const backward = true;
    await this.#scan(
      scan,
      wanted,
      wanted,
      safeSize,
      (count) => {
        const position =
          scan.cursor === undefined || scan.cursor === null
            ? without(base, ["before"])
            : { ...base, before: scan.cursor };
        return { ...position, last: count };
      },
      backward,
    );
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
    let size = Math.max(1, Math.min(startSize, largestSize));
    while (scan.more && scan.allowed.length < wanted) {
      if (this.#budget <= 0) {
        scan.cut = true;
        return;
      }
      const asked = Math.min(size, this.#budget);
      let batch: Batch;
      try {
        batch = await this.#batch(await this.#call.resolve(next(asked)));
      } catch (error) {
        // A resolver may allow small pages only: then it is asked for as many as it gave before.
        if (safeSize === undefined || safeSize < 1 || asked <= safeSize) throw error;
        size = safeSize;
        safeSize = undefined;
        continue;
      }
      if (safeSize !== undefined || size > 1) size = Math.min(size * 2, largestSize);
      this.#budget -= batch.rows.length;
      const allowed = await this.#allowed(batch.rows);
      if (backward) scan.allowed.unshift(...allowed);
      else scan.allowed.push(...allowed);
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

  async #allowed(rows: readonly Row[]): Promise<readonly Row[]> {
    const nodes = rows.map((row) => row.node);
    const shown = await whichAreAllowed(this.#call.result, this.#known, nodes);
    return rows.filter((_, i) => shown[i]);
  }

  // --- reading what the resolver gave ------------------------------------------------------------------------------

  async #batch(connection: unknown): Promise<Batch> {
    if (connection === null || connection === undefined) {
      return { rows: [], hasEdges: true, hasNextPage: false, hasPreviousPage: false };
    }
    const { type } = this.#call.connection;
    const [given, pageInfo] = await Promise.all([this.read("edges", connection), this.read("pageInfo", connection)]);
    const [hasNextPage, hasPreviousPage] = await Promise.all([
      this.#readFrom(type.pageInfoType, "hasNextPage", pageInfo),
      this.#readFrom(type.pageInfoType, "hasPreviousPage", pageInfo),
    ]);
    const flags = { hasNextPage: hasNextPage === true, hasPreviousPage: hasPreviousPage === true };
    const edges = given === null || given === undefined ? undefined : itemsOf(given);
    if (edges === undefined) {
      const nodes = type.hasNodes ? itemsOf(await this.read("nodes", connection)) : undefined;
      const present = await awaitItems(nodes ?? []);
      return { rows: present.map((node) => ({ edge: null, node, cursor: undefined })), hasEdges: false, ...flags };
    }
    const rows = await Promise.all(
      (await awaitItems(edges))
        .filter((edge) => edge !== null && edge !== undefined && !(edge instanceof Error))
        .map(async (edge): Promise<Row> => {
          const [node, cursor] = await Promise.all([
            this.#readFrom(type.edgeType, "node", edge),
            this.#readFrom(type.edgeType, "cursor", edge),
          ]);
          return { edge, node, cursor };
        }),
    );
    return { rows, hasEdges: true, ...flags };
  }

  /** What the schema as it was given answers for a field of the connection. */
  async read(field: string, connection: unknown): Promise<unknown> {
    return this.#readFrom(this.#call.connection.type.name, field, connection);
  }

  async #readFrom(typeName: string, fieldName: string, source: unknown): Promise<unknown> {
    if (source === null || source === undefined) return undefined;
    const { guard, context, info, operation } = this.#call.result;
    const type = guard.schema.getType(typeName) as GraphQLObjectType;
    const field = type.getFields()[fieldName];
    if (field === undefined) return undefined;
    const resolver = field.resolve ?? operation.session.fieldResolver ?? defaultFieldResolver;
    const returnType: GraphQLOutputType = field.type;
    return resolver(source, {}, context, { ...info, fieldName, parentType: type, returnType });
  }
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
