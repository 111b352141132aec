import fc from "fast-check";
import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import { runs } from "./effort.js";
import { stored } from "./fact-list.js";
import { consequences } from "./quick-reference.js";
import { randomWorld, valuesOfSort } from "./random-worlds.js";
import { evaluate, type Model } from "./reference-evaluator.js";

const values = Object.values(valuesOfSort)
  .flat()
  .map((value) => (typeof value === "number" ? BigInt(value) : value));

function lines(model: Model): string[] {
  return [...model].flatMap(([name, tuples]) => [...tuples.keys()].map((key) => `${name} ${key}`)).sort();
}

test("the quick reference finds what the plain one finds", () => {
  fc.assert(
    fc.property(randomWorld, ({ policy: text, facts }) => {
      const { policy } = loadPolicy([new Source("policy.polar", text)]);
      if (policy === undefined) throw new Error("the policy does not load");
      const told = facts.map(stored);
      expect(lines(consequences(policy, told, values).model())).toEqual(lines(evaluate(policy, told, values)));
    }),
    { numRuns: runs(15) },
  );
}, 600_000);
