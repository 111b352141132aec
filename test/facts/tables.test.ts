import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactTables, type PlainValue, type StoredFact, type StoredPattern } from "../../src/facts/index.js";
import { runs } from "../support/effort.js";

const user = (id: string): PlainValue => ({ type: "User", id });
const org = (id: string): PlainValue => ({ type: "Org", id });
const fact = (predicate: string, ...args: PlainValue[]): StoredFact => ({ predicate, args });

/** A text that differs for different facts; shares nothing with the tables. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === "bigint" ? { integer: String(v) } : v));
const matches = (stored: StoredFact, pattern: StoredPattern): boolean =>
  stored.predicate === pattern.predicate &&
  stored.args.length === pattern.args.length &&
  stored.args.every((arg, i) => {
    const wanted = pattern.args[i];
    if (wanted === undefined) return true;
    if (typeof wanted === "object" && "anyOf" in wanted) return typeof arg === "object" && arg.type === wanted.anyOf;
    return text(arg) === text(wanted);
  });

const sorted = (values: Iterable<unknown>): string[] => [...values].map(text).sort();
/** How many tables there are. */
const tablesOf = (tables: FactTables): number =>
  tables
    .predicates()
    .reduce((sum, p) => sum + [1, 2, 3, 4, 5].reduce((n, i) => n + tables.tablesOf(p, i).length, 0), 0);

/** The obvious set of facts. */
class NaiveFacts {
  readonly all = new Map<string, StoredFact>();
  insert(added: StoredFact): boolean {
    const fresh = !this.all.has(text(added));
    this.all.set(text(added), added);
    return fresh;
  }
  match(pattern: StoredPattern): StoredFact[] {
    return [...this.all.values()].filter((stored) => matches(stored, pattern));
  }
  delete(pattern: StoredPattern): number {
    const found = this.match(pattern);
    for (const stored of found) this.all.delete(text(stored));
    return found.length;
  }
}

const hostile = [
  "a",
  "b",
  "c",
  "1",
  "01",
  "a:b",
  "a|b",
  "__proto__",
  "constructor",
  "toString",
  "*",
  "é",
  "é",
  "\u0000",
  " ",
  "",
];
const arbitraryId = fc.oneof(fc.constantFrom(...hostile), fc.nat(40).map(String));
const arbitraryValue: fc.Arbitrary<PlainValue> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom("User", "Org", "__proto__"), id: arbitraryId }) },
  fc.constantFrom("admin", "member", "1", "a", "true", "__proto__"),
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.boolean(),
);
const arbitraryPredicate = fc.constantFrom("has_role", "has_relation", "p", "__proto__", "constructor");
const arbitraryFact: fc.Arbitrary<StoredFact> = fc.record({
  predicate: arbitraryPredicate,
  args: fc.array(arbitraryValue, { minLength: 1, maxLength: 5 }),
});
// Three arguments out of few values, so that rows meet each other.
const denseFact: fc.Arbitrary<StoredFact> = fc
  .tuple(fc.nat(30), fc.constantFrom("admin", "member"), fc.nat(6))
  .map(([a, role, b]) => fact("has_role", user(`u${a}`), role, org(`o${b}`)));
const wideFact: fc.Arbitrary<StoredFact> = fc
  .tuple(fc.nat(5), fc.nat(5), fc.nat(5))
  .map(([a, b, c]) => fact("p", user(`u${a}`), org(`o${b}`), BigInt(c)));
const someFact = fc.oneof(arbitraryFact, denseFact, denseFact, wideFact);
const patternOf = (source: fc.Arbitrary<StoredFact>): fc.Arbitrary<StoredPattern> =>
  fc
    .tuple(source, fc.array(fc.constantFrom("keep", "keep", "any", "type"), { minLength: 5, maxLength: 5 }))
    .map(([stored, how]) => ({
      predicate: stored.predicate,
      args: stored.args.map((arg, i) => {
        if (how[i] === "any") return undefined;
        return how[i] === "type" && typeof arg === "object" ? { anyOf: arg.type } : arg;
      }),
    }));

/** Many facts of one kind at once, so that tables grow, turn from one form into the other, and shrink. */
const crowd: fc.Arbitrary<StoredFact[]> = fc
  .tuple(fc.constantFrom("one org each", "two orgs each", "names", "alone", "integers"), fc.nat(300), fc.nat(150))
  .map(([kind, from, count]) =>
    Array.from({ length: count }, (_, i): StoredFact => {
      const n = from + i;
      switch (kind) {
        case "one org each":
          return fact("p", user(`u${n}`), org(`o${n % 6}`));
        case "two orgs each":
          return fact("p", user(`u${n >> 1}`), org(`o${n % 6}`));
        case "names":
          return fact("has_role", user(`u${n % 31}`), n % 3 === 0 ? "admin" : "member", org(`o${n % 7}`));
        case "alone":
          return fact("p", user(`u${n}`));
        default:
          return fact("p", user(`u${n % 6}`), org(`o${n % 5}`), BigInt(n % 6));
      }
    }),
  );

