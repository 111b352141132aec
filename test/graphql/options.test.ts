import type { ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/graphql/options.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, type ServeOptions, serve, startProblems } from "./support/serve.js";

/* What the options say where a directive says nothing, and what holds where neither does. */

const engine = await grantEngine({ Doc: ["read", "view", "use"] }, ["enter"]);
const schema = buildSchema(
  `type Doc @authorize { id: ID!  note: String @authorize(action: "use") }
   type Open @public { id: ID!  doc: Doc  note(id: ID): String @authorize(on: ARG, arg: "id", type: "Doc") }
   type Query {
     doc: Doc
     field: String @authorize(action: "enter", on: NONE)
     input(a: Int @authorize(action: "enter", on: NONE)): String @public
     loud: String @authorize(action: "enter", on: NONE, deny: ERROR)
   }`,
  { Query: { doc: () => ({ id: 1 }), field: () => "field", input: () => "input", loud: () => "loud" } },
);

const ask = (query: string, options: Partial<ServeOptions> = {}): Promise<ExecutionResult> =>
  serve(schema, { engine, executors: "graphql-js", ...options }).ask(query);

describe("how a denial looks", () => {
  const query = "{ doc { id } field input(a: 1) loud }";

  test("by default: an object is hidden, a field and an argument are errors", async () => {
    expect(denials(await ask(query))).toEqual(["FORBIDDEN field", "FORBIDDEN input", "FORBIDDEN loud"]);
  });

  test.each<[NonNullable<ServeOptions["deny"]>, readonly string[]]>([
    [{ object: "ERROR" }, ["FORBIDDEN doc", "FORBIDDEN field", "FORBIDDEN input", "FORBIDDEN loud"]],
    [{ object: "NULL" }, ["FORBIDDEN field", "FORBIDDEN input", "FORBIDDEN loud"]],
    [{ field: "NULL" }, ["FORBIDDEN input", "FORBIDDEN loud"]],
    [{ field: "NOT_FOUND" }, ["FORBIDDEN input", "FORBIDDEN loud", "NOT_FOUND field"]],
    [{ field: "NULL", object: "ERROR" }, ["FORBIDDEN doc", "FORBIDDEN input", "FORBIDDEN loud"]],
    [
      { field: "ERROR", object: "NOT_FOUND", argument: "ERROR" },
      ["FORBIDDEN field", "FORBIDDEN input", "FORBIDDEN loud"],
    ],
  ])("as the options say for each place, unless the directive says it: %j", async (deny, expected) => {
    const result = await ask(query, { deny });
    expect(result.data).toEqual({ doc: null, field: null, input: null, loud: null });
    expect(denials(result)).toEqual(expected);
  });

  test("an argument rejects the operation, and so does a field, when the options say so", async () => {
    for (const [deny, rejecting, other] of [
      [{ argument: "REJECT" }, "{ input(a: 1) }", "{ field }"],
      [{ field: "REJECT" }, "{ field }", "{ input(a: 1) }"],
    ] as const) {
      // What is refused as a whole carries no place.
      const rejected = await ask(rejecting.replace("{ ", "{ doc { id } "), { deny });
      expect(rejected.errors?.[0]?.extensions?.["code"]).toBe("FORBIDDEN");
      const after = await ask(`{ a: ${rejecting.slice(2, -2)} b: ${rejecting.slice(2, -2)} c: loud }`, { deny });
      expect(after.data).toEqual({ a: null, b: null, c: null });
      expect(denials(await ask(other, { deny }))).toEqual([`FORBIDDEN ${other.slice(2, -2).split("(")[0]}`]);
    }
  });
});

describe("the read action", () => {
  test("is `read` unless the options say otherwise, for gates, fields, arguments and lists", async () => {
    const reading = buildSchema(
      `type Doc @authorize { id: ID!  note: String @authorize }
       type Query {
         doc: Doc  list: [Doc] @authorize(on: LIST)  named(id: ID): Int @authorize(on: ARG, arg: "id", type: "Doc")
         input(id: ID @authorize(type: "Doc")): Int @public
       }`,
      {
        Query: {
          doc: () => ({ id: 1, note: "n" }),
          list: () => [{ id: 1 }, { id: 2 }],
          named: () => 1,
          input: () => 1,
        },
      },
    );
    const query = "{ doc { note } list { id } named(id: 1) input(id: 1) }";
    const own = await grantEngine({ Doc: ["read", "view"] });
    await own.grant("alice view Doc:1");
    const denied = { doc: null, list: [], named: null, input: null };
    const shown = { doc: { note: "n" }, list: [{ id: "1" }], named: 1, input: 1 };
    expect((await serve(reading, { engine: own }).ask(query)).data).toEqual(denied);
    expect((await serve(reading, { engine: own, readAction: "view" }).ask(query)).data).toEqual(shown);
    await own.revoke("alice view Doc:1");
    await own.grant("alice read Doc:1");
    expect((await serve(reading, { engine: own, readAction: "view" }).ask(query)).data).toEqual(denied);
    expect((await serve(reading, { engine: own }).ask(query)).data).toEqual(shown);
    expect(startProblems(() => serve(reading, { engine: own, readAction: "look" }))).toHaveLength(5);
  });
});

test("every option has its own default and takes its own value", () => {
  const actor = () => null;
  const { logger: _, ...defaults } = settingsOf({ engine, actor });
  expect(defaults).toEqual({
    engine,
    actor,
    mode: "deny-by-default",
    readAction: "read",
    deny: { field: "ERROR", object: "NOT_FOUND", argument: "ERROR" },
    onDecision: undefined,
    tracing: undefined,
    types: {},
    requestId: undefined,
    onRevoked: "end",
    visibility: undefined,
    limits: { questions: 50_000, errors: 100, walkedRows: 10_000, batch: 10_000 },
  });
  const said = {
    engine,
    actor,
    mode: "annotated-only",
    readAction: "view",
    deny: { field: "NULL", object: "ERROR", argument: "REJECT" },
    onDecision: () => {},
    tracing: { tracer: { startSpan: () => ({ setAttributes: () => {}, setStatus: () => {}, end: () => {} }) } },
    types: { Doc: { id: "key" } },
    logger: { info: () => {}, warn: () => {} },
    requestId: () => "1",
    onRevoked: "skip",
    visibility: { by: "rules" },
    limits: { questions: 1, errors: 2, walkedRows: 3, batch: 4 },
  } as const;
  expect(settingsOf(said)).toEqual(said);
  // A limit of nothing is a limit.
  expect(settingsOf({ engine, actor, limits: { questions: 0, errors: 0 } }).limits).toMatchObject({
    questions: 0,
    errors: 0,
  });
});
