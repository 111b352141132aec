import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactTables, type PlainValue, type StoredFact, type StoredPattern } from "../../src/facts/index.js";

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
  fc.constantFrom("admin", "member", "1", "true", "__proto__"),
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

type Step = { kind: "insert"; fact: StoredFact } | { kind: "delete" | "match"; pattern: StoredPattern };
const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: someFact.map((f): Step => ({ kind: "insert", fact: f })) },
  { weight: 1, arbitrary: patternOf(someFact).map((pattern): Step => ({ kind: "delete", pattern })) },
  { weight: 2, arbitrary: patternOf(someFact).map((pattern): Step => ({ kind: "match", pattern })) },
);

describe("fact tables", () => {
  it("behave as a set of facts does, whatever comes, goes and is asked", () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 250, size: "max" }), (steps) => {
        const tables = new FactTables();
        const naive = new NaiveFacts();
        for (const step of steps) {
          if (step.kind === "insert") expect(tables.insert(step.fact)).toBe(naive.insert(step.fact));
          else if (step.kind === "delete") expect(tables.delete(step.pattern)).toBe(naive.delete(step.pattern));
          else {
            const found = [...tables.match(step.pattern.predicate, step.pattern.args)].map(text).sort();
            expect(found).toEqual(
              naive
                .match(step.pattern)
                .map((f) => text(f.args))
                .sort(),
            );
          }
          expect(tables.count).toBe(naive.all.size);
        }
        expect([...tables.facts()].map(text).sort()).toEqual([...naive.all.keys()].sort());
      }),
      { numRuns: 300 },
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
      { numRuns: 40 },
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
