/*
 * From the codes of some columns to what stands beside them. The lists of all keys lie in one pool of integers, each in one
 * piece: walking a list is reading an array. A list that no longer fits moves to the end with room to double;
 * free cells hold -1, so the room behind a list needs no book-keeping.
 */

/** How far codes may exceed the number of keys before an array by code wastes too much. */
const sparse = (keys: number): number => 4 * keys + 1024;

/** Rows between two pauses while an index is filled: a fraction of a millisecond. */
const piece = 16_384;

function* piecesOf(count: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < count; from += piece) yield [from, Math.min(from + piece, count)];
}

/** The lists of one index: `pool[start[group]]` and the `count[group] - 1` after it. */
export class Index {
  /** Positions of the columns that are the key. */
  readonly columns: readonly number[];
  start: Int32Array = new Int32Array(0);
  count: Int32Array = new Int32Array(0);
  pool: Int32Array = new Int32Array(0);
  /** Group by hash of the key, plus one; `undefined` when the one code of the key is the group. */
  #slots: Int32Array | undefined;
  /** Keys of the groups, when there are slots. */
  #keys: Int32Array = new Int32Array(0);
  #groups = 0;
  #used = 0;
  #live = 0;

  constructor(columns: readonly number[]) {
    this.columns = columns;
  }

  /**
   * Takes in `rows` rows, and pauses after each piece of them: to be resumed to the end before anything else is asked of this
   * index. `key(row, column)` is a code of the row, -1 when there is no such row; `payload(row)` is what its list shall
   * hold. Payloads of one key must differ.
   */
  *fill(
    rows: number,
    key: (row: number, column: number) => number,
    payload: (row: number) => number,
  ): Generator<undefined, void> {
    const [only] = this.columns as [number];
    let highest = -1;
    if (this.columns.length === 1)
      for (const [from, to] of piecesOf(rows)) {
        for (let row = from; row < to; row++) highest = Math.max(highest, key(row, only));
        yield;
      }
    const groupOf = new Int32Array(rows);
    if (this.columns.length === 1 && highest < sparse(rows)) {
      this.#groups = highest + 1;
      this.start = new Int32Array(this.#groups);
      this.count = new Int32Array(this.#groups);
      for (const [from, to] of piecesOf(rows)) {
        for (let row = from; row < to; row++) groupOf[row] = key(row, only);
        yield;
      }
    } else {
      this.#slots = new Int32Array(16);
      for (const [from, to] of piecesOf(rows)) {
        this.#group(from, to, key, groupOf);
        yield;
      }
    }
    for (const [from, to] of piecesOf(rows)) {
      this.#countGroups(from, to, groupOf);
      yield;
    }
    let used = 0;
    for (const [from, to] of piecesOf(this.#groups)) {
      for (let group = from; group < to; group++) {
        this.start[group] = used;
        used += this.count[group]!;
        this.count[group] = 0;
      }
      yield;
    }
    this.pool = new Int32Array(used);
    for (const [from, to] of piecesOf(rows)) {
      this.#place(from, to, groupOf, payload);
      yield;
    }
    this.#used = used;
    this.#live = used;
  }

  #group(from: number, to: number, key: (row: number, column: number) => number, groupOf: Int32Array): void {
    const { columns } = this;
    const codes = new Int32Array(columns.length);
    for (let row = from; row < to; row++) {
      for (let i = 0; i < columns.length; i++) codes[i] = key(row, columns[i]!);
      groupOf[row] = codes[0]! < 0 ? -1 : this.#groupFor(codes);
    }
  }

  #countGroups(from: number, to: number, groupOf: Int32Array): void {
    const { count } = this;
    for (let row = from; row < to; row++) {
      const group = groupOf[row]!;
      if (group >= 0) count[group]!++;
    }
  }

  #place(from: number, to: number, groupOf: Int32Array, payload: (row: number) => number): void {
    const { start, count, pool } = this;
    for (let row = from; row < to; row++) {
      const group = groupOf[row]!;
      if (group >= 0) pool[start[group]! + count[group]!++] = payload(row);
    }
  }

