import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Kysely, SqliteDialect } from "kysely";
import Database from "libsql";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type FactChange,
  type FactStore,
  type FactWriter,
  factKey,
  matchesPattern,
  type StoredFact,
  type StoredPattern,
} from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";
import { runs } from "../support/effort.js";

/*
 * Writes inside and beside the application's transactions on a handle that it shares with the store: what is committed is
 * there, for every question and at every restart; what was rolled back never was.
 */

const folders: string[] = [];
const handles: Database.Database[] = [];
afterEach(async () => {
  for (const handle of handles.splice(0)) handle.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The application's handle; on a file, where the store sees past an open transaction, or in memory. */
async function application(where: "file" | "memory"): Promise<Database.Database> {
  let path = ":memory:";
  if (where === "file") {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-transactions-"));
    folders.push(folder);
    path = join(folder, "app.db");
  }
  const handle = new Database(path);
  // Nothing here is about the disk.
  handle.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  handles.push(handle);
  return handle;
}

type Facts = ReadonlyMap<string, StoredFact>;
const fact = (predicate: string, ...args: string[]): StoredFact => ({
  predicate,
  args: args.map((id) => ({ type: "User", id })),
});
function changed(facts: Facts, { deletes, inserts }: FactChange): Facts {
  const next = new Map([...facts].filter(([, one]) => !deletes.some((pattern) => matchesPattern(one, pattern))));
  for (const one of inserts) next.set(factKey(one), one);
  return next;
}
const keys = (facts: Iterable<StoredFact>): string[] => [...facts].map(factKey).sort();
const held = (store: FactStore): string[] => keys(store.tables.facts());
const within = (store: FactStore, transaction: unknown): FactWriter => {
  if (store.within === undefined) throw new Error("this store takes part in no transaction");
  return store.within(transaction);
};
const tell = (...inserts: StoredFact[]): FactChange => ({ deletes: [], inserts });

const someFact = fc.constantFrom<StoredFact>(
  ...[fact("p", "a"), fact("p", "b"), fact("q", "a"), fact("p", "a", "b"), fact("P", "a")],
  { predicate: "p", args: ["a"] },
  { predicate: "p", args: [{ type: "Org", id: "a" }] },
);
const somePattern: fc.Arbitrary<StoredPattern> = fc.oneof(
  someFact,
  fc.constantFrom<StoredPattern>(
    { predicate: "p", args: [undefined] },
    { predicate: "p", args: [undefined, undefined] },
    { predicate: "p", args: [{ anyOf: "User" }] },
  ),
);
const someChange: fc.Arbitrary<FactChange> = fc.record({
  deletes: fc.array(somePattern, { maxLength: 2 }),
  inserts: fc.array(someFact, { maxLength: 2 }),
});
type Step =
  | { readonly kind: "begin" | "commit" | "roll back" | "save" | "take back" | "release" | "look" | "open anew" }
  | { readonly kind: "write inside" | "write outside"; readonly change: FactChange };
const step = (...kinds: Exclude<Step["kind"], `write ${string}`>[]): fc.Arbitrary<Step> =>
  fc.constantFrom(...kinds).map((kind) => ({ kind }));
const someInside: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: someChange.map((change): Step => ({ kind: "write inside", change })) },
  { weight: 1, arbitrary: someChange.map((change): Step => ({ kind: "write outside", change })) },
  { weight: 3, arbitrary: step("save", "take back", "release", "look") },
);
const someSteps: fc.Arbitrary<Step[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(step("begin"), fc.array(someInside, { minLength: 1, maxLength: 6 }), step("commit", "commit", "roll back"))
      .map(([begin, inside, end]) => [begin, ...inside, end]),
  },
  { weight: 3, arbitrary: someChange.map((change): Step[] => [{ kind: "write outside", change }]) },
  { weight: 1, arbitrary: step("open anew", "look").map((one) => [one]) },
  { weight: 1, arbitrary: someChange.map((change): Step[] => [{ kind: "write inside", change }]) },
);

