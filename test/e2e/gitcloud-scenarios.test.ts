import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "./build.js";
import { type GraphQLAnswer, startGitcloud } from "./gitcloud-process.js";

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

beforeAll(ensureBuilt);

describe(`the ${scenarios.length} scenarios of GitCloud, over HTTP, each on a freshly started example`, () => {
  test("there are 29", () => {
    expect(scenarios).toHaveLength(29);
  });

  test.each(scenarios)("$id: $note", async (scenario) => {
    const variant = scenario.policyVariant;
    const gitcloud = await startGitcloud(variant === undefined ? {} : { policy: policyVariants[variant]! });
    for (const id of scenario.after ?? []) {
      const before = scenarios.find((candidate) => candidate.id === id)!;
      check(await gitcloud.ask(before.actor, before.operation), before.expect);
    }
    check(await gitcloud.ask(scenario.actor, scenario.operation), scenario.expect);
  });

  test("004-07 answers under the scenarios' own policy text too", async () => {
    const gitcloud = await startGitcloud({ policy });
    for (const id of ["004-04", "004-05", "004-07", "004-28"]) {
      const scenario = scenarios.find((candidate) => candidate.id === id)!;
      check(await gitcloud.ask(scenario.actor, scenario.operation), scenario.expect);
    }
  });
});

function check(answer: GraphQLAnswer, expected: Expectation): void {
  const errors = answer.errors ?? [];
  expect(errors.map((error) => error.extensions?.["code"]).sort()).toEqual(
    (expected.errors ?? []).map((error) => error.code).sort(),
  );
  for (const { code, path } of expected.errors ?? []) {
    if (path === undefined) continue;
    expect(errors.map((error) => ({ code: error.extensions?.["code"], path: error.path }))).toContainEqual({
      code,
      path,
    });
  }
  if (expected.data !== undefined) expect(answer.data).toEqual(expected.data);
  if (expected.at === undefined) return;
  const found = expected.at
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], answer.data) as unknown[];
  expect(Array.isArray(found)).toBe(true);
  if (expected.count !== undefined) expect(found).toHaveLength(expected.count);
  expect(found).toEqual(expect.arrayContaining([...(expected.containsAll ?? [])]));
  for (const unwanted of expected.containsNone ?? []) expect(found).not.toContainEqual(unwanted);
}
