import type { Engine, Reference } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { actions, actors, type Defect, invariant, renaming, resources, world } from "./invariant.js";

/** A cache whose keys are put together carelessly. */
function cachedBy(key: (actor: Reference, action: string, resource: Reference) => string): Defect {
  return (engine) => {
    const known = new Map<string, boolean | Promise<boolean>>();
    const decide: Engine["decide"] = (actor, action, resource) => {
      const under = key(actor as Reference, action, resource as Reference);
      const answer = known.get(under) ?? engine.decide(actor, action, resource);
      known.set(under, answer);
      return answer;
    };
    return { ...engine, decide, authorize: async (...question) => decide(...question) };
  };
}

invariant(
  "I9: asked first, again, together, at once, or of a fresh engine, with hostile ids: the answer is one",
  (make) =>
    fc.asyncProperty(world, renaming, async (plain, names) => {
      const policy = names.policy(plain.policy);
      const facts = plain.facts.map(names.fact);
      const who = actors.map(names.reference);
      const what = resources.map(names.reference);
      const engine = await make({ policy }, facts);
      const questions = who.flatMap((a) => actions.flatMap((p) => what.map((r) => [a, p, r] as const)));
      const atOnce = await Promise.all(questions.map((question) => engine.authorize(...question)));
      const first = questions.map((question) => engine.decide(...question));
      // Context facts, even none, go another way than what is compiled.
      const uncached = questions.map((question) => engine.decide(...question, { contextFacts: [] }));
      const again = questions.map((question) => engine.decide(...question)).reverse();
      const together: boolean[] = [];
      for (const a of who) {
        for (const p of actions) {
          const twice = await engine.authorizeMany(a, p, [...what, ...what]);
          expect(twice.slice(what.length)).toEqual(twice.slice(0, what.length));
          together.push(...twice.slice(0, what.length));
        }
      }
      const fresh = await make({ policy }, facts);
      const backwards = [...questions].reverse().map((question) => fresh.decide(...question));
      expect(atOnce).toEqual(uncached);
      expect(first).toEqual(uncached);
      expect(again).toEqual(backwards);
      expect(together).toEqual(uncached);
      expect(backwards.reverse()).toEqual(uncached);
    }),
  {
    defects: {
      "keys without the type of the resource": cachedBy((a, p, r) => JSON.stringify([a, p, r.id])),
      "keys joined by a colon": cachedBy((a, p, r) => `${a.type}:${p}:${r.type}:${a.id}:${r.id}`),
      "keys without upper case": cachedBy((a, p, r) => JSON.stringify([a, p, r]).toLowerCase()),
    },
    runs: 20,
  },
);
