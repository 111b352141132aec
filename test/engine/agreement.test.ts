import { createEngine, type Engine, type Fact, isReference, type Reference, toPredicate } from "arcturus";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../support/effort.js";
import { countShapes } from "../support/policy-shapes.js";
import { type RandomWorld, randomWorld, type Sort, valuesOfSort } from "../support/random-worlds.js";
import { silent } from "./gitcloud.js";

/*
 * One question, one answer: the compiled rules and the general evaluator, and all verbs among each other, agree on random
 * policies, after every change of the facts.
 */

/** Gives the question to the general evaluator: facts of the question's own, even none, are not for compiled rules. */
const general = { contextFacts: [] };

const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "role: reader", x) if has_role(a, "reader", x);
allow(u: User, "trusted", f: Folder) if trusted(u, f);
allow(u: User, "untrusted", f: Folder) if level(f, _) and not trusted(u, f);
`;
const actions = ["read", "write", "share", "role: reader", "trusted", "untrusted", "never heard of"];
const types = ["User", "Team", "Org", "Folder", "Note"];
const entities: readonly Reference[] = [
  ...new Map(
    (Object.keys(valuesOfSort) as Sort[])
      .flatMap((sort) => valuesOfSort[sort])
      .filter(isReference)
      .concat([
        { type: "User", id: "stranger" },
        { type: "Folder", id: "stranger" },
      ])
      .map((e) => [`${e.type} ${e.id}`, e]),
  ).values(),
];
const actors = entities.filter((e) => e.type === "User" || e.type === "Team");

const count = countShapes("policies that engines were asked about");

async function engineFor(world: RandomWorld): Promise<Engine> {
  return createEngine({ policy: world.policy + doors, logger: silent });
}

async function compareVerbs(engine: Engine): Promise<void> {
  for (const actor of actors) {
    for (const action of actions) {
      const single = entities.map((resource) => engine.decide(actor, action, resource));
      const general_ = entities.map((resource) => engine.decide(actor, action, resource, general));
      expectSame([actor, action, "decide and the general evaluator"], single, general_);
      expectSame([actor, action, "authorizeMany"], await engine.authorizeMany(actor, action, entities), single);
      for (const type of types) {
        const listed = (await engine.list(actor, action, type)).sort();
        expectSame([actor, action, type, "list"], listed, (await engine.list(actor, action, type, general)).sort());
        const passes = toPredicate(await engine.filter(actor, action, type));
        for (const [i, resource] of entities.entries()) {
          if (resource.type !== type) continue;
          const answer = listed.includes("*") || listed.includes(resource.id);
          if (answer !== single[i] || passes(resource) !== single[i]) {
            expectSame(
              [actor, action, resource, "list and filter"],
              [answer, passes(resource)],
              [single[i], single[i]],
            );
          }
        }
      }
    }
    for (const resource of entities) {
      const named = await engine.actions(actor, resource);
      expectSame([actor, resource, "actions"], named, await engine.actions(actor, resource, general));
      const asked = actions.filter((action) => engine.decide(actor, action, resource) === true);
      const missing = named.includes("*") ? [] : asked.filter((action) => !named.includes(action));
      expectSame([actor, resource, "actions that actions misses"], missing, []);
      const wrong = named.filter((action) => action !== "*" && engine.decide(actor, action, resource) !== true);
      expectSame([actor, resource, "actions too many"], wrong, []);
    }
  }
}

/** An assertion for each of thousands of answers would take most of the time. */
function expectSame(question: unknown, got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) expect([question, got]).toEqual([question, wanted]);
}

describe("I1, I9: all ways to ask agree", () => {
  test("on random policies and facts", async () => {
    await fc.assert(
      fc.asyncProperty(randomWorld, async (world) => {
        count(world.policy);
        const engine = await engineFor(world);
        await engine.bulkTell([...world.bystanders, ...world.facts]);
        await compareVerbs(engine);
      }),
      { numRuns: runs(6) },
    );
  }, 600_000);

  test("after every change of the facts, one by one", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorld,
        fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 25 }),
        async (world, steps) => {
          if (world.facts.length === 0) return;
          const engine = await engineFor(world);
          const stored = new Map<string, Fact>();
          for (const [tells, which, actor, resource] of steps) {
            const fact = world.facts[which % world.facts.length] as Fact;
            const key = JSON.stringify(fact, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
            if (tells) {
              await engine.tell(...fact);
              stored.set(key, fact);
            } else {
              await engine.delete(...fact);
              stored.delete(key);
            }
            const fresh = await engineFor(world);
            await fresh.bulkTell([...stored.values()]);
            const who = actors[actor % actors.length] as Reference;
            const what = entities[resource % entities.length] as Reference;
            for (const action of actions) {
              const answers = [
                engine.decide(who, action, what),
                engine.decide(who, action, what, general),
                fresh.decide(who, action, what, general),
              ];
              expectSame([who, action, what], answers, new Array(3).fill(answers[2]));
            }
            expectSame(
              [who, "list"],
              (await engine.list(who, "read", "Folder")).sort(),
              (await fresh.list(who, "read", "Folder", general)).sort(),
            );
          }
        },
      ),
      { numRuns: runs(8) },
    );
  }, 600_000);

  test("I7: the order of the facts changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorld.chain((world) =>
          fc.tuple(fc.constant(world), fc.shuffledSubarray([...world.facts], { minLength: world.facts.length })),
        ),
        async ([world, shuffled]) => {
          const one = await engineFor(world);
          await one.bulkTell(world.facts);
          const other = await engineFor(world);
          for (const fact of shuffled) await other.tell(...fact);
          for (const actor of actors) {
            for (const action of actions) {
              const ask = (engine: Engine): unknown[] =>
                entities.map((resource) => engine.decide(actor, action, resource));
              expectSame([actor, action], ask(one), ask(other));
            }
          }
        },
      ),
      { numRuns: runs(8) },
    );
  }, 600_000);
});
