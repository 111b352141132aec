import { type ExecutionResult, execute, type GraphQLObjectType, type GraphQLSchema, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { offerPrepared } from "../../src/engine/prepared.js";
import type { Engine } from "../../src/engine/types.js";
import { authorizeSchema, type UseAuthorizationOptions } from "../../src/graphql/index.js";
import { silent } from "./support/grants.js";
import { askedBy } from "./support/library.js";
import { buildSchema, denials, type Resolvers } from "./support/serve.js";

/*
 * An engine that nobody has wrapped is asked by shorter ways, which remember less. What is said of an epoch holds there too.
 */

const alice = { type: "User", id: "alice" };

async function library(): Promise<Engine> {
  return createEngine({
    policy: `actor User {} resource Doc { permissions = ["read", "write"]; roles = ["can read", "can write"]; "read" if "can read"; "write" if "can write"; }`,
  });
}

const grant = (engine: Engine, action: string, id: string) =>
  engine.tell("has_role", alice, `can ${action}`, { type: "Doc", id });
const revoke = (engine: Engine, action: string, id: string) =>
  engine.delete("has_role", alice, `can ${action}`, { type: "Doc", id });

function server(
  engine: Engine,
  typeDefs: string,
  resolvers: Resolvers,
  options: Partial<UseAuthorizationOptions> = {},
) {
  const schema = buildSchema(typeDefs, resolvers);
  const guarded = authorizeSchema(schema, { engine, actor: () => alice, logger: silent, ...options });
  const ask = async (query: string): Promise<ExecutionResult> =>
    JSON.parse(JSON.stringify(await execute({ schema: guarded, document: parse(query), contextValue: {} })));
  return { ask, guarded };
}

describe("within one epoch", () => {
  const typeDefs = `
    type Doc @authorize { id: ID!  later: Later! }
    type Later @public { doc(id: ID!): Doc  named(id: ID!): String @authorize(on: ARG, arg: "id", type: "Doc")  docs: [Doc] @authorize(on: LIST) }
    type Query { doc(id: ID!): Doc  docs: [Doc]  list: [Doc] @authorize(on: LIST)  later: Later! @public }`;

  /** `later` answers when the facts have changed. */
  const serverIn = (engine: Engine, change: () => Promise<unknown>) => {
    let changed: Promise<unknown> | undefined;
    const later = async () => {
      changed ??= change();
      await changed;
      return {};
    };
    return server(engine, typeDefs, {
      Query: {
        doc: (_: unknown, { id }: { id: string }) => ({ id }),
        docs: () => [{ id: 1 }, { id: 2 }],
        list: () => [{ id: 1 }, { id: 2 }],
        later,
      },
      Doc: { later },
      Later: {
        doc: (_: unknown, { id }: { id: string }) => ({ id }),
        named: () => "named",
        docs: () => [{ id: 1 }, { id: 2 }],
      },
    });
  };
  const one = "one: doc(id: 1) { id } two: doc(id: 2) { id } named(id: 1)";
  const orders = [`later { ${one} docs { id } }`, `later { docs { id } ${one} }`];

  for (const after of orders)
    for (const before of ["doc(id: 1) { id }", "docs { id }", "list { id }"]) {
      test(`what was allowed by \`${before}\` stays allowed when the facts change, and what was denied stays denied, in \`${after}\``, async () => {
        const engine = await library();
        await grant(engine, "read", "1");
        const { ask } = serverIn(engine, async () => {
          await revoke(engine, "read", "1");
          await grant(engine, "read", "2");
        });
        const asked = before.startsWith("doc(") ? `${before} other: doc(id: 2) { id }` : before;
        const { data, errors } = await ask(`{ ${asked} ${after} }`);
        expect(errors).toBeUndefined();
        expect(data?.["later"]).toEqual({ one: { id: "1" }, two: null, named: "named", docs: [{ id: "1" }] });
        expect((await ask(`{ ${after} }`)).data?.["later"]).toEqual({
          one: null,
          two: { id: "2" },
          named: null,
          docs: [{ id: "2" }],
        });
      });
    }

  test("an answer about an id goes before a list that was made of newer facts, in an engine that somebody has wrapped", async () => {
    const engine = await library();
    await grant(engine, "read", "1");
    const { ask } = serverIn(askedBy(engine, "by calls"), async () => {
      await revoke(engine, "read", "1");
      await grant(engine, "read", "2");
    });
    const query =
      "{ doc(id: 1) { id } other: doc(id: 2) { id } later { docs { id } named(id: 1) one: doc(id: 1) { id } two: doc(id: 2) { id } } }";
    expect((await ask(query)).data?.["later"]).toMatchObject({ named: "named", one: { id: "1" }, two: null });
  });

  test("the id by which an object passed the gate is that of every question about it", async () => {
    const engine = await library();
    await grant(engine, "read", "1");
    await grant(engine, "write", "1");
    let reads = 0;
    const shifty = {
      get id() {
        return ++reads;
      },
      note: "n",
    };
    for (const shape of ["Doc", "[Doc]"]) {
      reads = 0;
      const { ask } = server(
        engine,
        `type Doc @authorize { note: String @authorize(action: "write") } type Query { found: ${shape} }`,
        { Query: { found: () => (shape === "Doc" ? shifty : [shifty, shifty]) } },
      );
      const { data, errors } = await ask("{ found { note again: note } twice: found { note } }");
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toContain('"again":"n"');
      expect(reads).toBe(1);
    }
  });

  test("an object that was denied is not let through when it calls itself otherwise", async () => {
    const engine = await library();
    await grant(engine, "read", "2");
    let reads = 0;
    const shifty = {
      get id() {
        return ++reads;
      },
    };
    const { ask } = server(engine, "type Doc @authorize { id: ID } type Query { doc: Doc docs: [Doc] }", {
      Query: { doc: () => shifty, docs: () => [shifty] },
    });
    expect(await ask("{ a: doc { __typename } b: doc { __typename } docs { __typename } }")).toEqual({
      data: { a: null, b: null, docs: [null] },
    });
  });
});

/** A layer above ours, which changes what resolvers answer. */
function replace(
  schema: GraphQLSchema,
  coordinate: string,
  change: (value: unknown, source: unknown) => unknown,
): void {
  const [type, field] = coordinate.split(".") as [string, string];
  const found = (schema.getType(type) as GraphQLObjectType).getFields()[field]!;
  const { resolve } = found;
  found.resolve = (source, ...rest) => change(resolve!(source, ...rest), source);
}

describe("several questions about one object", () => {
  const typeDefs = `
    interface Owned @authorize(action: "write") { id: ID }
    type Doc implements Owned @authorize { id: ID  note: Int @authorize @authorize(action: "write") }
    type Query {
      doc(id: ID!): Doc  docs: [Doc]  owned: [Owned]
      both: [Doc] @authorize(on: LIST) @authorize(action: "write", on: LIST)
    }`;
  const ids = ["1", "2", "3", "4"];
  const docs = () => ids.map((id) => ({ id, __typename: "Doc" }));
  const resolvers = {
    Query: { doc: (_: unknown, { id }: { id: string }) => ({ id }), docs, owned: docs, both: docs },
    Doc: { note: () => 1 },
  };

  test.each([
    ["the first alone", ["read 1"], []],
    ["the last alone", ["write 1"], []],
    ["each for another object", ["read 1", "write 2"], []],
    ["both", ["read 2", "write 2", "read 3", "write 4"], ["2"]],
  ])("all have to allow it: %s", async (_, grants, shown) => {
    const engine = await library();
    for (const one of grants) {
      const [action = "", id = ""] = one.split(" ");
      await grant(engine, action, id);
    }
    const { ask } = server(engine, typeDefs, resolvers);
    const expected = ids.map((id) => (shown.includes(id) ? { id } : null));
    const single = ids.map((id) => `d${id}: doc(id: ${id}) { id }`).join(" ");
    for (let round = 0; round < 2; round++) {
      expect(await ask(`{ docs { id } ${single} again: docs { id } owned { id } both { id } }`)).toEqual({
        data: {
          docs: expected,
          ...Object.fromEntries(ids.map((id, i) => [`d${id}`, expected[i]])),
          again: expected,
          owned: expected,
          both: shown.map((id) => ({ id })),
        },
      });
    }
  });
});

describe("an engine that somebody changes in the middle of an epoch", () => {
  const typeDefs = `
    type Doc @authorize { id: ID! }
    type Later @public { docs(ids: [ID!]!): [Doc]  named(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Doc") }
    type Query { docs(ids: [ID!]!): [Doc]  later: Later! @public }`;
  const docs = (_: unknown, { ids }: { ids: readonly string[] }) => ids.map((id) => ({ id }));

  test.each([
    ["with a short way of its own", true],
    ["without one", false],
  ])("is asked by its new `decide`, %s, and what was answered stays answered", async (_, isShort) => {
    const engine = await library();
    await grant(engine, "read", "1");
    const other: Engine["decide"] = (_actor, _action, resource) => (resource as { id: string }).id !== "1";
    if (isShort) {
      offerPrepared(other, () => ({ may: (id) => id !== "1", extent: () => undefined, steady: () => true }));
    }
    const changing = { ...engine };
    const { ask } = server(changing, typeDefs, {
      Query: {
        docs,
        later: async () => {
          changing.decide = other;
          return {};
        },
      },
      Later: { docs, named: () => 1 },
    });
    const { data } = await ask(
      "{ docs(ids: [1, 3]) { id } later { docs(ids: [1, 2, 3]) { id } one: named(id: 1) two: named(id: 2) three: named(id: 3) } }",
    );
    expect(data).toEqual({
      docs: [{ id: "1" }, null],
      later: { docs: [{ id: "1" }, { id: "2" }, null], one: 1, two: 1, three: null },
    });
    changing.decide = engine.decide;
  });

  test("that cannot answer by its short way is unavailable, and asked again later", async () => {
    const engine = await library();
    await grant(engine, "read", "1");
    let isDown = true;
    const may = (id: string): boolean => {
      if (isDown) throw new Error("down");
      return id === "1";
    };
    const decide: Engine["decide"] = (_actor, _action, resource) => may((resource as { id: string }).id);
    offerPrepared(decide, () => ({ may, extent: () => undefined, steady: () => true }));
    const { ask } = server({ ...engine, decide }, typeDefs, {
      Query: {
        docs,
        later: async () => {
          isDown = false;
          return {};
        },
      },
      Later: { docs, named: () => 1 },
    });
    const result = await ask(
      "{ docs(ids: [1]) { id } later { docs(ids: [1, 2]) { id } one: named(id: 1) two: named(id: 2) } }",
    );
    expect(result.data).toEqual({ docs: [null], later: { docs: [{ id: "1" }, null], one: 1, two: null } });
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE docs.0", "FORBIDDEN later.two"]);
  });

  test("whose short way fails for an id that an argument names is unavailable, not a no", async () => {
    const engine = await library();
    const decide: Engine["decide"] = () => {
      throw new Error("down");
    };
    const may = (): never => {
      throw new Error("down");
    };
    offerPrepared(decide, () => ({ may, extent: () => undefined, steady: () => true }));
    const { ask } = server({ ...engine, decide }, typeDefs, {
      Query: { later: () => ({}) },
      Later: { named: () => 1 },
    });
    expect(denials(await ask("{ later { named(id: 1) } }"))).toEqual(["AUTHORIZATION_UNAVAILABLE later.named"]);
  });
});

describe("what passed the gate of one type", () => {
  test("has not passed the gate of another, though it is the same object", async () => {
    const engine = await createEngine({
      policy: `actor User {} ${["Doc", "Draft"].map((type) => `resource ${type} { permissions = ["read"]; roles = ["can read"]; "read" if "can read"; }`).join(" ")}`,
    });
    await grant(engine, "read", "1");
    const one = { id: 1 };
    const { ask, guarded } = server(
      engine,
      `type Doc @authorize { id: ID draft: Draft drafts: [Draft] } type Draft @authorize { id: ID doc: Doc }
       type Query { doc: Doc docs: [Doc] draft: Draft }`,
      {
        Query: { doc: () => one, docs: () => [one, one], draft: () => one },
        Doc: { draft: (doc: unknown) => doc, drafts: (doc: unknown) => [doc] },
      },
    );
    expect((await ask("{ doc { draft { id } drafts { id } } docs { id draft { id } } draft { id } }")).data).toEqual({
      doc: { draft: null, drafts: [null] },
      docs: [1, 2].map(() => ({ id: "1", draft: null })),
      draft: null,
    });
    replace(guarded, "Doc.draft", (_, doc) => doc);
    replace(guarded, "Doc.drafts", (_, doc) => [doc]);
    const { data, errors } = await ask("{ doc { draft { id } drafts { id } } docs { draft { id } drafts { id } } }");
    expect(data).toEqual({
      doc: { draft: null, drafts: [null] },
      docs: [1, 2].map(() => ({ draft: null, drafts: [null] })),
    });
    expect(errors).toHaveLength(6);
  });

  test("is not what somebody puts in its place afterwards", async () => {
    const engine = await library();
    await grant(engine, "read", "1");
    const { guarded } = server(engine, "type Doc @authorize { id: ID } type Query { doc: Doc docs: [Doc] }", {
      Query: { doc: () => ({ id: 1 }), docs: () => [{ id: 1 }, { id: 1 }] },
    });
    replace(guarded, "Query.doc", () => ({ id: 2 }));
    replace(guarded, "Query.docs", (docs) => {
      (docs as unknown[])[1] = { id: 2 };
      return docs;
    });
    const result = (await execute({
      schema: guarded,
      document: parse("{ doc { id } docs { id } }"),
      contextValue: {},
    })) as ExecutionResult;
    expect(JSON.parse(JSON.stringify(result.data))).toEqual({ doc: null, docs: [{ id: "1" }, null] });
    expect(denials(result)).toEqual(["NOT_FOUND doc", "NOT_FOUND docs.1"]);
  });
});

describe("the limit of questions of an operation", () => {
  const typeDefs = "type Doc @authorize { id: ID self: Doc } type Query { docs(from: Int!, to: Int!): [Doc] }";
  const resolvers = {
    Query: {
      docs: (_: unknown, { from, to }: { from: number; to: number }) =>
        Array.from({ length: to - from }, (_, i) => ({ id: from + i })),
    },
    Doc: { self: (doc: object) => ({ ...doc }) },
  };

  test("counts a resource once, however many objects stand for it", async () => {
    const engine = await library();
    for (let id = 0; id < 20; id++) await grant(engine, "read", String(id));
    const { ask } = server(engine, typeDefs, resolvers, { limits: { questions: 20 } });
    const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: docs(from: 0, to: 10) { self { id } }`).join(" ");
    const { data, errors } = await ask(`{ ${aliases} more: docs(from: 5, to: 20) { id } }`);
    expect(errors).toBeUndefined();
    expect(data?.["more"]).toHaveLength(15);
  });

  test("is one for all steps of a mutation", async () => {
    const engine = await library();
    for (let id = 0; id < 10; id++) await grant(engine, "read", String(id));
    const { ask } = server(
      engine,
      `${typeDefs} type Mutation { look: [Doc] @public }`,
      { ...resolvers, Mutation: { look: () => Array.from({ length: 10 }, (_, id) => ({ id })) } },
      { limits: { questions: 25 } },
    );
    const look = "look { self { id } }";
    const result = await ask(`mutation { a: ${look} b: ${look} c: ${look} }`);
    expect(denials(result)).toEqual(Array.from({ length: 5 }, (_, i) => `AUTHORIZATION_UNAVAILABLE c.${i + 5}`));
  });

  test("denies what is beyond it", async () => {
    const engine = await library();
    for (let id = 0; id < 30; id++) await grant(engine, "read", String(id));
    const { ask } = server(engine, typeDefs, resolvers, { limits: { questions: 20 } });
    const result = await ask("{ a: docs(from: 0, to: 15) { self { id } } b: docs(from: 10, to: 30) { id } }");
    expect(denials(result)).toEqual(Array.from({ length: 10 }, (_, i) => `AUTHORIZATION_UNAVAILABLE b.${i + 10}`));
  });
});
