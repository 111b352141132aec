import { describe, expect, test } from "vitest";
import { EntityDomain, IntegerDomain, StringDomain } from "../../src/facts/tables-domain.js";

/** More than one doubling past the size at which a domain leaves its `Map`. */
const sizes = 9_000;

interface Numbered<T> {
  readonly size: number;
  lookup(value: T): number;
  intern(value: T): number;
}

/** Looks after each new value at itself, the first, one in the middle, the next; now and then at all. */
function fill<T>(domain: Numbered<T>, value: (n: number) => T): void {
  const sure = (is: boolean, what: string): void => {
    if (!is) throw new Error(`${what}, of ${domain.size} values`);
  };
  for (let n = 0; n < sizes; n++) {
    sure(domain.lookup(value(n)) === -1, `value ${n} is not there yet`);
    sure(domain.intern(value(n)) === n, `value ${n} has the code ${n}`);
    sure(domain.intern(value(n)) === n && domain.size === n + 1, `value ${n} is one value`);
    for (const known of [0, n >> 1, n]) sure(domain.lookup(value(known)) === known, `value ${known} keeps its code`);
    if (n % 1_021 !== 0) continue;
    for (let all = 0; all < n + 100; all++)
      sure(domain.lookup(value(all)) === (all <= n ? all : -1), `value ${all} is looked up`);
  }
}

describe("a domain", () => {
  test.each([
    ["ids", new EntityDomain("User", 3)],
    ["strings", new StringDomain("String", 0)],
  ] as const)("of %s gives each text one code, at every size", (_, domain) => {
    fill(domain, (n) => `text-${n}`);
    expect(domain.value(7_000)).toEqual(domain.kind === "entity" ? { type: "User", id: "text-7000" } : "text-7000");
  });

  test("of integers gives each integer one code, at every size, far ones and negative ones too", () => {
    const domain = new IntegerDomain(1);
    // Pairs that agree in their lower half, in their upper half, and in all but the sign.
    fill(domain, (n) => {
      const small = BigInt(n >> 2) + 1n;
      return [small, -small, small << 32n, (small << 32n) + small][n & 3]!;
    });
    expect(domain.value(4)).toBe(2n);
    expect(domain.value(5)).toBe(-2n);
  });

  test("takes no text for another, however many there are", () => {
    const domain = new EntityDomain("User", 3);
    const many = 60_000;
    for (let n = 0; n < many; n++) domain.intern(`user-${n}`);
    for (let n = 0; n < many; n++) if (domain.lookup(`other-${n}`) >= 0) throw new Error(`other-${n} has a code`);
    for (let n = 0; n < many; n++) if (domain.lookup(`user-${n}`) !== n) throw new Error(`user-${n} lost its code`);
  });

  test.each(["é", "\u0000", "", "x".repeat(65), "user\u200b", "\u007f"])(
    "is not plain any more once %j is in it, among the first texts and among the last",
    (odd) => {
      for (const before of [0, 3, 5_000]) {
        const domain = new EntityDomain("User", 3);
        for (let n = 0; n < before; n++) domain.intern(`user ${n}~`);
        expect(domain.plain).toBe(true);
        expect(domain.lookup(odd)).toBe(-1);
        expect(domain.plain, "looking up changes nothing").toBe(true);
        domain.intern(odd);
        expect(domain.plain).toBe(false);
        domain.intern("plain again");
        expect(domain.plain, "and never will be").toBe(false);
      }
    },
  );

  test("stays plain with every text of 1 to 64 ASCII characters", () => {
    const domain = new EntityDomain("User", 3);
    for (const text of ["x", "x".repeat(64), "~", " ", "a:b|c#d"]) domain.intern(text);
    expect(domain.plain).toBe(true);
  });
});
