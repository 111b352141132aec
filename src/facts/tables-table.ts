import type { Domain } from "./tables-domain.js";
import { enlarge, hashCodes, hashPair, Index, mix } from "./tables-index.js";

/** From so many rows on, building an index takes more than a millisecond or two. */
const slow = 50_000;

/** Holds nothing, and is never written to. */
const noSlots = new Int32Array(1);

/**
 * The facts of one predicate whose arguments are of the same domains and, for has_role, has_permission and has_relation,
 * whose name is the same: a set of rows of codes. `width` is 1 to 5.
 *
 * Stored in one of two ways. *Single*: as long as the first column is a key (each first code occurs in one row at most) and
 * dense, `single[first]` is the second code (0 when there is no second column), -1 without a row. Nothing else is stored.
 * *Rows*: the codes row by row in `cells`, and a hash table of the rows. The table turns from one into the other by itself.
 */
export class Table {
  readonly predicate: string;
  readonly arity: number;
  /** The string at the second argument when it belongs to the table and not to its rows. */
  readonly name: string | undefined;
  /** Of the columns. */
  readonly domains: readonly Domain[];
  readonly width: number;
  /** Number of facts. */
  count = 0;
  /** Counts what came and went. */
  changes = 0;
  /** By first code: see above. `undefined` when stored in rows. */
  single: Int32Array | undefined;
  cells: Int32Array = new Int32Array(0);
  #slots: Int32Array = noSlots;
  #mask = 0;
  #rowBits = 1;
  readonly #indexes: (Index | undefined)[] = [];
  /** Work done on lists since an index was made, by index: when it exceeds what a new index costs, the index goes. */
  readonly #debts: number[] = [];
  readonly #key = new Int32Array(5);

  constructor(predicate: string, arity: number, name: string | undefined, domains: readonly Domain[]) {
    this.predicate = predicate;
    this.arity = arity;
    this.name = name;
    this.domains = domains;
    this.width = domains.length;
  }

  /** Codes that no value has are in no row; they may be given. */
  has1(a: number): boolean {
    const single = this.single;
    if (single !== undefined) return a < single.length && single[a] === 0;
    this.#key[0] = a;
    return this.#find(this.#key) >= 0;
  }

  has2(a: number, b: number): boolean {
    return this.hasPair(a, b, hashPair(a, b));
  }

