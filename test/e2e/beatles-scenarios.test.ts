import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { ensureBuilt, root } from "./build.js";
import { serveHere } from "./example-here.js";
import { startExample } from "./example-process.js";
import { check, reading, seed, stepsOf, titled, writing } from "./seed-scenarios.js";

const system = seed("000");
const { scenarios } = system;
const policyFile = (name: string) => readFileSync(join(root, "policies", name), "utf8");
const own = scenarios.filter(({ policyVariant }) => policyVariant === undefined);

const policies = [
  { name: "its own", text: undefined },
  { name: "the one with a rule per role", text: policyFile("beatles-roles.polar") },
  { name: "the text of the seed", text: system.policy },
];

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe(`the ${scenarios.length} scenarios of the Beatles, over HTTP`, () => {
  test("there are 16: 15 under the own policy, one under the empty one", () => {
    expect(scenarios).toHaveLength(16);
    expect(own).toHaveLength(15);
    expect(scenarios.flatMap(({ policyVariant }) => policyVariant ?? [])).toEqual(["empty"]);
  });

  describe.each(policies)(`the ${own.length} under $name`, ({ text }) => {
    test(`${reading(system).length - 1} that read`, async () => {
      const beatles = await startExample("beatles", { policy: text });
      for (const scenario of reading(system).filter((candidate) => own.includes(candidate))) {
        check(scenario, await beatles.ask(scenario.actor, scenario.operation));
      }
    });

    test.each(titled(writing(system)))("$title", async (scenario) => {
      const beatles = await serveHere(openBeatles, { policy: text });
      for (const step of stepsOf(system, scenario)) check(step, await beatles.ask(step.actor, step.operation));
    });
  });

  test.each(titled(scenarios.filter((scenario) => !own.includes(scenario))))("$title", async (scenario) => {
    const beatles = await startExample("beatles", { policy: system.policyVariants[scenario.policyVariant!] });
    check(scenario, await beatles.ask(scenario.actor, scenario.operation));
  });
});
