import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactTables } from "../../src/facts/index.js";
import { entity } from "../../src/facts/value.js";
import { Kinship } from "../../src/polar/kinship.js";
import { type Knowledge, meet, overlaps } from "../../src/polar/knowledge.js";
import { editDistance, NearWords } from "../../src/polar/near.js";
import type { Policy } from "../../src/polar/policy.js";
import { typesOverlap } from "../../src/polar/type-table.js";
import { ClauseTable } from "../../src/solver/relational/clause-table.js";
import { Inference } from "../../src/solver/relational/inference.js";
import { anything, knownValue, only } from "../../src/solver/relational/known.js";
import { createTypes } from "../../src/solver/types.js";
import { runs } from "../support/effort.js";
import { policyOf } from "./policies.js";

/** A chain of resource types, each below the one before it, with eight rules each. */
function chain(types: number): Policy {
  const blocks = ['actor User {} resource T0 { roles = ["admin", "member"]; "member" if "admin"; }'];
  for (let i = 1; i < types; i++) {
    blocks.push(`resource T${i} {
      roles = ["admin", "member"]; permissions = ["read"]; relations = { parent: T${i - 1} };
      "admin" if "admin" on "parent"; "member" if "admin"; "member" if "member" on "parent"; "read" if "member";
    }
    has_permission(user: User, "read", thing: T${i}) if was_invited(user, thing);`);
  }
  return policyOf(blocks.join("\n"));
}

/** How many rules a question about a resource near the end of the chain has to look at. */
function lookedAt(policy: Policy): number {
  const tables = new FactTables();
  tables.insert({ predicate: "has_role", args: [entity("User", "a"), "admin", entity("T0", "0")] });
  const rules = new ClauseTable(policy, createTypes(policy));
  const inference = new Inference(createTypes(policy), rules, tables);
  const user = { ...anything, bound: true, types: only("User") };
  const thing = { ...anything, bound: true, types: only("T3") };
  expect(inference.outputs("has_permission", [user, knownValue("read"), thing])).toBeUndefined();
  expect(rules.flattened).toBeGreaterThan(3);
  return rules.flattened;
}

function edgesOf(policy: Policy): number {
  return policy.dependencies.nodes.reduce((sum, node) => sum + node.edges.length, 0);
}

describe("what a policy costs, counted", () => {
  const [small, large] = [chain(40), chain(160)];

  it("a question looks at the rules it can reach, however many there are", () => {
    expect(lookedAt(large)).toBe(lookedAt(small));
  });

  it("what depends on what grows as the policy does", () => {
    expect(edgesOf(large) / edgesOf(small)).toBeLessThan(4.5);
  });
});

describe("what is found without trying everything", () => {
  const names = Array.from({ length: 12 }, (_, i) => `T${i}`);
  const hierarchy = fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 3 }), { minLength: 12, maxLength: 12 });

  it("the kin of a type are those that something can be of besides", () => {
    fc.assert(
      fc.property(hierarchy, (above) => {
        // A type extends earlier ones, so that there is no cycle.
        const blocks = above.map((parents, i) => {
          const earlier = parents.filter((parent) => parent < i).map((parent) => names[parent]);
          return `resource ${names[i]}${earlier.length === 0 ? "" : ` extends ${earlier.join(", ")}`} {}`;
        });
        const { types } = policyOf(blocks.join("\n"));
        const kin = new Kinship(types);
        for (const name of names) {
          expect([...kin.of(name)].sort()).toEqual(names.filter((other) => typesOverlap(types, name, other)).sort());
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it("near words are among the candidates", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 4, maxLength: 10 });
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, (words, asked) => {
        const candidates = new NearWords(words).candidates(asked);
        const near = words.filter((other) => {
          const limit = Math.min(other.length, asked.length) < 7 ? 1 : 2;
          return editDistance(asked, other, limit) <= limit;
        });
        expect(candidates.filter((other) => near.includes(other))).toEqual(near);
      }),
      { numRuns: runs(100) },
    );
  });

  it("large sets of types meet as small ones do", () => {
    const many = Array.from({ length: 20 }, (_, i) => `R${i}`);
    const { types } = policyOf(
      `actor User {} ${many.map((name, i) => `resource ${name}${i % 3 === 0 ? "" : ` extends R${i - 1}`} {}`).join("\n")}`,
    );
    const kinds = fc.uniqueArray(fc.constantFrom(...many, "User", "Actor", "Resource", "String"), { minLength: 1 });
    const known = (names: readonly string[]): Knowledge => ({ types: new Set(names), strings: undefined });
    fc.assert(
      fc.property(kinds, kinds, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => meet(types, known([x]), known([y]))));
        const met = meet(types, known(a), known(b));
        expect([...(met.types ?? [])].sort()).toEqual(
          [...new Set(pairs.flatMap((pair) => [...(pair.types ?? [])]))].sort(),
        );
        expect(overlaps(types, known(a), known(b))).toBe((met.types?.size ?? 0) > 0);
      }),
      { numRuns: runs(100) },
    );
  });
});
