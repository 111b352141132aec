import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine, entity, memoryStore } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import Database from "libsql";
import { afterEach, describe, expect, test } from "vitest";
import type { FactStore } from "../../src/facts/index.js";

/*
 * Two engines with different policies on one store. `test/engine/shared-store.test.ts` does so at random, in memory; here it is
 * every kind of store, and what is there when it is opened again.
 */

const readers = `
  actor User {}
  resource Repo { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
`;
const owners = `
  actor User {}
  resource Repo { roles = ["owner"]; permissions = ["read"]; "read" if "owner"; }
`;
const [ann, bob, anvil] = [entity("User", "ann"), entity("User", "bob"), entity("Repo", "anvil")];

let release: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of release.reverse()) await one();
  release = [];
});

const kinds: Readonly<Record<string, () => Promise<{ store: FactStore; again?: () => FactStore }>>> = {
  memory: async () => ({ store: memoryStore() }),
  "a file": async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-two-"));
    release.push(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "facts.db");
    return { store: sqliteStore(path), again: () => sqliteStore(path) };
  },
  "an application's handle": async () => {
    const handle = new Database(":memory:");
    release.push(async () => void handle.close());
    return { store: sqliteStore({ database: handle }), again: () => sqliteStore({ database: handle }) };
  },
};

describe.each(Object.keys(kinds))("two engines on one store in %s", (kind) => {
  const may = async (engine: Engine): Promise<boolean[]> => [
    await engine.authorize(ann, "read", anvil),
    await engine.authorize(bob, "read", anvil),
  ];

  test("see each other's writes at once, and what only one policy knows has an effect there alone, at a restart too", async () => {
    const { store, again } = await kinds[kind]!();
    const reading = await createEngine({ policy: readers, store });
    const owning = await createEngine({ policy: owners, store });
    await reading.tell("has_role", ann, "reader", anvil);
    await owning.tell("has_role", bob, "owner", anvil);
    for (const [engine, role] of [
      [reading, "owner"],
      [owning, "reader"],
    ] as const)
      await expect(engine.tell("has_role", ann, role, anvil)).rejects.toMatchObject({ code: "facts/unknown-name" });
    expect(await may(reading)).toEqual([true, false]);
    expect(await may(owning)).toEqual([false, true]);
    // Taken away by the one that does not know it: with everything that matches.
    await owning.delete("has_role", null, null, anvil);
    expect(await may(owning)).toEqual([false, false]);
    const left = store.tables.count > 0;
    expect(await may(reading)).toEqual([left, false]);
    await reading.tell("has_role", ann, "reader", anvil);
    const { revision } = await owning.tell("has_role", ann, "owner", anvil);
    expect(await reading.authorize(ann, "read", anvil, { atLeast: revision })).toBe(true);
    await reading.delete("has_role", ann, "reader", anvil);
    expect(await may(reading)).toEqual([false, false]);
    expect(await may(owning)).toEqual([true, false]);
    // The first to close leaves the store to the other.
    await reading.close();
    await owning.tell("has_role", bob, "owner", anvil);
    expect(await may(owning)).toEqual([true, true]);
    await owning.close();
    if (again === undefined) return;
    const next = again();
    const both = [
      await createEngine({ policy: owners, store: next }),
      await createEngine({ policy: readers, store: next }),
    ];
    expect(await may(both[0]!)).toEqual([true, true]);
    expect(await may(both[1]!)).toEqual([false, false]);
    for (const engine of both) await engine.close();
  });
});
