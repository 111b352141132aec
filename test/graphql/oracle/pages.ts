import type { OracleContext } from "./context.js";
import type { Row } from "./data.js";
import { Denied } from "./denials.js";
import { type Field, gatesOf, type Model, type Page, type Style } from "./model.js";

/*
 * Connections: how the application pages, and what of it is to be seen. GraphQL reference, section 5.
 */

export interface Paging {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** One page: positions are the ids of the rows. A row that is null has its place. */
export interface Shown {
  readonly rows: readonly { readonly id: number; readonly node: Row | Denied | null }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** `null`: it cannot be counted. */
  readonly total: number | null;
}

type Place = Shown["rows"][number];

/** The page of a resolver, with a page size of its own where it has one. */
export function pageOf(
  all: readonly Place[],
  { first, after, last, before }: Paging,
  args: Page["args"],
  most: number = Number.POSITIVE_INFINITY,
): Shown {
  const inside = all.filter(
    ({ id }) => (after == null || id > Number(after)) && (before == null || id < Number(before)),
  );
  const isBackward = first == null && (last != null || args === "backward");
  let rows = isBackward ? inside : inside.slice(0, Math.min(first ?? most, most));
  const hasNextPage = rows.length < inside.length;
  let hasPreviousPage = false;
  if (last != null || isBackward) {
    const size = Math.min(last ?? most, most);
    hasPreviousPage = rows.length > size;
    rows = size === 0 ? [] : rows.slice(-size);
  }
  return { rows, hasNextPage, hasPreviousPage, total: all.length };
}

/**
 * What of a LIST connection is to be seen. `raw` are the rows as the resolver has them, `allowed` those of them that the actor may
 * see.
 */
export function listedPage(
  model: Model,
  field: Field,
  raw: readonly Place[],
  allowed: readonly Place[],
  paging: Paging,
  { view, canList }: OracleContext,
): Shown {
  const { args, most, takes } = field.page!;
  const { first, after, last, before } = paging;
  const { target } = field;
  if (canList && field.list.some((action) => view!.isNone(action, target))) return pageOf([], {}, args);
  const needed = [...field.list, ...gatesOf(model, target).map(({ action }) => action)];
  const open = canList ? needed.filter((action) => !view!.isAll(action, target)) : needed;
  // Everything is allowed, or the resolver has taken all that there is to take: its page is right as it is.
  if (open.every((action) => canList && takes.includes(action))) return pageOf(allowed, paging, args, most);
  const forward = args === "both" || args === "forward";
  const whole = pageOf(raw, {}, args, most);
  const total = forward || (!whole.hasNextPage && !whole.hasPreviousPage) ? allowed.length : null;
  const exact = (wanted: Paging): Shown => ({ ...pageOf(allowed, wanted, args), total });
  // The layer reads on until a page is full, where the resolver can go on from a position.
  if (last != null) return exact(paging);
  if (first != null && forward) return exact(paging);
  const given = pageOf(raw, paging, args, most);
  if (given.hasNextPage && forward) return exact({ ...paging, first: given.rows.length });
  const seen = new Set(allowed.map(({ id }) => id));
  const isPlaced = after != null || before != null;
  return {
    rows: given.rows.filter(({ id }) => seen.has(id)),
    hasNextPage: given.hasNextPage || first === 0,
    hasPreviousPage: given.hasPreviousPage && isPlaced,
    total,
  };
}

/** The connection as the resolver answers it. */
export function connectionOf(model: Model, target: string, shown: Shown, context: OracleContext): unknown {
  const { connection, edge, info } = model.types.find(({ name }) => name === target)!.connection;
  const { rows } = shown;
  // Nobody is told what stands in a place that is guarded whatever is in it.
  const gate = context.view?.isNobody === true ? gatesOf(model, target) : [];
  const closed =
    gate.length === 0 ? undefined : gate.every(({ deny }) => deny === "NULL") ? null : new Denied("UNAUTHENTICATED");
  // A null among non-null items comes as a promise: graphql-js drops rejections of its siblings otherwise.
  const nodeOf = ({ node }: Place): unknown =>
    closed !== undefined || node === null || node instanceof Denied ? Promise.resolve(closed ?? node) : node;
  const edges = rows.map((row) => inStyle({ node: nodeOf(row), cursor: String(row.id) }, edge));
  const nodes = closed === undefined ? rows.map(nodeOf) : Promise.resolve(closed);
  const pageInfo = inStyle(
    {
      hasNextPage: shown.hasNextPage,
      hasPreviousPage: shown.hasPreviousPage,
      startCursor: rows[0] === undefined ? null : String(rows[0].id),
      endCursor: rows.at(-1) === undefined ? null : String(rows.at(-1)!.id),
    },
    info,
  );
  const totalCount = shown.total ?? Promise.resolve(null);
  return inStyle({ edges, nodes, pageInfo, totalCount }, connection);
}

const hidden = "_";

function inStyle(members: Readonly<Record<string, unknown>>, style: Style): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (style === "plain") made[name] = value;
    else if (style === "promise") made[name] = Promise.resolve(value);
    else if (style === "method") made[name] = () => value;
    else if (style === "later") made[name] = async () => value;
    else made[hidden + name] = value;
  }
  return made;
}

/** The resolvers of the members of a connection's types, for those that need them. */
export function connectionResolvers(model: Model): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  const read = (name: string, isLate: boolean) => (source: Readonly<Record<string, unknown>>) =>
    isLate ? Promise.resolve(source[hidden + name]) : source[hidden + name];
  for (const { name, connection } of model.types) {
    const add = (style: Style, type: string, members: readonly string[]): void => {
      if (style !== "resolver") return;
      found[type] = Object.fromEntries(members.map((member, i) => [member, read(member, i % 2 === 0)]));
    };
    add(connection.connection, `${name}Connection`, ["edges", "nodes", "pageInfo", "totalCount"]);
    add(connection.edge, `${name}Edge`, ["node", "cursor"]);
    add(connection.info, `${name}Info`, ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]);
  }
  return found;
}
