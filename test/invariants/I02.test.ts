import { LimitError } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { actions, actors, invariant, world } from "./invariant.js";

invariant(
  "I2: within any limit a list, the actions and a query are complete, or an error",
  (make) =>
    fc.asyncProperty(world, fc.constantFrom(1, 2, 3, 20), async ({ policy, facts }, answers) => {
      const limited = await make({ policy, limits: { answers } }, facts);
      const unlimited = await make({ policy }, facts);
      const whole = async (ask: (engine: typeof limited) => Promise<unknown[]>): Promise<void> => {
        let got: unknown[];
        try {
          got = await ask(limited);
        } catch (error) {
          expect(error).toBeInstanceOf(LimitError);
          return;
        }
        const lines = (list: unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();
        expect(lines(got)).toEqual(lines(await ask(unlimited)));
      };
      for (const actor of actors.slice(0, 2)) {
        for (const action of actions) await whole((engine) => engine.list(actor, action, "Folder"));
        await whole((engine) => engine.actions(actor, { type: "Folder", id: "0" }));
      }
      await whole((engine) => engine.query("has_role(u, r, f)"));
    }),
  {
    defects: {
      "a limit that is taken for an empty list": (engine) => ({
        ...engine,
        list: (...question) => engine.list(...question).catch(() => []),
      }),
    },
  },
);
