import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, test } from "vitest";
import { type FactStore, factKey, type PlainValue, type StoredFact } from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
async function freshPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "arcturus-rows-"));
  folders.push(folder);
  return join(folder, "facts.db");
}
const facts = (store: FactStore): string[] => [...store.tables.facts()].map(factKey).sort();
const sql = (path: string, text: string): void => {
  const handle = new Database(path);
  handle.exec(text);
  handle.close();
};

/** How many facts one statement reads. */
const page = 20_000;
const user = (n: number): PlainValue => ({ type: "User", id: String(n) });

describe("facts that are read in pages", () => {
  test("are all there again, at whatever number of a page a predicate ends", async () => {
    const path = await freshPath();
    const store = sqliteStore(path);
    await store.open();
    const of = (predicate: string, count: number): StoredFact[] =>
      Array.from({ length: count }, (_, n) => ({ predicate, args: [user(n)] }));
    // Predicates in the order of their names, so that each begins where the one before ended; one with three arities.
    const sizes = { a: page, b: 1, c: page + 1, d: page - 1, e: 2 * page };
    const odd: StoredFact[] = [
      { predicate: "c", args: [user(1), user(2)] },
      { predicate: "c", args: ["zz", 5n, true] },
      { predicate: "f", args: ["last"] },
    ];
    const all = [...Object.entries(sizes).flatMap(([name, count]) => of(name, count)), ...odd];
    await store.write({ deletes: [], inserts: all });
    await store.close();
    const again = sqliteStore(path);
    await again.open();
    expect(again.tables.count).toBe(all.length);
    for (const [name, count] of Object.entries(sizes)) {
      const ids = new Set<string>();
      for (const [who] of again.tables.match(name, [undefined])) ids.add((who as { id: string }).id);
      expect(ids.size, name).toBe(count);
    }
    for (const { predicate, args } of odd) expect([...again.tables.match(predicate, args)]).toEqual([args]);
    // And goes on from what it read: the count and the fingerprint beside the facts still fit.
    await again.write({
      deletes: [{ predicate: "e", args: [user(page)] }],
      inserts: [{ predicate: "g", args: ["new"] }],
    });
    await again.close();
    await again.open();
    expect(again.tables.count).toBe(all.length);
    await again.close();
  }, 120_000);

  test("are those of a page that begins with the beginning of another fact's text", async () => {
    const path = await freshPath();
    const store = sqliteStore(path);
    await store.open();
    const inserts = Array.from(
      { length: page + 3 },
      (_, n): StoredFact => ({ predicate: "p", args: ["x".repeat(n % 3), BigInt(n)] }),
    );
    await store.write({ deletes: [], inserts });
    const before = store.tables.count;
    await store.close();
    await store.open();
    expect(store.tables.count).toBe(before);
    await store.close();
  });
});

describe("facts that are written in chunks", () => {
  test.each([999, 1_000, 1_001, 1_999, 2_000, 2_001, 3_500])(
    "a batch of %i is written and taken away whole",
    async (count) => {
      const handle = new Database(":memory:");
      const store = sqliteStore({ database: handle });
      await store.open();
      const batch = Array.from({ length: count }, (_, n): StoredFact => ({ predicate: "p", args: [user(n)] }));
      const number = (): number =>
        (handle.prepare("SELECT count(*) AS n FROM arcturus_facts").get() as { n: number }).n;
      await store.write({ deletes: [], inserts: batch });
      expect(number()).toBe(count);
      await store.close();
      await store.open();
      expect(store.tables.count).toBe(count);
      await store.write({ deletes: batch.slice(1), inserts: [] });
      expect(number()).toBe(1);
      expect(facts(store)).toEqual([factKey(batch[0]!)]);
      await store.close();
      await store.open();
      expect(facts(store)).toEqual([factKey(batch[0]!)]);
      await store.close();
      handle.close();
    },
  );

  test.each([3, 1_500, 2_400])(
    "is refused whole when the row of fact %i is not what the store takes it for",
    async (at) => {
      const handle = new Database(":memory:");
      const store = sqliteStore({ database: handle });
      await store.open();
      const batch = Array.from({ length: 2_500 }, (_, n): StoredFact => ({ predicate: "p", args: [user(n)] }));
      handle.exec(`INSERT INTO arcturus_facts VALUES ('p', '["User","${at}"]')`);
      await expect(store.write({ deletes: [], inserts: batch })).rejects.toMatchObject({ code: "store/diverged" });
      handle.exec("DELETE FROM arcturus_facts");
      expect(store.tables.count).toBe(0);
      await store.write({ deletes: [], inserts: batch });
      handle.exec(`DELETE FROM arcturus_facts WHERE args = '["User","${at}"]'`);
      await expect(
        store.write({ deletes: [{ predicate: "p", args: [undefined] }], inserts: [] }),
      ).rejects.toMatchObject({ code: "store/diverged" });
      expect((handle.prepare("SELECT count(*) AS n FROM arcturus_facts").get() as { n: number }).n).toBe(2_499);
      expect(store.tables.count).toBe(2_500);
      await store.close();
      handle.close();
    },
  );
});

