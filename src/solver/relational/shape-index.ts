import type { Known, TypeNames } from "./known.js";

/** Argument positions with more types than this are no help in finding. */
const mostTypes = 8;

/** What is known of one argument of the things in an index. */
export interface Shape {
  readonly types: TypeNames;
  readonly text: string | undefined;
}

/**
 * Things that go with calls of one predicate (rules, tables), found by what is known of a call's arguments: by the string at the
 * second one, then by the type of whichever argument tells most. A large policy has thousands of rules for has_role, of which a
 * question concerns a few: what nobody looks for is not put in order.
 */
export class ShapeIndex<T> {
  readonly #arity: number;
  readonly #shapesOf: (thing: T) => readonly Shape[];
  readonly #things: T[] = [];
  readonly #named = new Map<string, TypeIndex<T>>();
  readonly #unnamed: TypeIndex<T>;
  #all: TypeIndex<T> | undefined;

  constructor(arity: number, shapesOf: (thing: T) => readonly Shape[]) {
    this.#arity = arity;
    this.#shapesOf = shapesOf;
    this.#unnamed = new TypeIndex(arity, shapesOf);
  }

  /** `name` is the string at the second argument, if it is known. */
  add(thing: T, name: string | undefined): void {
    this.#things.push(thing);
    this.#all?.add(thing);
    if (name === undefined) this.#unnamed.add(thing);
    else {
      let index = this.#named.get(name);
      if (index === undefined) this.#named.set(name, (index = new TypeIndex(this.#arity, this.#shapesOf)));
      index.add(thing);
    }
  }

  get things(): readonly T[] {
    return this.#things;
  }

  /** All that can go with such arguments, and perhaps some that cannot. */
  find(args: readonly (Known | Shape)[]): readonly T[] {
    const name = args[1]?.text;
    if (name === undefined) return this.#everything().find(args);
    const named = this.#named.get(name)?.find(args) ?? [];
    const unnamed = this.#unnamed.find(args);
    return unnamed.length === 0 ? named : [...named, ...unnamed];
  }

  #everything(): TypeIndex<T> {
    if (this.#all === undefined) {
      this.#all = new TypeIndex(this.#arity, this.#shapesOf);
      for (const thing of this.#things) this.#all.add(thing);
    }
    return this.#all;
  }
}

class TypeIndex<T> {
  readonly #shapesOf: (thing: T) => readonly Shape[];
  readonly #things: T[] = [];
  readonly #positions: { readonly byType: Map<string, T[]>; readonly untyped: T[] }[];
  /** How many of the things are in `positions`. */
  #indexed = 0;

  constructor(arity: number, shapesOf: (thing: T) => readonly Shape[]) {
    this.#shapesOf = shapesOf;
    this.#positions = Array.from({ length: arity }, () => ({ byType: new Map(), untyped: [] }));
  }

  add(thing: T): void {
    this.#things.push(thing);
  }

  #index(thing: T): void {
    const shapes = this.#shapesOf(thing);
    for (let i = 0; i < shapes.length; i++) {
      const { types } = shapes[i]!;
      const position = this.#positions[i]!;
      if (types === undefined || types.size > mostTypes) position.untyped.push(thing);
      else
        for (const type of types) {
          const typed = position.byType.get(type);
          if (typed === undefined) position.byType.set(type, [thing]);
          else typed.push(thing);
        }
    }
  }

  find(args: readonly (Known | Shape)[]): readonly T[] {
    while (this.#indexed < this.#things.length) this.#index(this.#things[this.#indexed++]!);
    let best = -1;
    let least = this.#things.length;
    for (let i = 0; i < args.length; i++) {
      const { types } = args[i]!;
      if (types === undefined || types.size > mostTypes) continue;
      const { byType, untyped } = this.#positions[i]!;
      let size = untyped.length;
      for (const type of types) size += byType.get(type)?.length ?? 0;
      if (size < least) [best, least] = [i, size];
    }
    if (best < 0) return this.#things;
    if (least === 0) return [];
    const { byType, untyped } = this.#positions[best]!;
    if (untyped.length === least) return untyped;
    const lists = [untyped];
    for (const type of args[best]!.types!) {
      const list = byType.get(type);
      if (list?.length === least) return list;
      if (list !== undefined) lists.push(list);
    }
    return [...new Set(lists.flat())];
  }
}
