import { createEngine, type Engine, isReference, type Reference } from "arcturus";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../support/effort.js";
import { readByHand, type ShorthandWorld, shorthandWorld } from "../support/shorthand-worlds.js";

const silent = { info: () => {}, warn: () => {} };

async function engineOf({ policy, facts }: ShorthandWorld): Promise<Engine> {
  const engine = await createEngine({ policy, logger: silent });
  await engine.bulkTell(facts);
  return engine;
}

/** Roles and permissions as the engine finds them, in the words of the reading. */
async function foundBy(engine: Engine, { actors, resources }: ShorthandWorld): Promise<string[]> {
  const found = new Set<string>();
  const ask = async (kind: string, goal: string, ...resource: string[]): Promise<void> => {
    for (const { a, n } of await engine.query(goal)) {
      // An actor who is not named is any actor.
      for (const actor of isReference(a) ? [a] : actors) found.add([kind, actor.id, n, ...resource].join(" "));
    }
  };
  for (const kind of ["role", "permission"]) {
    await ask(kind, `has_${kind}(a, n)`);
    for (const { type, id } of resources) await ask(kind, `has_${kind}(a, n, ${type}{"${id}"})`, id);
  }
  return [...found].sort();
}

it("blocks whose names mean many things grant what a reading by hand says, and nothing else", {
  timeout: runs(60) * 1_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(shorthandWorld, async (world) => {
      const holds = readByHand(world);
      const engine = await engineOf(world);
      const told = JSON.stringify(world.facts);
      const expected = [...holds].filter((text) => /^(role|permission) /.test(text)).sort();
      expect(await foundBy(engine, world), `${world.policy}\n${told}`).toEqual(expected);
      for (const actor of [world.actors[0], world.actors.at(-1)] as Reference[]) {
        for (const name of world.names) {
          for (const resource of [undefined, ...world.resources]) {
            const text = ["permission", actor.id, name, ...(resource === undefined ? [] : [resource.id])].join(" ");
            if (engine.decide(actor, name, resource) !== holds.has(text)) {
              expect.fail(`${text} should be ${holds.has(text)}\n${world.policy}\n${told}`);
            }
          }
        }
      }
      await engine.close();
    }),
    { numRuns: runs(60) },
  );
});
