import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, open, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FactStore, factKey, type StoredFact } from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function freshPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "arcturus-file-"));
  folders.push(folder);
  return join(folder, "facts.db");
}

const fact = (n: number): StoredFact => ({
  predicate: "has_role",
  args: [{ type: "User", id: `user-${n}` }, "admin", { type: "Org", id: `org-${n % 7}` }],
});

async function filled(path: string, count: number): Promise<void> {
  const store = sqliteStore(path);
  await store.open();
  await store.write({ deletes: [], inserts: Array.from({ length: count }, (_, n) => fact(n)) });
  await store.close();
}

/** A copy of the files as they lie on the disk while a writer is running: what a crash would leave. */
async function crashedCopy(writes: number, size = 20): Promise<string> {
  const path = await freshPath();
  const copy = await freshPath();
  const store = sqliteStore(path);
  await store.open();
  for (let n = 0; n < writes; n++) {
    await store.write({ deletes: [], inserts: Array.from({ length: size }, (_, i) => fact(n * size + i)) });
  }
  await copyFile(path, copy);
  await copyFile(`${path}-wal`, `${copy}-wal`);
  await store.close();
  return copy;
}

function facts(store: FactStore): string[] {
  return [...store.tables.facts()].map(factKey).sort();
}

describe("locks", () => {
  test("R74: a second store on the same file is refused, also in the same process, and may have it afterwards", async () => {
    const path = await freshPath();
    const first = sqliteStore(path);
    await first.open();
    const second = sqliteStore(path);
    await expect(second.open()).rejects.toMatchObject({ name: "StoreError", code: "store/locked" });
    await expect(second.open(), "a refused opening leaves nothing behind").rejects.toMatchObject({
      code: "store/locked",
    });
    await first.close();
    await second.open();
    await second.close();
  });

  test("R74: a second process is refused", async () => {
    const path = await freshPath();
    const store = sqliteStore(path);
    await store.open();
    const program = `
      import { sqliteStore } from ${JSON.stringify(new URL("../../src/stores/sqlite/index.ts", import.meta.url).href)};
      await sqliteStore(${JSON.stringify(path)}).open().then(() => process.exit(3), (e) => console.log(e.code));`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { encoding: "utf8" },
    );
    expect({ stdout: stdout.trim(), status }).toEqual({ stdout: "store/locked", status: 0 });
    await store.close();
  });

  test("R74: another name of the same file is the same file", async () => {
    const path = await freshPath();
    await filled(path, 1);
    await symlink(path, `${path}-link`);
    const store = sqliteStore(path);
    await store.open();
    await expect(sqliteStore(`${path}-link`).open()).rejects.toMatchObject({ code: "store/locked" });
    await store.close();
  });
});

