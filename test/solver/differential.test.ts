import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlainValue } from "../../src/facts/value.js";
import { type CallArgument, openExactly } from "../../src/solver/machine.js";
import { runs } from "../support/effort.js";
import { stored } from "../support/fact-list.js";
import { countShapes } from "../support/policy-shapes.js";
import { RefusedPolicy, type World, world } from "../support/questions.js";
import { type RandomWorld, randomWorld, type Sort, valuesOfSort } from "../support/random-worlds.js";
import { evaluate, keyOf, type Model } from "../support/reference-evaluator.js";

const count = countShapes("policies that the machine was asked about");

function plain(sort: Sort): readonly PlainValue[] {
  return valuesOfSort[sort].map((value) => (typeof value === "number" ? BigInt(value) : value));
}

const everything: readonly PlainValue[] = [
  ...new Map((Object.keys(valuesOfSort) as Sort[]).flatMap(plain).map((value) => [keyOf(value), value])).values(),
];

/** A random world that loads, with all that follows from it. */
function prepare({ policy, facts }: RandomWorld): { asked: World; model: Model } {
  count(policy);
  let asked: World;
  try {
    asked = world({ policy, facts });
  } catch (error) {
    if (error instanceof RefusedPolicy) throw new Error(`a random policy was refused: ${error.message}\n${policy}`);
    throw error;
  }
  return { asked, model: evaluate(asked.policy, facts.map(stored), everything) };
}

function tuples(sorts: readonly Sort[]): PlainValue[][] {
  return sorts.reduce<PlainValue[][]>(
    (lists, sort) => lists.flatMap((list) => plain(sort).map((value) => [...list, value])),
    [[]],
  );
}

describe("the machine and the reference evaluator agree on random policies and facts", () => {
  it("when everything is bound (I3)", async () => {
    await fc.assert(
      fc.asyncProperty(randomWorld, async (random) => {
        const { asked, model } = prepare(random);
        for (const { name, sorts } of random.predicates) {
          const known = model.get(`${name}/${sorts.length}`);
          for (const args of tuples(sorts)) {
            const question = `${name}(${args.map(keyOf).join(", ")})`;
            expect([question, await asked.holds(name, ...args)]).toEqual([question, known?.has(keyOf(args)) ?? false]);
          }
        }
      }),
      { numRuns: runs(10) },
    );
  }, 600_000);

  it("when any one argument is left open (I1)", async () => {
    await fc.assert(
      fc.asyncProperty(randomWorld, async (random) => {
        const { asked, model } = prepare(random);
        for (const { name, sorts } of random.predicates) {
          const known = new Set(model.get(`${name}/${sorts.length}`)?.keys());
          for (const [hole, sort] of sorts.entries()) {
            for (const rest of tuples(sorts.filter((_, i) => i !== hole))) {
              for (const type of typesOf(sort)) {
                const args: CallArgument[] = rest.toSpliced(hole, 0, openExactly("x", type) as never);
                const answers = await asked.call(name, ...args);
                const all = everything.filter((value) => typeOf(value) === type);
                const found = answers.some((answer) => !("x" in answer))
                  ? all
                  : answers.map((answer) => integers(answer["x"]));
                const wanted = all.filter((value) => known.has(keyOf(rest.toSpliced(hole, 0, value))));
                const question = `${name}(${rest.map(keyOf).toSpliced(hole, 0, `x: ${type}`).join(", ")})`;
                expect([question, setOf(found)]).toEqual([question, setOf(wanted)]);
              }
            }
          }
        }
      }),
      { numRuns: runs(6) },
    );
  }, 600_000);
});

function setOf(values: readonly PlainValue[]): string[] {
  return values.map(keyOf).sort();
}

function typesOf(sort: Sort): string[] {
  return [...new Set(plain(sort).map(typeOf))];
}

function typeOf(value: PlainValue): string {
  if (typeof value === "object") return value.type;
  return typeof value === "bigint" ? "Integer" : typeof value === "string" ? "String" : "Boolean";
}

function integers(value: unknown): PlainValue {
  return (typeof value === "number" ? BigInt(value) : value) as PlainValue;
}
