import { envelop, useEngine, useSchema } from "@envelop/core";
import { type ExecutionResult, execute, type GraphQLSchema, parse, specifiedRules, subscribe, validate } from "graphql";
import { createYoga } from "graphql-yoga";
import { describe, expect, test } from "vitest";
import { type Authorization, authorizeSchema, useAuthorization } from "../../src/graphql/index.js";
import { type GrantEngine, grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials } from "./support/serve.js";

const types = { Doc: ["read", "write", "delete"] };
const ran: string[] = [];
const schema = buildSchema(
  `type Doc @authorize { id: ID! note: String @authorize(action: "write", deny: REJECT) }
   type Query {
     doc(id: ID!): Doc
     hello: String @public
     strict(id: ID!): String @authorize(on: ARG, arg: "id", type: "Doc", deny: REJECT)
     door: String @authorize(action: "enter", on: NONE, deny: REJECT)
     mine: [String!]! @public
     who: String @public
     many: [Doc] 
   }
   type Mutation {
     first: String @public
     remove(id: ID!): String @authorize(action: "delete", on: ARG, arg: "id", type: "Doc", deny: REJECT)
   }`,
  {
    Query: {
      doc: (_: unknown, { id }: { id: string }) => ({ id, note: "note" }),
      hello: () => {
        ran.push("hello");
        return "hello";
      },
      strict: () => "strict",
      door: () => "open",
      mine: (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) =>
        authorization.list("read", "Doc"),
      who: (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) =>
        JSON.stringify(authorization.actor),
      many: () => Array.from({ length: 150 }, (_, id) => ({ id })),
    },
    Mutation: {
      first: () => {
        ran.push("first");
        return "done";
      },
      remove: () => "gone",
    },
  },
);

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: ExecutionResult;
}

function yogaFor(engine: GrantEngine, options: object = {}) {
  const yoga = createYoga({
    schema,
    logging: false,
    plugins: [
      useAuthorization({
        engine,
        logger: silent,
        actor: ({ request }: { request: Request }) => {
          const user = request.headers.get("user");
          return user === null ? null : { type: "User", id: user };
        },
        ...options,
      }),
    ],
  });
  return async (query: string, user: string | null = "alice", variables?: object): Promise<Answer> => {
    const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
    if (user !== null) headers["user"] = user;
    const body = JSON.stringify({ query, variables });
    const response = await yoga.fetch("http://localhost/graphql", { method: "POST", headers, body });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) as ExecutionResult };
  };
}

describe("the plugin in Yoga", () => {
  test("guards, and gives resolvers `context.authorization`", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1");
    const ask = yogaFor(engine);
    expect((await ask("{ a: doc(id: 1) { id } b: doc(id: 2) { id } mine who }")).body).toEqual({
      data: { a: { id: "1" }, b: null, mine: ["1"], who: '{"type":"User","id":"alice"}' },
    });
    expect((await ask("{ mine who }", null)).body).toEqual({ data: { mine: [], who: "null" } });
  });

  test("a hidden object and a missing one are the same bytes, with the same status", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const ask = yogaFor(engine);
    const [hidden, missing] = [await ask("{ doc(id: 1) { id } }"), await ask("{ doc(id: 1) { id } }", "bob")];
    expect([hidden.status, hidden.text]).toEqual([missing.status, missing.text]);
  });

  test("partial answers are 200; errors are not masked and hold the code alone", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const { status, body } = await yogaFor(engine)("{ hello doc(id: 1) { id } }", null);
    expect(status).toBe(200);
    expect(body.errors?.[0]).toEqual({
      message: "you have to log in for this",
      locations: [{ line: 1, column: 9 }],
      path: ["doc"],
      extensions: { code: "UNAUTHENTICATED" },
    });
  });

  test("throws at once when the schema cannot be guarded", async () => {
    const engine = await grantEngine(types);
    expect(() => createYoga({ schema, plugins: [useAuthorization({ engine, actor: () => null })] })).toThrow(
      /Query\.door: no rule could grant `enter`/,
    );
  });
});

