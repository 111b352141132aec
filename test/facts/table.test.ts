import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EntityDomain } from "../../src/facts/tables-domain.js";
import { hashPair } from "../../src/facts/tables-index.js";
import { Table } from "../../src/facts/tables-table.js";
import { runs } from "../support/effort.js";

/*
 * One table, as the solver sees it: rows of codes, asked by every combination of columns, against a plain list of rows.
 */

const domains = ["A", "B", "C", "D", "E"].map((name, index) => new EntityDomain(name, index));
const tableOf = (width: number): Table => new Table("p", width, undefined, domains.slice(0, width));

type Row = readonly number[];
const text = (row: ArrayLike<number>): string => Array.from(row).join(" ");
const sorted = (rows: readonly ArrayLike<number>[]): string[] => rows.map(text).sort();

/** The obvious set of rows. */
class Rows {
  readonly all = new Map<string, Row>();
  add(row: Row): boolean {
    const fresh = !this.all.has(text(row));
    this.all.set(text(row), row);
    return fresh;
  }
  remove(row: Row): boolean {
    return this.all.delete(text(row));
  }
  with(mask: number, key: Row): Row[] {
    return [...this.all.values()].filter((row) => row.every((code, i) => (mask & (1 << i)) === 0 || code === key[i]));
  }
}

function rowsOf(cells: Int32Array, width: number): Int32Array[] {
  const rows: Int32Array[] = [];
  for (let at = 0; at < cells.length; at += width) rows.push(cells.subarray(at, at + width));
  return rows;
}

/** What an index lists for the key of a row, as rows. */
function listed(table: Table, mask: number, row: Row): ArrayLike<number>[] {
  const { width } = table;
  const index = table.index(mask);
  const group = index.group(index.columns.map((column) => row[column]!));
  if (group < 0) return [];
  const list = index.pool.subarray(index.start[group], index.start[group]! + index.count[group]!);
  return [...list].map((payload) => {
    if (width > 2) return table.cells.subarray(payload * width, payload * width + width);
    return mask === 1 ? [row[0]!, payload] : [payload, row[1]!];
  });
}

function agree(table: Table, rows: Rows, mask: number, row: Row): void {
  const wanted = sorted(rows.with(mask, row));
  expect(sorted(rowsOf(table.rowsWith(mask, row), table.width)), `columns ${mask} of ${text(row)}`).toEqual(wanted);
  const whole = (1 << table.width) - 1;
  if (table.width === 1 || mask === 0 || mask === whole || table.count === 0) return;
  expect(sorted(listed(table, mask, row)), `the list by ${mask} of ${text(row)}`).toEqual(wanted);
}

function isIn(table: Table, row: Row): boolean {
  const [a = 0, b = 0] = row;
  const is = table.has(row);
  const alike =
    table.rowsWith((1 << table.width) - 1, row).length > 0 === is &&
    (table.width !== 1 || table.has1(a) === is) &&
    (table.width !== 2 || (table.has2(a, b) === is && table.hasPair(a, b, hashPair(a, b)) === is));
  if (!alike) throw new Error(`not all ways to look up ${text(row)} answer alike`);
  return is;
}

/** Numbers that look random, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    state = (Math.imul(state ^ (state << 7), 0x297a2d39) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 16)) >>> 0) % below;
  };
}

/** How many codes a column has; with `key`, the first codes count up from `from`, so that each occurs once. */
interface Step {
  readonly kind: "add" | "remove" | "remove some" | "ask" | "drop" | "trim";
  readonly seed: number;
  readonly count: number;
  readonly mask: number;
  readonly key: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("add", "add", "add", "remove", "remove some", "ask", "ask", "drop", "trim"),
  seed: fc.nat(1_000_000),
  count: fc.oneof(fc.nat(3), fc.nat(12), fc.nat(120)),
  mask: fc.nat(31),
  key: fc.boolean(),
});
const table = fc.record({
  width: fc.constantFrom(1, 2, 2, 2, 3, 4, 5),
  codes: fc.array(fc.constantFrom(1, 2, 4, 30, 400, 3_000), { minLength: 5, maxLength: 5 }),
  steps: fc.array(step, { minLength: 3, maxLength: 40, size: "max" }),
});

