import { isPlainText } from "./plain-text.js";
import type { PlainValue } from "./value.js";

/*
 * Interning: every value of a domain (one entity type, or String, Integer, Boolean) gets a dense number, its code, in
 * order of first appearance. Facts are then rows of codes. The hash tables are typed arrays of our own: half the memory
 * of a `Map`, and no end at 16.7 million entries.
 */

/** A set of values numbered from 0: the ids of one entity type, or all strings, integers or booleans. */
export interface Domain {
  readonly kind: "entity" | "string" | "integer" | "boolean";
  /** The entity type; `String`, `Integer` or `Boolean` otherwise. */
  readonly name: string;
  /** Number of this domain among those of its tables. */
  readonly index: number;
  /** How many values have a code. */
  readonly size: number;
  /** The value of a code that was given out. */
  value(code: number): PlainValue;
}

const seed = (Math.random() * 0x7fffffff) | 0;

/** The hash of a text, with a seed of this process: two characters a step. */
export function hashText(text: string): number {
  const length = text.length;
  let hash = seed ^ length;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    hash = Math.imul(hash ^ (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16)), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  if (i < length) hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
  return finish(hash);
}

function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Up to here a `Map` is the faster one, above our own table. */
const mostMapped = 2_048;

/** Texts to codes. A slot holds a code + 1 and, above it, as many bits of the hash as fit, so that few texts are compared in vain. */
abstract class TextDomain implements Domain {
  abstract readonly kind: "entity" | "string";
  readonly name: string;
  readonly index: number;
  /** The text of every code. Grows at the end only. */
  readonly texts: string[] = [];
  /** Whether all texts are plain ones (`plain-text.ts`): then one that has a code needs no second look. */
  plain = true;
  /** As long as there are few. */
  #map: Map<string, number> | undefined = new Map();
  #slots = new Int32Array(0);
  #mask = 0;
  #codeBits = 0;

  constructor(name: string, index: number) {
    this.name = name;
    this.index = index;
  }

  get size(): number {
    return this.texts.length;
  }

  abstract value(code: number): PlainValue;

  /** The code of a text, -1 if it has none. */
  lookup(text: string): number {
    const map = this.#map;
    if (map !== undefined) {
      const code = map.get(text);
      return code === undefined ? -1 : code;
    }
    const hash = hashText(text);
    const slots = this.#slots;
    const mask = this.#mask;
    const codeBits = this.#codeBits;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return -1;
      if (((slot ^ hash) & ~codeBits) === 0) {
        const code = (slot & codeBits) - 1;
        if (this.texts[code] === text) return code;
      }
    }
  }

  /** The code of a text, a new one if it had none. */
  intern(text: string): number {
    const known = this.lookup(text);
    if (known >= 0) return known;
    const code = this.texts.length;
    if (this.plain && !isPlainText(text)) this.plain = false;
    if (this.#map !== undefined && code < mostMapped) this.#map.set(text, code);
    else {
      if ((code + 1) * 4 > this.#slots.length * 3) this.#grow();
      this.#put(hashText(text), code);
      this.#map = undefined;
    }
    this.texts.push(text);
    return code;
  }

  #put(hash: number, code: number): void {
    const mask = this.#mask;
    let at = hash & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = (hash & ~this.#codeBits) | (code + 1);
  }

  #grow(): void {
    const capacity = Math.max(2 * mostMapped, this.#slots.length * 2);
    this.#slots = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.#codeBits = capacity * 2 - 1;
    for (let code = 0; code < this.texts.length; code++) this.#put(hashText(this.texts[code]!), code);
  }
}

/** The ids of one entity type. */
export class EntityDomain extends TextDomain {
  readonly kind = "entity";
  value(code: number): PlainValue {
    return { type: this.name, id: this.texts[code]! };
  }
}

export class StringDomain extends TextDomain {
  readonly kind = "string";
  value(code: number): PlainValue {
    return this.texts[code]!;
  }
}

export class IntegerDomain implements Domain {
  readonly kind = "integer";
  readonly name = "Integer";
  readonly index: number;
  /** The integer of every code. */
  readonly integers: bigint[] = [];
  #slots = new Int32Array(8);
  #mask = 7;

  constructor(index: number) {
    this.index = index;
  }

  get size(): number {
    return this.integers.length;
  }

  value(code: number): bigint {
    return this.integers[code]!;
  }

  lookup(integer: bigint): number {
    for (let at = hashInteger(integer) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at]!;
      if (slot === 0) return -1;
      if (this.integers[slot - 1] === integer) return slot - 1;
    }
  }

  intern(integer: bigint): number {
    const known = this.lookup(integer);
    if (known >= 0) return known;
    const code = this.integers.length;
    if ((code + 1) * 3 > this.#slots.length * 2) this.#grow();
    this.integers.push(integer);
    this.#put(code);
    return code;
  }

  #put(code: number): void {
    let at = hashInteger(this.integers[code]!) & this.#mask;
    while (this.#slots[at] !== 0) at = (at + 1) & this.#mask;
    this.#slots[at] = code + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#mask = this.#slots.length - 1;
    for (let code = 0; code < this.integers.length; code++) this.#put(code);
  }
}

function hashInteger(integer: bigint): number {
  const low = Number(BigInt.asIntN(32, integer));
  const high = Number(BigInt.asIntN(32, integer >> 32n));
  return finish(Math.imul(low ^ seed, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b));
}

/** `false` is 0, `true` is 1. */
export class BooleanDomain implements Domain {
  readonly kind = "boolean";
  readonly name = "Boolean";
  readonly size = 2;
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
  value(code: number): boolean {
    return code === 1;
  }
}
