import { envelop, useEngine, useSchema } from "@envelop/core";
import fc from "fast-check";
import { type ExecutionResult, execute, parse, specifiedRules, subscribe, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/types.js";
import { useAuthorization } from "../../src/graphql/index.js";
import { runs } from "../support/effort.js";
import { major } from "./support/executors.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/*
 * A guarded argument, input field or enum value is asked about exactly when the client supplied it. A case is what a client wants
 * to say, as a tree, and how it is written: as literals, as variables for the whole or for parts of it, as defaults of variables.
 */

/** Every guarded place has an action of its own, which is asked `on: NONE`. */
const guard = (action: string): string => `@authorize(action: "${action}", on: NONE)`;
const actions = [
  "deep",
  "tags",
  "order",
  "desc",
  "secret",
  "inner",
  "list",
  "whole",
  "level",
  "grid",
  "face",
  "mode",
  "nil",
];

const typeDefs = `
  enum Order { ASC  DESC ${guard("desc")}  SECRET ${guard("secret")} }
  input Inner { inner: Int ${guard("inner")}  order: Order = DESC  plain: Int = 3 }
  input Where {
    deep: Boolean = true ${guard("deep")}
    tags: [String] = ["a", "b"] ${guard("tags")}
    order: Order = DESC ${guard("order")}
    one: Inner = { inner: 7 }
    more: [Where!]
    grid: [[Inner]] ${guard("grid")}
    nil: Int = null ${guard("nil")}
    plain: Int
  }
  interface Face { search(where: Where ${guard("face")}, level: Int, mode: Mode): Int }
  enum Mode { A  B ${guard("mode")} }
  type Found implements Face @public { search(where: Where ${guard("whole")}, all: [Where!] ${guard("list")}, level: Int = 1 ${guard("level")}, orders: [[Order]], mode: Mode = B): Int }
  type Query { found: Found @public }`;

const schema = buildSchema(typeDefs, { Query: { found: () => ({}) }, Found: { search: () => 1 } });

// --- what a client says ----------------------------------------------------------------------------------------------

type Type =
  | { readonly kind: "scalar"; readonly name: string; readonly values: readonly unknown[] }
  | { readonly kind: "enum"; readonly name: string; readonly values: Readonly<Record<string, string | undefined>> }
  | { readonly kind: "list"; readonly of: Type; readonly name: string }
  | { readonly kind: "input"; readonly name: string; readonly fields: () => Readonly<Record<string, Place>> };

interface Place {
  readonly type: Type;
  readonly guards: readonly string[];
  /** As JSON. */
  readonly default?: unknown;
}

const int: Type = { kind: "scalar", name: "Int", values: [1, 2, 3, 7] };
const boolean: Type = { kind: "scalar", name: "Boolean", values: [true, false] };
const string: Type = { kind: "scalar", name: "String", values: ["a", "b"] };
const order: Type = { kind: "enum", name: "Order", values: { ASC: undefined, DESC: "desc", SECRET: "secret" } };
const mode: Type = { kind: "enum", name: "Mode", values: { A: undefined, B: "mode" } };
const listOf = (of: Type, name = `[${of.name}]`): Type => ({ kind: "list", of, name });
const inner: Type = {
  kind: "input",
  name: "Inner",
  fields: () => ({
    inner: { type: int, guards: ["inner"] },
    order: { type: order, guards: [], default: "DESC" },
    plain: { type: int, guards: [], default: 3 },
  }),
};
const where: Type = {
  kind: "input",
  name: "Where",
  fields: () => ({
    deep: { type: boolean, guards: ["deep"], default: true },
    tags: { type: listOf(string), guards: ["tags"], default: ["a", "b"] },
    order: { type: order, guards: ["order"], default: "DESC" },
    one: { type: inner, guards: [], default: { inner: 7 } },
    more: { type: listOf(where, "[Where!]"), guards: [] },
    grid: { type: listOf(listOf(inner)), guards: ["grid"] },
    nil: { type: int, guards: ["nil"], default: null },
    plain: { type: int, guards: [] },
  }),
};
const places: Readonly<Record<string, Place>> = {
  where: { type: where, guards: ["whole", "face"] },
  all: { type: listOf(where, "[Where!]"), guards: ["list"] },
  level: { type: int, guards: ["level"], default: 1 },
  orders: { type: listOf(listOf(order)), guards: [] },
  mode: { type: mode, guards: [], default: "B" },
};

/** A value that a client writes. `null` is written; what is left out is not there. */
type Said =
  | { readonly kind: "null" }
  | { readonly kind: "leaf"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Said[] }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Said>> };

