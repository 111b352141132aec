import { LimitError } from "../diagnostics/errors.js";

/**
 * Values as the solver holds them: an Integer is a `bigint`, a Float a `number`, nil is `null` (Polar reference, section 4).
 * A term is a value that may hold variables; variables are slots of the frame in which the term is read.
 */
export type Value = bigint | number | string | boolean | null | Entity | Instance | List | Dictionary;
export type Term = Value | Variable;

/** Terms nest at most this deep whatever the limits say, so that walking them never exhausts the stack. */
export const deepestTerm = 1_000;

/** A slot of a frame. There is one object per number, so two variables are the same when they are identical. */
export class Variable {
  readonly slot: number;

  constructor(slot: number) {
    this.slot = slot;
  }
}

const pool: Variable[] = [];

export function variable(slot: number): Variable {
  if (slot < 4_096) {
    while (pool.length <= slot) pool.push(new Variable(pool.length));
    return pool[slot] as Variable;
  }
  return new Variable(slot);
}

/** An entity is its type and its id, and nothing else: `object` is only where its properties are read. */
export class Entity {
  readonly type: string;
  readonly id: string;
  readonly object: object | undefined;

  constructor(type: string, id: string, object?: object) {
    this.type = type;
    this.id = id;
    this.object = object;
  }
}

/** An object of the application without an id: a value object of a declared type, or of no type (`type` undefined). */
export class Instance {
  readonly type: string | undefined;
  readonly object: object;
  readonly #describe: (object: object) => string;
  #structure: string | undefined;

  constructor(type: string | undefined, object: object, describe: (object: object) => string) {
    this.type = type;
    this.object = object;
    this.#describe = describe;
  }

  /**
   * Class and own data as text, equal for equal objects. Read once.
   * @throws LimitError when there is too much of it, or no end to it
   */
  get structure(): string {
    this.#structure ??= this.#describe(this.object);
    return this.#structure;
  }
}

/** Items, then whatever list `rest` stands for. */
export class List {
  readonly items: readonly Term[];
  readonly rest: Variable | undefined;
  /** Holds no variable at any depth. */
  readonly ground: boolean;
  readonly depth: number;

  constructor(items: readonly Term[], rest?: Variable) {
    this.items = items;
    this.rest = rest;
    this.ground = rest === undefined && items.every(isGround);
    this.depth = depthAbove(items);
  }
}

export class Dictionary {
  /** In the order of the keys' code units, so that equal dictionaries look alike. */
  readonly entries: ReadonlyMap<string, Term>;
  readonly ground: boolean;
  readonly depth: number;

  constructor(entries: Iterable<readonly [string, Term]>) {
    const sorted = [...entries].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    this.entries = new Map(sorted);
    const values = sorted.map((entry) => entry[1]);
    this.ground = values.every(isGround);
    this.depth = depthAbove(values);
  }
}

export const emptyList: List = new List([]);

/** Whether a term holds no variable slot at all (a bound variable counts as a variable here). */
export function isGround(term: Term): boolean {
  if (term instanceof Variable) return false;
  return term instanceof List || term instanceof Dictionary ? term.ground : true;
}

/** The built-in type or declared type of a value; `undefined` for nil and for objects of no type. */
export function typeOf(value: Value): string | undefined {
  switch (typeof value) {
    case "bigint":
      return "Integer";
    case "number":
      return "Float";
    case "string":
      return "String";
    case "boolean":
      return "Boolean";
    default:
      if (value === null) return undefined;
      if (value instanceof List) return "List";
      if (value instanceof Dictionary) return "Dictionary";
      return value.type;
  }
}

/** What a message calls a value: its type, or `nil`, or `an object`. */
export function kindOf(value: Value): string {
  return value === null ? "nil" : (typeOf(value) ?? "an object of no type");
}

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

export function fitsInteger(value: bigint): boolean {
  return value >= minInteger && value <= maxInteger;
}

function depthAbove(children: readonly Term[]): number {
  let depth = 0;
  for (const child of children) {
    if ((child instanceof List || child instanceof Dictionary) && child.depth > depth) depth = child.depth;
  }
  if (depth >= deepestTerm) throw new LimitError("termDepth", deepestTerm, "levels");
  return depth + 1;
}
