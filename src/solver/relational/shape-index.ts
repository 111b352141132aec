import type { Known, TypeNames } from "./inference.js";

/** Argument positions with more types than this are no help in finding. */
const mostTypes = 8;

/** What is known of one argument of the things in an index. */
export interface Shape {
  readonly types: TypeNames;
  readonly text: string | undefined;
}

/**
 * Things that go with calls of one predicate (rules, tables, goals), found by what is known of a call's arguments: by the
 * string at the second one, then by the type of whichever argument tells most. A large policy has thousands of rules for has_role.
 */
export class ShapeIndex<T> {
  readonly #all: Bucket<T>;
  readonly #named = new Map<string, Bucket<T>>();
  readonly #unnamed: Bucket<T>;

  constructor(arity: number) {
    this.#all = new Bucket(arity);
    this.#unnamed = new Bucket(arity);
  }

  add(thing: T, shapes: readonly Shape[]): void {
    this.#all.add(thing, shapes);
    const name = shapes[1]?.text;
    if (name === undefined) this.#unnamed.add(thing, shapes);
    else {
      let bucket = this.#named.get(name);
      if (bucket === undefined) this.#named.set(name, (bucket = new Bucket(shapes.length)));
      bucket.add(thing, shapes);
    }
  }

  /** All that can go with such arguments, and perhaps some that cannot. */
  find(args: readonly (Known | Shape)[]): readonly T[] {
    const name = args[1]?.text;
    if (name === undefined) return this.#all.find(args);
    const named = this.#named.get(name)?.find(args) ?? [];
    const unnamed = this.#unnamed.find(args);
    return unnamed.length === 0 ? named : [...named, ...unnamed];
  }
}

class Bucket<T> {
  readonly #things: T[] = [];
  readonly #positions: { readonly byType: Map<string, T[]>; readonly untyped: T[] }[];

  constructor(arity: number) {
    this.#positions = Array.from({ length: arity }, () => ({ byType: new Map(), untyped: [] }));
  }

  add(thing: T, shapes: readonly Shape[]): void {
    this.#things.push(thing);
    shapes.forEach(({ types }, i) => {
      const position = this.#positions[i]!;
      if (types === undefined) position.untyped.push(thing);
      else
        for (const type of types) {
          const typed = position.byType.get(type);
          if (typed === undefined) position.byType.set(type, [thing]);
          else typed.push(thing);
        }
    });
  }

  find(args: readonly (Known | Shape)[]): readonly T[] {
    let best: readonly T[][] | undefined;
    let least = this.#things.length;
    args.forEach(({ types }, i) => {
      if (types === undefined || types.size > mostTypes) return;
      const { byType, untyped } = this.#positions[i]!;
      const lists = [untyped, ...[...types].map((type) => byType.get(type) ?? [])];
      const size = lists.reduce((sum, list) => sum + list.length, 0);
      if (size < least) [best, least] = [lists, size];
    });
    if (best === undefined) return this.#things;
    const filled = best.filter((list) => list.length > 0);
    return filled.length === 1 ? filled[0]! : [...new Set(filled.flat())];
  }
}
