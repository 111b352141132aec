import { LimitError } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { actions, actors, invariant, resources, world } from "./invariant.js";

/** Goes up as far as it is let. */
const endless = `
count(1); count(n) if count(m) and n = m + 1;
allow(_: User, "count", _: Folder) if count(n) and n < 0;
`;

invariant(
  "I13: every evaluation ends inside its budget with the answer or a typed error, and the next one is not harmed",
  (make) =>
    fc.asyncProperty(world, fc.constantFrom(1, 10, 100, 2_000), async ({ policy, facts }, steps) => {
      const limits = { steps, answers: 1_000, milliseconds: 2_000 };
      const limited = await make({ policy: policy + endless, limits }, facts);
      const unlimited = await make({ policy }, facts);
      for (const actor of actors.slice(0, 3)) {
        for (const action of actions) {
          for (const resource of resources) {
            for (const options of [undefined, { contextFacts: [] }]) {
              let answer: unknown;
              try {
                answer = limited.decide(actor, action, resource, options);
              } catch (error) {
                expect(error).toBeInstanceOf(LimitError);
                continue;
              }
              expect(answer).toBe(unlimited.decide(actor, action, resource));
            }
          }
        }
        if (actor.type === "User") {
          const [folder] = resources;
          const began = Date.now();
          await expect(limited.authorize(actor, "count", folder)).rejects.toBeInstanceOf(LimitError);
          // Far beyond the two seconds of the limit, for the sake of busy machines.
          expect(Date.now() - began).toBeLessThan(20_000);
        }
      }
    }),
  {
    runs: 15,
    defects: {
      "a limit that is read as a no": (engine) => ({
        ...engine,
        decide: (...question) => {
          try {
            return engine.decide(...question);
          } catch {
            return false;
          }
        },
        authorize: async (...question) => engine.authorize(...question).catch(() => false),
      }),
    },
  },
);
