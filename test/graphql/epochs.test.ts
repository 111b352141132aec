import type { ExecutionResult } from "graphql";
import { describe, expect, test } from "vitest";
import type { Authorization, Decision } from "../../src/graphql/index.js";
import { type GrantEngine, grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const types = { Doc: ["read", "write"] };

describe("a mutation", () => {
  const schemaFor = (engine: GrantEngine) =>
    buildSchema(
      `type Doc @authorize { id: ID! }
       type Payload @public { doc: Doc  docs: [Doc!]! @authorize(on: LIST) }
       type Query { doc: Doc }
       type Mutation {
         grant(what: String!): Payload @public
         revoke(what: String!): Payload @public
         write(id: ID!): Doc @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
         writeForSure(id: ID!): Doc! @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
       }`,
      {
        Mutation: {
          grant: async (_: unknown, { what }: { what: string }) => {
            await engine.grant(what);
            return {};
          },
          revoke: async (_: unknown, { what }: { what: string }) => {
            await engine.revoke(what);
            return {};
          },
          write: (_: unknown, { id }: { id: string }) => ({ id }),
          writeForSure: (_: unknown, { id }: { id: string }) => ({ id }),
        },
        Payload: { doc: () => ({ id: 1 }), docs: () => [{ id: 1 }, { id: 2 }] },
      },
    );

  test("sees in each step what the steps before have changed", async () => {
    const engine = await grantEngine(types);
    const { ask } = serve(schemaFor(engine), { engine });
    const result = await ask(`mutation {
      a: write(id: 1) { id }
      grant(what: "alice write Doc:1") { doc { id } }
      b: write(id: 1) { __typename }
      revoke(what: "alice write Doc:1") { doc { id } }
      c: write(id: 1) { id }
    }`);
    expect(denials(result)).toEqual(["FORBIDDEN a", "FORBIDDEN c"]);
  });

  test("decides what its payload shows after the change, lists included", async () => {
    const engine = await grantEngine(types);
    const { ask } = serve(schemaFor(engine), { engine });
    const shown = `doc { id } docs { id }`;
    const result = await ask(`mutation {
      a: grant(what: "alice read Doc:1") { ${shown} }
      b: grant(what: "alice read Doc:2") { ${shown} }
      c: revoke(what: "alice read Doc:1") { ${shown} }
    }`);
    expect(result).toEqual({
      data: {
        a: { doc: { id: "1" }, docs: [{ id: "1" }] },
        b: { doc: { id: "1" }, docs: [{ id: "1" }, { id: "2" }] },
        c: { doc: null, docs: [{ id: "2" }] },
      },
    });
  });

  test("that was allowed does not look like a failure when its result is hidden", async () => {
    const engine = await grantEngine(types);
    await engine.grant("alice write Doc:1");
    const { ask } = serve(schemaFor(engine), { engine });
    expect(await ask("mutation { write(id: 1) { id } }")).toEqual({ data: { write: null } });
    expect(denials(await ask("mutation { writeForSure(id: 1) { id } }"))).toEqual(["NOT_FOUND writeForSure"]);
  });

  test("whose resolver asks again after a write gets the new answer", async () => {
    const engine = await grantEngine(types);
    const schema = buildSchema(`type Query { a: String @public } type Mutation { change: [Boolean] @public }`, {
      Mutation: {
        change: async (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) => {
          const doc = { type: "Doc", id: "1" };
          const before = await authorization.authorize("read", doc);
          await engine.grant("alice read Doc:1");
          return [before, await authorization.authorize("read", doc)];
        },
      },
    });
    const { ask } = serve(schema, { engine });
    expect(await ask("mutation { change }")).toEqual({ data: { change: [false, true] } });
  });
});

describe("a query", () => {
  test("decides once, and the next one anew, even with the same context object", async () => {
    const engine = await grantEngine(types);
    await engine.grant("alice read Doc:1");
    const schema = buildSchema("type Doc @authorize { id: ID! } type Query { doc: Doc }", {
      Query: { doc: () => ({ id: 1 }) },
    });
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    const context = { user: "alice" };
    expect(await ask("{ a: doc { id } b: doc { id } }", { context })).toMatchObject({ data: { a: { id: "1" } } });
    expect(engine.calls.decide).toHaveLength(1);
    await engine.revoke("alice read Doc:1");
    expect(await ask("{ doc { id } }", { context })).toEqual({ data: { doc: null } });
  });

  test("two at once, for two actors, do not mix", async () => {
    const engine = await grantEngine(types);
    await engine.grant("alice read Doc:1", "bob read Doc:2");
    const schema = buildSchema("type Doc @authorize { id: ID! } type Query { docs: [Doc] }", {
      Query: {
        docs: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return [{ id: 1 }, { id: 2 }];
        },
      },
    });
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask("{ docs { id } }", { as: i % 2 === 0 ? "alice" : "bob" })),
    );
    for (const [i, result] of results.entries()) {
      expect(result.data).toEqual({ docs: i % 2 === 0 ? [{ id: "1" }, null] : [null, { id: "2" }] });
    }
  });
});

