import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { authorizeDirective } from "arcturus/graphql";
import { createServer, type ServerOptions } from "arcturus/server";
import { expect, onTestFinished, test } from "vitest";

async function startServer(options: Partial<ServerOptions<{ user: string }>>) {
  const engine = await createEngine({
    policy: `actor User {}
      global { roles = ["staff"]; permissions = ["audit"]; "audit" if "staff"; }`,
  });
  await engine.tell("has_role", entity("User", "bob"), "staff");
  const server = createServer<{ user: string }>({
    engine,
    schema: makeExecutableSchema({
      typeDefs: [
        authorizeDirective.typeDefs,
        `type Query { motto: String @public  auditLog(order: Order): [String!] @authorize(action: "audit", on: NONE) }
         enum Order { UP DOWN }`,
      ],
    }),
    context: ({ request }) => ({ user: request.headers.get("user") ?? "" }),
    actor: ({ user }) => entity("User", user),
    graphiql: false,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    visibility: { by: "rules" },
    ...options,
  });
  onTestFinished(server.stop);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  return async (user: string, query: string, variables?: object): Promise<string> => {
    const headers = { "content-type": "application/json", user };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return response.text();
  };
}

const names = "{ __schema { types { name } queryType { fields { name } } } }";

test("in development each actor sees a schema of their own", async () => {
  const ask = await startServer({ environment: "development" });
  expect(await ask("bob", names)).toContain("auditLog");
  expect(await ask("ann", names)).not.toMatch(/auditLog|Order/);
  expect(await ask("ann", "{ auditLo mott }")).not.toContain("auditLog");
  expect(await ask("ann", "{ mott }")).toContain('Did you mean \\"motto\\"');
});

test("in production nobody sees one, and nothing is proposed, whoever asks", async () => {
  const ask = await startServer({ environment: "production" });
  for (const user of ["ann", "bob"]) {
    expect(await ask(user, names)).toContain("introspection");
    expect(await ask(user, names)).not.toContain("auditLog");
    expect(await ask(user, "{ auditLo mott }")).not.toContain("Did you mean");
  }
  const wrong = await ask("bob", "query ($o: Order) { auditLog(order: $o) }", { o: "DOWM" });
  expect(wrong).toContain("errors");
  expect(wrong).not.toContain("Did you mean");
});

test("in production with introspection switched on, each their own", async () => {
  const ask = await startServer({ environment: "production", introspection: true });
  expect(await ask("bob", names)).toContain("auditLog");
  expect(await ask("ann", names)).not.toContain("auditLog");
});