  /** The group of a key of one column, -1 if there is none. A group may have an empty list. */
  group1(code: number): number {
    if (this.#slots === undefined) return code < this.#groups ? code : -1;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = mix(code) & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return -1;
      if (this.#keys[slot - 1] === code) return slot - 1;
    }
  }

  /** The group of a key, its codes in the order of `columns`. */
  group(codes: ArrayLike<number>): number {
    return this.columns.length === 1 ? this.group1(codes[0]!) : this.#find(codes);
  }

  /** False when this index no longer suits its data: it must be dropped and built anew when it is needed. */
  add(key: ArrayLike<number>, payload: number, rows: number): boolean {
    let group: number;
    if (this.#slots === undefined) {
      group = key[0]!;
      if (group >= this.#groups) {
        if (group >= sparse(rows)) return false;
        if (group >= this.start.length) this.#growGroups(group + 1);
        this.#groups = group + 1;
      }
    } else group = this.#groupFor(key);
    const size = this.count[group]!;
    const end = this.start[group]! + size;
    if (size > 0 && end < this.#used && this.pool[end] === -1) this.pool[end] = payload;
    else if (size > 0 && end === this.#used && end < this.pool.length) this.pool[this.#used++] = payload;
    else if (!this.#move(group, size, payload)) return false;
    this.count[group] = size + 1;
    this.#live++;
    return true;
  }

  /** Takes a payload out of the list of a key. Costs the length of the list, which is returned. */
  remove(key: ArrayLike<number>, payload: number): number {
    const group = this.group(key);
    if (group < 0) return 0;
    const size = this.count[group]!;
    const start = this.start[group]!;
    const last = start + size - 1;
    const at = this.pool.indexOf(payload, start);
    if (at < 0 || at > last) return 0;
    this.pool[at] = this.pool[last]!;
    this.pool[last] = -1;
    this.count[group] = size - 1;
    this.#live--;
    return size;
  }

  /** Puts another payload in the place of one. */
  replace(key: ArrayLike<number>, payload: number, by: number): void {
    const group = this.group(key);
    const at = this.pool.indexOf(payload, this.start[group]!);
    this.pool[at] = by;
  }

  /** Moves a list to the end of the pool, with `payload` behind it and room for as many again. */
  #move(group: number, size: number, payload: number): boolean {
    const room = size === 0 ? 1 : size * 2;
    if (this.#used + room > this.pool.length) {
      // Mostly holes: not worth growing.
      if (this.#used > 1024 && this.#live * 3 < this.#used) return false;
      const grown = new Int32Array(Math.max(16, Math.ceil(this.pool.length * 1.5), this.#used + room));
      grown.set(this.pool.subarray(0, this.#used));
      this.pool = grown;
    }
    const from = this.start[group]!;
    const to = this.#used;
    this.pool.copyWithin(to, from, from + size);
    this.pool.fill(-1, from, from + size);
    this.pool[to + size] = payload;
    this.pool.fill(-1, to + size + 1, to + room);
    this.start[group] = to;
    this.#used = to + room;
    return true;
  }

  #groupFor(key: ArrayLike<number>): number {
    const known = this.group(key);
    if (known >= 0) return known;
    const width = this.columns.length;
    const group = this.#groups;
    if (group >= this.start.length) this.#growGroups(group + 1);
    if ((group + 1) * 3 > this.#slots!.length * 2) this.#growSlots();
    for (let i = 0; i < width; i++) this.#keys[group * width + i] = key[i]!;
    this.#groups = group + 1;
    this.#put(group);
    return group;
  }

  #find(key: ArrayLike<number>): number {
    const slots = this.#slots!;
    const width = this.columns.length;
    const mask = slots.length - 1;
    for (let at = hashCodes(key, 0, width) & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return -1;
      let i = 0;
      while (i < width && this.#keys[(slot - 1) * width + i] === key[i]) i++;
      if (i === width) return slot - 1;
    }
  }

  #put(group: number): void {
    const slots = this.#slots!;
    const width = this.columns.length;
    const mask = slots.length - 1;
    let at = (width === 1 ? mix(this.#keys[group]!) : hashCodes(this.#keys, group * width, width)) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = group + 1;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots!.length * 2);
    for (let group = 0; group < this.#groups; group++) this.#put(group);
  }

  #growGroups(least: number): void {
    const capacity = Math.max(8, least, Math.ceil(this.start.length * 1.5));
    this.start = enlarge(this.start, capacity);
    this.count = enlarge(this.count, capacity);
    if (this.#slots !== undefined) this.#keys = enlarge(this.#keys, capacity * this.columns.length);
  }
}

export function enlarge(array: Int32Array, capacity: number): Int32Array {
  const grown = new Int32Array(capacity);
  grown.set(array);
  return grown;
}

export function mix(code: number): number {
  const hash = Math.imul(code, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

export function hashPair(a: number, b: number): number {
  let hash = (Math.imul(a, 0x9e3779b1) + b) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

export function hashCodes(codes: ArrayLike<number>, from: number, width: number): number {
  let hash = codes[from]!;
  for (let i = 1; i < width; i++) hash = hashPair(hash, codes[from + i]!);
  return width === 1 ? hashPair(hash, 0) : hash;
}
