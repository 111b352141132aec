import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EvaluationError } from "../../src/diagnostics/errors.js";
import { entity, type Fact, isReference } from "../../src/facts/value.js";
import { open, openExactly } from "../../src/solver/machine.js";
import { objects, Point, types } from "../support/case-objects.js";
import { type World, world } from "../support/questions.js";

interface Case {
  readonly name: string;
  readonly feature: string;
  readonly policy: string;
  readonly facts?: readonly (readonly [string, ...unknown[]])[];
  readonly contextFacts?: readonly (readonly [string, ...unknown[]])[];
  readonly objects?: readonly string[];
  readonly goal?: string;
  readonly authorize?: readonly unknown[];
  readonly list?: readonly [unknown, unknown, string];
  readonly actions?: readonly unknown[];
  readonly tests?: boolean;
  readonly expected: unknown;
}

const file = new URL("../data/polar-cases.json", import.meta.url);
const cases = (JSON.parse(readFileSync(file, "utf8")) as Case[]).filter(isQuestion);

/** What the machine answers; what loading or telling refuses is tested where it is refused. */
function isQuestion(c: Case): boolean {
  const refused = errorOf(c);
  if (refused !== undefined && refused !== "runtime") return false;
  return c.goal !== undefined || c.authorize !== undefined || c.list !== undefined || c.actions !== undefined;
}

function errorOf({ expected }: Case): string | undefined {
  return typeof expected === "object" && expected !== null && "error" in expected ? String(expected.error) : undefined;
}

/** A value of the cases' notation as JavaScript. */
function input(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(input);
  if ("const" in value) return objects[String(value.const)];
  return value;
}

/** What an answer holds, in a form in which equal answers are equal texts. */
function text(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  const constant = Object.entries(objects).find(([, object]) => object === value)?.[0];
  if (constant !== undefined) return reference(value.constructor.name, (value as { name: string }).name);
  if (value instanceof Point) return `Point(${value.x},${value.y})`;
  if (isReference(value)) return reference(value.type, value.id);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}:${text(item)}`)
    .sort()
    .join(",")}}`;
}

function reference(type: string, id: string): string {
  return `${type}{${JSON.stringify(id)}}`;
}

function expectedText(value: unknown): string {
  if (typeof value !== "object" || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map(expectedText).join(",")}]`;
  const tagged = value as Record<string, unknown>;
  if ("const" in tagged) return text(objects[String(tagged["const"])]);
  if ("int" in tagged) return String(tagged["int"]);
  if ("float" in tagged) return { inf: "Infinity", "-inf": "-Infinity", nan: "NaN" }[String(tagged["float"])] as string;
  if ("new" in tagged) {
    const { x, y } = tagged["fields"] as { x: number; y: number };
    return `Point(${x},${y})`;
  }
  const fields = "dict" in tagged ? (tagged["dict"] as object) : tagged;
  if (isReference(fields)) return text(fields);
  return `{${Object.entries(fields)
    .map(([key, item]) => `${key}:${expectedText(item)}`)
    .sort()
    .join(",")}}`;
}

function answerText(answer: object, show: (value: unknown) => string): string {
  return Object.entries(answer)
    .map(([name, value]) => `${name} = ${show(value)}`)
    .sort()
    .join(", ");
}

async function ask(c: Case, w: World): Promise<unknown> {
  if (c.goal !== undefined) {
    return (await w.query(c.goal)).map((answer) => answerText(answer, text)).sort();
  }
  if (c.authorize !== undefined) return w.holds("allow", ...(c.authorize.map(input) as object[]));
  if (c.list !== undefined) {
    const [actor, action, type] = c.list;
    const answers = await w.call("allow", input(actor) as object, input(action) as string, openExactly("r", type));
    return answers.some((answer) => !("r" in answer)) ? ["*"] : answers.map((answer) => idOf(answer["r"])).sort();
  }
  const [actor, ...resource] = (c.actions ?? []).map(input) as object[];
  const answers = await w.call("allow", actor as object, open("action"), ...resource);
  return answers.map((answer) => ("action" in answer ? String(answer["action"]) : "*")).sort();
}

function idOf(value: unknown): string {
  return isReference(value) ? value.id : (value as { name: string }).name;
}

function expectation(c: Case): unknown {
  if (c.goal === undefined) return Array.isArray(c.expected) ? [...c.expected].sort() : c.expected;
  const { answers } = c.expected as { answers: readonly object[] };
  return answers.map((answer) => answerText(answer, expectedText)).sort();
}

function facts(list: Case["facts"]): Fact[] {
  return (list ?? []).map(([predicate, ...args]) => {
    const values = args.map((arg) => {
      const value = input(arg);
      if (typeof value !== "object" || value === null || isReference(value)) return value;
      return entity(value.constructor.name, (value as { name: string }).name);
    });
    return [predicate, ...values] as Fact;
  });
}

describe.each(cases)("$feature: $name", (c) => {
  it("answers as the reference demands", async () => {
    const w = world({
      policy: c.policy,
      facts: facts(c.facts),
      contextFacts: facts(c.contextFacts),
      ...(c.objects === undefined
        ? {}
        : { types, constants: Object.fromEntries(c.objects.map((name) => [name, objects[name]])) }),
    });
    if (errorOf(c) === "runtime") {
      const error: unknown = await ask(c, w).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EvaluationError);
      expect((error as EvaluationError).code).toMatch(/^engine\//);
      return;
    }
    expect(await ask(c, w)).toEqual(expectation(c));
  });
});
