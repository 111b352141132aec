import { createYoga } from "graphql-yoga";
import { describe, expect, test } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";

const typeDefs = `
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @stream(if: Boolean! = true, label: String, initialCount: Int = 0) on FIELD
  type Doc @authorize { id: ID!  title: String  note: String @authorize(action: "note")  next: Doc }
  type Query { doc(id: ID!): Doc  docs: [Doc] @public  list: [Doc!]! @authorize(on: LIST) }`;

interface Doc {
  readonly id: number;
  readonly title: string;
  readonly note: string;
}
const docs: readonly Doc[] = [1, 2, 3].map((id) => ({ id, title: `title ${id}`, note: `note ${id}` }));
const find = (id: number): Doc | null => docs.find((doc) => doc.id === id) ?? null;

async function served() {
  const engine = await grantEngine({ Doc: ["read", "note"] });
  await engine.grant("alice read Doc:1", "alice read Doc:3", "alice note Doc:3");
  const later = () => new Promise((resolve) => setTimeout(resolve, 5));
  const schema = buildSchema(typeDefs, {
    Query: {
      doc: (_: unknown, { id }: { id: string }) => find(Number(id)),
      docs: () => docs,
      list: () => docs,
    },
    Doc: {
      title: (doc: Doc) => later().then(() => doc.title),
      next: (doc: Doc) => later().then(() => find(doc.id + 1)),
    },
  });
  const actor = () => ({ type: "User", id: "alice" });
  const yoga = createYoga({ schema, logging: false, plugins: [useAuthorization({ engine, logger: silent, actor })] });
  const ask = async (query: string, accept: string): Promise<string> => {
    const headers = { "content-type": "application/json", accept };
    const body = JSON.stringify({ query });
    return (await yoga.fetch("http://localhost/graphql", { method: "POST", headers, body })).text();
  };
  return { engine, ask };
}

describe.each(["multipart/mixed", "text/event-stream"])("an answer in parts, as %s", (accept) => {
  test("is decided like one in one piece: hidden objects and fields are in none of the parts", async () => {
    const { ask } = await served();
    const text = await ask(
      `{ doc(id: 1) { id ... @defer { title note next { title } } } hidden: doc(id: 2) { ... @defer { title } }
         docs @stream(initialCount: 1) { title note } list @stream(initialCount: 0) { id title } }`,
      accept,
    );
    expect(text.match(/"hasNext":true/g)?.length ?? 0).toBeGreaterThan(0);
    for (const shown of ["title 1", "title 3", "note 3", '"hidden":null']) expect(text).toContain(shown);
    for (const secret of ["title 2", "note 1", "note 2"]) expect(text).not.toContain(secret);
    // Of the first document, once in the deferred part and once in the streamed list.
    expect(text.match(/"FORBIDDEN"/g)).toHaveLength(2);
  });
});
