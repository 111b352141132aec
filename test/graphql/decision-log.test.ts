import { describe, expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import type { Decision } from "../../src/graphql/index.js";
import { silent } from "./support/grants.js";
import { alice, askedBy, libraryEngine, librarySchema, ways } from "./support/library.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/* `onDecision` is for audits: it is told every question of an epoch once, with the answer that counted. */

const schema = librarySchema();
const grants = ["reader Doc 1", "reader Doc 2", "writer Doc 1", "reader Note 2", "writer Note 2", "enter", "leave Doc"];

const text = ({ action, resource, allowed }: Decision): string => {
  const named =
    typeof resource === "object" ? ` ${resource.type}:${resource.id}` : resource === undefined ? "" : ` ${resource}`;
  return `${action}${named} ${allowed ? "yes" : "no"}`;
};

describe.each(ways)("asked %s", (way) => {
  const told = async (query: string) => {
    const engine = await libraryEngine(grants, async () => [{ open: true, owner: "bob" }]);
    onTestFinished(() => engine.close());
    const decisions: Decision[] = [];
    const onDecision = (decision: Decision): void => void decisions.push(decision);
    const { ask } = serve(schema, { engine: askedBy(engine, way), executors: "graphql-js", onDecision });
    const result = await ask(query, { context: { user: "alice" } });
    return { decisions, result, engine };
  };

  test.each<[string, readonly string[]]>([
    [
      "docs(ids: [1, 2, 3]) { note }",
      ["read Doc:1 yes", "read Doc:2 yes", "read Doc:3 no", "write Doc:1 yes", "write Doc:2 no"],
    ],
    ["docRead(ids: [1, 3, 1])", ["read Doc:1 yes", "read Doc:3 no"]],
    ["docWrite(id: 2) noteWrite(id: 2)", ["write Doc:2 no", "write Note:2 yes"]],
    ["docResult(id: 1) { id }", ["read Doc:1 yes", "write Doc:1 yes"]],
    ["enter leave", ["enter yes", "leave no"]],
    ["docEnter docLeave", ["enter Doc no", "leave Doc yes"]],
    ['makeAs(from: { title: "made" })', ["make Plan:undefined no", "make Sketch:undefined yes"]],
    ["papers(open: [true]) { owner }", ["read Paper:1 yes", "write Paper:1 no"]],
    ["paperRead(id: 1)", ["read Paper:1 yes"]],
    ['asks(what: "each read Doc", ids: [1, 3])', ["read Doc:1 yes", "read Doc:3 no"]],
    ['asks(what: "alone leave", ids: [])', ["leave no"]],
  ])("`%s` tells each question once, in the first place that asks", async (fields, expected) => {
    // Objects and inputs are other ones each time.
    const again = /paper|make/.test(fields) ? "" : `later { ${fields} }`;
    const { decisions, engine } = await told(`{ ${fields} ${again} }`);
    expect(decisions.map(text).sort()).toEqual([...expected].sort());
    for (const { actor, policy, error, microseconds } of decisions) {
      expect({ actor, policy, error }).toEqual({
        actor: alice,
        policy: engine.policyMetadata().hash,
        error: undefined,
      });
      expect(microseconds).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(decisions.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test("what a list allows is told of each object that is asked about by its id, and as what it was", async () => {
    const filter = 'asks(what: "filter read Doc", ids: [])';
    const { decisions } = await told(`{ ${filter} later { docRead(ids: [1, 2, 3]) docs(ids: [1, 3]) { id } } }`);
    expect(decisions.map(text)).toEqual(["read Doc:1 yes", "read Doc:2 yes", "read Doc:3 no"]);
  });

  test("each request, each step of a mutation and its payload are epochs of their own", async () => {
    const { decisions } = await told("mutation { a: touch(id: 1) { id } b: touch(id: 1) { id } }");
    expect(decisions.map(text)).toEqual(["read Doc:1 yes", "read Doc:1 yes", "read Doc:1 yes", "read Doc:1 yes"]);
    const epochs = decisions.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
  });

  test("a failure is told as a no with its reason", async () => {
    const engine = await libraryEngine(grants);
    onTestFinished(() => engine.close());
    const failure = new Error("down");
    for (const failing of [
      { decide: () => Promise.reject(failure) },
      {
        decide: () => {
          throw failure;
        },
      },
    ]) {
      const decisions: Decision[] = [];
      const onDecision = (decision: Decision): void => void decisions.push(decision);
      const { ask } = serve(schema, {
        engine: { ...askedBy(engine, way), ...failing },
        executors: "graphql-js",
        onDecision,
      });
      await ask("{ enter docRead(ids: [1]) }", { context: { user: "alice" } });
      expect(decisions.map(text).sort()).toEqual(["enter no", "read Doc:1 no"]);
      expect(decisions.map(({ error }) => error)).toEqual([failure, failure]);
    }
  });
});

test("an actor is told as the reference that it is or stands for, or as its text", async () => {
  class Robot {
    readonly serial = 7;
  }
  const engine = await createEngine({
    policy: "allow(_, _, _);",
    logger: silent,
    types: { Robot: { class: Robot, id: "serial" } },
  });
  const one = buildSchema("type Doc @authorize { id: ID } type Query { doc: Doc }", {
    Query: { doc: () => ({ id: 1 }) },
  });
  const actors: readonly (readonly [unknown, Decision["actor"]])[] = [
    [
      { type: "User", id: "alice" },
      { type: "User", id: "alice" },
    ],
    [new Robot(), { type: "Robot", id: "7" }],
    ["alice", "alice"],
    [7, "7"],
  ];
  for (const [actor, expected] of actors) {
    const told: Decision["actor"][] = [];
    const onDecision = (decision: Decision): void => void told.push(decision.actor);
    const { ask } = serve(one, { engine, executors: "graphql-js", onDecision, actor: () => actor as string });
    expect(denials(await ask("{ doc { id } }"))).toEqual([]);
    expect(told).toEqual([expected]);
  }
});
