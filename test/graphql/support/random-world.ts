import type { GraphQLSchema } from "graphql";
import { entity, type Fact, type Reference } from "../../../src/facts/index.js";
import type { Authorization } from "../../../src/graphql/index.js";
import { buildSchema } from "./serve.js";

/*
 * A random API: types with gates, guarded fields, references, lists, LIST fields and connections, an interface, a union,
 * rows and facts. `data` decides what its resolvers see, so the same API can be served guarded over everything, and
 * unguarded over what an actor may see.
 */

export interface Row {
  readonly __typename: string;
  readonly id: number;
  readonly [field: string]: unknown;
}

/** What resolvers find: everything, or what one actor may see. */
export interface View {
  get(type: string, id: number): Row | null;
  /** Whether a LIST field for this action shows the row. */
  shows(action: string, row: Row): boolean;
  /** Whether a guarded leaf of the row can be read. */
  reads(action: string, row: Row): boolean;
  /** Whether an argument may name the id. */
  names(action: string, type: string, id: number): boolean;
}

interface Field {
  readonly name: string;
  readonly kind: "leaf" | "one" | "many" | "page";
  /** `Node` and `Thing` are the interface and the union of all types. */
  readonly target: string;
  readonly nonNull: boolean;
  readonly itemNonNull: boolean;
  /** Action of the guard of a leaf, or of a LIST. */
  readonly guard: string | undefined;
  /** Whether the resolver of a page takes the list into its own query. */
  readonly pushesDown: boolean;
}

interface TypeModel {
  readonly name: string;
  /** Action of the gate. */
  readonly gate: string | undefined;
  readonly fields: readonly Field[];
}

export type Random = () => number;

export interface RandomWorld {
  readonly policy: string;
  readonly facts: readonly Fact[];
  readonly actors: readonly Reference[];
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly schema: GraphQLSchema;
  readonly sdl: string;
  gateOf(type: string): string | undefined;
  operation(random: Random): string;
}

/** What resolvers take out of the context. */
export interface WorldContext {
  readonly actor: Reference;
  readonly view: View | undefined;
  readonly authorization?: Authorization;
}

export const actionNames: readonly string[] = ["read", "edit", "list"];

