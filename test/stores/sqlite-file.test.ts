import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, open, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FactStore, factKey, type StoredFact } from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";
import { runs } from "../support/effort.js";

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

describe("locks of files that come to be", () => {
  test("R74: a new file is one file, whichever way to its folder is taken", async () => {
    const path = await freshPath();
    const link = `${path}-folder`;
    await symlink(dirname(path), link);
    const store = sqliteStore(join(link, "facts.db"));
    await store.open();
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ code: "store/locked" });
    await store.close();
    const other = sqliteStore(path);
    await other.open();
    await expect(sqliteStore(join(link, "facts.db")).open()).rejects.toMatchObject({ code: "store/locked" });
    await other.close();
  });

  test("R74: a link to a file that does not exist yet is that file", async () => {
    const path = await freshPath();
    await symlink("facts.db", `${path}-link`);
    await symlink("facts.db-link", `${path}-link-to-the-link`);
    for (const [first, second] of [
      [`${path}-link-to-the-link`, path],
      [path, `${path}-link`],
    ] as const) {
      const store = sqliteStore(first);
      await store.open();
      await expect(sqliteStore(second).open()).rejects.toMatchObject({ code: "store/locked" });
      await store.close();
    }
    await symlink("round", `${path}-round`);
    await symlink(`${path}-round`, join(dirname(path), "round"));
    await expect(sqliteStore(`${path}-round`).open()).rejects.toMatchObject({ name: "StoreError" });
  });

  test("R74: an application's handle on a file keeps other stores away, and its own as well, until the store is closed", async () => {
    const path = await freshPath();
    const handle = new Database(path);
    const store = sqliteStore({ database: handle });
    await store.open();
    for (const other of [sqliteStore(path), sqliteStore({ database: handle })])
      await expect(other.open()).rejects.toMatchObject({ code: "store/locked" });
    await store.close();
    const after = sqliteStore({ database: handle });
    await after.open();
    await after.close();
    handle.close();
    const own = sqliteStore(path);
    await own.open();
    await own.close();
  });

  test("an opening that failed holds nothing: the file may be put right and opened, by the same store and by others", async () => {
    const path = await freshPath();
    await filled(path, 3);
    const intact = await readFile(path);
    await writeFile(path, Buffer.from(intact).fill(0, 0, 50));
    const store = sqliteStore(path);
    for (let i = 0; i < 2; i++) await expect(store.open()).rejects.toMatchObject({ code: "store/damaged" });
    await writeFile(path, intact);
    const other = sqliteStore(path);
    await other.open();
    await other.close();
    await store.open();
    expect(store.tables.count).toBe(3);
    await store.close();
  });
});

describe("files of others", () => {
  test.each([512, 1_024, 65_536])(
    "a database with pages of %i bytes takes a store in, keeps its tables, and is not marked as the store's",
    async (size) => {
      const path = await freshPath();
      const application = new Database(path);
      application.exec(`PRAGMA page_size = ${size}; CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')`);
      application.close();
      await filled(path, 50);
      const store = sqliteStore(path);
      await store.open();
      expect(store.tables.count).toBe(50);
      await store.close();
      const again = new Database(path);
      expect(again.prepare("SELECT text FROM notes").all()).toEqual([{ text: "mine" }]);
      expect(again.prepare("PRAGMA application_id").get()).toMatchObject({ application_id: 0 });
      expect(again.prepare("PRAGMA page_size").get()).toMatchObject({ page_size: size });
      again.close();
    },
  );

  test("a database with the mark of another application keeps it, and takes a store in", async () => {
    const path = await freshPath();
    const application = new Database(path);
    application.exec("PRAGMA application_id = 7; CREATE TABLE arcturus_notes (text)");
    application.close();
    await filled(path, 5);
    const again = new Database(path);
    expect(again.prepare("PRAGMA application_id").get()).toMatchObject({ application_id: 7 });
    again.close();
    await filled(path, 9);
    const store = sqliteStore(path);
    await store.open();
    expect(store.tables.count).toBe(9);
    await store.close();
  });

  test("a file of the store's alone carries its mark, and is damaged when its tables are gone", async () => {
    for (const gone of [
      ["arcturus_facts"],
      ["arcturus_state"],
      ["arcturus_changes"],
      ["arcturus_facts", "arcturus_state"],
      ["arcturus_facts", "arcturus_state", "arcturus_changes"],
    ]) {
      const path = await freshPath();
      await filled(path, 5);
      const handle = new Database(path);
      expect(handle.prepare("PRAGMA application_id").get()).toMatchObject({ application_id: 0x41726374 });
      for (const table of gone) handle.exec(`DROP TABLE ${table}`);
      handle.close();
      await expect(sqliteStore(path).open(), gone.join()).rejects.toMatchObject({ code: "store/damaged" });
    }
  });
});