const nothing: Said = { kind: "null" };

function saidOf(type: Type, depth: number, nullable = true): fc.Arbitrary<Said> {
  const value = ((): fc.Arbitrary<Said> => {
    switch (type.kind) {
      case "scalar":
        return fc.constantFrom(...type.values).map((value) => ({ kind: "leaf", value }));
      case "enum":
        return fc.constantFrom(...Object.keys(type.values)).map((value) => ({ kind: "leaf", value }));
      case "list": {
        const item = saidOf(type.of, depth - 1, !type.name.includes("!"));
        // One value stands for a list of it.
        return fc.oneof(
          fc.array(item, { maxLength: 3 }).map((items): Said => ({ kind: "list", items })),
          item.filter(({ kind }) => kind !== "null" && kind !== "list"),
        );
      }
      case "input": {
        const fields: Record<string, fc.Arbitrary<Said>> = {};
        for (const [name, place] of Object.entries(type.fields())) {
          if (depth > 0 || place.type.kind === "scalar" || place.type.kind === "enum") {
            fields[name] = saidOf(place.type, depth - 1);
          }
        }
        return fc
          .record(fields, { requiredKeys: [] })
          .map((found): Said => ({ kind: "object", fields: found as Record<string, Said> }));
      }
    }
  })();
  return nullable ? fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(nothing) }) : value;
}

/** What it means as JSON, without what the schema adds. */
function json(said: Said): unknown {
  switch (said.kind) {
    case "null":
      return null;
    case "leaf":
      return said.value;
    case "list":
      return said.items.map(json);
    case "object":
      return Object.fromEntries(Object.entries(said.fields).map(([name, value]) => [name, json(value)]));
  }
}

// --- what is asked for it --------------------------------------------------------------------------------------------

/**
 * The guards of what was supplied; independent of how it was written. `certain`: of that, what is no place with a default, where
 * another value than the default may have been meant.
 */
function supplied(said: Said, type: Type, found: Set<string>, certain = false): void {
  if (said.kind === "null") return;
  if (type.kind === "list") {
    for (const item of said.kind === "list" ? said.items : [said]) supplied(item, type.of, found, certain);
  } else if (type.kind === "enum" && said.kind === "leaf") {
    const action = type.values[String(said.value)];
    if (action !== undefined) found.add(action);
  } else if (type.kind === "input" && said.kind === "object") {
    for (const [name, value] of Object.entries(said.fields)) {
      const place = type.fields()[name]!;
      if (certain && place.default !== undefined) continue;
      for (const action of place.guards) found.add(action);
      supplied(value, place.type, found, certain);
    }
  }
}

// --- how it is written -----------------------------------------------------------------------------------------------

interface Written {
  readonly declared: string[];
  readonly variables: Record<string, unknown>;
}

/** Draws how each part is written. */
class Writer {
  readonly #choices: Iterator<number>;
  readonly written: Written = { declared: [], variables: {} };
  /** Whether a variable stands in a list: there nobody can tell what the schema's defaults have added. */
  hasItem = false;

