import { chain, type MaybePromise } from "./promises.js";

/** One page of a connection as the actor sees it. */
export interface GuardedPage {
  readonly rows: readonly GuardedEdge[];
  /** Whether the resolver gave edges. */
  readonly hasEdges: boolean;
  readonly pageInfo: GuardedPageInfo;
}

/**
 * A connection that a LIST field answers: its rows are the authorized ones. The resolvers of its type recognise it; any
 * further field of the type sees the connection that the resolver made.
 */
export class GuardedConnection {
  readonly original: unknown;
  readonly #page: () => MaybePromise<GuardedPage>;
  readonly #count: () => MaybePromise<unknown>;
  #known: MaybePromise<GuardedPage> | undefined;

  /** Both are asked only when something that needs them is selected. */
  constructor(original: unknown, page: () => MaybePromise<GuardedPage>, count: () => MaybePromise<unknown>) {
    this.original = original;
    this.#page = page;
    this.#count = count;
  }

  page(): MaybePromise<GuardedPage> {
    this.#known ??= this.#page();
    return this.#known;
  }

  edges(): MaybePromise<readonly GuardedEdge[] | null> {
    return chain(this.page(), edgesOf);
  }

  nodes(): MaybePromise<readonly unknown[]> {
    return chain(this.page(), nodesOf);
  }

  pageInfo(): MaybePromise<GuardedPageInfo> {
    return chain(this.page(), pageInfoOf);
  }

  totalCount(): MaybePromise<unknown> {
    return this.#count();
  }
}

function edgesOf({ rows, hasEdges }: GuardedPage): readonly GuardedEdge[] | null {
  return hasEdges ? rows : null;
}

function nodesOf({ rows }: GuardedPage): readonly unknown[] {
  return rows.map((row) => row.node);
}

function pageInfoOf({ pageInfo }: GuardedPage): GuardedPageInfo {
  return pageInfo;
}

/** An edge whose node is the very object that was asked about. */
export class GuardedEdge {
  readonly original: unknown;
  readonly node: unknown;
  readonly cursor: unknown;

  constructor(original: unknown, node: unknown, cursor: unknown) {
    this.original = original;
    this.node = node;
    this.cursor = cursor;
  }
}

export class GuardedPageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: unknown;
  readonly endCursor: unknown;

  constructor(hasNextPage: boolean, hasPreviousPage: boolean, startCursor: unknown, endCursor: unknown) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.startCursor = startCursor;
    this.endCursor = endCursor;
  }
}

/** The application's own object behind one of ours. */
export function unwrap(value: unknown): unknown {
  return value instanceof GuardedConnection || value instanceof GuardedEdge ? value.original : value;
}

export const emptyPage: GuardedPage = {
  rows: [],
  hasEdges: true,
  pageInfo: new GuardedPageInfo(false, false, null, null),
};
