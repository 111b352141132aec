import type { Engine } from "../../../src/engine/types.js";
import { entity, type Fact, type Reference } from "../../../src/facts/index.js";
import { actionNames, globalActions, type Model, namedTypes, possibleTypes, typeNames } from "./model.js";
import type { Random } from "./random.js";

/** A row's reference to another one, which need not be there. */
export type Ref = readonly [type: string, id: number];

export interface Row {
  readonly __typename: string;
  readonly id: number;
  readonly [field: string]: unknown;
}

export type Rows = ReadonlyMap<string, readonly Row[]>;

export const actors: readonly Reference[] = ["ann", "bob", "cleo"].map((id) => entity("User", id));

/** A policy over roles, relations between rows, and marks on them. */
export function randomPolicy({ chance, pick }: Random): {
  readonly policy: string;
  readonly parents: ReadonlyMap<string, string>;
} {
  const parents = new Map(typeNames.map((name) => [name, pick(typeNames)]));
  const blocks = typeNames.map((name) => {
    const rules = [
      '"reader" if "editor";',
      '"read" if "reader";',
      '"edit" if "editor";',
      '"list" if "reader";',
      '"strict" if "reader";',
      ...(chance(0.5) ? ['"reader" if "reader" on "parent";'] : []),
      ...(chance(0.3) ? ['"editor" if "editor" on "parent";'] : []),
    ];
    const extra = [
      ...(chance(0.3) ? [`has_permission(_: User, "list", x: ${name}) if is_open(x);`] : []),
      ...(chance(0.15) ? [`has_permission(_: User, "read", _: ${name});`] : []),
      ...(chance(0.2)
        ? [`has_permission(u: User, "edit", x: ${name}) if has_role(u, "reader", x) and not is_open(x);`]
        : []),
    ];
    return `resource ${name} {
      roles = ["reader", "editor"]; permissions = ["read", "edit", "list", "strict"]; relations = { parent: ${parents.get(name)} };
      ${rules.join(" ")}
    }
    declare is_open(${name});
    ${extra.join("\n")}`;
  });
  const policy = [
    "actor User {}",
    ...blocks,
    "allow(actor, action, resource) if has_permission(actor, action, resource);",
    ...globalActions.map((action) => `allow(actor: User, "${action}") if may(actor, "${action}");`),
    "allow(actor: User, action: String, name: String) if may_on(actor, action, name);",
    "declare may(User, String);",
    "declare may_on(User, String, String);",
  ].join("\n");
  return { policy, parents };
}

export function randomRows({ below, chance, pick, some }: Random, model: Model): Rows {
  const rows = new Map<string, Row[]>();
  // Now and then enough for connections that are read in several steps.
  const counts = new Map(typeNames.map((name) => [name, chance(0.3) ? 6 + below(6) : 2 + below(4)]));
  for (const { name, fields } of model.types) {
    const made = Array.from({ length: counts.get(name)! }, (_, i): Row => {
      const id = i + 1;
      const row: Record<string, unknown> = { __typename: name, id, name: `${name} ${id}` };
      for (const { name: field, kind, target } of fields) {
        const ref = (): Ref => [pick(possibleTypes(model, target)), 1 + below(6)];
        if (kind === "leaf") row[field] = `${name}${id}.${field}`;
        else if (kind === "one") row[field] = ref();
        else if (kind === "many") row[field] = some(3, ref);
        else if (kind === "grid") row[field] = some(2, () => some(2, ref));
        else if (kind === "page") {
          // Each row once, in order.
          const count = counts.get(target)!;
          const ids = new Set(count > 5 && chance(0.7) ? all(count) : some(5, () => 1 + below(count)));
          row[field] = [...ids].sort((a, b) => a - b).map((one): Ref => [target, one]);
        }
      }
      return row as Row;
    });
    rows.set(name, made);
  }
  return rows;
}

function all(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

export function randomFacts({ chance, pick }: Random, rows: Rows, parents: ReadonlyMap<string, string>): Fact[] {
  const facts: Fact[] = [];
  for (const [name, list] of rows) {
    for (const row of list) {
      const resource = entity(name, String(row.id));
      // The third has next to nothing.
      for (const [i, actor] of actors.entries()) {
        if (chance(i === 2 ? 0.05 : 0.45)) facts.push(["has_role", actor, pick(["reader", "editor"]), resource]);
      }
      if (chance(0.3)) facts.push(["is_open", resource]);
      const above = parents.get(name)!;
      if (chance(0.35))
        facts.push(["has_relation", resource, "parent", entity(above, String(pick(rows.get(above)!).id))]);
    }
  }
  for (const actor of actors) {
    for (const action of globalActions) {
      if (chance(action === "strict" ? 0.8 : 0.5)) facts.push(["may", actor, action]);
      for (const name of namedTypes) {
        if (chance(action === "strict" ? 0.8 : 0.5)) facts.push(["may_on", actor, action, name]);
      }
    }
  }
  return facts;
}

/** What one actor may do, found out by asking about every row, one by one. */
export interface View {
  /** Nobody: nothing is asked. */
  readonly isNobody: boolean;
  may(action: string, type: string, id: number): boolean;
  /** Whether `list` says that all are allowed, whatever their ids. */
  isAll(action: string, type: string): boolean;
  /** Whether `list` says that there is none. */
  isNone(action: string, type: string): boolean;
  /** `on: NONE`: the action alone, or on the name of a type. */
  enters(action: string, type?: string): boolean;
}

/** The view of whoever is not logged in. */
export const nobody: View = {
  isNobody: true,
  may: () => false,
  isAll: () => false,
  isNone: () => true,
  enters: () => false,
};

export async function viewOf(engine: Engine, rows: Rows, actor: Reference): Promise<View> {
  const allowed = new Set<string>();
  const everywhere = new Set<string>();
  const nowhere = new Set<string>();
  for (const [type, list] of rows) {
    // Rows that are not there may be named all the same.
    const ids = Array.from({ length: Math.max(list.length, 7) }, (_, i) => String(i + 1));
    for (const action of actionNames) {
      for (const id of ids) {
        if (await engine.authorize(actor, action, entity(type, id))) allowed.add(`${action} ${type} ${id}`);
      }
      const listed = await engine.list(actor, action, type);
      if (listed[0] === "*") everywhere.add(`${action} ${type}`);
      if (listed.length === 0) nowhere.add(`${action} ${type}`);
    }
  }
  const entered = new Set<string>();
  for (const action of globalActions) {
    if (await engine.authorize(actor, action)) entered.add(action);
    for (const name of namedTypes) if (await engine.authorize(actor, action, name)) entered.add(`${action} ${name}`);
  }
  return {
    isNobody: false,
    may: (action, type, id) => allowed.has(`${action} ${type} ${id}`),
    isAll: (action, type) => everywhere.has(`${action} ${type}`),
    isNone: (action, type) => nowhere.has(`${action} ${type}`),
    enters: (action, type) => entered.has(type === undefined ? action : `${action} ${type}`),
  };
}
