import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/types.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const docs = [1, 2, 3, 4].map((id) => ({ __typename: "Doc", id }));
const ids = (...wanted: number[]) => wanted.map((id) => ({ id: String(id) }));

const unlistable = () => Promise.reject(Object.assign(new Error("too many"), { code: "engine/limit-exceeded" }));

describe("of several LIST directives", () => {
  const both = async (...grants: string[]) => {
    const schema = buildSchema(
      `type Doc @public { id: ID! }
       type Query { docs: [Doc!]! @authorize(on: LIST) @authorize(action: "list", on: LIST) }`,
      { Query: { docs: () => docs } },
    );
    const engine = await grantEngine({ Doc: ["read", "list"] });
    await engine.grant(...grants);
    return serve(schema, { engine });
  };

  test("all must hold, also when one of them allows everything", async () => {
    for (const [all, some] of [
      ["read", "list"],
      ["list", "read"],
    ]) {
      const { ask } = await both(`alice ${all} Doc:*`, `alice ${some} Doc:2`);
      expect((await ask("{ docs { id } }")).data).toEqual({ docs: ids(2) });
    }
    const { ask } = await both("alice read Doc:1", "alice read Doc:2", "alice list Doc:2", "alice list Doc:3");
    expect((await ask("{ docs { id } }")).data).toEqual({ docs: ids(2) });
  });

  test("one that allows nothing is enough", async () => {
    expect((await (await both("alice read Doc:*")).ask("{ docs { id } }")).data).toEqual({ docs: [] });
    expect((await (await both("alice list Doc:*")).ask("{ docs { id } }")).data).toEqual({ docs: [] });
  });

  test("of several types an empty set of one says nothing of the others", async () => {
    const notes = [{ __typename: "Note", id: 1 }];
    const schema = buildSchema(
      `type Doc @public { id: ID! } type Note @public { id: ID! } union Paper = Doc | Note
       type Query { papers: [Paper!]! @authorize(on: LIST) }`,
      { Query: { papers: () => [...docs, ...notes] } },
    );
    const engine = await grantEngine({ Doc: ["read"], Note: ["read"] });
    const { ask } = serve(schema, { engine });
    await engine.grant("alice read Note:*");
    expect((await ask("{ papers { __typename } }")).data).toEqual({ papers: [{ __typename: "Note" }] });
  });
});

test("of several sets one that fails is enough: an error, whatever the others allow", async () => {
  const schema = buildSchema(
    `type Doc @public { id: ID! } type Note @public { id: ID! } union Paper = Doc | Note
     type Query {
       docs: [Doc!] @authorize(on: LIST) @authorize(action: "list", on: LIST)
       papers: [Paper!] @authorize(on: LIST)
     }`,
    { Query: { docs: () => docs, papers: () => docs } },
  );
  for (const failing of ["read Doc", "list Doc"]) {
    const list: Engine["list"] = (_actor, action, type) =>
      `${action} ${type}` === failing ? Promise.reject(new Error("down")) : Promise.resolve(["*"]);
    const engine = await grantEngine({ Doc: ["read", "list"], Note: ["read"] }, [], { list });
    await engine.grant("alice read Doc:*", "alice list Doc:*");
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    const { data } = await ask("{ docs { id } papers { __typename } }");
    expect(data).toMatchObject({ docs: null });
    if (failing === "read Doc") expect(data).toMatchObject({ papers: null });
  }
});

test("what each of several interfaces says of an object holds, in whatever order they stand", async () => {
  const schema = buildSchema(
    `interface A @authorize { id: ID! } interface B @authorize(action: "list") { id: ID! } interface C { id: ID! }
     type Doc implements C & A & B { id: ID! } type Query { doc: Doc }`,
    { Query: { doc: () => docs[0] } },
  );
  const engine = await grantEngine({ Doc: ["read", "list"] });
  const { ask } = serve(schema, { engine });
  await engine.grant("alice read Doc:1");
  expect((await ask("{ doc { id } }")).data).toEqual({ doc: null });
  await engine.revoke("alice read Doc:1");
  await engine.grant("alice list Doc:1");
  expect((await ask("{ doc { id } }")).data).toEqual({ doc: null });
  await engine.grant("alice read Doc:1");
  expect((await ask("{ doc { id } }")).data).toEqual({ doc: { id: "1" } });
});

describe("an object that has passed its gate", () => {
  const schema = buildSchema(
    `type Doc @authorize { id: ID!  note: String @authorize(action: "list") }
     union Paper @authorize(action: "browse") = Doc
     type Query {
       doc: Doc
       shown: [Doc!]!
       docs: [Doc!]! @authorize(action: "list", on: LIST)
       papers: [Paper!]! @authorize(on: LIST)
       picked: [Doc!] @authorize(on: LIST) @authorize(action: "list", on: RESULT)
       looked: Doc @authorize(action: "list", on: RESULT)
     }`,
    {
      Query: {
        doc: () => docs[0],
        shown: () => docs.slice(0, 2),
        docs: () => docs,
        papers: () => docs,
        picked: () => docs.slice(0, 1),
        looked: () => docs[0],
      },
    },
  );
  const start = async (asynchronous: boolean, ...grants: string[]) => {
    const engine = await grantEngine({ Doc: ["read", "list", "browse"] }, [], { asynchronous });
    await engine.grant("alice read Doc:*", ...grants);
    return serve(schema, { engine });
  };

  test.each([false, true])(
    "is still asked about by the LIST, the union and the RESULT that lead to it (late: %s)",
    async (late) => {
      const { ask } = await start(late, "alice list Doc:2", "alice browse Doc:3");
      const { data } = await ask(
        "{ doc { id } shown { id note } docs { id } papers { ... on Doc { id } } looked { id } }",
      );
      expect(data).toMatchObject({ doc: { id: "1" }, docs: ids(2), papers: ids(3), looked: null });
      expect(data).toMatchObject({
        shown: [
          { id: "1", note: null },
          { id: "2", note: null },
        ],
      });
    },
  );

  test("is removed from a LIST, and denied by what is asked about each result", async () => {
    const { ask } = await start(false);
    expect(denials(await ask("{ doc { id } picked { id } }"))).toEqual(["FORBIDDEN picked.0"]);
  });
});