describe.each(["file", "memory"] as const)("on a database in a %s", (where) => {
  test("I12: any history of transactions, savepoints and writes beside them leaves what was committed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someSteps, { minLength: 2, maxLength: 8, size: "max" }), async (rounds) => {
        const handle = await application(where);
        const store = sqliteStore({ database: handle });
        await store.open();
        let committed: Facts = new Map();
        /** What the open transaction sees, and where its savepoints can go back to. */
        let working: Facts | undefined;
        let saved: Facts[] = [];
        /** Started beside the open transaction: they wait for its end. */
        let waiting: { readonly change: FactChange; readonly done: Promise<{ readonly revision: string }> }[] = [];
        /** Revisions of writes in the open transaction. */
        let inside: string[] = [];
        /** What listeners were told, put together. */
        const heard = new Map<string, StoredFact>();
        store.subscribe(({ removed, added }) => {
          for (const one of removed) expect(heard.delete(factKey(one)), "it was there").toBe(true);
          for (const one of added) {
            expect(heard.has(factKey(one)), "it was not there").toBe(false);
            heard.set(factKey(one), one);
          }
        });
        const look = (): void => {
          // In memory nobody sees past an open transaction; what was committed before it is shown when it has ended.
          if (working !== undefined && where === "memory") return;
          store.catchUp?.();
          expect(held(store)).toEqual(keys(committed.values()));
          expect(keys(heard.values())).toEqual(held(store));
        };
        const end = async (facts: Facts): Promise<void> => {
          [working, saved] = [undefined, []];
          committed = facts;
          if (waiting.length === 0) look();
          for (const { change, done } of waiting.splice(0)) {
            committed = changed(committed, change);
            await store.atLeast((await done).revision);
          }
          look();
          // What was rolled back is passed too: nobody waits for it.
          for (const revision of inside.splice(0)) await store.atLeast(revision);
          look();
        };
        for (const step of rounds.flat()) {
          const open: Facts | undefined = working;
          if (step.kind === "write outside") {
            const done = store.write(step.change);
            if (open === undefined) {
              await store.atLeast((await done).revision);
              committed = changed(committed, step.change);
              look();
            } else waiting.push({ change: step.change, done });
          } else if (step.kind === "look") look();
          else if (step.kind === "begin") {
            if (open !== undefined) continue;
            handle.exec("BEGIN");
            working = committed;
          } else if (step.kind === "open anew") {
            if (open !== undefined) continue;
            await store.close();
            await store.open();
            expect(held(store)).toEqual(keys(committed.values()));
          } else if (open === undefined) {
            if (step.kind === "write inside") {
              const refused = within(store, handle).write(step.change);
              await expect(refused).rejects.toMatchObject({ code: "store/no-transaction" });
              look();
            }
          } else if (step.kind === "write inside") {
            inside.push((await within(store, handle).write(step.change)).revision);
            working = changed(open, step.change);
          } else if (step.kind === "save") {
            handle.exec(`SAVEPOINT s${saved.length}`);
            saved.push(open);
          } else if (step.kind === "take back" || step.kind === "release") {
            const to = saved.pop();
            if (to === undefined) continue;
            if (step.kind === "take back") handle.exec(`ROLLBACK TO s${saved.length}`);
            handle.exec(`RELEASE s${saved.length}`);
            if (step.kind === "take back") working = to;
          } else {
            handle.exec(step.kind === "commit" ? "COMMIT" : "ROLLBACK");
            await end(step.kind === "commit" ? open : committed);
          }
        }
        if (handle.inTransaction) {
          handle.exec("ROLLBACK");
          await end(committed);
        }
        await store.close();
        waiting = [];
        inside = [];
        // The count and the fingerprint beside the facts fit too, or it would not open.
        const again = sqliteStore({ database: handle });
        await again.open();
        expect(held(again)).toEqual(keys(committed.values()));
        await again.close();
      }),
      { numRuns: runs(50) },
    );
  }, 600_000);
});

