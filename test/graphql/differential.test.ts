import { type ExecutionResult, execute, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import type { Engine } from "../../src/engine/types.js";
import { entity, type Reference } from "../../src/facts/index.js";
import { authorizeSchema } from "../../src/graphql/index.js";
import { countCalls, silent } from "./support/grants.js";
import {
  actionNames,
  type RandomWorld,
  type Row,
  randomFrom,
  randomWorld,
  type View,
  type WorldContext,
} from "./support/random-world.js";

/*
 * The guarded server over all data must answer what the plain server answers over the data that is left when every row has
 * been asked about, one by one. GraphQL reference, section 13.
 */

const worlds = Number(process.env["ARCTURUS_DIFFERENTIAL_WORLDS"] ?? 25);
const operations = 40;

/** What the actor may see, asked row by row. */
async function viewOf(world: RandomWorld, engine: Engine, actor: Reference): Promise<View> {
  const allowed = new Set<string>();
  for (const row of [...world.rows.values()].flat()) {
    for (const action of actionNames) {
      const yes = await engine.authorize(actor, action, entity(row.__typename, String(row.id)));
      if (yes) allowed.add(`${action} ${row.__typename} ${row.id}`);
    }
  }
  const may = (action: string, type: string, id: number): boolean => allowed.has(`${action} ${type} ${id}`);
  const passes = (row: Row): boolean => {
    const gate = world.gateOf(row.__typename);
    return gate === undefined || may(gate, row.__typename, row.id);
  };
  return {
    get: (type, id) => world.rows.get(type)?.find((row) => row.id === id && passes(row)) ?? null,
    shows: (action, row) => may(action, row.__typename, row.id),
    reads: (action, row) => may(action, row.__typename, row.id),
    names: may,
  };
}

async function compare(seed: number): Promise<number> {
  const random = randomFrom(seed);
  const world = randomWorld(random);
  const own = await createEngine({ policy: world.policy, logger: silent });
  const engine = countCalls(own, seed % 3 === 0);
  await engine.bulkTell(world.facts);
  const actor = (context: WorldContext): Reference => context.actor;
  const guarded = authorizeSchema(world.schema, {
    // The engine itself is asked by shorter ways than one that somebody has wrapped.
    engine: seed % 2 === 0 ? own : engine,
    actor,
    logger: silent,
  });
  let cases = 0;
  for (const asker of world.actors) {
    const view = await viewOf(world, engine, asker);
    for (let i = 0; i < operations; i++) {
      const text = world.operation(random);
      const document = parse(text);
      if (i === 0) expect(validate(world.schema, document)).toEqual([]);
      engine.calls.list.length = 0;
      const shown = await execute({ schema: guarded, document, contextValue: { actor: asker } });
      const wanted = await execute({ schema: world.schema, document, contextValue: { actor: asker, view } });
      const [a, b] = [dataOf(shown), dataOf(wanted)];
      if (a !== b) {
        throw new Error(
          `seed ${seed}, ${asker.id}: ${text}\nguarded: ${a}\nplain:   ${b}\n${world.sdl}\n${world.policy}`,
        );
      }
      // Fields whose parent has become null may still be running.
      await new Promise((resolve) => setImmediate(resolve));
      // One question for each collection, however often it is shown.
      expect(new Set(engine.calls.list).size).toBe(engine.calls.list.length);
      cases++;
    }
  }
  return cases;
}

function dataOf(result: ExecutionResult): string {
  return JSON.stringify(result.data);
}

describe("a guarded server", () => {
  test("answers what a plain server answers over the data that the actor may see", async () => {
    let cases = 0;
    for (let seed = 1; seed <= worlds; seed++) cases += await compare(seed);
    expect(cases).toBe(worlds * operations * 2);
  }, 120_000);
});