describe("a LIST that is asked row by row", () => {
  const server = async (broken: Partial<Engine>, ...grants: string[]) => {
    const schema = buildSchema(
      `type Doc @public { id: ID! }  type Box @authorize { id: ID! }
       type Query { docs: [Doc!] @authorize(action: "list", on: LIST)  boxes: [Box!] @authorize(on: LIST) }`,
      { Query: { docs: () => docs, boxes: () => docs.map(({ id }) => ({ id })) } },
    );
    const engine = await grantEngine({ Doc: ["list"], Box: ["read"] }, [], { list: unlistable, ...broken });
    await engine.grant(...grants);
    return { engine, ...serve(schema, { engine, executors: "graphql-js" }) };
  };

  test("is an error when one of the questions fails, never a shorter list", async () => {
    for (const at of ["1", "2", "4"]) {
      const sound = await grantEngine({ Doc: ["list"], Box: ["read"] });
      await sound.grant("alice list Doc:1", "alice list Doc:2", "alice read Box:1");
      const decide: Engine["decide"] = (actor, action, resource) => {
        if ((resource as { readonly id: string }).id === at) throw new Error("trouble");
        return sound.decide(actor, action, resource);
      };
      const { ask } = await server({ decide });
      const result = await ask("{ docs { id } boxes { id } }");
      expect(result.data).toEqual({ docs: null, boxes: null });
      expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE boxes", "AUTHORIZATION_UNAVAILABLE docs"]);
    }
  });

  test("is right when answers have to be waited for", async () => {
    const { ask } = await server({}, "alice list Doc:1", "alice list Doc:4", "alice read Box:3");
    expect((await ask("{ docs { id } boxes { id } }")).data).toEqual({ docs: ids(1, 4), boxes: ids(3) });
    const sound = await grantEngine({ Doc: ["list"], Box: ["read"] }, [], { asynchronous: true, list: unlistable });
    await sound.grant("alice list Doc:1", "alice list Doc:4", "alice read Box:3");
    const late = await server({ decide: sound.decide, authorizeMany: sound.authorizeMany });
    expect((await late.ask("{ docs { id } boxes { id } }")).data).toEqual({ docs: ids(1, 4), boxes: ids(3) });
  });
});

test("a set that failed once is asked for again by the next field", async () => {
  let calls = 0;
  const schema = buildSchema(
    "type Doc @public { id: ID! } type Query { docs: [Doc!] @authorize(on: LIST) wait: Docs @public } type Docs @public { docs: [Doc!] @authorize(on: LIST) }",
    {
      Query: { docs: () => docs, wait: () => new Promise((resolve) => setTimeout(() => resolve({ docs }), 10)) },
    },
  );
  const list = () => (++calls === 1 ? Promise.reject(new Error("down")) : Promise.resolve(["3"]));
  const { ask } = serve(schema, {
    engine: await grantEngine({ Doc: ["read"] }, [], { list }),
    executors: "graphql-js",
  });
  const result = await ask("{ docs { id } wait { docs { id } } }");
  expect(result.data).toEqual({ docs: null, wait: { docs: ids(3) } });
  expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE docs"]);
});

describe("the payload of a mutation", () => {
  const changing = async (asynchronous: boolean) => {
    const engine = await grantEngine({ Doc: ["read", "write"] }, [], { asynchronous });
    const schema = buildSchema(
      `type Doc @authorize { id: ID!  draft: String @authorize(action: "write") }
       type Result @public { doc: Doc  docs: [Doc!] @authorize(on: LIST)  draft: String @public }
       type Query { ping: String @public }
       type Mutation {
         leave(id: ID!): Result @authorize(action: "read", on: ARG, arg: "id", type: "Doc") @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
         join(id: ID!): Result @public
       }`,
      {
        Mutation: {
          leave: async (_: unknown, { id }: { id: string }) => {
            await engine.revoke(`alice read Doc:${id}`, `alice write Doc:${id}`);
            return { doc: { id }, docs };
          },
          join: async (_: unknown, { id }: { id: string }) => {
            await engine.grant(`alice read Doc:${id}`);
            return { doc: { id }, docs };
          },
        },
      },
    );
    await engine.grant("alice read Doc:1", "alice write Doc:1", "alice read Doc:2");
    return serve(schema, { engine, executors: "graphql-js" });
  };

  test.each([false, true])(
    "is decided after the change, by the very question that was asked before it (late: %s)",
    async (late) => {
      const { ask } = await changing(late);
      const result = await ask(
        "mutation { leave(id: 1) { doc { id draft } docs { id } } join(id: 3) { doc { id } docs { id } } }",
      );
      expect(result).toEqual({
        data: { leave: { doc: null, docs: ids(2) }, join: { doc: { id: "3" }, docs: ids(2, 3) } },
      });
    },
  );
});
