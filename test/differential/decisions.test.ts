import { createEngine, type Engine, EvaluationError, type Reference } from "arcturus";
import { describe, expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import type { PlainValue } from "../../src/facts/value.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import { firstSeed, runs } from "../support/effort.js";
import { stored } from "../support/fact-list.js";
import { countShapes } from "../support/policy-shapes.js";
import { type Consequences, consequences } from "../support/quick-reference.js";
import { keyOf } from "../support/reference-evaluator.js";
import { Replay } from "../support/replay.js";
import { type DecisionWorld, decisionWorld, Random } from "./decision-worlds.js";

/*
 * The reference evaluator works out once what follows in a world; the engine is then asked about everything, in every way
 * there is, or in some where they cost more than they show. A failure names its seed: `decisionWorld(seed)` is the world, `ARCTURUS_SEED` the first seed of a run.
 */

const floor = runs(1_000_000);
const countShape = countShapes("policies of the decisions");
const filename = "policy.polar";
const silent = { info: () => {}, warn: () => {} };

/** What the world allows, in the order of actors, actions, resources. */
function expected({ actors, actions, resources }: DecisionWorld, reference: Consequences): Uint8Array {
  const places = (values: readonly PlainValue[]): Map<string, number> =>
    new Map(values.map((value, i) => [keyOf(value), i]));
  const [who, how, what] = [places(actors), places(actions), places(resources)];
  const answers = new Uint8Array(actors.length * actions.length * resources.length);
  for (const [actor, action, resource] of reference.tuples("allow", 3)) {
    const a = who.get(keyOf(actor as PlainValue));
    const p = how.get(keyOf(action as PlainValue));
    const r = what.get(keyOf(resource as PlainValue));
    if (a === undefined || p === undefined || r === undefined) continue;
    answers[(a * actions.length + p) * resources.length + r] = 1;
  }
  return answers;
}

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source(filename, text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

interface Loaded {
  readonly world: DecisionWorld;
  readonly policy: Policy;
  readonly values: readonly PlainValue[];
  readonly wanted: Uint8Array;
  readonly engine: Engine;
}

async function prepare(seed: number): Promise<Loaded> {
  const world = decisionWorld(seed);
  countShape(world.policy);
  const policy = load(world.policy);
  const values = [...world.actors, ...world.resources, ...world.actions];
  const reference = consequences(policy, world.facts.map(stored), values);
  const engine = await createEngine({ policy: [{ source: world.policy, filename }], logger: silent });
  await engine.bulkTell(world.facts);
  return { world, policy, values, wanted: expected(world, reference), engine };
}

/** Answers that differ, with the questions; empty when all agree. */
function differences(
  { world, wanted }: Loaded,
  ask: (a: Reference, action: string, r: Reference) => unknown,
): string[] {
  const { actors, actions, resources } = world;
  const found: string[] = [];
  let at = 0;
  for (const actor of actors)
    for (const action of actions)
      for (const resource of resources) {
        const right = wanted[at++] === 1;
        const answer = ask(actor, action, resource);
        if (answer !== right) found.push(JSON.stringify({ seed: world.seed, actor, action, resource, right, answer }));
      }
  return found;
}

describe("the engine decides as the reference evaluator does", () => {
  test(`I3: at least ${floor.toLocaleString("en")} decisions, none different; list, actions, authorizeMany and explain agree (I1)`, async () => {
    const count = { decisions: 0, allowed: 0, lists: 0, actions: 0, many: 0, replayed: 0, worlds: 0 };
    for (let seed = firstSeed; count.decisions < floor; seed++) {
      const loaded = await prepare(seed);
      const { world, wanted, engine, policy, values } = loaded;
      const { actors, actions, resources } = world;
      expect(differences(loaded, engine.decide)).toEqual([]);
      count.worlds++;
      count.decisions += wanted.length;
      for (const answer of wanted) count.allowed += answer;
      const types = [...new Set(resources.map(({ type }) => type))];
      for (const [a, actor] of actors.entries()) {
        for (const [p, action] of actions.entries()) {
          const from = (a * actions.length + p) * resources.length;
          const right = wanted.subarray(from, from + resources.length);
          if (a % 4 === seed % 4) {
            const many = await engine.authorizeMany(actor, action, resources);
            if (many.length !== right.length || many.some((answer, i) => answer !== (right[i] === 1))) {
              expect([seed, actor, action, "authorizeMany", many]).toBeUndefined();
            }
            count.many += many.length;
          }
          for (const type of types) {
            const ids = await listed(engine, actor, action, type);
            const allowed = ids === "all" ? undefined : new Set(ids);
            for (const [i, resource] of resources.entries()) {
              if (resource.type !== type) continue;
              if ((allowed?.has(resource.id) ?? true) !== (right[i] === 1)) {
                expect([seed, actor, action, resource, "list", ids]).toBeUndefined();
              }
            }
            if (allowed !== undefined && allowed.size !== ids.length) {
              expect([seed, actor, action, type, "twice", ids]).toBeUndefined();
            }
            count.lists++;
          }
        }
        for (const [i, resource] of resources.entries()) {
          if ((a + i) % 16 !== seed % 16) continue;
          const names = await engine.actions(actor, resource);
          const right = actions.filter((_, p) => wanted[(a * actions.length + p) * resources.length + i] === 1);
          const asked = names.filter((name) => actions.includes(name));
          if (!names.includes("*") && asked.join() !== right.sort().join()) {
            expect([seed, actor, resource, "actions", names, right]).toBeUndefined();
          }
          count.actions++;
        }
      }
      if (seed % 8 === firstSeed % 8) {
        const random = new Random(seed);
        const replay = new Replay({ policy, facts: world.facts, values });
        for (let i = 0; i < 2; i++) {
          const [actor, action, resource] = [random.pick(actors), random.pick(actions), random.pick(resources)];
          const explanation = await engine.explain(actor, action, resource);
          const question = { predicate: "allow", args: [actor, action, resource] };
          const refusal = replay.explanation(question, explanation);
          if (refusal !== undefined) expect([world.seed, question, refusal, explanation]).toBeUndefined();
          count.replayed++;
        }
      }
      await engine.close();
    }
    expect(count.decisions).toBeGreaterThanOrEqual(floor);
    expect(Math.min(count.lists, count.actions, count.many)).toBeGreaterThan(floor / 200);
    expect(count.replayed).toBeGreaterThan(0);
    // Worlds in which everything, or nothing, is allowed would show little.
    expect(count.allowed / count.decisions).toBeGreaterThan(0.02);
    expect(count.allowed / count.decisions).toBeLessThan(0.8);
  }, 3_600_000);

  test("an engine that is wrong about one question in a world is found out", async () => {
    const loaded = await prepare(firstSeed);
    const { engine, world } = loaded;
    const [actor, action, resource] = [world.actors[7], world.actions[0], world.resources[11]];
    const defective: Engine["decide"] = (a, p, r, options) => {
      const answer = engine.decide(a, p, r, options);
      return a === actor && p === action && r === resource ? answer !== true : answer;
    };
    expect(differences(loaded, engine.decide)).toEqual([]);
    expect(differences(loaded, defective)).toHaveLength(1);
    await engine.close();
  });
});

/** What `list` says, told apart from a single id that reads like "all". */
async function listed(engine: Engine, actor: Reference, action: string, type: string): Promise<"all" | string[]> {
  try {
    const ids = await engine.list(actor, action, type);
    return ids.length === 1 && ids[0] === "*" ? "all" : ids;
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.code !== "engine/star-id") throw error;
    return ["*"];
  }
}
