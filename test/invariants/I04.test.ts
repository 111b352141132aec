import fc from "fast-check";
import { expect } from "vitest";
import type { Derivation } from "../../src/solver/explanation.js";
import { actions, actors, allowed, type Defect, invariant, positiveWorld, resources, world } from "./invariant.js";

/** As if there were a `not` over the number of facts. */
const fewFactsOnly: Defect = (engine, facts) => ({
  ...engine,
  decide: (...question) => facts.length % 3 !== 0 && engine.decide(...question),
});

invariant(
  "I4: without `not`, more facts never take an answer away",
  (make) =>
    fc.asyncProperty(positiveWorld, fc.nat(), async ({ policy, facts }, cut) => {
      const fewer = await make({ policy }, facts.slice(0, facts.length === 0 ? 0 : cut % facts.length));
      const more = await make({ policy }, facts);
      expect(allowed(more.decide)).toEqual(expect.arrayContaining(allowed(fewer.decide)));
    }),
  { runs: 30, defects: { "more facts that deny": fewFactsOnly } },
);

function negates(node: Derivation): boolean {
  return node.kind === "negation" || (node.kind === "rule" && node.premises.some(negates));
}

invariant(
  "I4: with `not`, only what was proved by a negation can be lost",
  (make) =>
    fc.asyncProperty(world, fc.nat(), async ({ policy, facts }, cut) => {
      const fewer = await make({ policy }, facts.slice(0, facts.length === 0 ? 0 : cut % facts.length));
      const more = await make({ policy }, facts);
      for (const actor of actors)
        for (const action of actions)
          for (const resource of resources) {
            if (more.decide(actor, action, resource) === true || fewer.decide(actor, action, resource) !== true)
              continue;
            const { derivation } = await fewer.explain(actor, action, resource);
            expect(derivation !== undefined && negates(derivation)).toBe(true);
          }
    }),
  { runs: 30, defects: { "more facts that deny": fewFactsOnly } },
);
