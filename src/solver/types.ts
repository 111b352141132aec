import type { Policy } from "../polar/policy.js";

/**
 * The types that a value may have, as a set of names: what `x matches T` leaves of an unbound `x`.
 * Which types exist is known when a policy is loaded, so a constraint is simply the set of types that satisfy it.
 */
export interface TypeSet {
  readonly names: ReadonlySet<string>;
  /** Equal for equal sets. */
  readonly key: string;
}

export interface Types {
  /** `T` and all its subtypes; `Actor` and `Resource` are every type of the kind. An unknown name is a type of its own. */
  within(name: string): TypeSet;
  /** `T` alone, as `matches!` and `list` mean it. */
  exactly(name: string): TypeSet;
  isSubtype(name: string, of: string): boolean;
}

const builtin = ["Integer", "Float", "String", "Boolean", "List", "Dictionary"];

export function typeSet(names: Iterable<string>): TypeSet {
  const sorted = [...names].sort();
  return { names: new Set(sorted), key: sorted.map((name) => `${name.length}:${name}`).join("") };
}

/** What satisfies both; `undefined` when nothing does. Answers one of the two whenever it can. */
export function intersect(a: TypeSet, b: TypeSet): TypeSet | undefined {
  if (a.key === b.key) return a;
  const common: string[] = [];
  for (const name of a.names) if (b.names.has(name)) common.push(name);
  if (common.length === 0) return undefined;
  if (common.length === a.names.size) return a;
  return common.length === b.names.size ? b : typeSet(common);
}

export function createTypes(policy: Pick<Policy, "types">): Types {
  const below = new Map<string, Set<string>>();
  const add = (above: string, name: string): void => {
    const set = below.get(above);
    if (set === undefined) below.set(above, new Set([name]));
    else set.add(name);
  };
  for (const name of builtin) add(name, name);
  add("Actor", "Actor");
  add("Resource", "Resource");
  for (const info of policy.types.values()) {
    add(info.name, info.name);
    let actor = info.kind === "actor";
    let resource = actor || info.kind === "resource";
    for (const ancestor of info.ancestors) {
      add(ancestor, info.name);
      const kind = policy.types.get(ancestor)?.kind;
      actor ||= kind === "actor";
      resource ||= kind === "actor" || kind === "resource";
    }
    if (actor) add("Actor", info.name);
    if (resource) add("Resource", info.name);
  }
  const within = new Map<string, TypeSet>();
  const exact = new Map<string, TypeSet>();
  for (const [name, names] of below) {
    within.set(name, typeSet(names));
    exact.set(name, typeSet([name]));
  }
  return {
    within: (name) => within.get(name) ?? typeSet([name]),
    exactly: (name) => exact.get(name) ?? typeSet([name]),
    isSubtype: (name, of) =>
      name === of || (name === "Actor" && of === "Resource") || (below.get(of)?.has(name) ?? false),
  };
}
