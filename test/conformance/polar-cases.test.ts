import { readFileSync } from "node:fs";
import { createEngine, type Engine, type Fact, type Subject } from "arcturus";
import { describe, expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { runTests } from "../../src/engine/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import { objects, Point, types } from "../support/case-objects.js";

/*
 * Small policies, one question each, asked through the public interface. test/data/README.md says how a case is written.
 */

interface Case {
  readonly name: string;
  readonly feature: string;
  readonly policy: string;
  readonly facts?: readonly unknown[][];
  readonly contextFacts?: readonly unknown[][];
  readonly objects?: readonly string[];
  readonly goal?: string;
  readonly authorize?: readonly unknown[];
  readonly list?: readonly unknown[];
  readonly actions?: readonly unknown[];
  readonly tests?: boolean;
  readonly expected: unknown;
}

const cases = JSON.parse(readFileSync(new URL("../data/polar-cases.json", import.meta.url), "utf8")) as readonly Case[];

/** Codes of the language reference's table 15.1. */
const syntaxCodes = new Set([
  "polar/unexpected-character",
  "polar/unterminated-string",
  "polar/bad-number",
  "polar/unexpected-token",
  "polar/unexpected-end",
  "polar/reserved-word",
  "polar/expected-value",
  "polar/expected-condition",
  "polar/duplicate-key",
  "polar/too-deep",
]);

const silent = { info: () => {}, warn: () => {} };

describe(`${cases.length} Polar cases`, () => {
  const features = new Map<string, Case[]>();
  for (const one of cases) features.set(one.feature, [...(features.get(one.feature) ?? []), one]);
  for (const [feature, group] of features) {
    describe(feature, () => {
      for (const one of group) test(one.name, () => check(one));
    });
  }
});

async function check(one: Case): Promise<void> {
  const expected = one.expected as { readonly error?: string; readonly diagnostics?: readonly object[] };
  if (expected.error === undefined) {
    expect(await outcome(one)).toEqual(wanted(one));
    return;
  }
  const error: unknown = await outcome(one).then(
    (value) => {
      throw new Error(`expected an error of class ${expected.error}, got ${JSON.stringify(value)}`);
    },
    (thrown: unknown) => thrown,
  );
  checkError(error, expected.error);
  for (const diagnostic of expected.diagnostics ?? []) {
    expect((error as { diagnostics: unknown }).diagnostics).toContainEqual(expect.objectContaining(diagnostic));
  }
}

/** What the engine says, in the shape in which cases write it. */
async function outcome(one: Case): Promise<unknown> {
  const application = one.objects === undefined ? {} : { types, constants: constantsOf(one) };
  if (one.tests === true) return testOutcome(one, application);
  const engine = await createEngine({ policy: one.policy, logger: silent, ...application });
  try {
    await engine.bulkTell((one.facts ?? []).map(toFact));
    return await ask(engine, one);
  } finally {
    await engine.close();
  }
}

async function ask(engine: Engine, one: Case): Promise<unknown> {
  const options = one.contextFacts === undefined ? {} : { contextFacts: one.contextFacts.map(toFact) };
  if (one.goal !== undefined) {
    const answers = await engine.query(one.goal, options);
    return { answers: answers.map((answer) => canonical(answer)).sort() };
  }
  if (one.authorize !== undefined) {
    const [actor, action, resource] = one.authorize.map(toHost) as [Subject, string, Subject | undefined];
    const answer = await engine.authorize(actor, action, resource, options);
    expect(await engine.decide(actor, action, resource, options), "decide says what authorize says").toBe(answer);
    const { allowed } = await engine.explain(actor, action, resource, options);
    expect(allowed, "explain says what authorize says").toBe(answer);
    return answer;
  }
  if (one.list !== undefined) {
    const [actor, action, type] = one.list.map(toHost) as [Subject, string, string];
    return (await engine.list(actor, action, type, options)).sort();
  }
  if (one.actions !== undefined) {
    const [actor, resource] = one.actions.map(toHost) as [Subject, Subject | undefined];
    return [...new Set(await engine.actions(actor, resource, options))].sort();
  }
  return "loaded";
}

async function testOutcome(one: Case, application: object): Promise<string> {
  // The engine reports what does not load; the tests themselves are run by `arcturus test`.
  await (await createEngine({ policy: one.policy, logger: silent, ...application })).close();
  const { policy } = loadPolicy([new Source("policy.polar", one.policy)]);
  if (policy === undefined) throw new Error("the engine loaded a policy that does not load");
  const reports = await runTests(policy, application);
  expect(reports.length).toBeGreaterThan(0);
  return reports.every((report) => report.passed) ? "pass" : "fail";
}

function wanted(one: Case): unknown {
  const { expected } = one;
  if (one.goal !== undefined) {
    const { answers } = expected as { readonly answers: readonly Record<string, unknown>[] };
    return {
      answers: answers
        .map((answer) =>
          canonical(Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, toHost(value)]))),
        )
        .sort(),
    };
  }
  return Array.isArray(expected) ? [...(expected as string[])].sort() : expected;
}

