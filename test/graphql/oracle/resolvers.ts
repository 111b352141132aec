import type { Resolvers } from "../support/serve.js";
import type { OracleContext, Supplied } from "./context.js";
import type { Ref, Row } from "./data.js";
import { type Asked, Denied, denied, strictest } from "./denials.js";
import {
  type Field,
  gatesOf,
  type Model,
  type NamedQuestion,
  type NoneQuestion,
  possibleTypes,
  type Question,
  typeNames,
  unionGatesOf,
} from "./model.js";
import { connectionOf, connectionResolvers, listedPage, type Paging, pageOf } from "./pages.js";

interface Args extends Paging {
  readonly tag?: number;
  readonly id?: string;
}

/** What guards a field, and what becomes of it when nobody is logged in. */
type Guards = Pick<Field, "target" | "none" | "parent" | "result" | "list" | "arg">;

const open: Guards = { target: "String", none: [], parent: [], result: [], list: [], arg: undefined };

/**
 * Resolvers of the model, which answer at once or later. Over a view they are the plain server over filtered data: what is denied is
 * null, or the error that the guarded server gives.
 */
export function resolversOf(model: Model, isLate: boolean): Resolvers {
  /** The row if it is there and may be seen where it is reached. */
  const see = (
    context: OracleContext,
    [type, id]: Ref,
    through: string,
    extra: readonly Question[] = [],
  ): Row | Denied | null => {
    const { rows, view } = context;
    const row = rows.get(type)?.find((one) => one.id === id);
    if (row === undefined) return null;
    if (view === undefined) return row;
    const gates = [...gatesOf(model, type), ...unionGatesOf(model, through)];
    const asked = (action: string): boolean => view.may(action, type, id);
    const mode = strictest([
      ...gates.map(
        ({ action, deny = "NOT_FOUND" }): Asked => ({
          deny: deny === "NOT_FOUND" || view.isNobody ? "HIDDEN" : deny,
          isYes: asked(action),
        }),
      ),
      ...extra.map(({ action, deny = "ERROR" }): Asked => ({ deny, isYes: asked(action) })),
    ]);
    return mode === undefined ? row : denied(mode, context);
  };

  /** Asks what has to be known before a resolver runs; then what it answers is looked at. */
  const guarded = (
    guards: Guards,
    source: Row | undefined,
    args: Args,
    context: OracleContext,
    answer: () => unknown,
  ): unknown => {
    if (context.onCall !== undefined && isWatched(guards)) context.onCall();
    const { view } = context;
    if (view === undefined) return answer();
    const { none, parent, result, arg } = guards;
    const asked = [
      ...none.map((one): Asked => ({ deny: one.deny ?? "ERROR", isYes: view.enters(one.action, one.type) })),
      ...parent.map(
        ({ action, deny = "ERROR" }): Asked => ({
          deny,
          isYes: view.may(action, source!.__typename, source!.id),
        }),
      ),
      ...(arg === undefined ? [] : [askArgument(arg, args, context)]),
    ];
    if (view.isNobody) asked.push(...forNobody(guards));
    const mode = strictest(asked);
    if (mode !== undefined) return denied(mode, context);
    const shown = answer();
    const isQuiet = [...none, ...parent, ...result, ...(arg === undefined ? [] : [arg])].some(
      ({ deny }) => deny === "NOT_FOUND",
    );
    return shown === null && isQuiet ? new Denied("NOT_FOUND") : shown;
  };

  /** What no guard looks at runs whatever was rejected elsewhere. */
  const isWatched = ({ target, none, parent, result, list, arg }: Guards): boolean => {
    if (arg !== undefined || none.length + parent.length + result.length + list.length > 0) return true;
    if (target === "String" || target.endsWith("Connection")) return false;
    return (
      unionGatesOf(model, target).length > 0 ||
      possibleTypes(model, target).some((type) => gatesOf(model, type).length > 0)
    );
  };

  /** Whoever is not logged in is told at the field, and not whether there is something behind it. */
  const forNobody = ({ target, result, list }: Guards): Asked[] => {
    const asked = result.map(({ deny = "ERROR" }): Asked => ({ deny, isYes: false }));
    if (list.length > 0) asked.push({ deny: "ERROR", isYes: false });
    if (target === "String" || target.endsWith("Connection")) return asked;
    const possible = possibleTypes(model, target).map((type) => gatesOf(model, type));
    const union = unionGatesOf(model, target);
    if (union.length > 0 || possible.every((gate) => gate.length > 0)) {
      const isSilent = [...union, ...possible.flat()].every(({ deny }) => deny === "NULL");
      asked.push({ deny: isSilent ? "NULL" : "ERROR", isYes: false });
    }
    return asked;
  };

  const isListed = (actions: readonly string[], row: Row, { view }: OracleContext): boolean =>
    actions.every((action) => view === undefined || view.may(action, row.__typename, row.id));

  /** Rows that stay in a LIST: nulls of the resolver do. */
  const listed = (
    actions: readonly string[],
    refs: readonly Ref[],
    through: string,
    context: OracleContext,
  ): readonly Row[] =>
    refs
      .map((ref) => see(context, ref, through))
      .filter((row): row is Row => row !== null && !(row instanceof Denied) && isListed(actions, row, context));

  const list = (field: Field, refs: readonly Ref[], context: OracleContext): unknown[] => {
    const { target, result } = field;
    const found =
      field.list.length > 0
        ? listed(field.list, refs, target, context).map((row) => see(context, [row.__typename, row.id], target, result))
        : refs.map((ref) => see(context, ref, target, result));
    // A null among non-null items comes as a promise: graphql-js drops rejections of its siblings otherwise.
    return found.map((row) => (row === null || row instanceof Denied ? Promise.resolve(row) : row));
  };

  const page = (field: Field, refs: readonly Ref[], args: Paging, context: OracleContext): unknown => {
    const { target } = field;
    const { args: kind, most, takes, by } = field.page!;
    const places = refs.map((ref) => ({ id: ref[1], node: see(context, ref, target) }));
    const { authorization, view, canList } = context;
    const taken = canList ? takes : [];
    if (view !== undefined) {
      // Without LIST nothing is removed: what may not be seen is null where it stands.
      if (field.list.length === 0) return connectionOf(model, target, pageOf(places, args, kind, most), context);
      // Whatever else the resolver takes, it leaves out.
      const isTaken = ({ id }: { readonly id: number }): boolean =>
        taken.every((action) => view.may(action, target, id));
      const raw = places.filter(isTaken);
      const seen = listed(field.list, refs, target, context).filter(isTaken);
      const allowed = seen.map((node) => ({ id: node.id, node }));
      return connectionOf(model, target, listedPage(model, field, raw, allowed, args, context), context);
    }
    const answer = (sets: readonly (readonly string[])[]): unknown => {
      const rows = places.filter(({ id }) => sets.every((set) => set[0] === "*" || set.includes(String(id))));
      return connectionOf(model, target, pageOf(rows, args, kind, most), context);
    };
    if (taken.length === 0 || authorization === undefined) return answer([]);
    const take = async (action: string): Promise<readonly string[]> => {
      if (by === "list") return authorization.list(action, target);
      const filter = await authorization.filter(action, target);
      if (filter.kind === "all") return ["*"];
      if (filter.kind === "none") return [];
      return filter.condition.kind === "ids" ? filter.condition.ids : authorization.list(action, target);
    };
    return Promise.all(taken.map(take)).then(answer);
  };

  const resolve = (field: Field, source: Row, args: Args, context: OracleContext): unknown => {
    const value = source[field.name];
    switch (field.kind) {
      case "leaf":
        return value;
      case "pick":
      case "note":
        return supplied(args, source.__typename, context);
      case "one":
        return see(context, value as Ref, field.target, field.result);
      case "many":
        return list(field, value as Ref[], context);
      case "grid":
        return (value as Ref[][]).map((refs) => list(field, refs, context));
      case "page":
        return page(field, value as Ref[], args, context);
    }
  };

  const noteOf = (type: string): Model["note"] => {
    const own = model.types.find(({ name }) => name === type)!.note;
    return { by: [...model.note.by, ...own.by], level: [...model.note.level, ...own.level] };
  };

  function supplied({ tag }: Args, type: string | undefined, context: OracleContext): string | null | Denied {
    const { view } = context;
    const given = context.supplied.get(tag!);
    if (given === undefined) throw new Error(`nobody knows the call ${tag}`);
    if (view === undefined) return `picked ${tag}`;
    const none = ({ action, type: of, deny = "ERROR" }: NoneQuestion): Asked => ({
      deny,
      isYes: view.enters(action, of),
    });
    const ask = (one: Supplied): Asked[] => {
      switch (one.kind) {
        case "nothing":
          return [{ deny: "ERROR", isYes: !view.isNobody }];
        case "none":
          return [none(one)];
        case "id":
          return [{ deny: "ERROR", isYes: view.may(one.action, one.type, one.id) }];
        case "by":
          return noteOf(type!).by.map((by) => ({ deny: "ERROR", isYes: view.may(by.action, by.type, one.id) }));
        case "level":
          return noteOf(type!).level.map(none);
      }
    };
    const mode = strictest(given.flatMap((one) => ask(one)));
    return mode === undefined ? `picked ${tag}` : denied(mode, context);
  }

  const own = connectionResolvers(model);
  const resolvers: Record<string, Record<string, unknown>> = { Query: {}, Mutation: {}, ...own };
  resolvers["Order"] = Object.fromEntries(model.inputs.order.map(({ name, value }) => [name, value]));
  for (const { name, named, fields } of model.types) {
    const members: Record<string, unknown> = {};
    if (named) {
      members["name"] = (source: Row, args: Args, context: OracleContext) =>
        guarded({ ...open, parent: model.nameGuard }, source, args, context, () => source["name"]);
    }
    for (const field of fields) {
      const guards = field.kind === "page" ? { ...field, target: `${field.target}Connection` } : field;
      members[field.name] = (source: Row, args: Args, context: OracleContext) => {
        const answer = guarded(guards, source, args, context, () => resolve(field, source, args, context));
        if (context.view === undefined && field.turns > 0) return afterTurns(field.turns, answer);
        // Of the plain server always later: where null cannot stand graphql-js forgets what fails beside it, and the process ends.
        return isLate || context.view !== undefined ? Promise.resolve(answer) : answer;
      };
    }
    resolvers[name] = members;
  }
  const query = resolvers["Query"]!;
  const mutation = resolvers["Mutation"]!;
  const root = (guards: Partial<Guards>, answer: (args: Args, context: OracleContext) => unknown) => {
    return (_: unknown, args: Args, context: OracleContext) =>
      guarded({ ...open, ...guards }, undefined, args, context, () => answer(args, context));
  };
  query["pick"] = root({}, (args, context) => supplied(args, undefined, context));
  for (const [i, none] of model.doors.entries()) {
    const door = root({ none }, () => "open");
    query[`door${i}`] = door;
    mutation[`door${i}`] = door;
  }
  query["node"] = root({ target: "Node" }, (args, context) =>
    see(context, [(args as { readonly type?: string }).type!, Number(args.id)], "Node"),
  );
  const refsOf = (types: readonly string[], { rows }: OracleContext): Ref[] =>
    types.flatMap((type) => rows.get(type)!.map(({ id }): Ref => [type, id]));
  const everything = (types: readonly string[], target: string) =>
    root({ target }, (_, context) => refsOf(types, context).map((ref) => see(context, ref, target)));
  query["things"] = everything(typeNames, "Thing");
  query["pairs"] = everything(model.pair, "Pair");
  const named = model.types.flatMap((type) => (type.named ? [type.name] : []));
  query["named"] = root({ target: "Named", list: model.namedList }, (_, context) =>
    listed(model.namedList, refsOf(named, context), "Named", context),
  );
  for (const { name, all } of model.types) {
    const byId = (arg: Question | undefined) =>
      root({ target: name, arg: arg && { ...arg, type: name } }, ({ id }, context) =>
        see(context, [name, Number(id)], name),
      );
    const rest = (context: OracleContext): readonly Row[] => listed(all, refsOf([name], context), name, context);
    query[`get${name}`] = byId(undefined);
    query[`ask${name}`] = byId({ action: "edit" });
    query[`hide${name}`] = byId({ action: "list", deny: "NOT_FOUND" });
    query[`strict${name}`] = (_: unknown, given: Args, context: OracleContext) => {
      const { ids } = given as { readonly ids?: readonly string[] };
      const kept = ids!.find((id) => context.view?.may("read", name, Number(id)) === false);
      const arg = { action: "read", type: name };
      return guarded({ ...open, target: name, arg }, undefined, { id: kept ?? ids![0]! }, context, () =>
        see(context, [name, Number(ids![0])], name),
      );
    };
    query[`all${name}`] = root({ target: name, list: all }, (_, context) => rest(context));
    for (const verb of ["touch", "drop", "give", "must"]) {
      if (verb === "must" && !model.rejects) continue;
      const arg: NamedQuestion = { type: name, ...(verb === "must" ? mustQuestion : { action: "edit" }) };
      mutation[`${verb}${name}`] = (_: unknown, args: Args, context: OracleContext) => {
        // What was rejected before ends everything that follows.
        if (context.view !== undefined && context.rejected !== undefined) return null;
        return guarded({ ...open, arg }, undefined, args, context, async () => {
          await context.change(verb, name, Number(args.id));
          // What the payload holds is seen as the facts are now.
          return payload(name, all, Number(args.id));
        });
      };
    }
    resolvers[`${name}Payload`] = {
      item: (source: Payload, args: Args, context: OracleContext) =>
        guarded({ ...open, target: name }, undefined, args, context, () => see(context, [name, source.id], name)),
      rest: (_: Payload, args: Args, context: OracleContext) =>
        guarded({ ...open, target: name, list: all }, undefined, args, context, () => rest(context)),
    };
  }
  return resolvers as Resolvers;
}

const mustQuestion: Question = { action: "strict", deny: "REJECT" };

interface Payload {
  readonly id: number;
}

function payload(_name: string, _all: readonly string[], id: number): Payload & { readonly ok: boolean } {
  return { ok: true, id };
}

function askArgument({ type, action, deny = "ERROR" }: NamedQuestion, { id }: Args, { view }: OracleContext): Asked {
  return { deny, isYes: view!.may(action, type, Number(id)) };
}

async function afterTurns<T>(turns: number, value: T): Promise<T> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  return value;
}

export type { Supplied };