describe("deny: REJECT", () => {
  test("refuses the whole operation before anything of it runs, when that can be known", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1");
    const ask = yogaFor(engine);
    ran.length = 0;
    for (const query of [
      "{ hello strict(id: 2) }",
      "query { hello door }",
      "{ hello ...F } fragment F on Query { door }",
      "mutation { first remove(id: 1) }",
    ]) {
      const { status, body } = await ask(query);
      expect({ query, status, ...body }).toEqual({
        query,
        status: 403,
        data: null,
        errors: [{ message: "you are not allowed to do this", extensions: { code: "FORBIDDEN" } }],
      });
    }
    const byVariable = await ask("query ($id: ID!) { hello strict(id: $id) }", "alice", { id: 7 });
    expect(byVariable.status).toBe(403);
    expect(ran).toEqual([]);
    expect((await ask("{ hello strict(id: 1) }")).body).toEqual({ data: { hello: "hello", strict: "strict" } });
  });

  test("does not refuse for what is not executed", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const ask = yogaFor(engine);
    expect((await ask("query ($no: Boolean = false) { hello door @include(if: $no) }")).body).toEqual({
      data: { hello: "hello" },
    });
    expect((await ask("{ hello door @skip(if: true) }")).body).toEqual({ data: { hello: "hello" } });
    const two = await ask("query A { hello } query B { door }");
    expect(two.status).not.toBe(403);
  });

  test("answers 401 to strangers", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const { status, body } = await yogaFor(engine)("{ hello door }", null);
    expect([status, body.data, denials(body)]).toEqual([401, null, ["UNAUTHENTICATED "]]);
  });

  test("found out while it runs drops all data", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1");
    const { status, body } = await yogaFor(engine)("{ hello doc(id: 1) { id note } }");
    expect([status, body.data, denials(body)]).toEqual([403, null, ["FORBIDDEN "]]);
  });
});

describe("many denials", () => {
  test("are listed up to a limit, and then counted", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const noisy = buildSchema("type Doc @authorize(deny: ERROR) { id: ID! } type Query { many: [Doc] }", {
      Query: { many: () => Array.from({ length: 150 }, (_, id) => ({ id })) },
    });
    const yoga = createYoga({
      schema: noisy,
      plugins: [useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) })],
    });
    const body = JSON.stringify({ query: "{ many { id } }" });
    const response = await yoga.fetch("http://localhost/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const result = (await response.json()) as ExecutionResult;
    expect(result.errors).toHaveLength(101);
    expect(result.errors?.[100]?.message).toBe("50 more errors of this kind are not listed");
  });
});

describe("the plugin in plain Envelop", () => {
  const plain = (engine: GrantEngine) => {
    const getEnveloped = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute, subscribe }),
        useSchema(schema),
        useAuthorization({
          engine,
          logger: silent,
          actor: ({ user }: { user: string }) => ({ type: "User", id: user }),
        }),
      ],
    });
    return async (query: string, user: string): Promise<ExecutionResult> => {
      const enveloped = getEnveloped({ user });
      const document = enveloped.parse(query);
      expect(enveloped.validate(enveloped.schema, document)).toEqual([]);
      const contextValue = await enveloped.contextFactory();
      return (await enveloped.execute({ schema: enveloped.schema, document, contextValue })) as ExecutionResult;
    };
  };

  test("guards on the executor of graphql-js", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1", "bob read Doc:2");
    const ask = plain(engine);
    const query = "{ a: doc(id: 1) { id } b: doc(id: 2) { id } mine }";
    expect((await ask(query, "alice")).data).toEqual({ a: { id: "1" }, b: null, mine: ["1"] });
    expect((await ask(query, "bob")).data).toEqual({ a: null, b: { id: "2" }, mine: ["2"] });
    expect((await ask("{ hello door }", "bob")).data).toBeNull();
  });

  test("guards once, and only by one engine", async () => {
    const engine = await grantEngine(types, ["enter"]);
    const options = { engine, logger: silent, actor: () => null };
    const twice = () => envelop({ plugins: [useSchema(schema), useAuthorization(options), useAuthorization(options)] });
    expect(twice).not.toThrow();
    const other = await grantEngine(types, ["enter"]);
    expect(() =>
      envelop({
        plugins: [useSchema(authorizeSchema(schema, options)), useAuthorization({ ...options, engine: other })],
      }),
    ).toThrow(/already guarded/);
  });
});