/** Repeatable random numbers in [0, 1). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function randomWorld(random: Random): RandomWorld {
  const chance = (p: number): boolean => random() < p;
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;

  const names = ["Alpha", "Beta", "Gamma"];
  const types = names.map((name): TypeModel => {
    const fields: Field[] = [];
    const add = (field: Partial<Field> & Pick<Field, "kind" | "name">): void => {
      fields.push({ target: "", nonNull: false, itemNonNull: false, guard: undefined, pushesDown: false, ...field });
    };
    for (let i = 0; i < 2; i++) {
      const guard = chance(0.5) ? pick(actionNames) : undefined;
      add({ kind: "leaf", name: `leaf${i}`, guard, nonNull: chance(0.15) });
    }
    const targets = [...names, "Node", "Thing"];
    for (let i = 0; i < 2; i++) add({ kind: "one", name: `one${i}`, target: pick(targets), nonNull: chance(0.2) });
    for (let i = 0; i < 2; i++) {
      const guard = chance(0.6) ? pick(actionNames) : undefined;
      add({
        kind: "many",
        name: `many${i}`,
        target: pick(targets),
        guard,
        itemNonNull: chance(0.4),
        nonNull: chance(0.3),
      });
    }
    add({ kind: "page", name: "page", target: pick(names), guard: pick(actionNames), pushesDown: chance(0.4) });
    return { name, gate: chance(0.75) ? pick(actionNames) : undefined, fields };
  });
  const model = new Map(types.map((type) => [type.name, type]));

  const rows = new Map<string, Row[]>();
  for (const { name, fields } of types) {
    const made: Row[] = [];
    const count = 1 + below(7);
    for (let id = 1; id <= count; id++) {
      const row: Record<string, unknown> = { __typename: name, id };
      for (const field of fields) {
        const ref = (): [string, number] => {
          const type = model.has(field.target) ? field.target : pick(names);
          return [type, 1 + below(7)];
        };
        if (field.kind === "leaf") row[field.name] = `${name}${id}.${field.name}`;
        else if (field.kind === "one") row[field.name] = ref();
        else row[field.name] = Array.from({ length: below(8) }, ref);
      }
      made.push(row as Row);
    }
    rows.set(name, made);
  }
  for (const { name, fields } of types) {
    // References to rows that are not there, now and then; pages hold each row once, in order.
    for (const row of rows.get(name)!) {
      for (const field of fields) {
        if (field.kind !== "page") continue;
        const ids = [...new Set((row[field.name] as [string, number][]).map(([, id]) => id))];
        const present = ids.filter((id) => rows.get(field.target)!.some((one) => one.id === id)).sort((a, b) => a - b);
        (row as Record<string, unknown>)[field.name] = present.map((id) => [field.target, id]);
      }
    }
  }

  const { policy, facts, actors } = randomPolicy(random, names, rows);
  const sdl = sdlOf(types);
  return {
    policy,
    facts,
    actors,
    rows,
    sdl,
    schema: buildSchema(sdl, resolversOf(types, rows)),
    gateOf: (type) => model.get(type)?.gate,
    operation: (r) => randomOperation(r, types),
  };
}

function sdlOf(types: readonly TypeModel[]): string {
  const names = types.map((type) => type.name);
  const lines = ["interface Node { id: ID! }", `union Thing = ${names.join(" | ")}`];
  lines.push(
    "type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }",
  );
  for (const { name, gate, fields } of types) {
    lines.push(
      `type ${name} implements Node ${gate === undefined ? "@public" : `@authorize(action: "${gate}")`} {`,
      "  id: ID!",
    );
    for (const field of fields) {
      const bang = field.nonNull ? "!" : "";
      const guard = (on: string): string =>
        field.guard === undefined ? "" : ` @authorize(action: "${field.guard}"${on})`;
      if (field.kind === "leaf") lines.push(`  ${field.name}: String${bang}${guard("")}`);
      else if (field.kind === "one") lines.push(`  ${field.name}: ${field.target}${bang}`);
      else if (field.kind === "many") {
        lines.push(`  ${field.name}: [${field.target}${field.itemNonNull ? "!" : ""}]${bang}${guard(", on: LIST")}`);
      } else {
        const args = "(first: Int, after: String, last: Int, before: String)";
        lines.push(`  ${field.name}${args}: ${field.target}Connection${guard(", on: LIST")}`);
      }
    }
    lines.push(
      "}",
      `type ${name}Connection { edges: [${name}Edge!]!  nodes: [${name}!]!  pageInfo: PageInfo!  totalCount: Int! }`,
      `type ${name}Edge { node: ${name}!  cursor: String! }`,
    );
  }
  lines.push("type Query {");
  for (const name of names) {
    lines.push(
      `  get${name}(id: ID!): ${name} @public`,
      `  ask${name}(id: ID!): ${name} @authorize(action: "edit", on: ARG, arg: "id", type: "${name}")`,
      `  hide${name}(id: ID!): ${name} @authorize(action: "list", on: ARG, arg: "id", type: "${name}", deny: NOT_FOUND)`,
      `  all${name}: [${name}!]! @authorize(action: "list", on: LIST)`,
    );
  }
  lines.push("  node(type: String!, id: ID!): Node @public", "  things: [Thing] @public", "}");
  return lines.join("\n");
}

const everything: Omit<View, "get"> = { shows: () => true, reads: () => true, names: () => true };

function resolversOf(types: readonly TypeModel[], rows: ReadonlyMap<string, readonly Row[]>) {
  const all: View = { ...everything, get: (type, id) => rows.get(type)?.find((row) => row.id === id) ?? null };
  const viewOf = (context: WorldContext): View => context.view ?? all;
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const { name, fields } of types) {
    const own: Record<string, unknown> = {};
    for (const field of fields) own[field.name] = resolverOf(field, viewOf);
    resolvers[name] = own;
  }
  const query: Record<string, unknown> = {};
  for (const { name } of types) {
    const byId =
      (action: string | undefined) =>
      (_: unknown, { id }: { id: string }, context: WorldContext) => {
        const view = viewOf(context);
        return action === undefined || view.names(action, name, Number(id)) ? view.get(name, Number(id)) : null;
      };
    query[`get${name}`] = byId(undefined);
    query[`ask${name}`] = byId("edit");
    query[`hide${name}`] = byId("list");
    query[`all${name}`] = (_: unknown, __: unknown, context: WorldContext) => {
      const view = viewOf(context);
      return rows.get(name)!.filter((row) => view.get(name, row.id) !== null && view.shows("list", row));
    };
  }
  query["node"] = (_: unknown, { type, id }: { type: string; id: string }, context: WorldContext) =>
    viewOf(context).get(type, Number(id));
  query["things"] = (_: unknown, __: unknown, context: WorldContext) =>
    [...rows.values()].flat().map((row) => viewOf(context).get(row.__typename, row.id));
  resolvers["Query"] = query;
  return resolvers as NonNullable<Parameters<typeof buildSchema>[1]>;
}

interface Paging {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

function resolverOf(field: Field, viewOf: (context: WorldContext) => View) {
  return async (source: Row, args: Paging, context: WorldContext): Promise<unknown> => {
    const view = viewOf(context);
    if (field.kind === "leaf") {
      return field.guard === undefined || view.reads(field.guard, source) ? source[field.name] : null;
    }
    if (field.kind === "one") return view.get(...(source[field.name] as [string, number]));
    const refs = source[field.name] as [string, number][];
    const found = refs.map(([type, id]) => view.get(type, id));
    // A null among non-null items comes as a promise: graphql-js drops rejections of its siblings otherwise.
    if (field.guard === undefined) return found.map((row) => (row === null ? Promise.resolve(null) : row));
    const { guard } = field;
    const present = found.filter((row) => row !== null && view.shows(guard, row));
    if (field.kind === "many") return present;
    const { authorization } = context;
    if (!field.pushesDown || authorization === undefined) return page(present as Row[], args);
    const ids = await authorization.list(guard, field.target);
    return page(
      (present as Row[]).filter((row) => ids[0] === "*" || ids.includes(String(row.id))),
      args,
    );
  };
}

function page(rows: readonly Row[], { first, after, last, before }: Paging) {
  const inside = rows.filter(
    (row) => (after == null || row.id > Number(after)) && (before == null || row.id < Number(before)),
  );
  let shown = first == null ? inside : inside.slice(0, first);
  const hasNextPage = shown.length < inside.length;
  let hasPreviousPage = false;
  if (last != null) {
    hasPreviousPage = shown.length > last;
    shown = last === 0 ? [] : shown.slice(-last);
  }
  const cursor = (row: Row | undefined): string | null => (row === undefined ? null : String(row.id));
  return {
    edges: shown.map((node) => ({ node, cursor: String(node.id) })),
    nodes: shown,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: cursor(shown[0]),
      endCursor: cursor(shown[shown.length - 1]),
    },
    totalCount: () => rows.length,
  };
}

function randomPolicy(random: Random, names: readonly string[], rows: ReadonlyMap<string, readonly Row[]>) {
  const chance = (p: number): boolean => random() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const blocks = names.map((name) => {
    const parent = pick(names);
    const rules = [
      '"reader" if "editor";',
      '"read" if "reader";',
      '"edit" if "editor";',
      '"list" if "reader";',
      ...(chance(0.5) ? ['"reader" if "reader" on "parent";'] : []),
      ...(chance(0.3) ? ['"editor" if "editor" on "parent";'] : []),
    ];
    const extra = [
      ...(chance(0.3) ? [`has_permission(_: User, "list", x: ${name}) if is_open(x);`] : []),
      ...(chance(0.2) ? [`has_permission(_: User, "read", _: ${name});`] : []),
      ...(chance(0.2)
        ? [`has_permission(u: User, "edit", x: ${name}) if has_role(u, "reader", x) and not is_open(x);`]
        : []),
    ];
    return `resource ${name} {
      roles = ["reader", "editor"]; permissions = ["read", "edit", "list"]; relations = { parent: ${parent} };
      ${rules.join(" ")}
    }
    declare is_open(${name});
    ${extra.join("\n")}`;
  });
  const parents = new Map(names.map((name, i) => [name, /relations = \{ parent: (\w+) \}/.exec(blocks[i]!)![1]!]));
  const actors = [entity("User", "ann"), entity("User", "bob")];
  const facts: Fact[] = [];
  for (const name of names) {
    for (const row of rows.get(name)!) {
      const resource = entity(name, String(row.id));
      for (const actor of actors) {
        if (chance(0.35)) facts.push(["has_role", actor, pick(["reader", "editor"]), resource]);
      }
      if (chance(0.3)) facts.push(["is_open", resource]);
      const above = parents.get(name)!;
      if (chance(0.4))
        facts.push(["has_relation", resource, "parent", entity(above, String(pick(rows.get(above)!).id))]);
    }
  }
  return { policy: ["actor User {}", ...blocks].join("\n"), facts, actors };
}

function randomOperation(random: Random, types: readonly TypeModel[]): string {
  const below = (n: number): number => Math.floor(random() * n);
  const chance = (p: number): boolean => random() < p;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const model = new Map(types.map((type) => [type.name, type]));
  let aliases = 0;
  const alias = (): string => (chance(0.7) ? `a${aliases++}: ` : `b${aliases++}: `);

  const selection = (target: string, depth: number): string => {
    const type = model.get(target);
    if (type === undefined) {
      const parts = types
        .filter(() => chance(0.7))
        .map((one) => `... on ${one.name} ${selection(one.name, depth - 1)}`);
      return `{ __typename ${target === "Node" && chance(0.5) ? "id" : ""} ${parts.join(" ")} }`;
    }
    const fields = type.fields
      .filter((field) => field.kind === "leaf" || depth > 0)
      .filter((field) => chance(field.kind === "leaf" ? 0.7 : 0.35))
      .map((field) => fieldText(field, depth));
    return `{ ${chance(0.7) ? "id" : "__typename"} ${fields.join(" ")} }`;
  };
  const fieldText = (field: Field, depth: number): string => {
    if (field.kind === "leaf") return `${alias()}${field.name}`;
    if (field.kind !== "page") return `${alias()}${field.name} ${selection(field.target, depth - 1)}`;
    const inner = selection(field.target, depth - 1);
    const parts = [
      ...(chance(0.7) ? [`edges { cursor node ${inner} }`] : []),
      ...(chance(0.5) ? [`nodes ${inner}`] : []),
      ...(chance(0.6) ? ["totalCount"] : []),
      ...(chance(0.7) ? ["pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"] : []),
      "__typename",
    ];
    const args = pick([
      "",
      `(first: ${below(5)})`,
      `(first: ${below(4)}, after: "${below(8)}")`,
      `(last: ${below(4)})`,
    ]);
    return `${alias()}${field.name}${args} { ${parts.join(" ")} }`;
  };
  const roots = Array.from({ length: 1 + below(3) }, () => {
    const name = pick(types).name;
    const id = 1 + below(8);
    switch (below(6)) {
      case 0:
        return `${alias()}get${name}(id: ${id}) ${selection(name, 3)}`;
      case 1:
        return `${alias()}ask${name}(id: ${id}) ${selection(name, 3)}`;
      case 2:
        return `${alias()}hide${name}(id: ${id}) ${selection(name, 3)}`;
      case 3:
        return `${alias()}all${name} ${selection(name, 2)}`;
      case 4:
        return `${alias()}node(type: "${name}", id: ${id}) ${selection("Node", 3)}`;
      default:
        return `${alias()}things ${selection("Thing", 2)}`;
    }
  });
  return `{ ${roots.join("\n")} }`;
}