describe("a subscription", () => {
  const channel = () => {
    const waiting: ((event: IteratorResult<unknown>) => void)[] = [];
    const events: unknown[] = [];
    let closed = false;
    const state = {
      opened: 0,
      get closed() {
        return closed;
      },
    };
    const end: IteratorResult<unknown> = { value: undefined, done: true };
    return {
      state,
      push(event: unknown) {
        const next = waiting.shift();
        if (next === undefined) events.push(event);
        else next({ value: event, done: false });
      },
      open: (): AsyncIterableIterator<unknown> => {
        state.opened++;
        return {
          next: () =>
            events.length > 0
              ? Promise.resolve({ value: events.shift(), done: false })
              : closed
                ? Promise.resolve(end)
                : new Promise((resolve) => waiting.push(resolve)),
          return: () => {
            closed = true;
            for (const next of waiting) next(end);
            return Promise.resolve(end);
          },
          [Symbol.asyncIterator]() {
            return this;
          },
        };
      },
    };
  };
  const setUp = async (options: object = {}) => {
    const engine = await grantEngine(types, ["follow"]);
    const source = channel();
    const schema = buildSchema(
      `type Doc @authorize { id: ID! }
       type Query { a: String @public }
       type Subscription {
         changed: Doc @authorize(action: "follow", on: NONE)
         any: Doc
         changedForSure: Doc! @authorize(action: "follow", on: NONE)
       }`,
      {
        Subscription: {
          changed: { subscribe: source.open },
          any: { subscribe: source.open },
          changedForSure: { subscribe: source.open },
        },
      },
    );
    return { engine, source, ...serve(schema, { engine, ...options }) };
  };
  const next = async (stream: unknown): Promise<unknown> => {
    const event = (await (stream as AsyncIterator<ExecutionResult>).next()) as IteratorResult<ExecutionResult>;
    return event.done === true ? "the end" : [event.value.data, denials(event.value)];
  };

  test("does not start when its own question is denied, nor for strangers", async () => {
    const { subscribe, source } = await setUp();
    const denied = (await subscribe("subscription { changed { id } }")) as ExecutionResult;
    expect(denials(denied)).toEqual(["FORBIDDEN changed"]);
    const stranger = (await subscribe("subscription { any { id } }", { as: null })) as ExecutionResult;
    expect(denials(stranger)).toEqual(["UNAUTHENTICATED any"]);
    expect(source.state.opened).toBe(0);
  });

  test("shows of each event what the actor may see at that time", async () => {
    const { engine, source, subscribe } = await setUp();
    await engine.grant("alice follow", "alice read Doc:1");
    const stream = await subscribe("subscription { changed { id } }");
    const event = (id: number) => source.push({ changed: { id } });
    event(1);
    expect(await next(stream)).toEqual([{ changed: { id: "1" } }, []]);
    event(2);
    expect(await next(stream)).toEqual([{ changed: null }, []]);
    await engine.grant("alice read Doc:2");
    event(2);
    expect(await next(stream)).toEqual([{ changed: { id: "2" } }, []]);
    await engine.revoke("alice read Doc:1");
    event(1);
    expect(await next(stream)).toEqual([{ changed: null }, []]);
  });

  test("a hidden event is an error where null cannot stand, and the stream goes on", async () => {
    const { engine, source, subscribe } = await setUp();
    await engine.grant("alice follow", "alice read Doc:1");
    const stream = await subscribe("subscription { changedForSure { id } }");
    source.push({ changedForSure: { id: 2 } });
    expect(await next(stream)).toEqual([null, ["NOT_FOUND changedForSure"]]);
    source.push({ changedForSure: { id: 1 } });
    expect(await next(stream)).toEqual([{ changedForSure: { id: "1" } }, []]);
  });

  test("ends with one error event when its own question is denied later, and closes the source", async () => {
    const { engine, source, subscribe } = await setUp();
    await engine.grant("alice follow", "alice read Doc:1");
    const stream = await subscribe("subscription { changed { id } }");
    await engine.revoke("alice follow");
    source.push({ changed: { id: 1 } });
    expect(await next(stream)).toEqual([{ changed: null }, ["FORBIDDEN changed"]]);
    expect(await next(stream)).toBe("the end");
    expect(source.state.closed).toBe(true);
  });

  test("skips events instead when that is asked for", async () => {
    const { engine, source, subscribe } = await setUp({ onRevoked: "skip" });
    await engine.grant("alice follow", "alice read Doc:1", "alice read Doc:2");
    const stream = await subscribe("subscription { changed { id } }");
    await engine.revoke("alice follow");
    source.push({ changed: { id: 1 } });
    const waiting = next(stream);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.grant("alice follow");
    source.push({ changed: { id: 2 } });
    expect(await waiting).toEqual([{ changed: { id: "2" } }, []]);
  });

  test("counts the questions of each event by themselves", async () => {
    for (const [questions, expected] of [
      [2, { changed: { id: "1" } }],
      [1, { changed: null }],
    ] as const) {
      const { engine, source, subscribe } = await setUp({ limits: { questions } });
      await engine.grant("alice follow", "alice read Doc:1");
      const stream = await subscribe("subscription { changed { id } }");
      for (let event = 0; event < 5; event++) {
        source.push({ changed: { id: 1 } });
        const codes = questions === 2 ? [] : ["AUTHORIZATION_UNAVAILABLE changed"];
        expect(await next(stream)).toEqual([expected, codes]);
      }
    }
  });

  test("looks the actor up for every event, so that a log-out shows", async () => {
    const { engine, source, subscribe } = await setUp();
    await engine.grant("alice read Doc:1");
    const context = { user: "alice" as string | null };
    const stream = await subscribe("subscription { any { id } }", { context });
    source.push({ any: { id: 1 } });
    expect(await next(stream)).toEqual([{ any: { id: "1" } }, []]);
    context.user = null;
    source.push({ any: { id: 1 } });
    expect(await next(stream)).toEqual([{ any: null }, ["UNAUTHENTICATED any"]]);
    expect(await next(stream)).toBe("the end");
  });
});

