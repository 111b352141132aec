import { describe, expect, it } from "vitest";
import { LimitError } from "../../src/diagnostics/errors.js";
import { FactTables } from "../../src/facts/tables.js";
import { entity, type Fact, type Reference } from "../../src/facts/value.js";
import { openExactly } from "../../src/solver/machine.js";
import { stored } from "../support/fact-list.js";
import { type World, world } from "../support/questions.js";

const policy = `
actor User {}
resource Folder {
  roles = ["reader"];
  permissions = ["read"];
  relations = { parent: Folder };
  "reader" if "reader" on "parent";
  "read" if "reader";
}
reaches(x: Folder, y: Folder) if has_relation(x, "parent", y);
reaches(x: Folder, y: Folder) if reaches(x, z) and reaches(z, y);
`;

const alice = entity("User", "alice");
const folder = (id: number): Reference => entity("Folder", String(id));
const parent = (child: number, of: number): Fact => ["has_relation", folder(child), "parent", folder(of)];

function folders(facts: Iterable<Fact>): World {
  const tables = new FactTables();
  for (const fact of facts) tables.insert(stored(fact));
  return world({ policy, facts: tables, limits: { milliseconds: 60_000 } });
}

function chain(length: number): Fact[] {
  return Array.from({ length }, (_, i) => parent(i, i + 1));
}

describe("recursion ends at the least fixpoint (reference 11.2)", () => {
  it.each([10, 50, 1_000, 10_000, 100_000])(
    "R47: a chain of %i parents answers",
    async (length) => {
      const w = folders([...chain(length), ["has_role", alice, "reader", folder(length)]]);
      expect(await w.holds("allow", alice, "read", folder(0))).toBe(true);
      expect(await w.holds("allow", entity("User", "bob"), "read", folder(0))).toBe(false);
    },
    120_000,
  );

  it("R47: a chain that is too long for the limits is a limit error, not a denial and not an exhausted stack", async () => {
    const tables = new FactTables();
    for (const fact of chain(20_000)) tables.insert(stored(fact));
    const w = world({ policy, facts: tables, limits: { steps: 50_000 } });
    await expect(w.holds("allow", alice, "read", folder(0))).rejects.toThrow(LimitError);
  });

  it.each([1, 2, 3, 10_000])(
    "R46: a cycle of %i folders answers the same from every start",
    async (length) => {
      const cycle = Array.from({ length }, (_, i) => parent(i, (i + 1) % length));
      const starts = [...new Set([0, length >> 1, length - 1])];
      const without = folders(cycle);
      const within = folders([...cycle, ["has_role", alice, "reader", folder(length >> 1)]]);
      for (const start of starts) {
        expect(await without.holds("allow", alice, "read", folder(start))).toBe(false);
        expect(await within.holds("allow", alice, "read", folder(start))).toBe(true);
      }
    },
    120_000,
  );

  it("R46: what is asked inside a cycle is not remembered half done", async () => {
    const w = folders([parent(0, 1), parent(1, 0), parent(1, 2), ["has_role", alice, "reader", folder(2)]]);
    const answers = await w.call("has_role", alice, "reader", openExactly("f", "Folder"));
    expect(answers.map(({ f }) => (f as Reference).id).sort()).toEqual(["0", "1", "2"]);
  });

  it("R48: a lattice with 2^20 paths is walked node by node", async () => {
    const lattice: Fact[] = [];
    for (let row = 0; row < 20; row++) {
      for (const [a, b] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const)
        lattice.push(parent(row * 2 + a, row * 2 + 2 + b));
    }
    expect(await folders(lattice).holds("allow", alice, "read", folder(0))).toBe(false);
    const reached = await folders(lattice).call("reaches", folder(0), openExactly("f", "Folder"));
    expect(reached).toHaveLength(40);
  });

  it("R48: a group of 100,000 members is asked about one member at a time", async () => {
    const facts = Array.from(
      { length: 100_000 },
      (_, i): Fact => ["has_role", entity("User", `u${i}`), "reader", folder(0)],
    );
    const w = folders(facts);
    expect(await w.holds("allow", entity("User", "u99999"), "read", folder(0))).toBe(true);
    expect(await w.holds("allow", alice, "read", folder(0))).toBe(false);
  });

  it("R7: recursion without a base holds for nobody, left, right or mutual", async () => {
    const w = world({ policy: "a(x) if b(x); b(x) if a(x); l(x) if l(x) and x = 1; r(x) if x = x and r(x);" });
    for (const name of ["a", "b", "l", "r"]) expect(await w.query(`${name}(1)`)).toEqual([]);
  });

  it("left and doubly recursive rules give every pair of a closure", async () => {
    const w = folders([parent(0, 1), parent(1, 2), parent(2, 0), parent(3, 0)]);
    const pairs = await w.query("reaches(x, y)");
    expect(pairs).toHaveLength(12);
  });

  it("mutual recursion over terms ends: even and odd lengths", async () => {
    const w = world({ policy: "even([]); even([_, *t]) if odd(t); odd([_, *t]) if even(t);" });
    expect(await w.query("even([1, 2, 3, 4])")).toEqual([{}]);
    expect(await w.query("even([1, 2, 3])")).toEqual([]);
  });

  it("rules that build new values without end run into a limit", async () => {
    const w = world({ policy: "up(n) if up(m) and n = m + 1; up(0);", limits: { answers: 1_000 } });
    await expect(w.query("up(5000)")).rejects.toThrow(LimitError);
    const deep = world({ policy: "nest(x) if nest([x]);" });
    await expect(deep.query("nest(1)")).rejects.toThrow(LimitError);
  });

  it("R10: 30 disjunctions in a row cost 30 disjunctions", async () => {
    const or = "(x = 1 or x = 1 or y = 2)";
    const w = world({ policy: `f(x, y) if ${Array.from({ length: 30 }, () => or).join(" and ")};` });
    expect(await w.query("f(1, 2)")).toEqual([{}]);
    expect(await w.query("f(x, 2)")).toEqual([{}]);
  });
});
