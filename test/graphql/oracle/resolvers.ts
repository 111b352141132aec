import type { Reference } from "../../../src/facts/index.js";
import type { Authorization } from "../../../src/graphql/index.js";
import type { Resolvers } from "../support/serve.js";
import type { Ref, Row, Rows, View } from "./data.js";
import { type Field, gatesOf, type Model, type Question, typeNames, unionGatesOf } from "./model.js";

/** What a guarded place of an argument asks, when the client has supplied it. */
export type Supplied =
  | { readonly kind: "enter" }
  | { readonly kind: "id"; readonly action: string; readonly type: string; readonly id: number };

/** What resolvers take out of the context. */
export interface OracleContext {
  readonly actor: Reference;
  readonly rows: Rows;
  /** What the actor may do. With it the data are cut down to that, without it everything is there. */
  view: View | undefined;
  /** By the tag of a call of `pick`: what of it is guarded. Known to whoever wrote the operation. */
  readonly supplied: ReadonlyMap<number, readonly Supplied[]>;
  /** Changes the facts; the view is made anew. */
  readonly change: (verb: string, type: string, id: number) => Promise<void>;
  readonly authorization?: Authorization;
}

/** Resolvers of the model, which answer at once or later. Over a view they are the plain server over filtered data. */
export function resolversOf(model: Model, isLate: boolean): Resolvers {
  /** The row if it is there and may be seen where it is reached. */
  const see = (
    { rows, view }: OracleContext,
    [type, id]: Ref,
    through: string,
    extra: readonly Question[] = [],
  ): Row | null => {
    const row = rows.get(type)?.find((one) => one.id === id);
    if (row === undefined) return null;
    if (view === undefined) return row;
    const asked = [...gatesOf(model, type), ...unionGatesOf(model, through), ...extra];
    return asked.every(({ action }) => view.may(action, type, id)) ? row : null;
  };

  const resolve = (field: Field, source: Row, args: Paging & Args, context: OracleContext): unknown => {
    const { view } = context;
    const isKept = field.parent.some(({ action }) => view?.may(action, source.__typename, source.id) === false);
    if (isKept) return null;
    switch (field.kind) {
      case "leaf":
        return source[field.name];
      case "pick":
        return pick(args, context);
      case "one": {
        const { arg } = field;
        if (arg !== undefined && view?.may(arg.action, arg.type, Number(args.id)) === false) return null;
        return see(context, source[field.name] as Ref, field.target, field.result);
      }
      case "many":
        return list(field, source[field.name] as Ref[], context);
      case "grid":
        return (source[field.name] as Ref[][]).map((refs) => list(field, refs, context));
      case "page":
        return pageOf(field, source[field.name] as Ref[], args, context);
    }
  };

  const list = (field: Field, refs: readonly Ref[], context: OracleContext): unknown[] => {
    const found = refs.map((ref) => see(context, ref, field.target, field.result));
    if (field.list.length > 0) return found.filter((row) => row !== null && isListed(field.list, row, context));
    // A null among non-null items comes as a promise: graphql-js drops rejections of its siblings otherwise.
    return found.map((row) => (row === null ? Promise.resolve(null) : row));
  };

  const pageOf = (field: Field, refs: readonly Ref[], args: Paging, context: OracleContext): unknown => {
    const rows = refs.map((ref) => see(context, ref, field.target));
    // Without LIST nothing is removed: what may not be seen is null where it stands.
    if (field.list.length === 0) return page(refs, rows, args);
    const listed = rows.filter((row) => row !== null && isListed(field.list, row, context)) as Row[];
    const show = (shown: readonly Row[]): unknown =>
      page(
        shown.map((row): Ref => [row.__typename, row.id]),
        shown,
        args,
      );
    const { authorization } = context;
    if (!field.pushesDown || authorization === undefined) return show(listed);
    return authorization
      .list(field.list[0]!, field.target)
      .then((ids) => show(ids[0] === "*" ? listed : listed.filter(({ id }) => ids.includes(String(id)))));
  };

  const resolvers: Record<string, Record<string, unknown>> = { Query: {}, Mutation: {} };
  for (const { name, named, fields } of model.types) {
    const own: Record<string, unknown> = {};
    if (named) {
      own["name"] = (source: Row, _: unknown, { view }: OracleContext) =>
        model.nameGuard.some(({ action }) => view?.may(action, name, source.id) === false) ? null : source["name"];
    }
    for (const field of fields) {
      own[field.name] = (source: Row, args: Paging & Args, context: OracleContext) => {
        const answer = resolve(field, source, args, context);
        // Of the plain server always later: where null cannot stand graphql-js forgets what fails beside it, and the process ends.
        return isLate || context.view !== undefined ? Promise.resolve(answer) : answer;
      };
    }
    resolvers[name] = own;
  }
  const query = resolvers["Query"]!;
  const mutation = resolvers["Mutation"]!;
  query["pick"] = (_: unknown, args: Args, context: OracleContext) => pick(args, context);
  query["door"] = (_: unknown, __: unknown, { view }: OracleContext) => (view?.entered === false ? null : "open");
  query["node"] = (_: unknown, { type, id }: { type: string; id: string }, context: OracleContext) =>
    see(context, [type, Number(id)], "Node");
  const everything = (types: readonly string[], through: string) => (_: unknown, __: unknown, context: OracleContext) =>
    types.flatMap((type) => context.rows.get(type)!.map(({ id }) => see(context, [type, id], through)));
  query["things"] = everything(typeNames, "Thing");
  query["pairs"] = everything(model.pair, "Pair");
  query["named"] = (_: unknown, __: unknown, context: OracleContext) =>
    everything(
      model.types.flatMap(({ name, named }) => (named ? [name] : [])),
      "Named",
    )(_, __, context).filter((row) => row !== null && isListed(["read"], row, context));
  for (const name of typeNames) {
    const byId =
      (action: string | undefined) =>
      (_: unknown, { id }: { id: string }, context: OracleContext) =>
        action !== undefined && context.view?.may(action, name, Number(id)) === false
          ? null
          : see(context, [name, Number(id)], name);
    const all = (context: OracleContext): readonly Row[] =>
      context.rows.get(name)!.filter(({ id }) => {
        const row = see(context, [name, id], name);
        return row !== null && isListed(["list"], row, context);
      });
    query[`get${name}`] = byId(undefined);
    query[`ask${name}`] = byId("edit");
    query[`hide${name}`] = byId("list");
    query[`strict${name}`] = (_: unknown, { ids }: { ids: readonly string[] }, context: OracleContext) =>
      ids.some((id) => context.view?.may("read", name, Number(id)) === false)
        ? null
        : see(context, [name, Number(ids[0] ?? 0)], name);
    query[`all${name}`] = (_: unknown, __: unknown, context: OracleContext) => all(context);
    for (const verb of ["touch", "drop", "give"]) {
      mutation[`${verb}${name}`] = async (_: unknown, { id }: { id: string }, context: OracleContext) => {
        if (context.view?.may("edit", name, Number(id)) === false) return null;
        await context.change(verb, name, Number(id));
        // What the payload holds is seen as the facts are now.
        return { ok: true, item: see(context, [name, Number(id)], name), rest: all(context) };
      };
    }
  }
  return resolvers as Resolvers;
}

