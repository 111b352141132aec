import { LimitError } from "../diagnostics/errors.js";
import { intersect, type TypeSet } from "./types.js";
import {
  Dictionary,
  deepestTerm,
  Entity,
  emptyList,
  Instance,
  isGround,
  List,
  type Term,
  typeOf,
  type Value,
  Variable,
  variable,
} from "./values.js";

/**
 * The variables of one activation of a rule, on one branch of the search. A branch owns its frame: a choice point copies
 * it, so nothing is ever undone, and a branch that fails is simply dropped.
 */
export class Frame {
  readonly values: (Term | undefined)[];
  /** Type constraints of variables that are still unbound. */
  types: (TypeSet | undefined)[] | undefined;
  /** Set by every binding: a waiting goal may have become ready. */
  changed: boolean;

  constructor(values: (Term | undefined)[], types: (TypeSet | undefined)[] | undefined) {
    this.values = values;
    this.types = types;
    this.changed = false;
  }

  copy(): Frame {
    return new Frame(this.values.slice(), this.types?.slice());
  }

  fresh(type?: TypeSet): Variable {
    const slot = this.values.length;
    this.values.push(undefined);
    if (type !== undefined) {
      this.types ??= [];
      this.types[slot] = type;
    }
    return variable(slot);
  }

  /** The value of a term as far as it is known: a value, or the variable that stands for it. */
  deref(term: Term): Term {
    let current = term;
    while (current instanceof Variable) {
      const next = this.values[current.slot];
      if (next === undefined) return current;
      current = next;
    }
    return current;
  }

  /** Restricts a variable or tests a value. */
  constrain(term: Term, set: TypeSet): boolean {
    const value = this.deref(term);
    if (!(value instanceof Variable)) {
      const type = typeOf(value);
      return type !== undefined && set.names.has(type);
    }
    const known = this.types?.[value.slot];
    const both = known === undefined ? set : intersect(known, set);
    if (both === undefined) return false;
    this.types ??= [];
    this.types[value.slot] = both;
    return true;
  }

  typeOf(open: Variable): TypeSet | undefined {
    return this.types?.[open.slot];
  }

  bind(open: Variable, to: Term): boolean {
    const set = this.types?.[open.slot];
    if (to instanceof Variable) {
      if (to.slot === open.slot) return true;
      if (set !== undefined && !this.constrain(to, set)) return false;
    } else {
      if (set !== undefined) {
        const type = typeOf(to);
        if (type === undefined || !set.names.has(type)) return false;
      }
      if (!isGround(to) && this.#occurs(open, to, 0)) return false;
    }
    this.values[open.slot] = to;
    this.changed = true;
    return true;
  }

  /** Polar reference, section 5. After a failure the frame is worthless. */
  unify(left: Term, right: Term, depth = 0): boolean {
    const a = this.deref(left);
    const b = this.deref(right);
    if (a === b) return true;
    if (a instanceof Variable) return this.bind(a, b);
    if (b instanceof Variable) return this.bind(b, a);
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
      if (scalarsEqual(a, b)) return true;
      return typeof a === "number" && typeof b === "number" && this.#sameVariable(left, right);
    }
    if (a instanceof Entity) return b instanceof Entity && a.id === b.id && a.type === b.type;
    if (a instanceof Instance) return b instanceof Instance && sameInstance(a, b);
    if (depth > deepestTerm) throw new LimitError("termDepth", deepestTerm, "levels");
    if (a instanceof List) return b instanceof List && this.#unifyLists(a, b, depth + 1);
    return b instanceof Dictionary && this.#unifyDictionaries(a, b, depth + 1);
  }

