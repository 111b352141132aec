import { describe, expect, test } from "vitest";
import { EntityDomain } from "../../src/facts/tables-domain.js";
import { Table } from "../../src/facts/tables-table.js";

const rows = 60_000;
const domains = [new EntityDomain("Doc", 0), new EntityDomain("Folder", 1)] as const;

/** Documents in folders, ten a folder; `twice`: each is in another folder too, so the table has rows. */
function filled(twice: boolean): Table {
  const table = new Table("has_relation", 3, "folder", domains);
  for (let doc = 0; doc < rows; doc++) {
    table.add([doc, Math.floor(doc / 10)]);
    if (twice) table.add([doc, 10_000 + (doc % 100)]);
  }
  // Holes among the first codes.
  for (let doc = 0; doc < rows; doc += 7) table.remove([doc, Math.floor(doc / 10)]);
  return table;
}

/** What an index lists for a folder, and what it should. */
function listed(table: Table, folder: number): { found: number[]; wanted: number[] } {
  const index = table.index(2);
  const group = index.group1(folder);
  const found =
    group < 0 ? [] : [...index.pool.subarray(index.start[group], index.start[group]! + index.count[group]!)];
  const all = table.snapshot();
  const wanted: number[] = [];
  for (let at = 0; at < all.length; at += 2) if (all[at + 1] === folder) wanted.push(all[at]!);
  return { found: found.sort((a, b) => a - b), wanted: wanted.sort((a, b) => a - b) };
}

describe.each([
  ["one folder a document", false],
  ["two folders a document", true],
])("an index that is built in pieces, %s", (_, twice) => {
  const some = [0, 3, 4_000, 5_999, 10_007, 77_777];

  test("lists what is there, and is kept right afterwards", () => {
    const table = filled(twice);
    expect(table.isIndexed(2)).toBe(false);
    let pauses = 0;
    for (const __ of table.indexing(2)) pauses++;
    expect(pauses).toBeGreaterThan(8);
    expect(table.isIndexed(2)).toBe(true);
    for (const folder of some) {
      const { found, wanted } = listed(table, folder);
      expect(found).toEqual(wanted);
    }
    table.add([rows + 1, 3]);
    table.remove([31, 3]);
    const { found, wanted } = listed(table, 3);
    expect(found).toEqual(wanted);
    expect(found).toContain(rows + 1);
  });

  test("is begun anew when rows come or go meanwhile", () => {
    const table = filled(twice);
    let pauses = 0;
    for (const __ of table.indexing(2)) {
      pauses++;
      if (pauses === 5) table.add([rows + 5, 4_000]);
      if (pauses === 20) table.remove([40_001, 4_000]);
    }
    expect(pauses).toBeGreaterThan(25);
    expect(table.isIndexed(2)).toBe(true);
    for (const folder of some) {
      const { found, wanted } = listed(table, folder);
      expect(found).toEqual(wanted);
    }
    expect(listed(table, 4_000).found).toContain(rows + 5);
  });

  test("is given up when they never stop, and made in one go by whoever needs it", () => {
    const table = filled(twice);
    let doc = rows + 10;
    let pauses = 0;
    for (const __ of table.indexing(2)) {
      pauses++;
      table.add([doc++, 3]);
    }
    expect(pauses).toBeLessThan(10);
    expect(table.isIndexed(2)).toBe(false);
    const { found, wanted } = listed(table, 3);
    expect(found).toEqual(wanted);
    expect(found).toContain(rows + 10);
  });

  test("built by two at once is one index, with what came in between", () => {
    const table = filled(twice);
    const [first, second] = [table.indexing(2), table.indexing(2)];
    let done = 0;
    while (done < 2) {
      done = 0;
      if (first.next().done === true) done++;
      if (second.next().done === true) done++;
      if (done === 1) table.add([rows + 20, 5_999]);
    }
    const { found, wanted } = listed(table, 5_999);
    expect(found).toEqual(wanted);
  });
});