describe("onDecision", () => {
  test("is told every distinct question of an epoch once", async () => {
    const engine = await grantEngine(types);
    await engine.grant("alice read Doc:1");
    const decisions: Decision[] = [];
    const schema = buildSchema("type Doc @authorize { id: ID! note: String @authorize } type Query { docs: [Doc] }", {
      Query: { docs: () => [{ id: 1 }, { id: 2 }] },
    });
    const onDecision = (decision: Decision) => decisions.push(decision);
    const { ask } = serve(schema, { engine, executors: "graphql-js", onDecision });
    await ask("{ a: docs { id note } b: docs { note } }");
    expect(
      decisions.map(({ actor, action, resource, allowed, coordinate }) => ({
        actor,
        action,
        resource,
        allowed,
        coordinate,
      })),
    ).toEqual([
      {
        actor: { type: "User", id: "alice" },
        action: "read",
        resource: { type: "Doc", id: "1" },
        allowed: true,
        coordinate: "Doc",
      },
      {
        actor: { type: "User", id: "alice" },
        action: "read",
        resource: { type: "Doc", id: "2" },
        allowed: false,
        coordinate: "Doc",
      },
    ]);
    expect(new Set(decisions.map((decision) => decision.epoch)).size).toBe(1);
    expect(decisions[0]!.policy).toBe(engine.policyMetadata().hash);
  });

  test("can neither break nor open anything", async () => {
    const engine = await grantEngine(types);
    const schema = buildSchema("type Doc @authorize { id: ID! } type Query { doc: Doc }", {
      Query: { doc: () => ({ id: 1 }) },
    });
    const onDecision = () => {
      throw new Error("disk full");
    };
    const { ask, log } = serve(schema, { engine, executors: "graphql-js", onDecision });
    expect(await ask("{ doc { id } }")).toEqual({ data: { doc: null } });
    await engine.grant("alice read Doc:1");
    expect(await ask("{ doc { id } }")).toEqual({ data: { doc: { id: "1" } } });
    expect(log.join("\n")).toContain("`onDecision` failed");
  });
});

describe("an operation with too many questions", () => {
  test("is denied the rest, and the log says so once", async () => {
    const engine = await grantEngine(types);
    await engine.grant("alice read Doc:*");
    const schema = buildSchema("type Doc @authorize { id: ID! } type Query { docs: [Doc] }", {
      Query: { docs: () => Array.from({ length: 20 }, (_, id) => ({ id })) },
    });
    const { ask, log } = serve(schema, { engine, executors: "graphql-js", limits: { questions: 15 } });
    const result = await ask("{ docs { id } }");
    expect((result.data as { docs: unknown[] }).docs.filter((doc) => doc !== null)).toHaveLength(15);
    expect(new Set(denials(result).map((one) => one.split(" ")[0]))).toEqual(new Set(["AUTHORIZATION_UNAVAILABLE"]));
    expect(log).toHaveLength(1);
  });
});
