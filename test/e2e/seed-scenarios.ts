import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { GraphQLAnswer } from "./graphql-client.js";

interface Expectation {
  readonly data?: unknown;
  readonly errors?: readonly { readonly code: string; readonly path?: readonly (string | number)[] }[];
  readonly at?: string;
  readonly count?: number;
  readonly containsAll?: readonly unknown[];
  readonly containsNone?: readonly unknown[];
}

export interface Scenario {
  readonly id: string;
  readonly actor: string | null;
  /** Sent in place of what would log the actor in. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly variables?: Record<string, unknown>;
  readonly policyVariant?: string;
  readonly after?: readonly string[];
  readonly expect: Expectation;
  readonly http?: { readonly status: number; readonly message: string };
  readonly note?: string;
}

export interface Seed {
  readonly id: string;
  readonly policy: string;
  readonly policyVariants: Readonly<Record<string, string>>;
  readonly scenarios: readonly Scenario[];
}

const file = new URL("../data/seed-scenarios.json", import.meta.url);

/** A system and what it has to answer. */
export function seed(id: string): Seed {
  const { seeds } = JSON.parse(readFileSync(file, "utf8")) as { readonly seeds: readonly Seed[] };
  const found = seeds.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`there is no seed ${id}`);
  return found;
}

/** Scenarios that change nothing: they can share one started example per policy. Each of the others needs one of its own. */
export function reading({ scenarios }: Seed): readonly Scenario[] {
  return scenarios.filter(({ operation, after }) => !operation.startsWith("mutation") && after === undefined);
}

export function writing(system: Seed): readonly Scenario[] {
  const others = reading(system);
  return system.scenarios.filter((scenario) => !others.includes(scenario));
}

/** A scenario after those that it says come first. */
export function stepsOf({ scenarios }: Seed, scenario: Scenario): readonly Scenario[] {
  return [...(scenario.after ?? []), scenario.id].map((id) => scenarios.find((candidate) => candidate.id === id)!);
}

/** Scenarios with a `title`, for `test.each`. */
export function titled(group: readonly Scenario[]): readonly (Scenario & { readonly title: string })[] {
  return group.map((scenario) => ({ ...scenario, title: `${scenario.id} ${scenario.note ?? scenario.operation}` }));
}

/** Whether an answer is what a scenario expects. */
export function check({ id, expect: expected }: Scenario, answer: GraphQLAnswer): void {
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