interface Args {
  readonly tag: number;
  readonly id?: string;
}

function isListed(actions: readonly string[], row: Row, { view }: OracleContext): boolean {
  return actions.every((action) => view === undefined || view.may(action, row.__typename, row.id));
}

function pick({ tag }: Args, { view, supplied }: OracleContext): string | null {
  const asked = supplied.get(tag);
  if (asked === undefined) throw new Error(`nobody knows the call ${tag}`);
  const isAllowed = (one: Supplied): boolean =>
    view === undefined || (one.kind === "enter" ? view.entered : view.may(one.action, one.type, one.id));
  return asked.every(isAllowed) ? `picked ${tag}` : null;
}

export interface Paging {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A connection over positions that are the ids of the rows. A row that is null has its place. */
function page(refs: readonly Ref[], rows: readonly (Row | null)[], { first, after, last, before }: Paging) {
  const all = refs.map(([, id], i) => ({ id, cursor: String(id), node: rows[i]! }));
  const inside = all.filter(
    ({ id }) => (after == null || id > Number(after)) && (before == null || id < Number(before)),
  );
  let shown = first == null ? inside : inside.slice(0, first);
  const hasNextPage = shown.length < inside.length;
  let hasPreviousPage = false;
  if (last != null) {
    hasPreviousPage = shown.length > last;
    shown = last === 0 ? [] : shown.slice(-last);
  }
  return {
    edges: shown.map(({ node, cursor }) => ({ node, cursor })),
    nodes: shown.map(({ node }) => node ?? Promise.resolve(null)),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: shown[0]?.cursor ?? null,
      endCursor: shown.at(-1)?.cursor ?? null,
    },
    totalCount: () => rows.length,
  };
}