describe("damage", () => {
  test("a file in which a column of the store has another name is damaged, and not only out of order", async () => {
    for (const column of [
      "state.schema",
      "state.store",
      "state.hash",
      "facts.predicate",
      "facts.args",
      "changes.revision",
    ]) {
      const [table, name] = column.split(".");
      const path = await freshPath();
      await filled(path, 5);
      const handle = new Database(path);
      handle.exec(`ALTER TABLE arcturus_${table} RENAME COLUMN ${name} TO other`);
      handle.close();
      await expect(sqliteStore(path).open(), column).rejects.toMatchObject({ code: "store/damaged" });
    }
  });

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
    const variants = runs(200);
    for (let i = 0; i < variants; i++) {
      const bytes = Buffer.from(intact);
      // Spread over the whole file, the header included.
      const at = i < 100 ? i : Math.floor((i / variants) * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << (i % 8));
      await look(bytes, `bit ${i % 8} of byte ${at}`);
    }
    // And a header with a byte that was lost.
    for (let at = 0; at < 100; at++) {
      const bytes = Buffer.from(intact);
      bytes[at] = 0;
      if (!bytes.equals(intact)) await look(bytes, `byte ${at} lost`);
    }
    expect(refused).toBeGreaterThan(variants / 2);
    async function look(bytes: Buffer, what: string): Promise<void> {
      const copy = `${path}-${what.replaceAll(" ", "-")}`;
      await writeFile(copy, bytes);
      const store = sqliteStore({ path: copy, logger: { warn: () => {} } });
      try {
        await store.open();
      } catch (error) {
        expect(error, what).toMatchObject({ name: "StoreError" });
        refused++;
        return;
      }
      const found = facts(store);
      expect(found.length === 400 && found.every((f, n) => f === expected[n]), what).toBe(true);
      await store.close();
    }
  });

  test("R72: a file cut short is refused, wherever it was cut", async () => {
    const path = await freshPath();
    await filled(path, 400);
    const intact = await readFile(path);
    const cuts = Array.from({ length: Math.ceil(intact.length / 1_500) }, (_, n) => intact.length - 1 - n * 1_500);
    for (let page = 4_096; page < intact.length; page += 4_096) cuts.push(page);
    for (const kept of cuts.filter((cut) => cut > 0)) {
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
      "UPDATE arcturus_state SET key = substr(key, 1, 32)",
      "UPDATE arcturus_state SET store = ''",
      "UPDATE arcturus_state SET store = 'another'",
      "UPDATE arcturus_state SET hash = 'zz'",
      "UPDATE arcturus_state SET revision = 'soon'",
      "UPDATE arcturus_state SET revision = 1.5",
      "UPDATE arcturus_state SET revision = -1",
      "UPDATE arcturus_state SET facts = 0.5",
      "UPDATE arcturus_state SET facts = 'many'",
      "UPDATE arcturus_state SET schema = 0",
      "UPDATE arcturus_state SET schema = 'x'",
    ]) {
      const path = await freshPath();
      await filled(path, 100);
      const handle = new Database(path);
      handle.exec(sql);
      handle.close();
      await expect(sqliteStore(path).open(), sql).rejects.toMatchObject({ code: "store/damaged" });
    }
  });

  test("R72: a structure that is damaged where no fact lies is noticed before anything is written there", async () => {
    const path = await freshPath();
    await filled(path, 400);
    const bytes = await readFile(path);
    // The number of free pages, and the first of them.
    bytes.writeUInt32BE(2, 32);
    bytes.writeUInt32BE(9, 36);
    await writeFile(path, bytes);
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ code: "store/damaged" });
  });

  test.each([2, 3, 99])("a file of a newer version, schema %i, is refused and left as it is", async (schema) => {
    const path = await freshPath();
    await filled(path, 3);
    const handle = new Database(path);
    handle.exec(`UPDATE arcturus_state SET schema = ${schema}`);
    handle.close();
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ code: "store/newer-schema" });
    const again = new Database(path);
    expect(again.prepare("SELECT schema, facts FROM arcturus_state").get()).toMatchObject({ schema, facts: 3 });
    again.close();
  });

  test("I24: a revision of a newer state is not reached after an older copy was put back, and one of its own is", async () => {
    const path = await freshPath();
    await filled(path, 3);
    const old = await readFile(path);
    const store = sqliteStore(path);
    await store.open();
    const before = store.revision();
    const { revision } = await store.write({ deletes: [fact(0)], inserts: [] });
    await store.close();
    await writeFile(path, old);
    await store.open();
    expect(store.tables.count).toBe(3);
    await store.atLeast(before);
    await expect(store.atLeast(revision)).rejects.toMatchObject({ code: "store/revision-unavailable" });
    await store.write({ deletes: [], inserts: [fact(9)] });
    await store.atLeast(store.revision());
    await store.close();
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
    for (let cut = 1; cut < 4_096; cut += 397) {
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
    const joined = store.within?.(failingHandle).write({ deletes: [], inserts: [fact(3)] });
    await expect(joined).rejects.toMatchObject({ code: "store/read-only" });
    expect(facts(store)).toEqual([factKey(fact(1))]);
    await store.close();
    if (handle.inTransaction) handle.exec("ROLLBACK");
    // Also by the very store that was broken.
    await store.open();
    expect(facts(store)).toEqual([factKey(fact(1))]);
    await store.write({ deletes: [], inserts: [fact(4)] });
    await store.write({ deletes: [fact(4)], inserts: [] });
    await store.close();
    handle.close();
    const again = sqliteStore(path);
    await again.open();
    expect(facts(again)).toEqual([factKey(fact(1))]);
    await again.write({ deletes: [], inserts: [fact(3)] });
    await again.close();
  });

  test("R73: a commit that somebody else is in the way of did not happen, and the next one may", async () => {
    const handle = new Database(":memory:");
    let isBusy = false;
    const busyHandle = {
      prepare: (sql: string) => handle.prepare(sql),
      exec: (sql: string) => {
        if (isBusy && sql === "COMMIT") throw Object.assign(new Error("locked"), { code: "SQLITE_BUSY" });
        return handle.exec(sql);
      },
      close: () => handle.close(),
      get inTransaction() {
        return handle.inTransaction;
      },
    };
    const warn = vi.fn();
    const store = sqliteStore({ database: busyHandle, logger: { warn } });
    await store.open();
    await store.write({ deletes: [], inserts: [fact(1)] });
    isBusy = true;
    await expect(store.write({ deletes: [fact(1)], inserts: [fact(2)] })).rejects.toMatchObject({ code: "store/busy" });
    expect(handle.inTransaction).toBe(false);
    isBusy = false;
    await store.write({ deletes: [], inserts: [fact(3)] });
    expect(facts(store)).toEqual([fact(1), fact(3)].map(factKey).sort());
    expect(warn).not.toHaveBeenCalled();
    await store.close();
    await store.open();
    expect(facts(store)).toEqual([fact(1), fact(3)].map(factKey).sort());
    await store.close();
    handle.close();
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
    // All is in the file itself: a copy of it is a backup.
    expect(
      await stat(`${path}-wal`).then(
        ({ size }) => size,
        () => 0,
      ),
    ).toBe(0);
  }, 20_000);

  test("a commit waits for the disk, in the log", async () => {
    const exec = vi.spyOn(Database.prototype, "exec");
    try {
      const store = sqliteStore(await freshPath());
      await store.open();
      exec.mockClear();
      await store.write({ deletes: [], inserts: [fact(1)] });
      const handle = exec.mock.contexts[0] as Database.Database;
      // 2 is FULL.
      expect(handle.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous: 2 });
      expect(handle.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
      await store.close();
    } finally {
      exec.mockRestore();
    }
  });

  test("nothing but the path of a file or a handle makes a store", () => {
    const handle = new Database(":memory:");
    for (const wrong of [
      "",
      {},
      { path: "" },
      { path: "x.db", database: handle },
      { database: {} },
      { database: "x.db" },
      [],
      { path: 7 },
    ])
      expect(() => sqliteStore(wrong)).toThrow(expect.objectContaining({ code: "store/bad-options" }) as Error);
    handle.close();
  });

  test("a write waits for a transaction on the shared handle as long as it may, whatever became of those before it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const handle = new Database(":memory:");
      const store = sqliteStore({ database: handle });
      await store.open();
      handle.exec("BEGIN");
      const first = store.write({ deletes: [], inserts: [fact(1)] });
      const refused = expect(first).rejects.toMatchObject({ code: "store/busy" });
      vi.advanceTimersByTime(4_000);
      const second = store.write({ deletes: [], inserts: [fact(2)] });
      vi.advanceTimersByTime(2_000);
      await refused;
      expect(facts(store)).toEqual([]);
      handle.exec("COMMIT");
      await second;
      expect(facts(store)).toEqual([factKey(fact(2))]);
      await store.close();
      handle.close();
    } finally {
      vi.useRealTimers();
    }
  }, 15_000);
});
