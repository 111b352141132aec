import { type Answer, type Asker, asActors, assertNoLeak, coverageSnapshot } from "arcturus/testing";
import { createYoga } from "graphql-yoga";
import { describe, expect, test } from "vitest";
import { authorizeSchema, useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";

const notes = [
  { id: 11, title: "harvest" },
  { id: 12, title: "sowing" },
];

const typeDefs = (gate: string): string => `
  type Note ${gate} { id: ID!  title: String }
  type Query { note(id: ID!): Note  notes: [Note!]! @authorize(on: LIST)  count: Int @public  who: String @public }`;

async function kit(gate = "@authorize", leak: "none" | "count" | "title" = "none") {
  const engine = await grantEngine({ Note: ["read"] });
  await engine.grant("ann read Note:11", "ann read Note:12", "bob read Note:11");
  const schema = buildSchema(typeDefs(gate), {
    Query: {
      note: (_: unknown, { id }: { id: string }) => notes.find((note) => String(note.id) === id) ?? null,
      notes: () => notes,
      count: () => notes.length,
      who: () => (leak === "title" ? "about sowing" : "nobody"),
    },
  });
  const actor = ({ user }: { user: string | null }) => (user === null ? null : { type: "User", id: user });
  const options = { engine, logger: silent, actor };
  const people = asActors(authorizeSchema(schema, options), {
    ann: { user: "ann" },
    bob: { user: "bob" },
    none: { user: null },
  });
  return { engine, schema, options, people };
}

const byId = (id: string) => ({ query: "query ($id: ID!) { note(id: $id) { id title } }", variables: { id } });

describe("asActors", () => {
  test("runs an operation as each actor", async () => {
    const { people } = await kit();
    const { ann, bob, none } = await people.compare("{ notes { title } }");
    expect(ann.data).toEqual({ notes: [{ title: "harvest" }, { title: "sowing" }] });
    expect(bob.data).toEqual({ notes: [{ title: "harvest" }] });
    expect(none.errors?.[0]?.extensions?.["code"]).toBe("UNAUTHENTICATED");
    expect(people.actors).toEqual(["ann", "bob", "none"]);
  });

  test("asks anew each time: a right that is taken away is gone with the next operation", async () => {
    const { people, engine } = await kit();
    expect((await people.ask("bob", byId("11"))).data).toEqual({ note: { id: "11", title: "harvest" } });
    await engine.revoke("bob read Note:11");
    expect((await people.ask("bob", byId("11"))).data).toEqual({ note: null });
  });

  test("runs operations against a server, with headers for actors and the status in the bytes", async () => {
    const { schema, options } = await kit();
    const yoga = createYoga<object, { user: string | null }>({
      schema,
      logging: false,
      context: ({ request }) => ({ user: request.headers.get("user") }),
      plugins: [useAuthorization<{ user: string | null }>(options)],
    });
    const people = asActors(yoga, { ann: { user: "ann" }, bob: { user: "bob" } });
    const { ann, bob } = await people.compare(byId("12"));
    expect(ann.bytes).toBe('200\n{"data":{"note":{"id":"12","title":"sowing"}}}');
    expect(bob.bytes).toBe('200\n{"data":{"note":null}}');
  });

  test("runs the operation that is named, with its variables", async () => {
    const { people } = await kit();
    const query = `query All { notes { title } } query One($id: ID!) { note(id: $id) { title } }`;
    expect((await people.ask("ann", { query, operationName: "One", variables: { id: "12" } })).data).toEqual({
      note: { title: "sowing" },
    });
    expect((await people.ask("bob", { query, operationName: "One", variables: { id: "12" } })).data).toEqual({
      note: null,
    });
    expect((await people.ask("bob", { query, operationName: "All" })).data).toEqual({ notes: [{ title: "harvest" }] });
  });

  test("what resolvers leave in a context does not reach the next operation", async () => {
    const { options } = await kit();
    const schema = buildSchema("type Query { times: Int @public }", {
      Query: {
        times: (_: unknown, _args: unknown, context: { times?: number }) => {
          context.times = (context.times ?? 0) + 1;
          return context.times;
        },
      },
    });
    const context = { user: "ann" };
    const people = asActors(authorizeSchema(schema, options), { ann: context, also: context });
    for (let i = 0; i < 2; i++) expect((await people.ask("ann", "{ times }")).data).toEqual({ times: 1 });
    const { ann, also } = await people.compare("{ times }");
    expect([ann.data, also.data]).toEqual([{ times: 1 }, { times: 1 }]);
    expect(context).toEqual({ user: "ann" });
  });

  test("refuses an operation that is not valid", async () => {
    const { people } = await kit();
    await expect(people.ask("ann", "{ nothing }")).rejects.toThrow("Cannot query field");
  });
});

describe("assertNoLeak", () => {
  const check = {
    actor: "bob",
    operation: byId,
    hidden: "12",
    missing: "99",
    elsewhere: ["{ notes { id title } }", "{ count who }"],
    secrets: ["sowing"],
  } as const;

  test("passes when a hidden object cannot be told from a missing one", async () => {
    await assertNoLeak((await kit()).people, check);
  });

  test("fails when a denial looks otherwise than a missing object", async () => {
    // A schema whose denials are errors tells that there is something.
    const { engine, schema, options } = await kit();
    await engine.grant("ann read Note:99");
    const loud = authorizeSchema(schema, { ...options, deny: { object: "ERROR" } });
    await expect(assertNoLeak(asActors(loud, { bob: { user: "bob" } }), check)).rejects.toThrow(
      /`bob` can tell a hidden object from a missing one:\n {2}.*FORBIDDEN/,
    );
  });

  test("fails when the id or a secret stands elsewhere", async () => {
    await expect(assertNoLeak((await kit("@authorize", "title")).people, check)).rejects.toThrow(
      /holds `sowing`:\n {2}"\{ count who \}"/,
    );
    const { people } = await kit();
    const shown = { ...check, hidden: "11", missing: "99" };
    await expect(assertNoLeak(people, shown)).rejects.toThrow(/can tell/);
    const elsewhere = { ...check, operation: () => "{ count }", hidden: "11", missing: "99" };
    await expect(assertNoLeak(people, elsewhere)).rejects.toThrow(/holds `11`:\n {2}"\{ notes/);
  });

  /** Somebody who answers what the test says. */
  const answering = (answers: Readonly<Record<string, Partial<Answer>>>): Asker<"bob"> => ({
    actors: ["bob"],
    ask: async (_actor, operation) => {
      const given = answers[operation as string] ?? { data: null };
      return { bytes: JSON.stringify(given), ...given };
    },
    compare: async () => {
      throw new Error("nothing is compared here");
    },
  });
  const plain = { actor: "bob", operation: (id: string) => id, hidden: "12", missing: "99" } as const;

  test("fails for whatever tells a hidden object from a missing one", async () => {
    const missing = { data: { note: null } };
    for (const hidden of [
      { data: { note: {} } },
      { data: { note: null }, errors: [] },
      { data: { note: null }, bytes: '403\n{"data":{"note":null}}' },
      { data: { note: null }, bytes: '{"data":{"note":null} }' },
      // As long as the other.
      { data: { nota: null } },
    ]) {
      await expect(assertNoLeak(answering({ 12: hidden, 99: missing }), plain)).rejects.toThrow("can tell");
    }
    await assertNoLeak(answering({ 12: missing, 99: missing }), plain);
  });

  test("fails for an id or a secret wherever it stands: in lists, in errors, in the answer that was asked for directly", async () => {
    const clean = { data: { note: null } };
    const secrets = ["harvest", "sowing", 'the "old" barn', "two\nlines", "Wörter"];
    for (const leak of [
      { data: { notes: [{ id: "11" }, { id: "12" }] } },
      { data: { pages: [[{ id: "11" }], [{ id: "10" }, { note: { id: "12" } }]] } },
      { data: null, errors: [{ message: "no", extensions: { ids: ["11", "12"] } }] },
      { data: { first: "nothing", second: "about harvest and more" } },
      { data: { first: "before sowing" } },
      { data: null, errors: [{ message: "sowing is not yours" }] },
      { data: { title: 'near the "old" barn' } },
      { data: { text: "one\ntwo\nlines" } },
      { data: { title: "Wörter" }, bytes: '{"data":{"title":"W\\u00f6rter"}}' },
    ] as Partial<Answer>[]) {
      const same = answering({ 12: leak, 99: leak });
      await expect(assertNoLeak(same, { ...plain, secrets })).rejects.toThrow(
        /holds `(12|harvest|sowing|the "old" barn|two\nlines|Wörter)`/,
      );
      for (const elsewhere of [["leak"], ["leak", "clean"], ["clean", "clean", "leak"]]) {
        const there = answering({ 12: clean, 99: clean, clean, leak });
        await expect(assertNoLeak(there, { ...plain, secrets, elsewhere })).rejects.toThrow(/holds `/);
      }
    }
    const harmless = { data: { notes: [{ id: "112" }, { id: "11", text: "12 eggs" }] } };
    await assertNoLeak(answering({ 12: clean, 99: clean, harmless }), { ...plain, secrets, elsewhere: ["harmless"] });
  });

  test("a server that answers with another status tells them apart", async () => {
    const server = (status: (id: string) => number) =>
      asActors(
        {
          fetch: async (_url: string, { body }: RequestInit) => {
            const { query } = JSON.parse(body as string) as { query: string };
            return new Response('{"data":{"note":null}}', { status: status(query) });
          },
        },
        { bob: {} },
      );
    await assertNoLeak(
      server(() => 200),
      plain,
    );
    await expect(
      assertNoLeak(
        server((id) => (id === "12" ? 403 : 200)),
        plain,
      ),
    ).rejects.toThrow("can tell");
  });

  test("fails when nothing would be compared", async () => {
    await expect(assertNoLeak((await kit()).people, { ...check, missing: "12" })).rejects.toThrow("the same id");
  });
});

test("coverageSnapshot says for every field whether it is decided, and what is wrong", async () => {
  const { engine } = await kit();
  const schema = buildSchema(`
    type Note @authorize(action: "raed") { id: ID!  title: String }
    type Query { note: Note  count: Int @public  total: Int }`);
  expect(coverageSnapshot(schema, { engine })).toBe(`uncovered (1)
  Query.total
public (1)
  Query.count
guarded (3)
  Note.id
  Note.title
  Query.note
problems (2)
  Note: the policy has no rule that could grant \`raed\` on \`Note\`; did you mean \`read\`? [graphql/unknown-action]
  Query.total: nobody has decided who may use this field; guard it or its type with \`@authorize(…)\`, or say \`@public\` [graphql/uncovered]
`);
});

test("coverageSnapshot is that of the plugin's own options", async () => {
  const { engine } = await kit();
  const schema = buildSchema(`
    type Note @authorize(action: "read") { id: ID! }
    type Query { note: Note  total: Int  other: Other }
    type Other @authorize { id: ID! }`);
  const strict = coverageSnapshot(schema, { engine });
  expect(strict).toContain("uncovered (1)");
  expect(coverageSnapshot(schema, { engine, mode: "annotated-only" })).not.toBe(strict);
  expect(coverageSnapshot(schema, { engine, readAction: "raed" })).toContain("`raed`");
  expect(strict).not.toContain("raed");
});