test("a deletion with open arguments inside a transaction takes what matches, and nothing else", async () => {
  const handle = await application("file");
  const store = sqliteStore({ database: handle });
  await store.open();
  const all: StoredFact[] = [
    ...["a", "b", "c"].flatMap((a) => ["a", "b"].map((b) => fact("p", a, b))),
    ...[fact("p", "a"), fact("q", "a", "b"), fact("P", "a", "b"), fact("p", "a", "b", "c"), fact("p%", "a", "b")],
    { predicate: "p", args: ["a", { type: "User", id: "b" }] },
    {
      predicate: "p",
      args: [
        { type: "Org", id: "a" },
        { type: "User", id: "b" },
      ],
    },
  ];
  const user = (id: string): StoredPattern["args"][number] => ({ type: "User", id });
  for (const pattern of [
    { predicate: "p", args: [undefined, user("b")] },
    { predicate: "p", args: [{ anyOf: "User" }, undefined] },
    { predicate: "p", args: [user("a"), { anyOf: "User" }] },
    { predicate: "p", args: [undefined] },
    { predicate: "p_", args: [undefined, undefined] },
    { predicate: "p%", args: [undefined, undefined] },
    fact("p", "c", "b"),
    fact("p", "nobody", "b"),
  ] satisfies StoredPattern[]) {
    await store.write(tell(...all));
    handle.exec("BEGIN");
    await within(store, handle).write({ deletes: [pattern], inserts: [] });
    handle.exec("COMMIT");
    store.catchUp?.();
    expect(held(store)).toEqual(keys(all.filter((one) => !matchesPattern(one, pattern))));
    await store.close();
    await store.open();
    expect(held(store)).toEqual(keys(all.filter((one) => !matchesPattern(one, pattern))));
  }
  await store.close();
});

