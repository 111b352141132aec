/** Predicates that always exist, with their arities (reference, section 14). A rule or a fact may add to them. */
export const builtinPredicates: ReadonlyMap<string, readonly number[]> = new Map([
  ["allow", [2, 3]],
  ["allow_field", [4]],
  ["allow_request", [2]],
  ["has_role", [2, 3]],
  ["has_permission", [2, 3]],
  ["has_relation", [3]],
]);

/** Predicates that are decided by rules alone. */
export const neverFacts: ReadonlySet<string> = new Set(["allow", "allow_field", "allow_request"]);

/** The predicates whose second argument is a name that a block declares, with what the name is. */
export const nameKinds: ReadonlyMap<string, "role" | "permission" | "relation"> = new Map([
  ["has_role", "role"],
  ["has_permission", "permission"],
  ["has_relation", "relation"],
]);

/** The most arguments that a fact can have (reference, section 13). */
export const maxFactArguments = 5;

/** `name/arity`, the key of rules and signatures by arity. */
export function predicateKey(name: string, arity: number): string {
  return `${name}/${arity}`;
}

/** Which predicates exist, with their arities. */
export class PredicateTable {
  readonly #arities = new Map<string, Set<number>>();

  constructor() {
    for (const [name, arities] of builtinPredicates) for (const arity of arities) this.add(name, arity);
  }

  add(name: string, arity: number): void {
    let arities = this.#arities.get(name);
    if (arities === undefined) this.#arities.set(name, (arities = new Set()));
    arities.add(arity);
  }

  /** The arities of a predicate, smallest first; `undefined` when there is no such predicate. */
  arities(name: string): readonly number[] | undefined {
    const arities = this.#arities.get(name);
    return arities === undefined ? undefined : [...arities].sort((a, b) => a - b);
  }

  has(name: string, arity: number): boolean {
    return this.#arities.get(name)?.has(arity) === true;
  }

  /** Whether the predicate exists, but not with so many arguments. */
  hasOtherArity(name: string, arity: number): boolean {
    const arities = this.#arities.get(name);
    return arities !== undefined && !arities.has(arity);
  }

  names(): Iterable<string> {
    return this.#arities.keys();
  }
}

/** `takes 2 or 3 arguments, not 1` */
export function arityMessage(name: string, arities: readonly number[], actual: number): string {
  const last = arities.at(-1);
  const counts = arities.length > 1 ? `${arities.slice(0, -1).join(", ")} or ${last}` : `${last}`;
  return `\`${name}\` takes ${counts} argument${last === 1 ? "" : "s"}, not ${actual}`;
}
