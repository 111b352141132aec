import { createHmac } from "node:crypto";
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
import { runs } from "../support/effort.js";

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

    test("revisions differ from write to write, also of deletions and of writes that were started together", async () => {
      const { store } = await opened();
      const before = store.revision();
      const results = [await tell(store, role("a", "admin", "x")), await tell(store, role("b", "admin", "x"))];
      results.push(await store.write({ deletes: [role("a", "admin", "x")], inserts: [] }));
      results.push(...(await Promise.all(["c", "d", "e"].map((name) => tell(store, role(name, "admin", "x"))))));
      const revisions = [before, ...results.map(({ revision }) => revision)];
      expect(new Set(revisions).size).toBe(revisions.length);
      expect(store.revision(), "the last one is the present one").toBe(revisions.at(-1));
      for (const revision of revisions) await store.atLeast(revision);
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
        // Made by somebody who knows how, but not the key.
        ...["", "\0".repeat(32), revision.split(".")[1] ?? ""].map((key) => forgedBy(revision, key)),
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
        { numRuns: runs(150) },
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
      await tell(store, role("b", "admin", "x"), role("d", "admin", "x"), role("d", "admin", "x"));
      stop();
      await tell(store, role("c", "admin", "x"));
      expect(heard).toEqual([
        { change: { removed: [], added: [role("b", "admin", "x")] }, count: 2 },
        { change: { removed: [role("a", "admin", "x")], added: [] }, count: 1 },
        { change: { removed: [], added: [role("d", "admin", "x")] }, count: 2 },
      ]);
    });

    test("listeners are told which policy the facts were checked by, and all of them hear", async () => {
      const { store } = await opened();
      const checkedBy = {};
      const heard: EffectiveChange[] = [];
      const deaf = store.subscribe(() => expect.unreachable());
      store.subscribe((change) => heard.push(change));
      store.subscribe((change) => heard.push(change));
      deaf();
      await store.write({ deletes: [], inserts: [role("a", "admin", "x")], checkedBy });
      await store.write({ deletes: [role("a", "admin", "x")], inserts: [role("b", "admin", "x")], checkedBy });
      expect(heard).toHaveLength(4);
      for (const change of heard) expect(change.checkedBy).toBe(checkedBy);
      expect(heard[2]).toMatchObject({ removed: [role("a", "admin", "x")], added: [role("b", "admin", "x")] });
    });

    test("two users share one opening, and the store stays until both have closed it", async () => {
      const { store } = await opened();
      await store.open();
      await tell(store, role("a", "admin", "x"));
      await store.close();
      await tell(store, role("b", "admin", "x"));
      expect(store.tables.count).toBe(2);
      await store.close();
      await expect(tell(store, role("c", "admin", "x"))).rejects.toMatchObject({ code: "store/closed" });
      // Once too often does no harm.
      await store.close();
      await store.open();
      await tell(store, role("d", "admin", "x"));
      expect([...store.tables.match("has_role", [user("d"), undefined, undefined])]).toHaveLength(1);
    });

    test("open arguments stand anywhere in a deletion, several at once, behind names and before", async () => {
      const { store, again } = await opened();
      const triple = (a: PlainValue, b: PlainValue, c: PlainValue): StoredFact => ({ predicate: "p", args: [a, b, c] });
      const values: PlainValue[] = [user("a"), org("a"), "a", 1n, true];
      const everything = values.flatMap((a) => values.flatMap((b) => values.map((c) => triple(a, b, c))));
      const patterns: StoredPattern[] = [
        { predicate: "p", args: [undefined, "a", undefined] },
        { predicate: "p", args: [{ anyOf: "User" }, undefined, 1n] },
        { predicate: "p", args: [undefined, undefined, { anyOf: "Org" }] },
        { predicate: "p", args: [true, { anyOf: "User" }, undefined] },
        { predicate: "p", args: [undefined, undefined] },
      ];
      const model = new Map(everything.map((one) => [factKey(one), one]));
      await tell(store, ...everything);
      for (const pattern of patterns) {
        await store.write({ deletes: [pattern], inserts: [] });
        applyToModel(model, { deletes: [pattern], inserts: [] });
        expect(all(store)).toEqual([...model.keys()].sort());
      }
      if (again === undefined) return;
      await store.close();
      const reopened = again();
      await reopened.open();
      expect(all(reopened)).toEqual([...model.keys()].sort());
      await reopened.close();
      await store.open();
    });

    test("opened by two at once it is opened once, and opened while it closes it is open afterwards", async () => {
      const { store } = await opened();
      await tell(store, role("a", "admin", "x"));
      await store.close();
      await Promise.all([store.open(), store.open()]);
      await tell(store, role("b", "admin", "x"));
      await store.close();
      await tell(store, role("c", "admin", "x"));
      const last = tell(store, role("e", "admin", "x"));
      const closing = store.close();
      await store.open();
      await Promise.all([closing, last]);
      await tell(store, role("d", "admin", "x"));
      expect(all(store)).toEqual(keys(["a", "b", "c", "d", "e"].map((name) => role(name, "admin", "x"))));
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
        expect(reopened.revision()).toBe(revision);
        // And goes on from there.
        const next = await tell(reopened, role("b", "admin", "x"));
        expect(next.revision).not.toBe(revision);
        for (const reached of [revision, next.revision]) await reopened.atLeast(reached);
      } finally {
        await reopened.close();
        await store.open();
      }
    });

    test("R31, R33, R36: values that look alike stay apart, also when they are read again", async () => {
      const { store, again } = await opened();
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
        "0",
        0n,
        -1n,
        "-1",
        "false",
        false,
        "\u0000",
        "a\u0000",
        "a\u0000b",
        "\ud800",
        "\udc00",
        "😀",
        "\ufffd",
        '"',
        "\\",
        '","',
        "x".repeat(10_000),
        `${"x".repeat(10_000)}y`,
        { type: "User", id: "x".repeat(10_000) },
        { type: "String2", id: "1" },
        { type: "User", id: "\u0000" },
        { type: "User", id: "\ud800" },
      ];
      const facts = alike.map((arg): StoredFact => ({ predicate: "likes", args: [arg] }));
      await tell(store, ...facts);
      expect(store.tables.count).toBe(alike.length);
      for (const arg of alike) expect([...store.tables.match("likes", [arg])]).toEqual([[arg]]);
      if (again !== undefined) {
        await store.close();
        const reopened = again();
        await reopened.open();
        for (const arg of alike) expect([...reopened.tables.match("likes", [arg])]).toEqual([[arg]]);
        await reopened.close();
        await store.open();
      }
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
                if (again === undefined || round.length % 3 !== 0) continue;
                await store.close();
                await store.open();
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
        { numRuns: runs(30) },
      );
    });
  });
}

/** The token of a later revision, made with a key. */
function forgedBy(revision: string, key: string): string {
  const claim = [...revision.split(".").slice(0, 2), "zz"].join(".");
  return `${claim}.${createHmac("sha256", key).update(claim).digest().subarray(0, 16).toString("base64url")}`;
}

const hostile: StoredFact = {
  predicate: "note'; DROP TABLE arcturus_facts; --",
  args: [{ type: 'U"ser', id: "\\%_$1?:@#\n\t\u2028 é" }, "'\"`;--", -7n, false],
};

const anyValue: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.constantFrom<PlainValue>(user("a"), user("b"), user("a:b"), org("a"), org("x"), { type: "User:a", id: "b" }),
  fc.constantFrom<PlainValue>("a", "b", "1", "", "true", "User", "'", "*"),
  fc.constantFrom<PlainValue>(0n, 1n, -1n, 9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), true, false),
  fc.constantFrom<PlainValue>("\u0000", "\ud800", "😀", "é", '"', "\\", { type: "User", id: "\u0000" }),
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