describe("the limits of an operation under the plugin", () => {
  const typeDefs =
    'type Doc @authorize(deny: ERROR) { id: ID  broken: Int } type Query { docs(ids: [ID!]!): [Doc]  named(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Doc")  broken: Int @public }';
  const docs = buildSchema(typeDefs, {
    Query: {
      docs: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map((id) => ({ id })),
      named: () => 1,
      broken: () => {
        throw new Error("broken");
      },
    },
    Doc: {
      broken: () => {
        throw new Error("broken");
      },
    },
  });
  const run = async (limits: object, query: string) => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1", "alice read Doc:2");
    const getEnveloped = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute, subscribe }),
        useSchema(docs),
        useAuthorization({ engine, logger: silent, limits, actor: () => ({ type: "User", id: "alice" }) }),
      ],
    });
    const { schema, parse: read, execute: perform, contextFactory } = getEnveloped({});
    const contextValue = await contextFactory();
    return (await perform({ schema, document: read(query), contextValue })) as ExecutionResult;
  };

  test("are counted for each operation: questions", async () => {
    const query = "{ a: named(id: 1) b: named(id: 2) c: named(id: 3) }";
    for (const [questions, expected] of [
      [3, ["FORBIDDEN c"]],
      [2, ["AUTHORIZATION_UNAVAILABLE c"]],
      [1, ["AUTHORIZATION_UNAVAILABLE b", "AUTHORIZATION_UNAVAILABLE c"]],
      [0, ["AUTHORIZATION_UNAVAILABLE a", "AUTHORIZATION_UNAVAILABLE b", "AUTHORIZATION_UNAVAILABLE c"]],
    ] as const) {
      expect(denials(await run({ questions }, query))).toEqual(expected);
    }
  });

  test("are counted for each operation: denials that are listed, and nothing else", async () => {
    const denied = (result: ExecutionResult): number =>
      denials(result).filter((one) => one.startsWith("FORBIDDEN docs")).length;
    const broken = (result: ExecutionResult): number =>
      (result.errors ?? []).filter(({ message }) => message === "broken").length;
    const notes = (result: ExecutionResult): readonly string[] =>
      (result.errors ?? []).map(({ message }) => message).filter((message) => message.includes("not listed"));
    // Four denials and three errors of resolvers.
    const query = "{ docs(ids: [3, 4, 1, 5, 2, 6]) { id broken } broken }";
    for (const [errors, listed] of [
      [7, 4],
      [5, 4],
      [4, 4],
      [3, 3],
      [1, 1],
      [0, 0],
    ] as const) {
      const result = await run({ errors }, query);
      expect([errors, denied(result), broken(result)]).toEqual([errors, listed, 3]);
      const left = 4 - listed;
      expect(notes(result)).toEqual(left === 0 ? [] : [`${left} more errors of this kind are not listed`]);
      const note = result.errors?.find(({ message }) => message.includes("not listed"));
      if (left > 0) expect(note?.extensions).toEqual({ code: "FORBIDDEN" });
    }
  });

  test("the executor's own resolvers of fields and types are those that guarded fields call", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1");
    const named = buildSchema(
      `interface Node { id: ID } type Doc implements Node @authorize { id: ID } type Leaf implements Node @public { id: ID }
       type Query { node: Node @public  doc: Doc  leaf: Leaf @public }`,
    );
    const getEnveloped = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute, subscribe }),
        useSchema(named),
        useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) }),
      ],
    });
    const { schema, parse: read, execute: perform, contextFactory } = getEnveloped({});
    const contextValue = await contextFactory();
    const result = (await perform({
      schema,
      document: read("{ node { __typename id } doc { id } leaf { id } }"),
      contextValue,
      rootValue: {},
      fieldResolver: (
        source: { readonly own?: string },
        _args: unknown,
        _context: unknown,
        { fieldName }: { fieldName: string },
      ) => (fieldName === "id" ? source.own : { own: fieldName === "leaf" ? "2" : "1", id: "1", kind: "Doc" }),
      typeResolver: ({ kind }: { readonly kind: string }) => kind,
    })) as ExecutionResult;
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      data: { node: { __typename: "Doc", id: "1" }, doc: { id: "1" }, leaf: { id: "2" } },
    });
  });

  test("a schema that takes the place of the first is guarded as well", async () => {
    const engine = await grantEngine(types, ["enter"]);
    await engine.grant("alice read Doc:1");
    let replace: (schema: GraphQLSchema) => void = () => {};
    const getEnveloped = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute, subscribe }),
        {
          onPluginInit({ setSchema }: { setSchema(schema: GraphQLSchema): void }) {
            replace = setSchema;
            setSchema(docs);
          },
        },
        useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) }),
      ],
    });
    const ask = async (query: string) => {
      const { schema, parse: read, execute: perform, contextFactory } = getEnveloped({});
      return (await perform({
        schema,
        document: read(query),
        contextValue: await contextFactory(),
      })) as ExecutionResult;
    };
    expect(denials(await ask("{ docs(ids: [1, 3]) { id } }"))).toEqual(["FORBIDDEN docs.1"]);
    replace(buildSchema(typeDefs.replaceAll("docs(", "papers("), { Query: { papers: () => [{ id: 1 }, { id: 4 }] } }));
    expect(denials(await ask("{ papers(ids: []) { id } }"))).toEqual(["FORBIDDEN papers.1"]);
    expect(() => replace(buildSchema("type Query { forgotten: Int }"))).toThrow(/nobody has decided/);
  });
});
