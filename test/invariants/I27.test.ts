import type { Fact } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import type { Derivation } from "../../src/solver/explanation.js";
import { actions, actors, invariant, resources, world } from "./invariant.js";

function parts(node: Derivation): Derivation[] {
  return [node, ...(node.kind === "rule" ? node.premises.flatMap(parts) : [])];
}

invariant(
  "I27: what was proved without a `not` holds with the facts of its proof alone",
  (make) =>
    fc.asyncProperty(world, async ({ policy, facts }) => {
      const engine = await make({ policy }, facts);
      for (const actor of actors) {
        for (const action of actions) {
          for (const resource of resources.slice(0, 3)) {
            if (engine.decide(actor, action, resource) !== true) continue;
            const { derivation } = await engine.explain(actor, action, resource);
            const nodes = derivation === undefined ? [] : parts(derivation);
            // A `not` speaks of facts that are not there, and of those that keep them from following.
            if (nodes.some(({ kind }) => kind === "negation")) continue;
            const used = nodes.flatMap((node): Fact[] =>
              node.kind === "fact" && node.stored === "store" ? [node.fact] : [],
            );
            const alone = await make({ policy }, used);
            expect([actor, action, resource, used, alone.decide(actor, action, resource)]).toEqual([
              actor,
              action,
              resource,
              used,
              true,
            ]);
          }
        }
      }
    }),
  {
    runs: 12,
    defects: {
      "an explanation that leaves a fact out": (engine) => ({
        ...engine,
        explain: async (...question) => {
          const explanation = await engine.explain(...question);
          const without = (node: Derivation): Derivation =>
            node.kind === "rule"
              ? {
                  ...node,
                  premises: node.premises.filter((p) => p.kind !== "fact" || p.stored !== "store").map(without),
                }
              : node;
          return explanation.derivation === undefined
            ? explanation
            : { ...explanation, derivation: without(explanation.derivation) };
        },
      }),
    },
  },
);
