import fc from "fast-check";
import { expect } from "vitest";
import { actors, allowed, invariant, world } from "./invariant.js";

/** Rules of the random policies stand on lines of their own. */
const isRule = (line: string): boolean => /^\w+\(.*;$/.test(line);

function swappedBranches(rule: string): string {
  return rule.replace(/ if \((.*)\) or \(([^()]*(?:\([^()]*\)[^()]*)*)\);$/, " if ($2) or ($1);");
}

invariant(
  "I7: the order of rules, branches, facts and batches changes no answer",
  (make) =>
    fc.asyncProperty(
      world.chain(({ policy, facts }) => {
        const lines = policy.split("\n");
        const rules = lines.filter(isRule);
        return fc.record({
          policy: fc.constant(policy),
          facts: fc.constant(facts),
          shuffled: fc
            .shuffledSubarray(rules, { minLength: rules.length })
            .map((other) => [...lines.filter((line) => !isRule(line)), ...other.map(swappedBranches)].join("\n")),
          order: fc.shuffledSubarray([...facts], { minLength: facts.length }),
          single: fc.boolean(),
        });
      }),
      async ({ policy, facts, shuffled, order, single }) => {
        const one = await make({ policy }, facts);
        const other = await make({ policy: shuffled }, single ? [] : order);
        if (single) for (const fact of order) await other.tell(...fact);
        expect(allowed(other.decide)).toEqual(allowed(one.decide));
        for (const actor of actors) {
          const lists = [await one.list(actor, "read", "Folder"), await other.list(actor, "read", "Folder")];
          expect(lists[1]?.sort()).toEqual(lists[0]?.sort());
        }
      },
    ),
  {
    runs: 20,
    defects: {
      "the last fact that is told at once is lost": (engine, facts) => {
        const last = facts.at(-1);
        const lost = last === undefined ? Promise.resolve() : engine.delete(...last);
        return {
          ...engine,
          list: async (...question) => {
            await lost;
            return engine.list(...question);
          },
        };
      },
    },
  },
);