type Step =
  | { kind: "insert"; fact: StoredFact }
  | { kind: "insert many"; facts: StoredFact[] }
  | { kind: "delete" | "match" | "keep asking"; pattern: StoredPattern }
  | { kind: "apply"; removed: StoredFact[]; added: StoredFact[] };
const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: someFact.map((f): Step => ({ kind: "insert", fact: f })) },
  { weight: 1, arbitrary: crowd.map((facts): Step => ({ kind: "insert many", facts })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.oneof(crowd, fc.array(someFact, { maxLength: 4 })), fc.array(someFact, { maxLength: 4 }))
      .map(([removed, added]): Step => ({ kind: "apply", removed, added })),
  },
  { weight: 2, arbitrary: patternOf(someFact).map((pattern): Step => ({ kind: "delete", pattern })) },
  { weight: 3, arbitrary: patternOf(someFact).map((pattern): Step => ({ kind: "match", pattern })) },
  { weight: 1, arbitrary: patternOf(someFact).map((pattern): Step => ({ kind: "keep asking", pattern })) },
);

describe("fact tables", () => {
  it("behave as a set of facts does, whatever comes, goes and is asked", () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 120, size: "max" }), (steps) => {
        const tables = new FactTables();
        const naive = new NaiveFacts();
        // Read at the end: they are the facts of the moment at which they were asked for.
        const kept: (() => void)[] = [];
        let [version, shapes] = [tables.version, tables.shapes];
        for (const step of steps) {
          const before = new Set(naive.all.keys());
          if (step.kind === "insert") {
            expect(tables.has(step.fact)).toBe(naive.all.has(text(step.fact)));
            expect(tables.insert(step.fact)).toBe(naive.insert(step.fact));
            expect(tables.has(step.fact)).toBe(true);
          } else if (step.kind === "insert many") {
            const fresh = step.facts.filter((f) => naive.insert(f)).length;
            expect(tables.insertMany(step.facts)).toBe(fresh);
          } else if (step.kind === "apply") {
            for (const f of step.removed) naive.delete(f);
            for (const f of step.added) naive.insert(f);
            tables.apply(step);
          } else if (step.kind === "delete") expect(tables.delete(step.pattern)).toBe(naive.delete(step.pattern));
          else {
            const { predicate, args } = step.pattern;
            const found = tables.match(predicate, args);
            const wanted = sorted(naive.match(step.pattern).map((f) => f.args));
            expect(sorted(found)).toEqual(wanted);
            if (step.kind === "keep asking") {
              const everything = tables.facts();
              const all = [...naive.all.keys()].sort();
              kept.push(() => {
                expect(sorted(found)).toEqual(wanted);
                expect(sorted(everything)).toEqual(all);
              });
            }
          }
          expect(tables.count).toBe(naive.all.size);
          const isSame = before.size === naive.all.size && [...naive.all.keys()].every((key) => before.has(key));
          if (!isSame) expect(tables.version, "facts came or went").not.toBe(version);
          if (tables.shapes === shapes) expect(tablesOf(tables)).toBe(shapes);
          [version, shapes] = [tables.version, tables.shapes];
        }
        expect(sorted(tables.facts())).toEqual([...naive.all.keys()].sort());
        for (const look of kept) look();
      }),
      { numRuns: runs(80) },
    );
  });

  it("keep every index right while rows are added and removed at random", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.oneof(denseFact, wideFact)), { maxLength: 400, size: "max" }),
        (steps) => {
          const tables = new FactTables();
          const naive = new NaiveFacts();
          for (const [n, [add, f]] of steps.entries()) {
            if (add) expect(tables.insert(f)).toBe(naive.insert(f));
            else expect(tables.delete(f)).toBe(naive.delete(f));
            if (n % 8 !== 0) continue;
            for (let mask = 0; mask < 1 << f.args.length; mask++) {
              const pattern = {
                predicate: f.predicate,
                args: f.args.map((arg, i) => (mask & (1 << i) ? arg : undefined)),
              };
              expect([...tables.match(pattern.predicate, pattern.args)].map(text).sort()).toEqual(
                naive
                  .match(pattern)
                  .map((x) => text(x.args))
                  .sort(),
              );
            }
          }
        },
      ),
      { numRuns: runs(25) },
    );
  });

  it("hold a relation whose subject has one object, and notice when it gets a second", () => {
    const tables = new FactTables();
    const naive = new NaiveFacts();
    const tell = (f: StoredFact): void => expect(tables.insert(f)).toBe(naive.insert(f));
    const agree = (): void => {
      for (const pattern of [
        { predicate: "has_relation", args: [{ type: "Repo", id: "r7" }, "parent", undefined] },
        { predicate: "has_relation", args: [undefined, "parent", org("o1")] },
        { predicate: "has_relation", args: [undefined, "parent", undefined] },
      ])
        expect([...tables.match(pattern.predicate, pattern.args)].map(text).sort()).toEqual(
          naive
            .match(pattern)
            .map((x) => text(x.args))
            .sort(),
        );
    };
    for (let i = 0; i < 3_000; i++)
      tell(fact("has_relation", { type: "Repo", id: `r${i}` }, "parent", org(`o${i % 7}`)));
    expect(tables.tablesOf("has_relation", 3)[0]!.single).toBeDefined();
    agree();
    tell(fact("has_relation", { type: "Repo", id: "r7" }, "parent", org("o1")));
    expect(tables.tablesOf("has_relation", 3)[0]!.single).toBeUndefined();
    agree();
    tell(fact("has_relation", { type: "Repo", id: "r7" }, "parent", org("o1")));
    agree();
    tables.delete(fact("has_relation", { type: "Repo", id: "r7" }, "parent", org("o0")));
    naive.delete(fact("has_relation", { type: "Repo", id: "r7" }, "parent", org("o0")));
    agree();
  });

  it("know nothing of a type, a name, a value or a predicate that is in no fact", () => {
    const tables = new FactTables();
    const told = [fact("p", user("a")), fact("has_role", user("a"), "admin", user("a")), fact("q", user("a"), "a", 1n)];
    tables.insertMany(told);
    const ghost: PlainValue = { type: "Ghost", id: "a" };
    for (const pattern of [
      ...[fact("p", ghost), fact("p", user("b")), fact("p", "b"), fact("p", 7n), fact("p", true), fact("z", user("a"))],
      ...[fact("has_role", ghost, "admin", user("a")), fact("has_role", user("a"), "admin", ghost)],
      fact("has_role", user("a"), "owner", user("a")),
      { predicate: "has_role", args: [undefined, "owner", undefined] },
      { predicate: "has_role", args: [undefined, "a", undefined] },
      { predicate: "p", args: [{ anyOf: "Ghost" }] },
      { predicate: "q", args: [{ anyOf: "Ghost" }, undefined, undefined] },
      { predicate: "q", args: [undefined, ghost, undefined] },
      { predicate: "q", args: [undefined, undefined, 2n] },
    ] satisfies StoredPattern[]) {
      expect([...tables.match(pattern.predicate, pattern.args)], text(pattern)).toEqual([]);
      expect(tables.delete(pattern)).toBe(0);
    }
    expect(sorted(tables.facts())).toEqual(sorted(told));
  });

  it("do not spend an array of the whole type on a few facts about it", () => {
    const tables = new FactTables();
    for (let i = 0; i < 50_000; i++) tables.insert(fact("is_user", user(`u${i}`)));
    for (let i = 0; i < 20; i++) tables.insert(fact("owner", user(`u${49_000 + i}`), org("o")));
    const [owners] = tables.tablesOf("owner", 2);
    expect(owners!.single?.length ?? owners!.cells.length).toBeLessThan(2_000);
    expect([...tables.match("owner", [user("u49003"), undefined])]).toEqual([[user("u49003"), org("o")]]);
    expect([...tables.match("owner", [undefined, org("o")])]).toHaveLength(20);
  });

  it("give out the state at the time of the call while facts change", () => {
    const tables = new FactTables();
    for (let i = 0; i < 500; i++) tables.insert(fact("member", user(`u${i}`), org("o")));
    const reading = tables.match("member", [undefined, org("o")]);
    const everything = tables.facts();
    let seen = 0;
    for (const [who] of reading) {
      tables.delete(fact("member", who!, org("o")));
      tables.insert(fact("member", user(`new${seen}`), org("o")));
      seen++;
    }
    expect(seen).toBe(500);
    expect([...everything]).toHaveLength(500);
    expect(
      [...tables.match("member", [undefined, org("o")])].every(([who]) => (who as { id: string }).id.startsWith("new")),
    ).toBe(true);
  });

  it('tell 1, "1", true and "true" apart, and integers beyond 2^53', () => {
    const tables = new FactTables();
    for (const value of [1n, "1", true, "true", 2n ** 53n, 2n ** 53n + 1n, { type: "1", id: "1" }] as PlainValue[])
      expect(tables.insert(fact("p", value))).toBe(true);
    expect(tables.count).toBe(7);
    expect([...tables.match("p", [1n])]).toEqual([[1n]]);
    expect([...tables.match("p", ["1"])]).toEqual([["1"]]);
    expect([...tables.match("p", [2n ** 53n + 1n])]).toEqual([[2n ** 53n + 1n]]);
    expect(tables.has(fact("p", false))).toBe(false);
  });

  it("remove a hub of a hundred thousand members one by one in reasonable time", () => {
    const tables = new FactTables();
    for (let i = 0; i < 100_000; i++) tables.insert(fact("member", user(`u${i}`), org(`o${i % 2}`)));
    for (let i = 0; i < 100_000; i++) tables.insert(fact("member", user(`u${i}`), org(`p${i % 2}`)));
    expect([...tables.match("member", [undefined, org("o1")])]).toHaveLength(50_000);
    for (let i = 0; i < 20_000; i++) expect(tables.delete(fact("member", user(`u${i}`), org(`o${i % 2}`)))).toBe(1);
    expect([...tables.match("member", [undefined, org("o1")])]).toHaveLength(40_000);
    expect(tables.delete({ predicate: "member", args: [undefined, { anyOf: "Org" }] })).toBe(180_000);
    expect(tables.count).toBe(0);
  });
});
