import { asActors, assertNoLeak, coverageSnapshot } from "arcturus/testing";
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
