import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine, entity } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import { Kysely, SqliteDialect } from "kysely";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EffectiveChange, FactStore } from "../../src/facts/index.js";

const policy = `
  actor User {}
  resource Repo { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
`;
const ann = entity("User", "ann");
const repo = entity("Repo", "anvil");

interface Tables {
  repos: { id: string; name: string };
}

let folder: string;
let handle: Database.Database;
let db: Kysely<Tables>;
let store: FactStore;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "arcturus-shared-"));
  handle = new Database(join(folder, "app.db"));
  handle.exec("PRAGMA journal_mode = WAL; CREATE TABLE repos (id TEXT PRIMARY KEY, name TEXT NOT NULL)");
  // biome-ignore lint/suspicious/noExplicitAny: libsql's types are those of an older better-sqlite3
  db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: handle as any }) });
  store = sqliteStore({ database: handle });
  engine = await createEngine({ policy, store });
});

afterEach(async () => {
  await engine.close();
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

const rows = (): number => (handle.prepare("SELECT count(*) AS n FROM repos").get() as { n: number }).n;

describe("writing inside the application's transaction", () => {
  test("rows and facts are committed together, and the very next question sees the facts", async () => {
    await db.transaction().execute(async (trx) => {
      await trx.insertInto("repos").values({ id: "anvil", name: "Anvil" }).execute();
      await engine.within(trx).tell("has_role", ann, "reader", repo);
      expect(engine.decide(ann, "read", repo), "uncommitted facts are seen by nobody").toBe(false);
    });
    expect(engine.decide(ann, "read", repo)).toBe(true);
    expect(rows()).toBe(1);
  });

  test("rows and facts are rolled back together", async () => {
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto("repos").values({ id: "anvil", name: "Anvil" }).execute();
        await engine.within(trx).tell("has_role", ann, "reader", repo);
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    expect(engine.decide(ann, "read", repo)).toBe(false);
    expect(await engine.get("has_role")).toEqual([]);
    expect(rows()).toBe(0);
    await engine.tell("has_role", ann, "reader", repo);
    expect(engine.decide(ann, "read", repo)).toBe(true);
  });

  test("a revocation takes effect with the commit, and not before", async () => {
    await engine.tell("has_role", ann, "reader", repo);
    handle.exec("BEGIN");
    await engine.within(handle).delete("has_role", ann, null, { type: "Repo" });
    expect(engine.decide(ann, "read", repo)).toBe(true);
    handle.exec("COMMIT");
    expect(engine.decide(ann, "read", repo)).toBe(false);
  });

  test("a revocation takes effect even when the next transaction has begun before anybody asks", async () => {
    await engine.tell("has_role", ann, "reader", repo);
    handle.exec("BEGIN");
    await engine.within(handle).delete("has_role", ann, "reader", repo);
    handle.exec("COMMIT");
    handle.exec("BEGIN");
    expect(engine.decide(ann, "read", repo)).toBe(false);
    handle.exec("ROLLBACK");
    expect(engine.decide(ann, "read", repo)).toBe(false);
  });

  test("a transaction that is a synchronous function can write too", () => {
    handle.transaction(() => {
      handle.prepare("INSERT INTO repos VALUES ('anvil', 'Anvil')").run();
      void engine.within(handle).tell("has_role", ann, "reader", repo);
    })();
    expect(engine.decide(ann, "read", repo)).toBe(true);
  });

  test("what a savepoint took back has no effect, what stands around it has", async () => {
    handle.exec("BEGIN");
    await engine.within(handle).tell("has_role", ann, "reader", repo);
    handle.exec("SAVEPOINT inner");
    await engine.within(handle).delete("has_role", ann, "reader", repo);
    await engine.within(handle).tell("has_role", entity("User", "eve"), "reader", repo);
    handle.exec("ROLLBACK TO inner; RELEASE inner");
    handle.exec("COMMIT");
    expect(engine.decide(ann, "read", repo)).toBe(true);
    expect(engine.decide(entity("User", "eve"), "read", repo)).toBe(false);
  });

  test("several writes in one transaction see each other, wildcards included", async () => {
    handle.exec("BEGIN");
    const writer = engine.within(handle);
    await writer.bulkTell([
      ["has_role", ann, "reader", repo],
      ["has_role", entity("User", "bob"), "reader", repo],
    ]);
    await writer.delete("has_role", null, "reader", repo);
    await writer.tell("has_role", ann, "reader", repo);
    handle.exec("COMMIT");
    expect(await engine.get("has_role", null, null, null)).toEqual([["has_role", ann, "reader", repo]]);
  });

  test("the revision of a joined write is reached when its transaction is committed", async () => {
    handle.exec("BEGIN");
    const { revision } = await engine.within(handle).tell("has_role", ann, "reader", repo);
    await expect(engine.authorize(ann, "read", repo, { atLeast: revision })).rejects.toMatchObject({
      code: "store/revision-unavailable",
    });
    const answer = engine.authorize(ann, "read", repo, { atLeast: revision });
    setImmediate(() => handle.exec("COMMIT"));
    expect(await answer).toBe(true);
  });

  test("listeners hear of a committed write without any question being asked", async () => {
    const heard: EffectiveChange[] = [];
    store.subscribe((change) => heard.push(change));
    handle.exec("BEGIN");
    await engine.within(handle).tell("has_role", ann, "reader", repo);
    handle.exec("COMMIT");
    for (let i = 0; i < 200 && heard.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(heard).toEqual([{ removed: [], added: [{ predicate: "has_role", args: [ann, "reader", repo] }] }]);
  });

  test("a write from outside waits until the open transaction has ended, and is not rolled back with it", async () => {
    let outside: Promise<unknown> | undefined;
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto("repos").values({ id: "anvil", name: "Anvil" }).execute();
        outside = engine.tell("has_role", ann, "reader", repo);
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    await outside;
    expect(rows()).toBe(0);
    expect(engine.decide(ann, "read", repo)).toBe(true);
  });

  test("joined writes survive a restart", async () => {
    await db.transaction().execute(async (trx) => {
      await engine.within(trx).tell("has_role", ann, "reader", repo);
    });
    await engine.close();
    store = sqliteStore(handle);
    engine = await createEngine({ policy, store });
    expect(engine.decide(ann, "read", repo)).toBe(true);
  });

  test("facts are checked inside a transaction as outside", async () => {
    handle.exec("BEGIN");
    await expect(engine.within(handle).tell("has_role", ann, "owner", repo)).rejects.toMatchObject({
      code: "facts/unknown-name",
    });
    await expect(engine.within(handle).tell("has_role", ann, "reader", entity("Repo", ""))).rejects.toMatchObject({
      code: "facts/empty",
    });
    handle.exec("COMMIT");
  });

  test("without an open transaction, or with one of another database, nothing is written", async () => {
    await expect(engine.within(handle).tell("has_role", ann, "reader", repo)).rejects.toMatchObject({
      code: "store/no-transaction",
    });
    expect(() => engine.within({})).toThrow(expect.objectContaining({ code: "store/foreign-transaction" }));
    const stranger = new Database(":memory:");
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const elsewhere = new Kysely<Tables>({ dialect: new SqliteDialect({ database: stranger as any }) });
    await elsewhere.transaction().execute(async (trx) => {
      await expect(engine.within(trx).tell("has_role", ann, "reader", repo)).rejects.toMatchObject({
        code: "store/foreign-transaction",
      });
    });
    await elsewhere.destroy();
    expect(await engine.get("has_role")).toEqual([]);
  });

  test("a store with a file of its own has no transaction to join", async () => {
    const own = await createEngine({ policy, store: sqliteStore(join(folder, "own.db")) });
    expect(() => own.within(handle)).toThrow(expect.objectContaining({ code: "store/no-shared-handle" }));
    await own.close();
    const memory = await createEngine({ policy });
    expect(() => memory.within(handle)).toThrow(expect.objectContaining({ code: "store/no-transactions" }));
    await memory.close();
  });

  test("closing the store leaves the application's handle open", async () => {
    await engine.close();
    expect(rows()).toBe(0);
    engine = await createEngine({ policy, store: sqliteStore({ database: handle }) });
  });
});

describe("damage", () => {
  const damages: Readonly<Record<string, string>> = {
    "text that is not UTF-8": "CAST(x'7b22ff22' AS TEXT)",
    "text that is no JSON": "'{'",
    bytes: "x'00ff'",
    null: "'null'",
    "JSON of another shape": `'{"removed":[],"added":[["has_role"]]}'`,
    "a fact that is none": `'{"removed":[],"added":[["has_role","[1,2]"]]}'`,
  };

  test.each(Object.keys(damages))(
    "R72: a recorded change that somebody replaced by %s is refused by name",
    async (kind) => {
      handle.exec("BEGIN");
      await engine.within(handle).tell("has_role", ann, "reader", repo);
      handle.exec(`UPDATE arcturus_changes SET change = ${damages[kind]}`);
      handle.exec("COMMIT");
      const damaged = expect.objectContaining({
        name: "StoreError",
        code: "store/damaged",
        message: expect.stringMatching(/app\.db.*recorded change.*restore it/) as unknown,
      }) as unknown;
      expect(() => engine.decide(ann, "read", repo)).toThrow(damaged as Error);
      await expect(engine.authorize(ann, "read", repo), "and goes on being refused").rejects.toEqual(damaged);
      await expect(engine.tell("has_role", ann, "reader", entity("Repo", "other"))).rejects.toEqual(damaged);
    },
  );
});
