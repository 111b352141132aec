import { envelop, useEngine, useSchema } from "@envelop/core";
import { type ExecutionResult, execute, parse, specifiedRules, subscribe, validate } from "graphql";
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