describe("damage", () => {
  test("R72: a file that is no database is refused by name, and left as it was", async () => {
    const path = await freshPath();
    await writeFile(path, "this is not a database, however long one looks at it ".repeat(100));
    const before = await readFile(path);
    await expect(sqliteStore(path).open()).rejects.toMatchObject({
      code: "store/damaged",
      message: expect.stringMatching(/facts\.db.*restore it/) as unknown,
    });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test("R72: a folder in place of the file, and a folder that does not exist, are refused", async () => {
    const path = await freshPath();
    await expect(sqliteStore(join(path, "missing", "facts.db")).open()).rejects.toMatchObject({
      code: "store/cannot-open",
    });
    await expect(sqliteStore(tmpdir()).open()).rejects.toMatchObject({ name: "StoreError" });
  });

  test("R72: flipped bits never go unseen: the store refuses to open or holds just what was written", async () => {
    const path = await freshPath();
    await filled(path, 400);
    const intact = await readFile(path);
    const reference = sqliteStore(path);
    await reference.open();
    const expected = facts(reference);
    await reference.close();
    let refused = 0;
    const variants = 400;
    for (let i = 0; i < variants; i++) {
      const bytes = Buffer.from(intact);
      // Spread over the whole file, the header included.
      const at = i < 100 ? i : Math.floor((i / variants) * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << (i % 8));
      const copy = `${path}-${i}`;
      await writeFile(copy, bytes);
      const store = sqliteStore({ path: copy, logger: { warn: () => {} } });
      try {
        await store.open();
      } catch (error) {
        expect(error, `bit ${i % 8} of byte ${at}`).toMatchObject({ name: "StoreError" });
        refused++;
        continue;
      }
      const found = facts(store);
      expect(found.length === 400 && found.every((f, n) => f === expected[n]), `bit ${i % 8} of byte ${at}`).toBe(true);
      await store.close();
    }
    expect(refused).toBeGreaterThan(variants / 2);
  });

  test("R72: a file cut short is refused, wherever it was cut", async () => {
    const path = await freshPath();
    await filled(path, 400);
    const intact = await readFile(path);
    for (let kept = intact.length - 1; kept > 0; kept -= 1_500) {
      const copy = `${path}-${kept}`;
      await writeFile(copy, intact.subarray(0, kept));
      await expect(sqliteStore(copy).open(), `${kept} bytes kept`).rejects.toMatchObject({ name: "StoreError" });
    }
  });

  test("R72: rows that somebody took away or changed by hand are noticed", async () => {
    for (const sql of [
      "DELETE FROM arcturus_facts WHERE args LIKE '%user-7%'",
      "UPDATE arcturus_facts SET args = replace(args, 'admin', 'owner') WHERE args LIKE '%user-7\"%'",
      "UPDATE arcturus_facts SET args = '[\"User\"]' WHERE args LIKE '%user-7\"%'",
      "UPDATE arcturus_state SET hash = replace(hash, 'a', 'b'), facts = facts + 1",
      "DELETE FROM arcturus_state",
      "UPDATE arcturus_state SET key = 'zz'",
    ]) {
      const path = await freshPath();
      await filled(path, 100);
      const handle = new Database(path);
      handle.exec(sql);
      handle.close();
      await expect(sqliteStore(path).open(), sql).rejects.toMatchObject({ code: "store/damaged" });
    }
  });

  test("a file of a newer version is refused", async () => {
    const path = await freshPath();
    await filled(path, 3);
    const handle = new Database(path);
    handle.exec("UPDATE arcturus_state SET schema = 99");
    handle.close();
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ code: "store/newer-schema" });
  });
});

describe("the write-ahead log", () => {
  test("R72: after a crash everything acknowledged is in the log, and nothing is said", async () => {
    const path = await crashedCopy(10);
    const warn = vi.fn();
    const store = sqliteStore({ path, logger: { warn } });
    await store.open();
    expect(store.tables.count).toBe(200);
    expect(warn).not.toHaveBeenCalled();
    await store.close();
  });

  test("R72: a torn or zero-filled end goes back to the last whole transaction, with a warning", async () => {
    for (const damage of ["torn", "zeros"] as const) {
      const path = await crashedCopy(10);
      const { size } = await stat(`${path}-wal`);
      if (damage === "torn") await truncate(`${path}-wal`, size - 100);
      else {
        const file = await open(`${path}-wal`, "r+");
        await file.write(Buffer.alloc(3_000), 0, 3_000, size - 3_000);
        await file.close();
      }
      const warn = vi.fn();
      const store = sqliteStore({ path, logger: { warn } });
      await store.open();
      expect(store.tables.count, damage).toBe(180);
      expect(warn).toHaveBeenCalledOnce();
      expect(warn.mock.calls[0]?.[0]).toMatch(/facts\.db.*unfinished transaction/);
      await store.close();
    }
  });

  test("R72: damage in the middle of the log is refused, because acknowledged writes lie behind it", async () => {
    const intact = await crashedCopy(12);
    const { size } = await stat(`${intact}-wal`);
    for (const part of [0.2, 0.4, 0.6]) {
      const path = await freshPath();
      await copyFile(intact, path);
      await copyFile(`${intact}-wal`, `${path}-wal`);
      const file = await open(`${path}-wal`, "r+");
      const at = Math.floor(size * part);
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, at);
      byte[0] = (byte[0] as number) ^ 0x10;
      await file.write(byte, 0, 1, at);
      await file.close();
      await expect(sqliteStore(path).open(), `damage at ${part}`).rejects.toMatchObject({
        code: "store/damaged",
        message: expect.stringContaining("write-ahead log") as unknown,
      });
    }
  });

  test("R72: whatever the last bytes of the log are cut to, the store opens at a whole transaction", async () => {
    const intact = await crashedCopy(6, 5);
    const { size } = await stat(`${intact}-wal`);
    for (let cut = 1; cut < 4_096; cut += 97) {
      const path = await freshPath();
      await copyFile(intact, path);
      await copyFile(`${intact}-wal`, `${path}-wal`);
      await truncate(`${path}-wal`, size - cut);
      const store = sqliteStore({ path, logger: { warn: () => {} } });
      await store.open();
      expect(store.tables.count, `${cut} bytes cut off`).toBe(25);
      await store.close();
    }
  });
});

