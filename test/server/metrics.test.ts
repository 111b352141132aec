import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { type Authorization, authorizeDirective, type Decision } from "arcturus/graphql";
import { createServer, type ServerOptions } from "arcturus/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseExposition } from "./exposition.js";

const policy = `actor User {}
resource Note { roles = ["owner"]; permissions = ["read"]; "read" if "owner"; }`;

async function startServer(options: Partial<ServerOptions> = {}) {
  const engine = await createEngine({ policy });
  await engine.tell("has_role", entity("User", "ann-the-canary"), "owner", entity("Note", "note-canary-1"));
  const server = createServer({
    engine,
    schema: makeExecutableSchema({
      typeDefs: [
        authorizeDirective.typeDefs,
        `type Query { note(id: ID!): Note  may(action: String!): Boolean @public }
         type Note @authorize { id: ID! text: String! }`,
      ],
      resolvers: {
        Query: {
          note: (_root, { id }) => ({ id, text: "text-canary" }),
          may: (_root, { action }: { action: string }, { authorization }: { authorization: Authorization }) =>
            authorization.authorize(action),
        },
      },
    }),
    actor: () => entity("User", "ann-the-canary"),
    graphiql: false,
    metrics: true,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...options,
  });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const post = async (query: string) =>
    (
      await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      })
    ).text();
  const get = (path = "/metrics", init?: RequestInit) => fetch(new URL(path, url), init);
  const scrape = async () => parseExposition(await (await get()).text());
  return { engine, server, post, get, scrape, url };
}

describe("metrics", () => {
  test("are off unless they are switched on", async () => {
    const { get, server } = await startServer({ metrics: false });
    expect((await get()).status).toBe(404);
    expect(await server.metrics()).toBe("");
  });

  test("are in the format that Prometheus reads", async () => {
    const { get, post, scrape } = await startServer();
    await post('{ a: note(id: "note-canary-1") { text } b: note(id: "2") { text } }');
    const response = await get();
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8$/);
    const found = await scrape();
    for (const name of [
      "arcturus_decisions_total",
      "arcturus_decision_seconds",
      "arcturus_request_seconds",
      "arcturus_applied_revision",
      "arcturus_facts",
      "arcturus_policy_info",
      "nodejs_eventloop_lag_p99_seconds",
      "process_resident_memory_bytes",
    ]) {
      expect([...found.families.keys()]).toContain(name);
    }
  });

  test("count decisions by outcome, action and type", async () => {
    const { post, scrape } = await startServer();
    await post(
      '{ a: note(id: "note-canary-1") { text } b: note(id: "2") { text } c: note(id: "2") { id } may(action: "x") }',
    );
    const found = await scrape();
    expect(found.value("arcturus_decisions_total", { outcome: "allowed", action: "read", type: "Note" })).toBe(1);
    // Asked once, however often it stands in the operation.
    expect(found.value("arcturus_decisions_total", { outcome: "denied", action: "read", type: "Note" })).toBe(1);
    expect(found.value("arcturus_decisions_total", { outcome: "denied", action: "x", type: "" })).toBe(1);
    expect(found.value("arcturus_request_seconds_count", { status: "200" })).toBe(1);
    expect(found.value("arcturus_facts", { store: "memory" })).toBe(1);
  });

  test("follow the facts and the policy", async () => {
    const { engine, scrape } = await startServer();
    const before = await scrape();
    await engine.tell("has_role", entity("User", "bob"), "owner", entity("Note", "9"));
    await engine.setPolicy(`${policy} # changed`);
    const after = await scrape();
    expect(after.value("arcturus_facts", { store: "memory" })).toBe(2);
    expect(after.value("arcturus_applied_revision", {})).toBe((before.value("arcturus_applied_revision", {}) ?? 0) + 1);
    expect(after.samples("arcturus_policy_info")).toEqual([
      { labels: { hash: engine.policyMetadata().hash }, value: 1 },
    ]);
    expect(after.samples("arcturus_policy_info")).not.toEqual(before.samples("arcturus_policy_info"));
  });

  test("hold no id, no fact and no text", async () => {
    const { post, get } = await startServer();
    await post('{ a: note(id: "note-canary-1") { text } b: note(id: "missing-canary") { text } }');
    expect(await (await get()).text()).not.toContain("canary");
  });

  test("labels are bounded, whatever resolvers ask about", async () => {
    const { post, scrape } = await startServer({
      operationLimits: { aliases: 1_000, rootFields: 1_000, tokens: 20_000 },
    });
    const many = Array.from({ length: 700 }, (_, i) => `a${i}: may(action: "action ${i}")`);
    await post(`{ ${many.join(" ")} }`);
    const found = await scrape();
    const samples = found.samples("arcturus_decisions_total");
    expect(samples.length).toBeLessThanOrEqual(501);
    expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(700);
    expect(found.value("arcturus_decisions_total", { outcome: "denied", action: "(other)", type: "(other)" })).toBe(
      200,
    );
  });

  test("onDecision is told all the same", async () => {
    const told: Decision[] = [];
    const { post, scrape } = await startServer({ onDecision: (decision) => void told.push(decision) });
    await post('{ note(id: "2") { text } }');
    expect(told).toHaveLength(1);
    expect((await scrape()).samples("arcturus_decisions_total")).toHaveLength(1);
  });

  test("can have another path, a guard of their own, or no path at all", async () => {
    const moved = await startServer({
      metrics: {
        path: "/internal/metrics",
        process: false,
        allow: (request) => request.headers.get("x-key") === "open",
      },
    });
    expect((await moved.get()).status).toBe(404);
    expect((await moved.get("/internal/metrics")).status).toBe(403);
    expect((await moved.get("/internal/metrics", { method: "POST", headers: { "x-key": "open" } })).status).toBe(405);
    const answer = await moved.get("/internal/metrics", { headers: { "x-key": "open" } });
    expect(
      [...parseExposition(await answer.text()).families.keys()].filter((name) => !name.startsWith("arcturus_")),
    ).toEqual([]);

    const elsewhere = await startServer({ metrics: { path: false } });
    expect((await elsewhere.get()).status).toBe(404);
    expect(parseExposition(await elsewhere.server.metrics()).families.has("arcturus_facts")).toBe(true);
  });

  test("two servers in one process count for themselves", async () => {
    const [one, other] = [await startServer(), await startServer()];
    await one.post('{ note(id: "2") { text } }');
    expect((await one.scrape()).samples("arcturus_decisions_total")).toHaveLength(1);
    expect((await other.scrape()).samples("arcturus_decisions_total")).toHaveLength(0);
  });
});