  constructor(choices: readonly number[]) {
    this.#choices = (function* () {
      for (let i = 0; ; i++) yield choices[i % choices.length]!;
    })();
  }

  #next(): number {
    return this.#choices.next().value as number;
  }

  write(said: Said, type: Type, inList: boolean, required = ""): string {
    const choice = this.#next();
    if (inList && choice < 12) {
      this.hasItem = true;
      return this.#variable(said, type, false, required);
    }
    if (!inList && choice < 25) return this.#variable(said, type, false);
    if (!inList && choice < 40) return this.#variable(said, type, true);
    switch (said.kind) {
      case "null":
        return "null";
      case "leaf":
        return type.kind === "enum" || (type.kind === "list" && leafOf(type).kind === "enum")
          ? String(said.value)
          : JSON.stringify(said.value);
      case "list":
        return `[${said.items.map((item) => this.write(item, (type as { of: Type }).of, true, type.name.includes("!") ? "!" : "")).join(", ")}]`;
      case "object": {
        const object = leafOf(type) as Extract<Type, { kind: "input" }>;
        const fields = Object.entries(said.fields).map(
          ([name, value]) => `${name}: ${this.write(value, object.fields()[name]!.type, false)}`,
        );
        return `{ ${fields.join(", ")} }`;
      }
    }
  }

  /** A field that uses a variable without a value is not supplied. */
  absent(type: Type): string {
    const name = `v${this.written.declared.length}`;
    this.written.declared.push(`$${name}: ${type.name}`);
    return `$${name}`;
  }

  #variable(said: Said, type: Type, asDefault: boolean, required = ""): string {
    const name = `v${this.written.declared.length}`;
    if (asDefault) {
      this.written.declared.push(`$${name}: ${type.name} = ${literal(said, type)}`);
    } else {
      this.written.declared.push(`$${name}: ${type.name}${required}`);
      this.written.variables[name] = json(said);
    }
    return `$${name}`;
  }
}

function leafOf(type: Type): Type {
  return type.kind === "list" ? leafOf(type.of) : type;
}

/** Without variables. */
function literal(said: Said, type: Type): string {
  return new Writer([99]).write(said, type, true);
}

interface Case {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly expected: readonly string[];
  readonly hasItem: boolean;
  /** What is asked about even where nobody can tell a value from the default. */
  readonly certain: readonly string[];
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.record(Object.fromEntries(Object.entries(places).map(([name, place]) => [name, saidOf(place.type, 3)])), {
      requiredKeys: [],
    }),
    fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 12 }),
    fc.subarray(Object.keys(places)),
  )
  .map(([args, choices, absent]) => {
    const writer = new Writer(choices);
    const found = new Set<string>();
    const certain = new Set<string>();
    const written = Object.entries(args as Record<string, Said>).map(([name, said]) => {
      const place = places[name]!;
      for (const set of [found, certain]) for (const action of place.guards) set.add(action);
      supplied(said, place.type, found);
      supplied(said, place.type, certain, true);
      return `${name}: ${writer.write(said, place.type, false)}`;
    });
    for (const name of absent) {
      if (!(name in args)) written.push(`${name}: ${writer.absent(places[name]!.type)}`);
    }
    const { declared, variables } = writer.written;
    const head = declared.length === 0 ? "" : `query (${declared.join(", ")}) `;
    const call = written.length === 0 ? "search" : `search(${written.join(", ")})`;
    return {
      query: `${head}{ found { ${call} } }`,
      variables,
      expected: [...found].sort(),
      certain: [...certain],
      hasItem: writer.hasItem,
    };
  });

async function asking(grants: readonly string[] = actions) {
  const asked = new Set<string>();
  const granted = await grantEngine({}, actions);
  await granted.grant(...grants.map((action) => `alice ${action}`));
  const decide: Engine["decide"] = (actor, action, resource) => {
    asked.add(action);
    return granted.decide(actor, action, resource);
  };
  const engine = { ...granted, decide };
  const options = { engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) };
  const getEnveloped = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(schema),
      useAuthorization(options),
    ],
  });
  /** By the plugin, which sees the variables as they were sent. */
  const ask = async (query: string, variableValues: Record<string, unknown>): Promise<ExecutionResult> => {
    const enveloped = getEnveloped({});
    const document = enveloped.parse(query);
    expect(enveloped.validate(enveloped.schema, document)).toEqual([]);
    const contextValue = await enveloped.contextFactory();
    return (await enveloped.execute({
      schema: enveloped.schema,
      document,
      contextValue,
      variableValues,
    })) as ExecutionResult;
  };
  return { asked, ask, bare: serve(schema, { engine, executors: "graphql-js" }) };
}