describe("writing", () => {
  test("R73: a full disk refuses the write and keeps every fact that was there", async () => {
    const handle = new Database(":memory:");
    const store = sqliteStore({ database: handle });
    await store.open();
    await store.write({ deletes: [], inserts: [fact(1)] });
    handle.exec(
      `PRAGMA max_page_count = ${(handle.prepare("PRAGMA page_count").get() as { page_count: number }).page_count}`,
    );
    const many = Array.from({ length: 5_000 }, (_, n) => fact(n + 10));
    await expect(store.write({ deletes: [fact(1)], inserts: many })).rejects.toMatchObject({ code: "store/full" });
    expect(facts(store)).toEqual([factKey(fact(1))]);
    handle.exec("PRAGMA max_page_count = 1000000");
    await store.write({ deletes: [], inserts: many });
    expect(store.tables.count).toBe(5_001);
    await store.close();
    handle.close();
  });

  test("R70, R73: after a commit that failed nothing is acknowledged, shown or tried again, until the store is opened anew", async () => {
    const path = await freshPath();
    const handle = new Database(path);
    let failing = false;
    const failingHandle = {
      prepare: (sql: string) => handle.prepare(sql),
      exec: (sql: string) => {
        if (failing && sql === "COMMIT")
          throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_FSYNC" });
        return handle.exec(sql);
      },
      close: () => handle.close(),
      get inTransaction() {
        return handle.inTransaction;
      },
    };
    const warn = vi.fn();
    const store = sqliteStore({ database: failingHandle, logger: { warn } });
    await store.open();
    await store.write({ deletes: [], inserts: [fact(1)] });
    failing = true;
    await expect(store.write({ deletes: [fact(1)], inserts: [fact(2)] })).rejects.toMatchObject({
      code: "store/read-only",
    });
    expect(facts(store)).toEqual([factKey(fact(1))]);
    expect(warn).toHaveBeenCalledOnce();
    failing = false;
    await expect(store.write({ deletes: [], inserts: [fact(3)] })).rejects.toMatchObject({ code: "store/read-only" });
    await store.close();
    if (handle.inTransaction) handle.exec("ROLLBACK");
    handle.close();
    const again = sqliteStore(path);
    await again.open();
    expect(facts(again)).toEqual([factKey(fact(1))]);
    await again.write({ deletes: [], inserts: [fact(3)] });
    await again.close();
  });

  test("a write that finds other rows than it was told of is refused, and the tables keep what was acknowledged", async () => {
    const handle = new Database(":memory:");
    const store = sqliteStore({ database: handle });
    await store.open();
    await store.write({ deletes: [], inserts: [fact(1), fact(2)] });
    handle.exec("DELETE FROM arcturus_facts");
    await expect(store.write({ deletes: [fact(1)], inserts: [] })).rejects.toMatchObject({ code: "store/diverged" });
    expect(store.tables.count).toBe(2);
    await store.close();
    handle.close();
  });

  test("closing waits for the writes that were started", async () => {
    const path = await freshPath();
    const store = sqliteStore(path);
    await store.open();
    const writes = Array.from({ length: 20 }, (_, n) => store.write({ deletes: [], inserts: [fact(n)] }));
    await store.close();
    await Promise.all(writes);
    await store.open();
    expect(store.tables.count).toBe(20);
    await store.close();
  });
});