describe("a table", () => {
  test.each([1, 2, 3, 4, 5])(
    "of %i columns loses and doubles nothing at any size, growing and shrinking row by row",
    (width) => {
      const sizes = width > 3 ? 800 : 3_200;
      const table = tableOf(width);
      // Each first code twice where there is a second column: this table has rows.
      const row = (n: number): Row =>
        Array.from({ length: width }, (_, i) => (i === 0 ? (width === 1 ? 3 * n : n >> 1) : n));
      const asked = Array.from({ length: 1 << width }, (_, mask) => mask).filter((mask) => mask > 0);
      // Not by `expect`, which would take most of the time.
      const sure = (is: boolean, what: string): void => {
        if (!is) throw new Error(`${what}, of ${table.count} rows`);
      };
      const look = (n: number, is: boolean): void => {
        sure(isIn(table, row(n)) === is, `row ${n}`);
        for (const mask of asked.slice(0, -1)) {
          const found = rowsOf(table.rowsWith(mask, row(n)), width).filter((one) => text(one) === text(row(n)));
          sure(found.length === (is ? 1 : 0), `row ${n} by ${mask}`);
        }
      };
      const lookAll = (size: number): void => {
        for (let n = 0; n < size + 50; n++) sure(table.has(row(n)) === n < size, `row ${n}`);
        expect(sorted(rowsOf(table.snapshot(), width))).toEqual(sorted(Array.from({ length: size }, (_, n) => row(n))));
      };
      for (let n = 0; n < sizes; n++) {
        sure(table.add(row(n)) && !table.add(row(n)), `row ${n} is told twice, and new once`);
        look(n, true);
        look(n >> 1, true);
        look(n + 1, false);
        if (n % 397 === 0) lookAll(n + 1);
      }
      // Here and there, so that other rows move into the gaps; 2,579 has no divisor in common with the sizes.
      const gone = new Set<number>();
      for (let i = 0; i < sizes; i++) {
        const n = (i * 2_579 + 11) % sizes;
        sure(table.remove(row(n)) && !table.remove(row(n)), `row ${n} is deleted twice, and gone once`);
        gone.add(n);
        if (i % 5 !== 0) continue;
        for (const other of [n, (n + 1) % sizes, n >> 1, i]) look(other, !gone.has(other));
        if (i % 395 === 0)
          for (let other = 0; other < sizes; other++) sure(table.has(row(other)) !== gone.has(other), `row ${other}`);
      }
      expect(table.count).toBe(0);
    },
  );

  test("takes nothing for a row whose code no value has", () => {
    const up = Array.from({ length: 50 }, (_, i) => 2 * i);
    // From above, so that a column ends with the highest code.
    for (const [twice, firsts] of [
      [false, up],
      [true, up],
      [false, up.toReversed()],
    ] as const) {
      const table = tableOf(2);
      for (const n of firsts) table.add([n, 5]);
      if (twice) table.add([0, 6]);
      expect(table.single === undefined).toBe(twice);
      for (const a of [1, 99, 100, 10_000]) {
        for (const b of [0, 5, 6]) expect(isIn(table, [a, b]), `${a} ${b}`).toBe(false);
        expect(table.rowsWith(1, [a, 0])).toHaveLength(0);
      }
      for (const b of [0, 4, 7, 10_000]) expect(table.rowsWith(2, [0, b])).toHaveLength(0);
    }
  });

  test("keeps its list by the second column when a first code gets a second value, and a third", () => {
    const table = tableOf(2);
    const rows = new Rows();
    const add = (row: Row): void => expect(table.add(row)).toBe(rows.add(row));
    const remove = (row: Row): void => expect(table.remove(row)).toBe(rows.remove(row));
    const look = (): void => {
      for (const mask of [1, 2])
        for (const row of [
          [3, 1],
          [3, 2],
          [3, 3],
          [4, 1],
          [41, 1],
        ])
          agree(table, rows, mask, row);
    };
    for (let n = 0; n < 40; n++) add([n, n % 4]);
    look();
    expect(table.single).toBeDefined();
    for (const second of [1, 2]) {
      add([3, second]);
      look();
    }
    expect(table.single).toBeUndefined();
    remove([3, 3]);
    look();
    remove([3, 1]);
    look();
    add([41, 1]);
    look();
    // Until it is a column again.
    for (let n = 42; n < 400; n++) add([n, n % 4]);
    expect(table.single).toBeDefined();
    look();
    remove([41, 1]);
    look();
  });

  test("answers by an index that was asked for, dropped by much removing, and asked for again", () => {
    const table = tableOf(2);
    const rows = new Rows();
    for (let n = 0; n < 9_000; n++) {
      table.add([n, n % 3]);
      rows.add([n, n % 3]);
    }
    agree(table, rows, 2, [0, 1]);
    // Each removal walks a list of three thousand: soon the list is not worth mending.
    for (let n = 8_999; n > 8_900; n--) {
      table.remove([n, n % 3]);
      rows.remove([n, n % 3]);
    }
    table.add([8_999, 1]);
    rows.add([8_999, 1]);
    for (const second of [0, 1, 2]) agree(table, rows, 2, [0, second]);
  });

  test("hands out copies: what was asked for stays as it was when rows come and go", () => {
    for (const width of [1, 2, 3]) {
      const table = tableOf(width);
      const row = (n: number): Row => [n >> 1, n, n].slice(0, width).map((code) => code + n);
      for (let n = 0; n < 50; n++) table.add(row(n));
      const everything = table.snapshot();
      const some = width === 1 ? table.rowsWith(1, row(20)) : table.rowsWith(2, row(20));
      const before = [text(everything), text(some)];
      for (let n = 0; n < 50; n++) table.remove(row(n));
      for (let n = 100; n < 150; n++) table.add(row(n));
      expect([text(everything), text(some)]).toEqual(before);
    }
  });

  test("takes no row for another, however many there are", () => {
    const many = 60_000;
    // Far apart, so that the hashes of some agree as far as they are kept.
    const code = (n: number): number => (n * 104_729) % 2 ** 31;
    for (const width of [1, 2, 3, 4, 5]) {
      const table = tableOf(width);
      // Alike in all but one column.
      for (const column of [0, width - 1]) {
        const row = (n: number): Row => Array.from({ length: width }, (_, i) => (i === column ? code(n) : 1));
        for (let n = 0; n < many; n++) table.add(row(n));
        for (let n = 0; n < many; n++) if (!table.has(row(n))) throw new Error(`${text(row(n))} is lost`);
        for (let n = 0; n < many; n++)
          if (table.has(row(n + many))) throw new Error(`${text(row(n + many))} was never told`);
      }
    }
  });

  test("answers by an index that does not suit its rows any more: codes far away, lists that are mostly gone", () => {
    for (const width of [2, 3]) {
      const table = tableOf(width);
      const rows = new Rows();
      const row = (a: number, b: number): Row => [a, b, 9].slice(0, width);
      const add = (one: Row): void => expect(table.add(one)).toBe(rows.add(one));
      for (let n = 0; n < 2_000; n++) add(row(n, n));
      agree(table, rows, 2, row(0, 3));
      add(row(3, 300_000));
      agree(table, rows, 2, row(0, 300_000));
      add(row(4, 300_000));
      agree(table, rows, 2, row(0, 300_000));
      agree(table, rows, 1, row(3, 0));
      for (let n = 0; n < 1_950; n++) expect(table.remove(row(n, n))).toBe(rows.remove(row(n, n)));
      for (let n = 0; n < 200; n++) {
        add(row(5_000 + n, 100 + n));
        agree(table, rows, 2, row(0, 100 + n));
      }
    }
  });

  test("holds the rows that a list would hold, and finds them by any of its columns, whatever came and went before", () => {
    fc.assert(
      fc.property(table, ({ width, codes, steps }) => {
        const table = tableOf(width);
        const rows = new Rows();
        const whole = (1 << width) - 1;
        let next = 0;
        const rowOf = (random: (below: number) => number, key: boolean): Row =>
          Array.from({ length: width }, (_, i) => (i === 0 && key ? next++ : random(codes[i]!)));
        let changes = 0;
        for (const { kind, seed, count, mask, key } of steps) {
          const random = numbers(seed);
          const present = [...rows.all.values()];
          const pick = (): Row =>
            present.length > 0 && random(4) > 0 ? present[random(present.length)]! : rowOf(random, false);
          if (kind === "add") {
            for (let i = 0; i <= count; i++) {
              const row = rowOf(random, key);
              const fresh = rows.add(row);
              if (fresh) changes++;
              expect(table.add(row)).toBe(fresh);
              expect(isIn(table, row)).toBe(true);
            }
          } else if (kind === "remove" || kind === "remove some") {
            // By one of its columns, or here and there.
            const by = pick();
            const gone = kind === "remove" ? Array.from({ length: count + 1 }, pick) : rows.with(mask & whole, by);
            if (kind === "remove some" && gone.length > 200) table.dropIndexes();
            for (const row of gone) {
              const was = rows.remove(row);
              if (was) changes++;
              expect(table.remove(row)).toBe(was);
              expect(isIn(table, row)).toBe(false);
            }
          } else if (kind === "ask") {
            for (let i = 0; i < 3; i++) agree(table, rows, mask & whole, pick());
          } else if (kind === "drop") table.dropIndexes();
          else table.trim();
          expect(table.count).toBe(rows.all.size);
          expect(table.changes).toBe(changes);
          const some = pick();
          expect(isIn(table, some)).toBe(rows.all.has(text(some)));
          agree(table, rows, mask & whole, some);
        }
        expect(sorted(rowsOf(table.snapshot(), width))).toEqual(sorted([...rows.all.values()]));
        const all = [...rows.all.values()];
        for (const row of all) expect(isIn(table, row)).toBe(true);
        for (let mask = 0; mask <= whole; mask++)
          for (let at = 0; at < all.length; at += 1 + (all.length >> 5)) agree(table, rows, mask, all[at]!);
      }),
      { numRuns: runs(80) },
    );
  }, 120_000);
});
