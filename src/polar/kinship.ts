import type { TypeTable } from "./type-table.js";

/**
 * Which types something can be of besides one that it is of: `typesOverlap` for one type and all others at once, found without
 * trying them.
 */
export class Kinship {
  readonly #types: TypeTable;
  readonly #known = new Map<string, ReadonlySet<string>>();
  #below: Map<string, string[]> | undefined;

  constructor(types: TypeTable) {
    this.#types = types;
  }

  /** The type itself, those above and below it, and those that share a type below with it. Not for `Actor` and `Resource`. */
  of(type: string): ReadonlySet<string> {
    let kin = this.#known.get(type);
    if (kin === undefined) {
      const found = new Set([type, ...(this.#types.get(type)?.ancestors ?? [])]);
      for (const name of this.below(type)) {
        found.add(name);
        // What stands above a type with one supertype stands above that one too.
        const info = this.#types.get(name);
        if (info !== undefined && info.extends.length > 1) for (const above of info.ancestors) found.add(above);
      }
      this.#known.set(type, (kin = found));
    }
    return kin;
  }

  /** The types of which something can be that is of one of these; `undefined` for every type. */
  ofAny(types: ReadonlySet<string>): ReadonlySet<string> | undefined {
    const all = new Set<string>();
    for (const type of types) {
      if (type === "Actor" || type === "Resource") return undefined;
      const kin = this.of(type);
      if (types.size === 1) return kin;
      for (const other of kin) all.add(other);
    }
    return all;
  }

  /** The type itself and those below it, in the order of their declarations. */
  below(type: string): readonly string[] {
    if (this.#below === undefined) {
      this.#below = new Map();
      for (const { name, ancestors } of this.#types.values()) {
        for (const above of ancestors) {
          const list = this.#below.get(above);
          if (list === undefined) this.#below.set(above, [name]);
          else list.push(name);
        }
      }
    }
    return this.#below.get(type) ?? [];
  }
}
