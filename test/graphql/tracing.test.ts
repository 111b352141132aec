import { makeExecutableSchema } from "@graphql-tools/schema";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { createEngine, type Engine, entity } from "arcturus";
import { type Authorization, authorizeDirective, authorizeSchema, type Tracing } from "arcturus/graphql";
import { graphql } from "graphql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

const policy = `actor User {}
global { roles = ["staff"]; permissions = ["count"]; "count" if "staff"; }
resource Note { roles = ["owner"]; permissions = ["read", "edit"]; "read" if "owner"; "edit" if "owner"; }
resource Task { roles = ["owner"]; permissions = ["read"]; "read" if "owner"; }`;

const typeDefs = `
  type Note @authorize { id: ID!  text: String @authorize(action: "edit") }
  type Task @authorize { id: ID! }
  type Query {
    tasks: [Task]
    edited(id: ID!): Int @authorize(action: "edit", on: ARG, arg: "id", type: "Note")
    alsoEdited(id: ID!): Int @authorize(action: "edit", on: ARG, arg: "id", type: "Note")
    notes: [Note!]! @authorize(on: LIST)
    all: [Note]
    count: Int @authorize(action: "count", on: NONE)
    viewerCan: [String!]! @public
    mine: [Note!]! @public
  }`;

interface Context {
  readonly authorization: Authorization;
}

const manager = new AsyncLocalStorageContextManager();
beforeAll(() => void context.setGlobalContextManager(manager.enable()));
afterAll(() => context.disable());

async function tracedServer(options: { ids?: boolean; wrap?: (engine: Engine) => Engine; tracing?: Tracing } = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("arcturus");
  const engine = await createEngine({ policy });
  onTestFinished(() => engine.close());
  for (const id of ["1", "2"]) await engine.tell("has_role", entity("User", "ann"), "owner", entity("Note", id));
  const notes = ["1", "2", "3"].map((id) => ({ id, text: `secret of ${id}` }));
  const logged: unknown[] = [];
  const log = (...parts: unknown[]): void => void logged.push(...parts);
  const schema = authorizeSchema(
    makeExecutableSchema({
      typeDefs: [authorizeDirective.typeDefs, typeDefs],
      resolvers: {
        Query: {
          notes: () => notes,
          all: () => notes,
          tasks: () => [{ id: "1" }, { id: "2" }],
          edited: () => 1,
          alsoEdited: () => 1,
          count: () => 3,
          viewerCan: (_root: unknown, _args: unknown, { authorization }: Context) =>
            authorization.actions(entity("Note", "1")),
          mine: async (_root: unknown, _args: unknown, { authorization }: Context) => {
            const filter = await authorization.filter("read", "Note");
            return filter.kind === "where" && filter.condition.kind === "ids"
              ? filter.condition.ids.map((id) => ({ id }))
              : [];
          },
        },
      },
    }),
    {
      engine: options.wrap?.(engine) ?? engine,
      actor: () => entity("User", "ann"),
      tracing: options.tracing ?? { tracer, ...(options.ids !== undefined && { ids: options.ids }) },
      logger: { info: log, warn: log },
    },
  );
  const run = (source: string) => graphql({ schema, source, contextValue: {} });
  const spans = (): Record<string, unknown>[] =>
    exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, ...attributes }));
  return { run, spans, exporter, tracer, logged };
}

