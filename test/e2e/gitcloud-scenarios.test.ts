import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { ensureBuilt } from "./build.js";
import type { GraphQLAnswer } from "./gitcloud-client.js";
import { serveGitcloud } from "./gitcloud-here.js";
import { startGitcloud } from "./gitcloud-process.js";

interface Expectation {
  readonly data?: unknown;
  readonly errors?: readonly { readonly code: string; readonly path?: readonly (string | number)[] }[];
  readonly at?: string;
  readonly count?: number;
  readonly containsAll?: readonly unknown[];
  readonly containsNone?: readonly unknown[];
}

interface Scenario {
  readonly id: string;
  readonly actor: string | null;
  readonly operation: string;
  readonly policyVariant?: string;
  readonly after?: readonly string[];
  readonly expect: Expectation;
  readonly note?: string;
}

interface Seed {
  readonly id: string;
  readonly policy: string;
  readonly policyVariants: Readonly<Record<string, string>>;
  readonly scenarios: readonly Scenario[];
}

const file = new URL("../data/seed-scenarios.json", import.meta.url);
const { seeds } = JSON.parse(readFileSync(file, "utf8")) as { readonly seeds: readonly Seed[] };
const { policy, policyVariants, scenarios } = seeds.find(({ id }) => id === "004")!;

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

/** Scenarios that change nothing share one started process per policy; each of the others has a new database. */
const reading = scenarios.filter(({ operation, after }) => !operation.startsWith("mutation") && after === undefined);
const writing = scenarios.filter((scenario) => !reading.includes(scenario));
const variants = [undefined, ...Object.keys(policyVariants)];

const titled = (group: readonly Scenario[]) =>
  group.map((scenario) => ({ ...scenario, title: `${scenario.id} ${scenario.note ?? scenario.operation}` }));

describe(`the ${scenarios.length} scenarios of GitCloud, over HTTP`, () => {
  test("there are 29, each with a policy", () => {
    expect(scenarios).toHaveLength(29);
    for (const { policyVariant } of scenarios) expect(variants).toContain(policyVariant);
  });

  test.each(variants)("those that read, under the policy %s", async (variant) => {
    const gitcloud = await startGitcloud({ policy: variant === undefined ? undefined : policyVariants[variant] });
    const group = reading.filter(({ policyVariant }) => policyVariant === variant);
    expect(group).not.toHaveLength(0);
    for (const scenario of group) check(scenario, await gitcloud.ask(scenario.actor, scenario.operation));
  });

  test.each(titled(writing))("$title", async (scenario) => {
    const variant = scenario.policyVariant;
    const gitcloud = await serveGitcloud({ policy: variant === undefined ? undefined : policyVariants[variant] });
    for (const id of [...(scenario.after ?? []), scenario.id]) {
      const step = scenarios.find((candidate) => candidate.id === id)!;
      check(step, await gitcloud.ask(step.actor, step.operation));
    }
  });

  test("those that read answer the same under the policy's text as the seed has it", async () => {
    const gitcloud = await serveGitcloud({ policy });
    for (const scenario of reading.filter(({ policyVariant }) => policyVariant === undefined)) {
      check(scenario, await gitcloud.ask(scenario.actor, scenario.operation));
    }
  });
});

function check({ id, expect: expected }: Scenario, answer: GraphQLAnswer): void {
  const errors = answer.errors ?? [];
  expect(errors.map((error) => error.extensions?.["code"]).sort(), id).toEqual(
    (expected.errors ?? []).map((error) => error.code).sort(),
  );
  for (const { code, path } of expected.errors ?? []) {
    if (path === undefined) continue;
    expect(errors.map((error) => ({ code: error.extensions?.["code"], path: error.path }))).toContainEqual({
      code,
      path,
    });
  }
  if (expected.data !== undefined) expect(answer.data, id).toEqual(expected.data);
  if (expected.at === undefined) return;
  const found = expected.at
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], answer.data) as unknown[];
  expect(Array.isArray(found)).toBe(true);
  if (expected.count !== undefined) expect(found).toHaveLength(expected.count);
  expect(found).toEqual(expect.arrayContaining([...(expected.containsAll ?? [])]));
  for (const unwanted of expected.containsNone ?? []) expect(found).not.toContainEqual(unwanted);
}
