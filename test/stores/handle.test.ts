import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../src/diagnostics/errors.js";
import { fileOf, isHandle, sqliteCode, storeError } from "../../src/stores/sqlite/handle.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";

describe("a handle", () => {
  test("is what can prepare, execute, and say whether it is in a transaction", () => {
    const handle = new Database(":memory:");
    expect(isHandle(handle)).toBe(true);
    const whole = { prepare: () => undefined, exec: () => undefined, inTransaction: false };
    expect(isHandle(whole)).toBe(true);
    for (const name of Object.keys(whole)) {
      const part: Record<string, unknown> = { ...whole };
      delete part[name];
      expect(isHandle(part), `without ${name}`).toBe(false);
      expect(() => sqliteStore(part)).toThrow(expect.objectContaining({ code: "store/bad-options" }) as Error);
    }
    for (const other of [null, undefined, "x.db", 1, () => whole, { ...whole, prepare: "SELECT" }])
      expect(isHandle(other)).toBe(false);
    handle.close();
  });

  test("is on its own file, whichever others are attached", async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-handle-"));
    const handle = new Database(join(folder, "app.db"));
    handle.exec(`ATTACH '${join(folder, "other.db")}' AS other; CREATE TABLE other.t (x); CREATE TEMP TABLE u (x)`);
    expect(fileOf(handle as never)).toMatch(/app\.db$/);
    handle.close();
    const memory = new Database(":memory:");
    memory.exec(`ATTACH '${join(folder, "other.db")}' AS other`);
    expect(fileOf(memory as never)).toBeUndefined();
    memory.close();
    await rm(folder, { recursive: true, force: true });
  });
});

test.each([
  ["SQLITE_CORRUPT", "store/damaged"],
  ["SQLITE_CORRUPT_INDEX", "store/damaged"],
  ["SQLITE_NOTADB", "store/damaged"],
  ["SQLITE_BUSY", "store/busy"],
  ["SQLITE_BUSY_SNAPSHOT", "store/busy"],
  ["SQLITE_LOCKED", "store/busy"],
  ["SQLITE_LOCKED_SHAREDCACHE", "store/busy"],
  ["SQLITE_FULL", "store/full"],
  ["SQLITE_READONLY", "store/read-only"],
  ["SQLITE_READONLY_DBMOVED", "store/read-only"],
  ["SQLITE_PERM", "store/read-only"],
  ["SQLITE_CANTOPEN", "store/cannot-open"],
  ["SQLITE_CANTOPEN_ISDIR", "store/cannot-open"],
  ["SQLITE_IOERR", "store/failed"],
  ["SQLITE_IOERR_FSYNC", "store/failed"],
  ["NOT_SQLITE_BUSY", "store/failed"],
])("R73: %s is the error %s, with the file and the cause", (code, expected) => {
  const cause = Object.assign(new Error("what SQLite says"), { code });
  const error = storeError(cause, "facts.db");
  expect(error).toBeInstanceOf(StoreError);
  expect(error.code).toBe(expected);
  expect(error.message).toMatch(/facts\.db/);
  expect(error.message).toMatch(/what SQLite says/);
  expect(error.cause).toBe(cause);
});

test("R73: an error of a store stays as it is, and what is no error of SQLite is one of the store", () => {
  const known = new StoreError("store/locked", "taken");
  expect(storeError(known, "facts.db")).toBe(known);
  for (const thrown of [new Error("odd"), "text", null, undefined, { code: 5 }]) {
    expect(storeError(thrown, "facts.db").code).toBe("store/failed");
    expect(sqliteCode(thrown)).toBeUndefined();
  }
});