describe("the spans of a request", () => {
  test("what is asked at once about one action and type is one span, with counts and without ids", async () => {
    const { run, spans } = await tracedServer();
    await run("{ all { id } }");
    expect(spans()).toEqual([
      {
        name: "arcturus.authorize",
        "arcturus.actor.type": "User",
        "arcturus.action": "read",
        "arcturus.resource.type": "Note",
        "arcturus.outcome": "mixed",
        "arcturus.questions": 3,
        "arcturus.allowed": 2,
        "arcturus.denied": 1,
        "arcturus.unavailable": 0,
        "arcturus.coordinate": "Note",
      },
    ]);
  });

  test("a list, a question without a resource, actions and a filter have spans of their own", async () => {
    const { run, spans } = await tracedServer();
    await run("{ notes { id } }");
    await run("{ count }");
    await run("{ viewerCan }");
    await run("{ mine { id } }");
    expect(spans()).toEqual([
      expect.objectContaining({ name: "arcturus.list", "arcturus.action": "read", "arcturus.resource.type": "Note" }),
      expect.objectContaining({ name: "arcturus.authorize", "arcturus.action": "read" }),
      expect.objectContaining({ "arcturus.action": "count", "arcturus.outcome": "denied", "arcturus.questions": 1 }),
      expect.objectContaining({ name: "arcturus.actions", "arcturus.resource.type": "Note", "arcturus.found": 2 }),
      expect.objectContaining({ name: "arcturus.filter", "arcturus.action": "read", "arcturus.outcome": "where" }),
    ]);
  });

  test("no span holds an id, a name or a text of an object", async () => {
    const { run, exporter } = await tracedServer();
    await run("{ all { id text } notes { id } count viewerCan mine { id } }");
    const text = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
    for (const secret of ["ann", "secret of"]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/\.id"/);
  });

  test("two actions, two types and two moments are spans of their own, each with its own counts", async () => {
    const { run, spans } = await tracedServer();
    await run("{ all { id text } all_notes: all { id } tasks { id } count }");
    const counts = spans().map((span) => [
      span["arcturus.action"],
      span["arcturus.resource.type"],
      span["arcturus.allowed"],
      span["arcturus.denied"],
      span["arcturus.coordinate"],
    ]);
    expect(counts.sort()).toEqual(
      [
        ["count", undefined, 0, 1, "Query.count"],
        ["edit", "Note", 2, 0, "Note.text"],
        ["read", "Note", 2, 1, "Note"],
        ["read", "Task", 0, 2, "Task"],
      ].sort(),
    );
    await run("{ all { id } }");
    const [last] = spans().slice(-1);
    expect(last).toMatchObject({ "arcturus.questions": 3, "arcturus.allowed": 2, "arcturus.denied": 1 });
  });

  test("a span of questions from several places names none of them", async () => {
    const { run, spans } = await tracedServer();
    await run("{ one: edited(id: 1) two: alsoEdited(id: 2) }");
    expect(spans()).toHaveLength(1);
    expect(spans()[0]).not.toHaveProperty(["arcturus.coordinate"]);
    await run("{ one: edited(id: 1) two: edited(id: 2) }");
    expect(spans()[1]).toMatchObject({ "arcturus.coordinate": "Query.edited" });
  });

  test("the id of a resource is there for one question alone, and only when ids are asked for", async () => {
    for (const ids of [false, true]) {
      const { run, spans } = await tracedServer({ ids });
      await run("{ edited(id: 2) }");
      await run("{ one: edited(id: 1) two: edited(id: 2) }");
      expect(spans().map((span) => span["arcturus.resource.id"])).toEqual([ids ? "2" : undefined, undefined]);
      expect(spans().map((span) => span["arcturus.actor.id"])).toEqual(ids ? ["ann", "ann"] : [undefined, undefined]);
    }
  });

  test("failures are counted apart from denials", async () => {
    const failing = (engine: Engine): Engine => ({
      ...engine,
      decide: (actor, action, resource, options) => {
        if ((resource as { id?: string }).id === "2") throw new Error("down");
        return engine.decide(actor, action, resource, options);
      },
    });
    const { run, spans, exporter } = await tracedServer({ wrap: failing });
    await run("{ all { id } }");
    expect(spans()[0]).toMatchObject({
      "arcturus.outcome": "mixed",
      "arcturus.questions": 3,
      "arcturus.allowed": 1,
      "arcturus.denied": 1,
      "arcturus.unavailable": 1,
    });
    expect(exporter.getFinishedSpans()[0]?.status).toEqual({ code: 2 });
  });

  test("ids are there when they are asked for", async () => {
    const { run, spans } = await tracedServer({ ids: true });
    await run("{ count all { id } }");
    expect(spans()).toEqual([
      expect.objectContaining({ "arcturus.actor.id": "ann", "arcturus.action": "count" }),
      expect.objectContaining({ "arcturus.actor.id": "ann", "arcturus.questions": 3 }),
    ]);
    const one = await tracedServer({ ids: true });
    await one.run("{ notes { text } }");
    expect(one.spans().every((span) => span["arcturus.questions"] !== 1 || "arcturus.resource.id" in span)).toBe(true);
  });

  test("spans stand below the one that is active, and take at least as long as the engine did", async () => {
    const slow = (engine: Engine): Engine => ({
      ...engine,
      decide: (...question) => new Promise((resolve) => setTimeout(() => resolve(engine.authorize(...question)), 20)),
      authorizeMany: async (...question) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return engine.authorizeMany(...question);
      },
    });
    const { run, exporter, tracer } = await tracedServer({ wrap: slow });
    await tracer.startActiveSpan("request", async (request) => {
      await run("{ all { id } }");
      request.end();
    });
    const spans = exporter.getFinishedSpans();
    const request = spans.find(({ name }) => name === "request");
    const ours = spans.filter(({ name }) => name !== "request");
    expect(ours.length).toBeGreaterThan(0);
    for (const span of ours) {
      expect(span.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
      expect(span.duration[0] * 1_000 + span.duration[1] / 1e6).toBeGreaterThan(15);
    }
    expect(ours.reduce((sum, { attributes }) => sum + Number(attributes["arcturus.questions"]), 0)).toBe(3);
  });

  test("a failure is an error of the span, without its text", async () => {
    const failing = (engine: Engine): Engine => ({
      ...engine,
      decide: () => {
        throw new Error("the password is swordfish");
      },
    });
    const { run, exporter } = await tracedServer({ wrap: failing });
    await run("{ count }");
    const [span] = exporter.getFinishedSpans();
    expect(span?.status).toEqual({ code: 2 });
    expect(span?.attributes["arcturus.outcome"]).toBe("unavailable");
    expect(JSON.stringify(span?.attributes)).not.toContain("swordfish");
  });

  const refuse = (): never => {
    throw new Error("no spans today");
  };
  test.each<[string, Tracing]>([
    ["a tracer that throws", { tracer: { startSpan: refuse } }],
    [
      "a span that throws",
      { tracer: { startSpan: () => ({ setAttributes: refuse, setStatus: refuse, end: refuse }) } },
    ],
  ])("%s changes no answer", async (_what, broken) => {
    const { run, logged } = await tracedServer({ tracing: broken });
    expect(JSON.parse(JSON.stringify(await run("{ notes { id } count }")))).toMatchObject({
      data: { notes: [{ id: "1" }, { id: "2" }], count: null },
    });
    expect(logged.map(String).join()).toContain("the tracer failed");
  });

  test("the tracer of the global provider fits", async () => {
    const { run } = await tracedServer({ tracing: { tracer: trace.getTracer("arcturus") } });
    expect((await run("{ count }")).errors).toHaveLength(1);
  });
});