  /** `nan` equals nothing, but a variable equals itself. */
  #sameVariable(left: Term, right: Term): boolean {
    return left instanceof Variable && right instanceof Variable && this.#last(left) === this.#last(right);
  }

  #last(start: Variable): Variable {
    let current = start;
    for (;;) {
      const next = this.values[current.slot];
      if (!(next instanceof Variable)) return current;
      current = next;
    }
  }

  #unifyLists(first: List, second: List, depth: number): boolean {
    const a = this.flatten(first);
    const b = this.flatten(second);
    if (a === undefined || b === undefined) return false;
    const shared = Math.min(a.items.length, b.items.length);
    if (a.items.length > shared && b.rest === undefined) return false;
    if (b.items.length > shared && a.rest === undefined) return false;
    for (let i = 0; i < shared; i++) {
      if (!this.unify(a.items[i] as Term, b.items[i] as Term, depth)) return false;
    }
    if (a.items.length > shared) return this.unify(b.rest as Variable, tail(a, shared), depth);
    if (b.items.length > shared) return this.unify(a.rest as Variable, tail(b, shared), depth);
    return this.unify(a.rest ?? emptyList, b.rest ?? emptyList, depth);
  }

  #unifyDictionaries(a: Dictionary, b: Dictionary, depth: number): boolean {
    if (a.entries.size !== b.entries.size) return false;
    for (const key of a.entries.keys()) if (!b.entries.has(key)) return false;
    for (const [key, value] of a.entries) {
      if (!this.unify(value, b.entries.get(key) as Term, depth)) return false;
    }
    return true;
  }

  /** A list with the known part of its rest put in; `undefined` when the rest turned out not to be a list. */
  flatten(list: List): List | undefined {
    if (list.rest === undefined) return list;
    const items = [...list.items];
    let rest: Variable | undefined = list.rest;
    while (rest !== undefined) {
      const value = this.deref(rest);
      if (value instanceof Variable) return new List(items, value);
      if (!(value instanceof List)) return undefined;
      for (const item of value.items) items.push(item);
      rest = value.rest;
    }
    return new List(items);
  }

  #occurs(open: Variable, term: Term, depth: number): boolean {
    const value = this.deref(term);
    if (value instanceof Variable) return value.slot === open.slot;
    if (isGround(value)) return false;
    if (depth > deepestTerm) throw new LimitError("termDepth", deepestTerm, "levels");
    for (const child of childrenOf(value)) if (this.#occurs(open, child, depth + 1)) return true;
    return false;
  }

  /** Whether the term stands for a value without any unbound variable in it. */
  isKnown(term: Term, depth = 0): boolean {
    const value = this.deref(term);
    if (value instanceof Variable) return false;
    if (isGround(value)) return true;
    if (depth > deepestTerm) throw new LimitError("termDepth", deepestTerm, "levels");
    for (const child of childrenOf(value)) if (!this.isKnown(child, depth + 1)) return false;
    return true;
  }

  /**
   * The term with every known variable replaced by its value; `open` says what an unbound one becomes. The result has
   * nothing to do with this frame any more.
   */
  resolve(term: Term, open: (variable: Variable) => Term, depth = 0): Term {
    const value = this.deref(term);
    if (value instanceof Variable) return open(value);
    if (isGround(value)) return value;
    if (depth > deepestTerm) throw new LimitError("termDepth", deepestTerm, "levels");
    if (value instanceof List) {
      const flat = this.flatten(value);
      if (flat === undefined) return value;
      const items = flat.items.map((item) => this.resolve(item, open, depth + 1));
      const rest = flat.rest === undefined ? undefined : open(flat.rest);
      return new List(items, rest instanceof Variable ? rest : undefined);
    }
    const entries = [...(value as Dictionary).entries];
    return new Dictionary(entries.map(([key, item]) => [key, this.resolve(item, open, depth + 1)] as const));
  }
}

function tail(list: List, from: number): Term {
  if (from === list.items.length && list.rest !== undefined) return list.rest;
  return new List(list.items.slice(from), list.rest);
}

function* childrenOf(value: Value): Iterable<Term> {
  if (value instanceof List) {
    yield* value.items;
    if (value.rest !== undefined) yield value.rest;
  } else if (value instanceof Dictionary) {
    yield* value.entries.values();
  }
}

/** Value objects are equal when of one class with equal data. */
export function sameInstance(a: Instance, b: Instance): boolean {
  return a.object === b.object || a.structure === b.structure;
}

/** Numbers by value, whatever their kind; everything else by identity. Objects are not scalars. */
export function scalarsEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  // The order of a bigint and a number is exact, so this is equality by value.
  const number = typeof a === "bigint" ? typeof b === "number" : typeof a === "number" && typeof b === "bigint";
  return number && (a as number) <= (b as number) && (a as number) >= (b as number);
}