  /** `has2` for those who look into several tables: with the hash of the pair. */
  hasPair(a: number, b: number, hash: number): boolean {
    const single = this.single;
    if (single !== undefined) return a < single.length && single[a] === b;
    const slots = this.#slots;
    const cells = this.cells;
    const mask = this.#mask;
    const rowBits = this.#rowBits;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return false;
      if (((slot ^ hash) & ~rowBits) === 0) {
        const cell = ((slot & rowBits) - 1) * 2;
        if (cells[cell] === a && cells[cell + 1] === b) return true;
      }
    }
  }

  has(codes: ArrayLike<number>): boolean {
    if (this.width === 1) return this.has1(codes[0]!);
    if (this.width === 2) return this.has2(codes[0]!, codes[1]!);
    return this.#find(codes) >= 0;
  }

  /** The lists by the columns whose bits are set in `mask`: of the other code when there are two columns, else of row numbers. */
  index(mask: number): Index {
    return (this.#indexes[mask] ??= this.#build(mask));
  }

  /** Whether `index(mask)` answers at once, or nearly so. */
  isIndexed(mask: number): boolean {
    if (this.count < slow || this.#indexes[mask] !== undefined) return true;
    // The column itself says what stands beside a first code.
    return mask === 1 && this.single !== undefined;
  }

  /**
   * Builds an index with pauses in between, unless `isIndexed`. What comes or goes meanwhile makes it begin anew, and give up
   * when that happens again and again: `index` works in any case.
   */
  *indexing(mask: number): Generator<undefined, void> {
    for (let attempt = 1; attempt <= 3 && !this.isIndexed(mask); attempt++) {
      const { index, filling } = this.#filling(mask);
      const { changes } = this;
      let done = false;
      while (!done && changes === this.changes) {
        done = filling.next().done === true;
        if (!done) yield;
      }
      if (done) {
        this.#indexes[mask] ??= index;
        this.#debts[mask] = 0;
      }
    }
  }

  /** False when the row is there already. `codes` is read, not kept. */
  add(codes: ArrayLike<number>): boolean {
    if (this.single !== undefined) {
      const a = codes[0]!;
      const b = this.width === 2 ? codes[1]! : 0;
      const there = a < this.single.length ? this.single[a]! : -1;
      if (there === b) return false;
      if (there === -1 && a < 4 * this.count + 1024) {
        if (a >= this.single.length) this.#growSingle(a);
        this.single[a] = b;
        this.count++;
        this.changes++;
        this.#addToIndexes(codes, a);
        return true;
      }
      this.#toRows();
    } else if (this.#find(codes) >= 0) return false;
    if ((this.count + 1) * 3 > this.#slots.length * 2) {
      if (this.#toSingle()) return this.add(codes);
      this.#rehash(Math.max(8, this.#slots.length * 2));
    }
    const row = this.count;
    const width = this.width;
    const end = (row + 1) * width;
    if (end > this.cells.length)
      this.cells = enlarge(this.cells, Math.max(end, 4 * width, Math.ceil(row * 1.5) * width));
    for (let i = 0; i < width; i++) this.cells[row * width + i] = codes[i]!;
    this.#put(row);
    this.count = row + 1;
    this.changes++;
    this.#addToIndexes(codes, row);
    return true;
  }

  /** False when there is no such row. */
  remove(codes: ArrayLike<number>): boolean {
    if (!this.has(codes)) return false;
    this.changes++;
    const a = codes[0]!;
    if (this.single !== undefined) {
      this.#takeFromIndexes(codes, a);
      this.single[a] = -1;
      this.count--;
      return true;
    }
    const at = this.#findSlot(codes);
    const row = (this.#slots[at]! & this.#rowBits) - 1;
    this.#takeFromIndexes(codes, row);
    const last = this.count - 1;
    const width = this.width;
    if (row !== last) {
      // The last row moves into the gap.
      const moved = this.cells.slice(last * width, last * width + width);
      const movedAt = this.#findSlot(moved);
      this.#slots[movedAt] = (this.#slots[movedAt]! & ~this.#rowBits) | (row + 1);
      if (width > 2)
        for (const index of this.#indexes) if (index !== undefined) index.replace(this.#keyOf(index, moved), last, row);
      this.cells.set(moved, row * width);
    }
    this.#free(at);
    this.count = last;
    return true;
  }

  /** All rows as they are now, one behind the other. */
  snapshot(): Int32Array {
    if (this.single === undefined) return this.cells.slice(0, this.count * this.width);
    const rows = new Int32Array(this.count * this.width);
    let at = 0;
    for (let a = 0; a < this.single.length; a++) {
      const b = this.single[a]!;
      if (b < 0) continue;
      rows[at++] = a;
      if (this.width === 2) rows[at++] = b;
    }
    return rows;
  }

  /** Those rows, as they are now, whose codes in the columns of `mask` are the given ones (the others are not read). */
  rowsWith(mask: number, codes: ArrayLike<number>): Int32Array {
    const width = this.width;
    if (this.count === 0) return new Int32Array(0);
    if (mask === 0) return this.snapshot();
    if (mask === (1 << width) - 1)
      return this.has(codes) ? Int32Array.from({ length: width }, (_, i) => codes[i]!) : new Int32Array(0);
    if (mask === 1 && this.single !== undefined) {
      const a = codes[0]!;
      const b = a < this.single.length ? this.single[a]! : -1;
      return b < 0 ? new Int32Array(0) : Int32Array.of(a, b);
    }
    const index = this.index(mask);
    const group = index.group(this.#keyOf(index, codes));
    if (group < 0) return new Int32Array(0);
    const start = index.start[group]!;
    const size = index.count[group]!;
    const rows = new Int32Array(size * width);
    for (let i = 0; i < size; i++) {
      const payload = index.pool[start + i]!;
      if (width > 2) rows.set(this.cells.subarray(payload * width, payload * width + width), i * width);
      else {
        rows[i * 2] = mask === 1 ? codes[0]! : payload;
        rows[i * 2 + 1] = mask === 1 ? payload : codes[1]!;
      }
    }
    return rows;
  }

  /** Before many rows go: indexes are cheaper made anew than mended. */
  dropIndexes(): void {
    this.#indexes.length = 0;
  }

  /** Gives back room that growing left over, up to an eighth. */
  trim(): void {
    const width = this.width;
    const used = this.count * width;
    if (this.cells.length > used * 1.125 + 64) this.cells = this.cells.slice(0, Math.ceil(used * 1.125));
  }

  #build(mask: number): Index {
    const { index, filling } = this.#filling(mask);
    while (filling.next().done !== true);
    this.#debts[mask] = 0;
    return index;
  }

  #filling(mask: number): { readonly index: Index; readonly filling: Generator<undefined, void> } {
    const columns: number[] = [];
    for (let i = 0; i < this.width; i++) if (mask & (1 << i)) columns.push(i);
    const index = new Index(columns);
    const { width, cells, single } = this;
    const other = mask === 1 ? 1 : 0;
    if (single !== undefined) {
      const key = (row: number, column: number): number => {
        const value = single[row]!;
        return value >= 0 && column === 0 ? row : value;
      };
      return { index, filling: index.fill(single.length, key, width === 2 ? (row) => key(row, other) : (row) => row) };
    }
    const payload = width === 2 ? (row: number): number => cells[row * 2 + other]! : (row: number): number => row;
    return { index, filling: index.fill(this.count, (row, column) => cells[row * width + column]!, payload) };
  }

  #keyOf(index: Index, codes: ArrayLike<number>): Int32Array {
    const { columns } = index;
    for (let i = 0; i < columns.length; i++) this.#key[i] = codes[columns[i]!]!;
    return this.#key;
  }

  #payload(mask: number, codes: ArrayLike<number>, row: number): number {
    return this.width === 2 ? codes[mask === 1 ? 1 : 0]! : row;
  }

  #addToIndexes(codes: ArrayLike<number>, row: number): void {
    for (let mask = 1; mask < this.#indexes.length; mask++) {
      const index = this.#indexes[mask];
      if (index !== undefined && !index.add(this.#keyOf(index, codes), this.#payload(mask, codes, row), this.count))
        this.#indexes[mask] = undefined;
    }
  }

  #takeFromIndexes(codes: ArrayLike<number>, row: number): void {
    for (let mask = 1; mask < this.#indexes.length; mask++) {
      const index = this.#indexes[mask];
      if (index === undefined) continue;
      const cost = index.remove(this.#keyOf(index, codes), this.#payload(mask, codes, row));
      this.#debts[mask] = this.#debts[mask]! + cost;
      if (this.#debts[mask]! > 4 * this.count + 4096) this.#indexes[mask] = undefined;
    }
  }

  #hash(codes: ArrayLike<number>, from: number): number {
    if (this.width === 2) return hashPair(codes[from]!, codes[from + 1]!);
    return this.width === 1 ? mix(codes[from]!) : hashCodes(codes, from, this.width);
  }

  /** The row of the codes, -1 if there is none. Stored in rows only. */
  #find(codes: ArrayLike<number>): number {
    if (this.count === 0) return -1;
    const at = this.#findSlot(codes);
    return at < 0 ? -1 : (this.#slots[at]! & this.#rowBits) - 1;
  }

  #findSlot(codes: ArrayLike<number>): number {
    const hash = this.#hash(codes, 0);
    const width = this.width;
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at]!;
      if (slot === 0) return -1;
      if (((slot ^ hash) & ~this.#rowBits) !== 0) continue;
      const from = ((slot & this.#rowBits) - 1) * width;
      let i = 0;
      while (i < width && this.cells[from + i] === codes[i]) i++;
      if (i === width) return at;
    }
  }

  #put(row: number): void {
    const hash = this.#hash(this.cells, row * this.width);
    let at = hash & this.#mask;
    while (this.#slots[at] !== 0) at = (at + 1) & this.#mask;
    this.#slots[at] = (hash & ~this.#rowBits) | (row + 1);
  }

  /** Empties a slot and closes the gap, so that every row stays reachable from its hash. */
  #free(at: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let gap = at;
    for (let next = (at + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const row = (slots[next]! & this.#rowBits) - 1;
      const home = this.#hash(this.cells, row * this.width) & mask;
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        slots[gap] = slots[next]!;
        gap = next;
      }
    }
    slots[gap] = 0;
  }

  #rehash(capacity: number): void {
    this.#slots = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.#rowBits = capacity * 2 - 1;
    for (let row = 0; row < this.count; row++) this.#put(row);
  }

  #growSingle(code: number): void {
    const from = this.single!.length;
    this.single = enlarge(this.single!, Math.max(16, code + 1, Math.ceil(from * 1.4)));
    this.single.fill(-1, from);
  }

  #toSingle(): boolean {
    if (this.width > 2 || this.count < 8) return false;
    const { cells, width, count } = this;
    let highest = 0;
    for (let row = 0; row < count; row++) highest = Math.max(highest, cells[row * width]!);
    if (highest >= 2 * count + 512) return false;
    const single = new Int32Array(highest + 1).fill(-1);
    for (let row = 0; row < count; row++) {
      const a = cells[row * width]!;
      if (single[a] !== -1) return false;
      single[a] = width === 2 ? cells[row * 2 + 1]! : 0;
    }
    this.single = single;
    this.cells = new Int32Array(0);
    this.#slots = noSlots;
    this.#mask = 0;
    this.#rowBits = 1;
    if (this.#indexes.length > 1) this.#indexes[1] = undefined;
    return true;
  }

  #toRows(): void {
    this.cells = this.snapshot();
    this.single = undefined;
    let capacity = 8;
    while ((this.count + 1) * 3 > capacity * 2) capacity *= 2;
    this.#rehash(capacity);
  }
}
