import type { Engine } from "../../../src/engine/types.js";
import { entity, type Fact, type Reference } from "../../../src/facts/index.js";
import { actionNames, type Model, possibleTypes, typeNames } from "./model.js";
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
      roles = ["reader", "editor"]; permissions = ["read", "edit", "list"]; relations = { parent: ${parents.get(name)} };
      ${rules.join(" ")}
    }
    declare is_open(${name});
    ${extra.join("\n")}`;
  });
  const policy = [
    "actor User {}",
    ...blocks,
    "allow(actor, action, resource) if has_permission(actor, action, resource);",
    'allow(actor: User, "enter") if may_enter(actor);',
    "declare may_enter(User);",
  ].join("\n");
  return { policy, parents };
}

export function randomRows({ below, pick, some }: Random, model: Model): Rows {
  const rows = new Map<string, Row[]>();
  const counts = new Map(typeNames.map((name) => [name, 2 + below(4)]));
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
          const ids = new Set(some(5, () => 1 + below(counts.get(target)!)));
          row[field] = [...ids].sort((a, b) => a - b).map((one): Ref => [target, one]);
        }
      }
      return row as Row;
    });
    rows.set(name, made);
  }
  return rows;
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
  for (const actor of actors) if (chance(0.5)) facts.push(["may_enter", actor]);
  return facts;
}

/** What one actor may do, found out by asking about every row, one by one. */
export interface View {
  may(action: string, type: string, id: number): boolean;
  readonly entered: boolean;
}

export async function viewOf(engine: Engine, rows: Rows, actor: Reference): Promise<View> {
  const allowed = new Set<string>();
  for (const [type, list] of rows) {
    for (const { id } of list) {
      for (const action of actionNames) {
        if (await engine.authorize(actor, action, entity(type, String(id)))) allowed.add(`${action} ${type} ${id}`);
      }
    }
    // Rows that are not there may be named all the same.
    for (let id = list.length + 1; id <= 7; id++) {
      for (const action of actionNames) {
        if (await engine.authorize(actor, action, entity(type, String(id)))) allowed.add(`${action} ${type} ${id}`);
      }
    }
  }
  const entered = await engine.authorize(actor, "enter");
  return { may: (action, type, id) => allowed.has(`${action} ${type} ${id}`), entered };
}