describe("R72: facts that somebody changed by hand", () => {
  const told: StoredFact[] = [
    { predicate: "p", args: ["one"] },
    { predicate: "p", args: ["two"] },
    { predicate: "q", args: [user(3), 4n, true] },
  ];
  test.each([
    ["one is missing", `DELETE FROM arcturus_facts WHERE args = '["String","two"]'`],
    [
      "one is missing, and the count says so",
      `DELETE FROM arcturus_facts WHERE args = '["String","two"]'; UPDATE arcturus_state SET facts = 2`,
    ],
    ["there is one more", `INSERT INTO arcturus_facts VALUES ('p', '["String","six"]')`],
    [
      "there is one more, and the count says so",
      `INSERT INTO arcturus_facts VALUES ('p', '["String","six"]'); UPDATE arcturus_state SET facts = 4`,
    ],
    ["one is another", `UPDATE arcturus_facts SET args = '["String","six"]' WHERE args = '["String","two"]'`],
    ["one is of another type", `UPDATE arcturus_facts SET args = '["Org","two"]' WHERE args = '["String","two"]'`],
    ["one is of another predicate", `UPDATE arcturus_facts SET predicate = 'q' WHERE args = '["String","two"]'`],
    [
      "two are in one row",
      `DELETE FROM arcturus_facts WHERE args = '["String","two"]'; UPDATE arcturus_facts SET args = '["String","one"],["String","two"]' WHERE predicate = 'p'`,
    ],
    [
      "one is no text of UTF-8",
      `UPDATE arcturus_facts SET args = CAST(x'5b22537472696e67222c22ff225d' AS TEXT) WHERE args = '["String","two"]'`,
    ],
    [
      "a predicate is no text of UTF-8",
      `UPDATE arcturus_facts SET predicate = CAST(x'ff' AS TEXT) WHERE predicate = 'q'`,
    ],
    ["one is no JSON", `UPDATE arcturus_facts SET args = '[' WHERE args = '["String","two"]'`],
    ["one is a number", `UPDATE arcturus_facts SET args = '7' WHERE args = '["String","two"]'`],
    ["the fingerprint is another", "UPDATE arcturus_state SET hash = substr(hash, 2) || substr(hash, 1, 1)"],
    ["the count is smaller", "UPDATE arcturus_state SET facts = 2"],
    ["the count is larger", "UPDATE arcturus_state SET facts = 4"],
  ])("%s: the file is refused", async (_, change) => {
    const path = await freshPath();
    const store = sqliteStore(path);
    await store.open();
    await store.write({ deletes: [], inserts: told });
    await store.close();
    sql(path, change);
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ name: "StoreError", code: "store/damaged" });
  });
});

test("I16: a predicate is a name and no pattern, whatever stands in it", async () => {
  const path = await freshPath();
  const store = sqliteStore(path);
  await store.open();
  const names = ["p", "P", "p%", "%", "_", "p'", 'p"', "p\\", "p--", "é", "😀", ""];
  await store.write({ deletes: [], inserts: names.map((predicate) => ({ predicate, args: ["a"] })) });
  await store.write({ deletes: [{ predicate: "%", args: [undefined] }], inserts: [] });
  await store.write({ deletes: [{ predicate: "p_", args: [undefined] }], inserts: [] });
  await store.close();
  await store.open();
  const left = names.filter((name) => name !== "%");
  expect(facts(store)).toEqual(left.map((predicate) => factKey({ predicate, args: ["a"] })).sort());
  await store.close();
});