function checkError(error: unknown, kind: string): void {
  const {
    name,
    code,
    diagnostics = [],
  } = error as {
    readonly name: string;
    readonly code: string;
    readonly diagnostics?: readonly { readonly code: string; readonly severity: string }[];
  };
  const found = diagnostics.filter((d) => d.severity === "error").map((d) => d.code);
  switch (kind) {
    case "parse":
      expect(["PolicyError", "InputError"]).toContain(name);
      expect(
        found.some((c) => syntaxCodes.has(c)),
        `a code of table 15.1 among ${found.join(", ")}`,
      ).toBe(true);
      return;
    case "load":
      expect(["PolicyError", "InputError"]).toContain(name);
      expect(found.length).toBeGreaterThan(0);
      expect(
        found.every((c) => c.startsWith("polar/") && !syntaxCodes.has(c)),
        found.join(", "),
      ).toBe(true);
      return;
    case "input":
      expect(name).toBe("InputError");
      expect(code).toMatch(/^facts\//);
      return;
    case "runtime":
      expect(code, String(error)).toMatch(/^engine\//);
      expect(["engine/limit-exceeded", "engine/timeout", "engine/aborted"]).not.toContain(code);
      return;
    default:
      throw new Error(`unknown class of errors: ${kind}`);
  }
}

function constantsOf(one: Case): Record<string, unknown> {
  return Object.fromEntries((one.objects ?? []).map((name) => [name, objects[name]]));
}

function toFact(fact: readonly unknown[]): Fact {
  return fact.map(toHost) as unknown as Fact;
}

/** A value of a case as JavaScript hands it in, or gets it back. */
function toHost(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toHost);
  if (typeof value !== "object" || value === null) return value;
  const tagged = value as Record<string, unknown>;
  if (typeof tagged["const"] === "string") return objects[tagged["const"]];
  if (typeof tagged["int"] === "string") return BigInt(tagged["int"]);
  if (typeof tagged["float"] === "string") {
    return { inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY, nan: Number.NaN }[tagged["float"]];
  }
  if (tagged["dict"] !== undefined) {
    return Object.fromEntries(Object.entries(tagged["dict"] as object).map(([key, item]) => [key, toHost(item)]));
  }
  if (tagged["new"] === "Point") {
    const { x, y } = tagged["fields"] as { readonly x: unknown; readonly y: unknown };
    return new Point(toHost(x), toHost(y));
  }
  return value;
}

/** One text for equal values: an object of the fixture and the reference to it are the same. */
function canonical(value: unknown): string {
  if (typeof value === "bigint") return `int ${value}`;
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value instanceof Point) return `Point(${canonical(value.x)},${canonical(value.y)})`;
  const type = Object.entries(types).find(([, { class: declared }]) => value.constructor === declared)?.[0];
  if (type !== undefined) return `${type}{${JSON.stringify((value as { readonly name: string }).name)}}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.map(([key]) => key).join() === "id,type") {
    const { type: name, id } = value as { readonly type: string; readonly id: unknown };
    return `${name}{${JSON.stringify(id)}}`;
  }
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