function within(asked: ReadonlySet<string>, least: readonly string[], most: readonly string[]): void {
  expect([...asked]).toEqual(expect.arrayContaining([...least]));
  expect(most).toEqual(expect.arrayContaining([...asked]));
}

describe("what a client supplies", () => {
  test("is asked about, and nothing else is, however it is written", async () => {
    const { ask, asked } = await asking();
    await fc.assert(
      fc.asyncProperty(cases, async ({ query, variables, expected, certain, hasItem }) => {
        asked.clear();
        const result = await ask(query, variables);
        expect({ query, variables, errors: result.errors }).toEqual({ query, variables, errors: undefined });
        if (hasItem) within(asked, certain, expected);
        else expect({ query, variables, asked: [...asked].sort() }).toEqual({ query, variables, asked: expected });
      }),
      { numRuns: runs(150) },
    );
  });

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ["query ($a: [Where!]) { found { search(all: $a) } }", { a: [{}, { deep: true }] }, ["deep", "list"]],
    ["query ($a: [Where!]) { found { search(all: $a) } }", { a: [{ deep: true }, {}] }, ["deep", "list"]],
    ["query ($a: [Where!]) { found { search(all: $a) } }", { a: { more: [{ nil: null }] } }, ["list", "nil"]],
    ["{ found { search(all: [{}, {}, { order: DESC }]) } }", {}, ["desc", "list", "order"]],
    ["{ found { search(all: [{ order: ASC }, {}]) } }", {}, ["list", "order"]],
    ["{ found { search(orders: [[ASC], [ASC, DESC]]) } }", {}, ["desc"]],
    ["{ found { search(orders: [null, SECRET]) } }", {}, ["secret"]],
    ["query ($o: [[Order]] = [[ASC], SECRET]) { found { search(orders: $o) } }", {}, ["secret"]],
    ["query ($n: Int) { found { search(where: { nil: $n }) } }", { n: null }, ["face", "nil", "whole"]],
    ["query ($n: Int) { found { search(where: { nil: $n }) } }", {}, ["face", "whole"]],
    ["query ($n: Int = null) { found { search(where: { nil: $n }) } }", {}, ["face", "nil", "whole"]],
    ["query ($l: Int = 1) { found { search(level: $l) } }", {}, ["level"]],
    ["query ($m: Mode) { found { search(mode: $m) } }", {}, []],
    ["query ($m: Mode) { found { search(mode: $m) } }", { m: "B" }, ["mode"]],
    ["query ($i: Inner) { found { search(where: { one: $i }) } }", { i: { inner: 7 } }, ["face", "inner", "whole"]],
  ])("is told from what the schema adds: %s, %j", async (query, variables, expected) => {
    const { ask, asked } = await asking();
    expect((await ask(query, variables)).errors).toBeUndefined();
    expect([...asked].sort()).toEqual(expected);
  });

  test("is asked about without the plugin too, but for what may be a default of the schema", async () => {
    const { bare, asked } = await asking();
    await fc.assert(
      fc.asyncProperty(cases, async ({ query, variables, expected, certain, hasItem }) => {
        asked.clear();
        const result = await bare.ask(query, { variables });
        expect({ query, variables, errors: result.errors }).toEqual({ query, variables, errors: undefined });
        if (major < 17 || hasItem) within(asked, certain, expected);
        else expect({ query, variables, asked: [...asked].sort() }).toEqual({ query, variables, asked: expected });
      }),
      { numRuns: runs(60) },
    );
  });

  test.each(actions)("is denied when any of it is: %s", async (denied) => {
    const { ask } = await asking(actions.filter((action) => action !== denied));
    for (const { query, variables, expected, certain, hasItem } of fc.sample(cases, { numRuns: runs(15), seed: 7 })) {
      if (hasItem && expected.includes(denied) !== certain.includes(denied)) continue;
      const codes = denials(await ask(query, variables));
      expect({ query, variables, codes }).toEqual({
        query,
        variables,
        codes: expected.includes(denied) ? ["FORBIDDEN found.search"] : [],
      });
    }
  });
});
