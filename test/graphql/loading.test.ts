import { expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/* What has to be waited for is waited for together; what has to be loaded is loaded out of the context of the request. */

test("questions that have to be waited for are put together, at most `limits.batch` in one call, each resource once", async () => {
  const engine = await grantEngine({ Doc: ["read"] }, [], { asynchronous: true });
  await engine.grant("alice read Doc:2", "alice read Doc:5", "alice read Doc:7");
  const schema = buildSchema("type Doc @authorize { id: ID } type Query { docs: [Doc] }", {
    Query: { docs: () => [1, 2, 3, 4, 5, 6, 7, 2, 7].map((id) => ({ id })) },
  });
  const sizes = async (batch: number): Promise<readonly number[]> => {
    engine.calls.decide.length = 0;
    engine.calls.authorizeMany.length = 0;
    const { ask } = serve(schema, { engine, executors: "graphql-js", limits: { batch } });
    const shown = (await ask("{ a: docs { id } b: docs { id } }")).data as { a: ({ id: string } | null)[] };
    expect(shown.a.map((doc) => doc?.id ?? null)).toEqual([null, "2", null, null, "5", null, "7", "2", "7"]);
    expect(engine.calls.decide).toHaveLength(1);
    return engine.calls.authorizeMany.map((call) => call.split("Doc:").length - 1);
  };
  expect(await sizes(10)).toEqual([6]);
  expect(await sizes(6)).toEqual([6]);
  expect(await sizes(5)).toEqual([5, 1]);
  expect(await sizes(2)).toEqual([2, 2, 2]);
  expect(await sizes(1)).toEqual([1, 1, 1, 1, 1, 1]);
});

test("rows of several types with one id are loaded each by its own loader, out of the context", async () => {
  const seen: unknown[] = [];
  const load = (type: string) => async (ids: readonly string[], context: unknown) => {
    seen.push([type, ids, context]);
    return ids.map((id) => ({ open: `${type} ${id}` === "Doc 1" || `${type} ${id}` === "Note 2" }));
  };
  const engine = await createEngine({
    policy: `actor User {} allow(_: User, "read", doc: Doc) if doc.open = true; allow(_: User, "read", note: Note) if note.open = true;`,
    logger: silent,
    types: {
      Doc: { fields: { open: "Boolean" }, load: load("Doc") },
      Note: { fields: { open: "Boolean" }, load: load("Note") },
    },
  });
  onTestFinished(() => engine.close());
  const field = (name: string, type: string): string =>
    `${name}(id: ID!): Int @authorize(on: ARG, arg: "id", type: "${type}")`;
  const schema = buildSchema(`type Query { ${field("doc", "Doc")} ${field("note", "Note")} }`, {
    Query: { doc: () => 1, note: () => 1 },
  });
  const { ask } = serve(schema, { engine, executors: "graphql-js" });
  const context = { user: "alice" };
  const result = await ask("{ a: doc(id: 1) b: note(id: 1) c: doc(id: 2) d: note(id: 2) e: doc(id: 1) }", { context });
  expect(result.data).toEqual({ a: 1, b: null, c: null, d: 1, e: 1 });
  expect(seen).toEqual([
    ["Doc", ["1", "2"], context],
    ["Note", ["1", "2"], context],
  ]);
  expect((seen as unknown[][]).every((call) => (call[2] as object) === context)).toBe(true);
});

test("what a rule reads beyond the object is loaded out of the context as well, for one object and for many", async () => {
  const contexts = new Set<unknown>();
  const engine = await createEngine({
    policy: `actor User {} resource Doc { relations = { folder: Folder }; } resource Folder {}
      allow(_: User, "read", doc: Doc) if folder matches Folder and has_relation(doc, "folder", folder) and folder.open = true;`,
    logger: silent,
    types: {
      Folder: {
        fields: { open: "Boolean" },
        load: async (ids, context) => {
          contexts.add(context);
          return ids.map((id) => ({ open: id !== "2" }));
        },
      },
    },
  });
  onTestFinished(() => engine.close());
  for (const id of ["1", "2", "3", "4"]) {
    await engine.tell("has_relation", { type: "Doc", id }, "folder", { type: "Folder", id });
  }
  const schema = buildSchema(
    "type Doc @authorize { id: ID } type Query { docs: [Doc] list: [Doc] @authorize(on: LIST) }",
    {
      Query: {
        docs: () => ["1", "2", "3", "4"].map((id) => ({ id })),
        list: () => ["1", "2", "3"].map((id) => ({ id })),
      },
    },
  );
  const { ask } = serve(schema, { engine, executors: "graphql-js" });
  for (const context of [{ user: "alice" }, { user: "alice" }]) {
    const result = await ask("{ docs { id } list { id } }", { context });
    expect(denials(result)).toEqual([]);
    expect(result.data).toEqual({
      docs: [{ id: "1" }, null, { id: "3" }, { id: "4" }],
      list: [{ id: "1" }, { id: "3" }],
    });
    expect([...contexts].every((one) => one === context)).toBe(true);
    contexts.clear();
  }
});
