import { describe, expect, test } from "vitest";
import { executors } from "./support/executors.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, serve } from "./support/serve.js";

interface Doc {
  readonly id: number;
  readonly secret: string;
  readonly name: string | null;
}
const docs: readonly (Doc | null)[] = [
  { id: 1, secret: "s", name: "a" },
  { id: 2, secret: "s", name: null },
];

const doc = `id: ID!  secret: String! @authorize(action: "write")  name: String!`;
/** Something in the second item is broken at once, whatever is denied in the first. */
const schemas: Record<string, { readonly sdl: string; readonly query: string; readonly value: unknown }> = {
  "of guarded objects": {
    sdl: `type Doc @authorize { ${doc} } type Query { it: [Doc!] }`,
    query: "{ it { name secret } }",
    value: docs,
  },
  "of objects that are for everybody": {
    sdl: `type Doc @public { ${doc} } type Query { it: [Doc!] @public }`,
    query: "{ it { name secret } }",
    value: docs,
  },
  "with a hole": {
    sdl: `type Doc @public { ${doc} } type Query { it: [Doc!] @public }`,
    query: "{ it { name secret } }",
    value: [docs[0], null],
  },
  "of what leads to guarded objects": {
    sdl: `type Doc @authorize { ${doc} } type Box @public { doc: Doc!  size: Int! } type Query { it: [Box!] @public }`,
    query: "{ it { size doc { secret } } }",
    value: [{ size: 1, doc: docs[0] }, { size: null }],
  },
  "of what leads to guarded objects over others": {
    sdl: `type Doc @authorize { ${doc} } type Inner @public { doc: Doc! }
          type Box @public { inner: Inner!  size: Int! } type Query { it: [Box!] @public }`,
    query: "{ it { size inner { doc { secret } } } }",
    value: [{ size: 1, inner: { doc: docs[0] } }, { size: null }],
  },
  "with a hole before what is broken": {
    sdl: `type Doc @authorize(deny: ERROR) { id: ID!  name: String! } type Query { it: [Doc!] }`,
    query: "{ it { name } }",
    value: [null, docs[1], docs[1]],
  },
  "of lists": {
    sdl: `type Doc @authorize { ${doc} } type Query { it: [[Doc!]!] }`,
    query: "{ it { name secret } }",
    value: [[docs[0]], [docs[1]]],
  },
  "of edges": {
    sdl: `type Doc @authorize { ${doc} }
          type Docs @public { edges: [Edge!]  pageInfo: PageInfo }
          type Edge @public { node: Doc!  cursor: String! }
          type PageInfo { hasNextPage: Boolean }
          type Query { it: Docs @public }`,
    query: "{ it { edges { cursor node { secret } } } }",
    value: { edges: [{ cursor: "1", node: docs[0] }, { node: docs[0] }] },
  },
};

describe.each(executors)("on $name, a field that is denied where null cannot stand", (executor) => {
  for (const asynchronous of [false, true]) {
    test.each(Object.entries(schemas))(
      `leaves nothing behind that nobody catches, in a list %s, with an engine that answers ${asynchronous ? "later" : "at once"}`,
      async (_, { sdl, query, value }) => {
        const unhandled: unknown[] = [];
        const note = (error: unknown) => unhandled.push(error);
        process.on("unhandledRejection", note);
        const engine = await grantEngine({ Doc: ["read", "write"] }, [], { asynchronous });
        await engine.grant("alice read Doc:*");
        const { ask } = serve(buildSchema(sdl), { engine, executor });
        const { data, errors } = await ask(query, { rootValue: { it: value } });
        expect(JSON.stringify(data)).toMatch(/^\{"it":(null|\{"edges":null\})\}$/);
        expect(errors?.length).toBeGreaterThan(0);
        await new Promise((resolve) => setTimeout(resolve, 10));
        process.off("unhandledRejection", note);
        expect(unhandled).toEqual([]);
      },
    );
  }
});