describe("opening", () => {
  test("waits for the end of an open transaction: what that has not committed is not shown", async () => {
    for (const end of ["ROLLBACK", "COMMIT"]) {
      const handle = await application("file");
      const store = sqliteStore({ database: handle });
      await store.open();
      await store.write(tell(fact("p", "a")));
      handle.exec("BEGIN");
      await within(store, handle).write({ deletes: [fact("p", "a")], inserts: [fact("p", "b")] });
      await store.close();
      let isOpen = false;
      const opening = store.open().then(() => {
        isOpen = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(isOpen).toBe(false);
      handle.exec(end);
      await opening;
      expect(held(store)).toEqual(keys([fact("p", end === "COMMIT" ? "b" : "a")]));
      await store.close();
    }
  });

  test("gives up when the transaction does not end, and holds nothing then", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const handle = await application("file");
      const store = sqliteStore({ database: handle });
      handle.exec("BEGIN");
      const refused = expect(store.open()).rejects.toMatchObject({ code: "store/busy" });
      await new Promise((resolve) => setTimeout(resolve, 50));
      vi.advanceTimersByTime(6_000);
      await refused;
      handle.exec("COMMIT");
      const other = sqliteStore({ database: handle });
      await other.open();
      await other.close();
      await store.open();
      await store.close();
    } finally {
      vi.useRealTimers();
    }
  });

  test("anew, listeners hear of joined writes without any question, although the last closing came too soon for one", async () => {
    const handle = await application("file");
    const store = sqliteStore({ database: handle });
    const heard: unknown[] = [];
    store.subscribe((change) => heard.push(change));
    for (const id of ["a", "b"]) {
      await store.open();
      handle.exec("BEGIN");
      await within(store, handle).write(tell(fact("p", id)));
      handle.exec("COMMIT");
      if (id === "a") await store.close();
    }
    for (let i = 0; i < 500 && heard.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(heard).toContainEqual({ removed: [], added: [fact("p", "b")] });
    expect(held(store)).toEqual(keys([fact("p", "a"), fact("p", "b")]));
    await store.close();
  });
});

describe("a write inside a transaction that fails", () => {
  test.each([
    ["the facts that are new", "INSERT ON arcturus_facts WHEN new.args LIKE '%user-1500%'"],
    ["the record of the change", "INSERT ON arcturus_changes"],
    ["the description of the store", "UPDATE ON arcturus_state"],
  ])("at %s leaves nothing behind, and the transaction may go on", async (_, place) => {
    const handle = await application("file");
    handle.exec("CREATE TABLE notes (text TEXT)");
    const store = sqliteStore({ database: handle });
    await store.open();
    await store.write(tell(fact("p", "old"), fact("p", "older")));
    handle.exec(`CREATE TEMP TRIGGER no BEFORE ${place} BEGIN SELECT RAISE(ABORT, 'not now'); END`);
    handle.exec("BEGIN");
    handle.exec("INSERT INTO notes VALUES ('mine')");
    const many = Array.from({ length: 2_000 }, (_, n) => fact("p", `user-${n}`));
    const change: FactChange = { deletes: [fact("p", "old")], inserts: many };
    await expect(within(store, handle).write(change)).rejects.toMatchObject({ name: "StoreError" });
    handle.exec("DROP TRIGGER no");
    await within(store, handle).write(tell(fact("q", "next")));
    handle.exec("COMMIT");
    store.catchUp?.();
    const wanted = keys([fact("p", "old"), fact("p", "older"), fact("q", "next")]);
    expect(held(store)).toEqual(wanted);
    expect(handle.prepare("SELECT text FROM notes").all()).toEqual([{ text: "mine" }]);
    await store.write({ deletes: [fact("p", "old")], inserts: [] });
    await store.close();
    await store.open();
    expect(held(store)).toEqual(wanted.filter((key) => key !== factKey(fact("p", "old"))));
    await store.close();
  });

  test("does not take along the writes of others in the same transaction", async () => {
    const handle = await application("file");
    const store = sqliteStore({ database: handle });
    await store.open();
    handle.exec(
      "CREATE TEMP TRIGGER no BEFORE INSERT ON arcturus_facts WHEN new.args LIKE '%bad%' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    handle.exec("BEGIN");
    const writer = within(store, handle);
    const results = await Promise.allSettled([
      writer.write(tell(fact("p", "a"))),
      writer.write(tell(fact("p", "b"), fact("p", "bad"))),
      writer.write(tell(fact("p", "c"))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    handle.exec("COMMIT");
    store.catchUp?.();
    expect(held(store)).toEqual(keys([fact("p", "a"), fact("p", "c")]));
    await store.close();
    await store.open();
    expect(held(store)).toEqual(keys([fact("p", "a"), fact("p", "c")]));
    await store.close();
  });
});

describe("writes that share one transaction of the store", () => {
  test("all fail with the one that fails, leave nothing behind, and stand in nobody's way", async () => {
    const handle = await application("file");
    const store = sqliteStore({ database: handle });
    await store.open();
    await store.write(tell(fact("p", "old")));
    const before = store.revision();
    handle.exec(
      "CREATE TEMP TRIGGER no BEFORE INSERT ON arcturus_facts WHEN new.args LIKE '%bad%' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const results = await Promise.allSettled([
      store.write({ deletes: [fact("p", "old")], inserts: [fact("p", "a")] }),
      store.write(tell(fact("p", "bad"))),
      store.write(tell(fact("p", "c"))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(handle.inTransaction).toBe(false);
    expect(held(store)).toEqual(keys([fact("p", "old")]));
    expect(store.revision()).toBe(before);
    const { revision } = await store.write(tell(fact("p", "d")));
    await store.atLeast(revision);
    expect(store.revision()).toBe(revision);
    await store.close();
    await store.open();
    expect(held(store)).toEqual(keys([fact("p", "d"), fact("p", "old")]));
    await store.atLeast(revision);
    await store.close();
  });
});

describe("whose transaction it is", () => {
  interface Notes {
    notes: { text: string };
  }
  const kyselyOn = (handle: Database.Database): Kysely<Notes> =>
    // biome-ignore lint/suspicious/noExplicitAny: libsql's types are those of an older better-sqlite3
    new Kysely<Notes>({ dialect: new SqliteDialect({ database: handle as any }) });
  const foreign = { name: "StoreError", code: "store/foreign-transaction" };

  test("a transaction on another store's database is refused, and nothing is written to either", async () => {
    const [mine, other] = [await application("file"), await application("file")];
    const [store, neighbour] = [sqliteStore({ database: mine }), sqliteStore({ database: other })];
    await store.open();
    await neighbour.open();
    await neighbour.write(tell(fact("p", "theirs")));
    expect(() => within(store, other), "its handle").toThrow(expect.objectContaining(foreign) as Error);
    await kyselyOn(other)
      .transaction()
      .execute(async (transaction) => {
        // Also while the store's own handle is in a transaction, which such a write must not fall into.
        for (const isOpen of [false, true]) {
          if (isOpen) mine.exec("BEGIN");
          await expect(within(store, transaction).write(tell(fact("p", "a")))).rejects.toMatchObject(foreign);
          if (isOpen) mine.exec("COMMIT");
        }
        await within(neighbour, transaction).write(tell(fact("p", "b")));
      });
    store.catchUp?.();
    neighbour.catchUp?.();
    expect(held(store)).toEqual([]);
    expect(held(neighbour)).toEqual(keys([fact("p", "b"), fact("p", "theirs")]));
    for (const one of [store, neighbour]) await one.close();
  });

  test("a transaction on another handle to the same file, or to a copy of it, is refused", async () => {
    const mine = await application("file");
    const store = sqliteStore({ database: mine });
    await store.open();
    const { file } = mine.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").get() as {
      file: string;
    };
    mine.exec(`VACUUM INTO '${file}-copy'`);
    const others = [new Database(file), new Database(`${file}-copy`)];
    handles.push(...others);
    for (const other of others) {
      await kyselyOn(other)
        .transaction()
        .execute(async (transaction) => {
          for (const isOpen of [false, true]) {
            if (isOpen) mine.exec("BEGIN");
            await expect(within(store, transaction).write(tell(fact("p", "a")))).rejects.toMatchObject(foreign);
            if (isOpen) mine.exec("COMMIT");
          }
        });
    }
    // The copy has a store of its own, under the same name.
    const twin = sqliteStore({ database: others[1]! });
    await twin.open();
    await kyselyOn(others[1]!)
      .transaction()
      .execute(async (transaction) => {
        await within(twin, transaction).write(tell(fact("p", "twin")));
        mine.exec("BEGIN");
        await expect(within(store, transaction).write(tell(fact("p", "a")))).rejects.toMatchObject(foreign);
        mine.exec("COMMIT");
      });
    await twin.close();
    store.catchUp?.();
    expect(held(store)).toEqual([]);
    // Its own is taken, also when what marks it was rolled back, and again.
    for (let i = 0; i < 2; i++) {
      const undone = kyselyOn(mine)
        .transaction()
        .execute(async (transaction) => {
          await within(store, transaction).write(tell(fact("p", "undone")));
          throw new Error("changed my mind");
        });
      await expect(undone).rejects.toThrow("changed my mind");
      await kyselyOn(mine)
        .transaction()
        .execute((transaction) => within(store, transaction).write(tell(fact("p", `done-${i}`))));
    }
    store.catchUp?.();
    expect(held(store)).toEqual(keys([fact("p", "done-0"), fact("p", "done-1")]));
    await store.close();
  });

  test("a database without a store, a Kysely outside of a transaction, and things that are none are refused", async () => {
    const [mine, other] = [await application("file"), await application("memory")];
    const store = sqliteStore({ database: mine });
    await store.open();
    for (const wrong of [
      undefined,
      null,
      {},
      { isTransaction: true },
      kyselyOn(mine),
      mine.prepare("SELECT 1"),
      "BEGIN",
    ])
      expect(() => within(store, wrong)).toThrow(expect.objectContaining(foreign) as Error);
    mine.exec("BEGIN");
    for (const sql of [
      "CREATE TABLE notes (text)",
      "CREATE TABLE arcturus_state (only INTEGER, store)",
      "INSERT INTO arcturus_state VALUES (1, NULL)",
    ]) {
      other.exec(sql);
      await kyselyOn(other)
        .transaction()
        .execute(async (transaction) => {
          await expect(within(store, transaction).write(tell(fact("p", "a")))).rejects.toMatchObject(foreign);
        });
    }
    mine.exec("COMMIT");
    store.catchUp?.();
    expect(held(store)).toEqual([]);
    await store.close();
  });
});
