import { beforeAll, describe, expect, test, vi } from "vitest";
import { openGitcloud } from "../../examples/gitcloud/gitcloud.js";
import { ensureBuilt } from "./build.js";
import { serveHere } from "./example-here.js";
import { startExample } from "./example-process.js";
import { check, reading, seed, stepsOf, titled, writing } from "./seed-scenarios.js";

const system = seed("004");
const { policy, policyVariants, scenarios } = system;
const variants = [undefined, ...Object.keys(policyVariants)];
const textOf = (variant: string | undefined) => (variant === undefined ? undefined : policyVariants[variant]);
const readingByPolicy = variants.map((variant) => ({
  variant,
  name: variant ?? "of its own",
  group: reading(system).filter(({ policyVariant }) => policyVariant === variant),
}));

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe(`the ${scenarios.length} scenarios of GitCloud, over HTTP`, () => {
  test("there are 29, each with a policy", () => {
    expect(scenarios).toHaveLength(29);
    for (const { policyVariant } of scenarios) expect(variants).toContain(policyVariant);
  });

  test.each(readingByPolicy)("$group.length that read, under the policy $name", async ({ variant, group }) => {
    const gitcloud = await startExample("gitcloud", { policy: textOf(variant) });
    expect(group).not.toHaveLength(0);
    for (const scenario of group) check(scenario, await gitcloud.ask(scenario.actor, scenario.operation));
  });

  test.each(titled(writing(system)))("$title", async (scenario) => {
    const gitcloud = await serveHere(openGitcloud, { policy: textOf(scenario.policyVariant) });
    for (const step of stepsOf(system, scenario)) check(step, await gitcloud.ask(step.actor, step.operation));
  });

  test("those that read answer the same under the policy's text as the seed has it", async () => {
    const gitcloud = await serveHere(openGitcloud, { policy });
    for (const scenario of reading(system).filter(({ policyVariant }) => policyVariant === undefined)) {
      check(scenario, await gitcloud.ask(scenario.actor, scenario.operation));
    }
  });
});
