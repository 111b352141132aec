import type { Engine, Fact } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { actors, allowed, invariant, resources, world } from "./invariant.js";

async function lists(engine: Engine, options: { contextFacts?: readonly Fact[] } = {}): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const actor of actors) found.push((await engine.list(actor, "read", "Folder", options)).sort());
  for (const actor of actors)
    for (const resource of resources) found.push(await engine.actions(actor, resource, options));
  return found;
}

invariant(
  "I8: facts of the context count as if they were stored, for that call only",
  (make) =>
    fc.asyncProperty(world, fc.nat(), async ({ policy, facts }, cut) => {
      const half = facts.length === 0 ? 0 : cut % facts.length;
      const contextFacts = facts.slice(half);
      const whole = await make({ policy }, facts);
      const bare = await make({ policy }, facts.slice(0, half));
      const split = await make({ policy }, facts.slice(0, half));
      const before = allowed(bare.decide);
      expect(allowed((...question) => split.decide(...question, { contextFacts }))).toEqual(allowed(whole.decide));
      expect(await lists(split, { contextFacts })).toEqual(await lists(whole));
      expect(allowed(split.decide)).toEqual(before);
      expect(await lists(split)).toEqual(await lists(bare));
      expect(await split.get("has_role")).toHaveLength((await bare.get("has_role")).length);
    }),
  {
    defects: {
      "a question that remembers the facts of an earlier one": (engine) => {
        let remembered: readonly Fact[] | undefined;
        return {
          ...engine,
          decide: (actor, action, resource, options) => {
            remembered = options?.contextFacts ?? remembered;
            return engine.decide(
              actor,
              action,
              resource,
              remembered === undefined ? options : { contextFacts: remembered },
            );
          },
        };
      },
      "facts of the context that are stored": (engine) => ({
        ...engine,
        list: async (actor, action, type, options) => {
          if (options?.contextFacts !== undefined) await engine.bulkTell(options.contextFacts);
          return engine.list(actor, action, type, options);
        },
      }),
    },
  },
);
