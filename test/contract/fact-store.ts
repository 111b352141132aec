import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type EffectiveChange,
  type FactChange,
  type FactStore,
  factKey,
  matchesPattern,
  type PlainValue,
  type StoredFact,
  type StoredPattern,
} from "../../src/facts/index.js";

/** What a suite needs to know about one kind of store. */
export interface StoreUnderTest {
  readonly name: string;
  /** An empty store, not yet open. `again` opens the same data once more, where data outlive the store. */
  make(): Promise<{ readonly store: FactStore; readonly again?: () => FactStore; dispose(): Promise<void> }>;
}

const user = (id: string): PlainValue => ({ type: "User", id });
const org = (id: string): PlainValue => ({ type: "Org", id });
const role = (u: string, name: string, o: string): StoredFact => ({
  predicate: "has_role",
  args: [user(u), name, org(o)],
});

/** What every store promises, one sentence per test. */
export function describeFactStore(subject: StoreUnderTest): void {
  describe(`${subject.name}: the contract of fact stores`, () => {
    const disposals: (() => Promise<void>)[] = [];
    const opened = async (): Promise<{ store: FactStore; again: (() => FactStore) | undefined }> => {
      const { store, again, dispose } = await subject.make();
      await store.open();
      disposals.push(async () => {
        await store.close();
        await dispose();
      });
      return { store, again };
    };
    afterEach(async () => {
      for (const dispose of disposals.splice(0)) await dispose();
    });
    const tell = (store: FactStore, ...inserts: StoredFact[]): Promise<{ readonly revision: string }> =>
      store.write({ deletes: [], inserts });

    test("a fact that was told is there, and is there once when told twice", async () => {
      const { store } = await opened();
      await tell(store, role("a", "admin", "x"));
      await tell(store, role("a", "admin", "x"), role("a", "admin", "x"));
      expect(all(store)).toEqual(keys([role("a", "admin", "x")]));
    });

    test("a deleted fact is gone, and deleting what is not there does no harm", async () => {
      const { store } = await opened();
      await tell(store, role("a", "admin", "x"), role("b", "admin", "x"));
      await store.write({ deletes: [role("a", "admin", "x"), role("c", "admin", "x")], inserts: [] });
      expect(all(store)).toEqual(keys([role("b", "admin", "x")]));
    });

    test("a wildcard deletes what it matches and nothing else", async () => {
      const { store } = await opened();
      const other: StoredFact = { predicate: "has_role", args: [user("a"), "admin", { type: "Repo", id: "x" }] };
      await tell(store, role("a", "admin", "x"), role("b", "admin", "x"), role("a", "member", "x"), other);
      await store.write({
        deletes: [{ predicate: "has_role", args: [undefined, "admin", { anyOf: "Org" }] }],
        inserts: [],
      });
      expect(all(store)).toEqual(keys([role("a", "member", "x"), other]));
    });

    test("a change deletes first and inserts then", async () => {
      const { store } = await opened();
      await tell(store, role("a", "admin", "x"), role("b", "admin", "x"));
      await store.write({
        deletes: [{ predicate: "has_role", args: [undefined, undefined, undefined] }],
        inserts: [role("a", "admin", "x"), role("c", "admin", "x")],
      });
      expect(all(store)).toEqual(keys([role("a", "admin", "x"), role("c", "admin", "x")]));
    });

    test("writes that are started together apply in order, each seeing those before it", async () => {
      const { store } = await opened();
      await Promise.all([
        tell(store, role("a", "admin", "x")),
        store.write({ deletes: [{ predicate: "has_role", args: [undefined, "admin", undefined] }], inserts: [] }),
        tell(store, role("b", "admin", "x")),
        store.write({ deletes: [role("b", "admin", "x")], inserts: [role("b", "member", "x")] }),
      ]);
      expect(all(store)).toEqual(keys([role("b", "member", "x")]));
    });

    test("a write is visible when it resolves, and its revision is one that the store has reached", async () => {
      const { store } = await opened();
      const { revision } = await tell(store, role("a", "admin", "x"));
      expect(all(store)).toEqual(keys([role("a", "admin", "x")]));
      await store.atLeast(revision);
      await store.atLeast(store.revision());
    });

    test("revisions differ from write to write", async () => {
      const { store } = await opened();
      const first = await tell(store, role("a", "admin", "x"));
      const second = await tell(store, role("b", "admin", "x"));
      expect(second.revision).not.toBe(first.revision);
    });

    test("I14: a forged, mangled or foreign revision is an input error", async () => {
      const { store } = await opened();
      const { store: stranger } = await opened();
      const { revision } = await tell(store, role("a", "admin", "x"));
      const foreign = (await tell(stranger, role("a", "admin", "x"))).revision;
      const last = revision.at(-1) === "A" ? "Q" : "A";
      const forged = [
        "",
        "0",
        "latest",
        `${revision} `,
        revision.slice(0, -1),
        `${revision.slice(0, -1)}${last}`,
        revision.replace("1.", "2."),
        foreign,
        "x".repeat(10_000),
      ];
      for (const token of forged) {
        await expect(store.atLeast(token), token).rejects.toMatchObject({ code: "facts/bad-revision" });
      }
      await fc.assert(
        fc.asyncProperty(fc.nat(revision.length - 1), fc.integer({ min: 33, max: 126 }), async (at, unit) => {
          const changed = revision.slice(0, at) + String.fromCharCode(unit) + revision.slice(at + 1);
          if (changed === revision) return;
          await expect(store.atLeast(changed)).rejects.toMatchObject({ code: "facts/bad-revision" });
        }),
        { numRuns: 200 },
      );
    });

    test("listeners hear what truly came and went, when the tables already show it", async () => {
      const { store } = await opened();
      await tell(store, role("a", "admin", "x"));
      const heard: { change: EffectiveChange; count: number }[] = [];
      const stop = store.subscribe((change) => heard.push({ change, count: store.tables.count }));
      await store.write({
        deletes: [role("a", "admin", "x"), role("nobody", "admin", "x")],
        inserts: [role("a", "admin", "x"), role("b", "admin", "x"), role("b", "admin", "x")],
      });
      await store.write({ deletes: [{ predicate: "has_role", args: [user("a"), undefined, undefined] }], inserts: [] });
      stop();
      await tell(store, role("c", "admin", "x"));
      expect(heard).toEqual([
        { change: { removed: [], added: [role("b", "admin", "x")] }, count: 2 },
        { change: { removed: [role("a", "admin", "x")], added: [] }, count: 1 },
      ]);
    });

    test("two users share one opening, and the store stays until both have closed it", async () => {
      const { store } = await opened();
      await store.open();
      await tell(store, role("a", "admin", "x"));
      await store.close();
      await tell(store, role("b", "admin", "x"));
      expect(store.tables.count).toBe(2);
    });

    test("a store that is not open takes no writes", async () => {
      const { store, dispose } = await subject.make();
      await expect(tell(store, role("a", "admin", "x"))).rejects.toMatchObject({ code: "store/closed" });
      await dispose();
    });

    test("what was acknowledged is there when the data are opened again", async () => {
      const { store, again } = await opened();
      if (again === undefined) return;
      const { revision } = await tell(store, role("a", "admin", "x"), hostile);
      await store.close();
      const reopened = again();
      await reopened.open();
      try {
        expect(all(reopened)).toEqual(keys([role("a", "admin", "x"), hostile]));
        await reopened.atLeast(revision);
      } finally {
        await reopened.close();
        await store.open();
      }
    });

    test("R31, R33, R36: values that look alike stay apart", async () => {
      const { store } = await opened();
      const alike: PlainValue[] = [
        "1",
        1n,
        "true",
        true,
        { type: "User", id: "1" },
        { type: "user", id: "1" },
        { type: "User", id: "a:b" },
        { type: "User:a", id: "b" },
        "é",
        "e\u0301",
        "K",
        "\u212a",
        " ",
        "",
        "*",
        9007199254740993n,
        9007199254740992n,
        -9223372036854775808n,
        9223372036854775807n,
      ];
      await tell(store, ...alike.map((arg) => ({ predicate: "likes", args: [arg] })));
      expect(store.tables.count).toBe(alike.length);
      for (const arg of alike) expect([...store.tables.match("likes", [arg])]).toEqual([[arg]]);
      await store.write({ deletes: [{ predicate: "likes", args: ["1"] }], inserts: [] });
      expect([...store.tables.match("likes", [1n])]).toEqual([[1n]]);
      expect([...store.tables.match("likes", [{ type: "User", id: "1" }])]).toHaveLength(1);
    });

    test("I12: any history of changes leaves what a list of facts would hold", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyChange, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
          async (rounds) => {
            const { store, again, dispose } = await subject.make();
            await store.open();
            try {
              const model = new Map<string, StoredFact>();
              for (const round of rounds) {
                for (const change of round) applyToModel(model, change);
                await Promise.all(round.map((change) => store.write(change)));
                expect(all(store)).toEqual([...model.keys()].sort());
              }
              if (again !== undefined) {
                await store.close();
                const reopened = again();
                await reopened.open();
                expect(all(reopened)).toEqual([...model.keys()].sort());
                await reopened.close();
                await store.open();
              }
            } finally {
              await store.close();
              await dispose();
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}

const hostile: StoredFact = {
  predicate: "note'; DROP TABLE arcturus_facts; --",
  args: [{ type: 'U"ser', id: "\\%_$1?:@#\n\t\u2028 é" }, "'\"`;--", -7n, false],
};

const anyValue: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.constantFrom<PlainValue>(user("a"), user("b"), user("a:b"), org("a"), org("x"), { type: "User:a", id: "b" }),
  fc.constantFrom<PlainValue>("a", "b", "1", "", "true", "User", "'", "*"),
  fc.constantFrom<PlainValue>(0n, 1n, -1n, 9007199254740993n, true, false),
);
const anyPredicate = fc.constantFrom("p", "q", "has_role", "p:q", "%");
const anyFact: fc.Arbitrary<StoredFact> = fc.record({
  predicate: anyPredicate,
  args: fc.array(anyValue, { minLength: 1, maxLength: 3 }),
});
const anyPattern: fc.Arbitrary<StoredPattern> = fc.record({
  predicate: anyPredicate,
  args: fc.array(
    fc.oneof<fc.Arbitrary<StoredPattern["args"][number]>[]>(
      anyValue,
      fc.constant(undefined),
      fc.constantFrom({ anyOf: "User" }, { anyOf: "Org" }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
});
const anyChange: fc.Arbitrary<FactChange> = fc.record({
  deletes: fc.array(anyPattern, { maxLength: 3 }),
  inserts: fc.array(anyFact, { maxLength: 4 }),
});

function applyToModel(model: Map<string, StoredFact>, change: FactChange): void {
  for (const pattern of change.deletes) {
    for (const [key, fact] of model) if (matchesPattern(fact, pattern)) model.delete(key);
  }
  for (const fact of change.inserts) model.set(factKey(fact), fact);
}

function keys(facts: Iterable<StoredFact>): string[] {
  return [...facts].map(factKey).sort();
}

function all(store: FactStore): string[] {
  return keys(store.tables.facts());
}
