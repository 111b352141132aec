import { readFileSync } from "node:fs";
import { mergeSchemas } from "@graphql-tools/schema";
import {
  buildASTSchema,
  GraphQLID,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
  printSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import {
  authorize,
  authorizeDirective,
  authorizeSchema,
  coverage,
  everybody,
  SchemaError,
} from "../../src/graphql/index.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, serve, startProblems } from "./support/serve.js";

const types = { Doc: ["read", "write", "publish"], Org: ["read", "list members"] };
const engine = await grantEngine(types, ["enter", "create org"]);
const problemsOf = (sdl: string, options = {}) => startProblems(() => serve(buildSchema(sdl), { engine, ...options }));
const doc = "type Doc @authorize { id: ID! }";

test("the SDL of the directives is in `schema/authorize.graphql` too, word for word", () => {
  const file = readFileSync(new URL("../../schema/authorize.graphql", import.meta.url), "utf8");
  expect(authorizeDirective.typeDefs).toBe(file);
});

describe("deny by default", () => {
  test("names every field that nobody has decided about, all at once", () => {
    expect(
      problemsOf(`
        ${doc}
        type Box { id: ID! open: String @public doc: Doc }
        type Query { box: Box  doc: Doc  hello: String }
        type Mutation { make: Doc  touch: String }
        type Subscription { made: Doc  ticked: Int }`),
    ).toEqual([
      "graphql/uncovered Box.id",
      "graphql/uncovered Mutation.make",
      "graphql/uncovered Mutation.touch",
      "graphql/uncovered Query.box",
      "graphql/uncovered Query.hello",
      "graphql/uncovered Subscription.ticked",
    ]);
  });

  test("lets the fields of connections, edges and page infos be, but no other field of a connection", () => {
    const sdl = (extra: string) => `
      ${doc}
      type Docs { edges: [DocEdge]  nodes: [Doc]  pageInfo: PageInfo!  totalCount: Int ${extra} }
      type DocEdge { node: Doc  cursor: String! }
      type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
      type Query { docs: Docs @authorize(on: LIST) }`;
    expect(problemsOf(sdl(""))).toEqual([]);
    expect(problemsOf(sdl("sum: Int"))).toEqual(["graphql/uncovered Docs.sum"]);
    expect(problemsOf(sdl("sum: Int @public"))).toEqual([]);
  });

  test("counts an interface or union as guarded when every possible type is", () => {
    const sdl = (other: string) => `
      ${doc}
      type Note ${other} { id: ID! @public }
      union Paper = Doc | Note
      type Query { paper: Paper }`;
    expect(problemsOf(sdl(""))).toEqual(["graphql/uncovered Query.paper"]);
    expect(problemsOf(sdl("@authorize"))).toEqual([]);
  });

  test("can be left off, and nothing else with it", () => {
    const sdl = `${doc} type Query { hello: String  doc: Doc @authorize(action: "raed", on: RESULT) }`;
    expect(problemsOf(sdl, { mode: "annotated-only" })).toEqual(["graphql/unknown-action Query.doc"]);
  });

  test("covers what is added by extensions and by merging", () => {
    const part = buildASTSchema(parse(`${authorizeDirective.typeDefs} ${doc} type Query { doc: Doc }`));
    const other = buildASTSchema(parse("type Query { forgotten: String }"));
    const merged = mergeSchemas({ schemas: [part, other] });
    expect(startProblems(() => authorizeSchema(merged, { engine, actor: () => null, logger: silent }))).toEqual([
      "graphql/uncovered Query.forgotten",
    ]);
  });
});

describe("a directive that cannot mean what it says", () => {
  const cases: Record<string, [string, string[]]> = {
    "both @public and @authorize": [
      `${doc} type Query @public { a: String @public @authorize(action: "enter", on: NONE) }`,
      ["graphql/both Query.a"],
    ],
    "a composite field without `on`": [
      `${doc} type Box @public { doc: Doc @authorize } type Query { box: Box @public }`,
      ["graphql/on-required Box.doc"],
    ],
    "a mutation without `on`": [
      `type Query { a: String @public } type Mutation { a: String @authorize(action: "enter") }`,
      ["graphql/on-required Mutation.a"],
    ],
    "PARENT on a root type": [
      `type Query { a: String @authorize(action: "enter", on: PARENT) }`,
      ["graphql/on-misplaced Query.a"],
    ],
    "RESULT on a mutation": [
      `${doc} type Query { a: String @public } type Mutation { doc: Doc @authorize(on: RESULT) }`,
      ["graphql/on-misplaced Mutation.doc"],
    ],
    "RESULT on a leaf": [
      `type Query { a: String @authorize(action: "enter", on: RESULT) }`,
      ["graphql/on-misplaced Query.a"],
    ],
    "LIST on a single object": [
      `${doc} type Query { doc: Doc @authorize(on: LIST) }`,
      ["graphql/on-misplaced Query.doc"],
    ],
    "LIST on a list of leaves": [
      `type Query { names: [String] @authorize(on: LIST) }`,
      ["graphql/on-misplaced Query.names"],
    ],
    "deny on a LIST": [
      `${doc} type Query { docs: [Doc] @authorize(on: LIST, deny: ERROR) }`,
      ["graphql/on-misplaced Query.docs"],
    ],
    "`on` on a type": [
      `type Doc @authorize(on: PARENT) { id: ID! } type Query { doc: Doc }`,
      ["graphql/on-misplaced Doc"],
    ],
    "`type` on a type": [
      `type Doc @authorize(type: "Org") { id: ID! } type Query { doc: Doc }`,
      ["graphql/on-misplaced Doc"],
    ],
    "REJECT on a type": [
      `type Doc @authorize(deny: REJECT) { id: ID! } type Query { doc: Doc }`,
      ["graphql/on-misplaced Doc"],
    ],
    "LIST on an argument": [
      `${doc} type Query { doc(id: ID @authorize(on: LIST)): Doc }`,
      ["graphql/on-misplaced Query.doc(id:)"],
    ],
    "NULL on an argument": [
      `${doc} type Query { doc(id: ID @authorize(type: "Doc", deny: NULL)): Doc }`,
      ["graphql/on-misplaced Query.doc(id:)"],
    ],
    "`arg` where nothing is named": [
      `${doc} type Query { doc(id: ID): Doc @authorize(on: RESULT, arg: "id") }`,
      ["graphql/on-misplaced Query.doc"],
    ],
    "ARG without `arg`": [
      `${doc} type Query { doc(id: ID): Doc @authorize(on: ARG, type: "Doc") }`,
      ["graphql/arg-path Query.doc"],
    ],
    "an argument that is not there": [
      `${doc} type Query { doc(id: ID): Doc @authorize(on: ARG, type: "Doc", arg: "idd") }`,
      ["graphql/arg-path Query.doc"],
    ],
    "a path that ends in nothing": [
      `${doc} input In { ids: [ID!] } type Query { doc(in: In): Doc @authorize(on: ARG, type: "Doc", arg: "in.id") }`,
      ["graphql/arg-path Query.doc"],
    ],
    "a type that nobody knows": [
      `${doc} type Query { doc(id: ID): Doc @authorize(on: ARG, type: "Dok", arg: "id") }`,
      ["graphql/unknown-type Query.doc"],
    ],
    "an action that the policy does not know": [
      `type Doc @authorize(action: "raed") { id: ID! } type Query { doc: Doc }`,
      ["graphql/unknown-action Doc"],
    ],
    "a global action that the policy does not know": [
      `type Query { a: String @authorize(action: "entre", on: NONE) }`,
      ["graphql/unknown-action Query.a"],
    ],
    "@public of an interface against a guard": [
      `interface Named { name: String @public } type Doc implements Named @public { name: String @authorize }
       type Query { doc: Doc @public }`,
      ["graphql/inheritance Doc.name"],
    ],
    "@public against the guard of an interface": [
      `interface Named @authorize { name: String } type Doc implements Named @public { name: String }
       type Query { doc: Doc @public }`,
      ["graphql/inheritance Doc"],
    ],
    "an input field about a resource that the field does not name": [
      `input In { published: Boolean @authorize(action: "publish") } type Query { a(in: In): String @public }`,
      ["graphql/no-resource Query.a"],
    ],
  };
  for (const [what, [sdl, expected]] of Object.entries(cases)) {
    test(`does not start: ${what}`, () => {
      expect(problemsOf(sdl)).toEqual(expected);
    });
  }

  test("says nothing about what the policy never mentions but that it is always denied", () => {
    const log: string[] = [];
    const schema = buildSchema("type Other @authorize { id: ID! } type Query { other: Other }");
    authorizeSchema(schema, { engine, actor: () => null, logger: { info: () => {}, warn: (line) => log.push(line) } });
    expect(log).toEqual([
      "Other: the policy never mentions `Other`: `read` on it is always denied [graphql/unknown-policy-type]",
    ]);
  });
});

describe("definitions", () => {
  const start = (sdl: string) =>
    startProblems(() =>
      authorizeSchema(buildASTSchema(parse(sdl), { assumeValidSDL: true }), {
        engine,
        actor: () => null,
        logger: silent,
        mode: "annotated-only",
      }),
    );

  test("must be those of this package", () => {
    const other = authorizeDirective.typeDefs.replace("repeatable ", "");
    expect(start(`${other} type Query { a: String @public }`)).toEqual(["graphql/definition @authorize"]);
    const less = authorizeDirective.typeDefs.replace("REJECT", "REFUSE");
    expect(start(`${less} type Query { a: String @public }`)).toEqual(["graphql/definition AuthorizeDeny"]);
  });

  test("that are missing while the directive is written are noticed", () => {
    expect(start(`type Query { a: String @authorize(action: "enter", on: NONE) }`)).toEqual([
      "graphql/definition Query.a",
    ]);
  });

  test("look-alikes are noticed, wherever they are used", () => {
    for (const name of ["authorise", "Authorize", "authorized", "security__authorize", "authorzie", "publik"]) {
      expect(start(`${authorizeDirective.typeDefs} type Query { a: String @${name} }`)).toEqual([
        "graphql/definition Query.a",
      ]);
    }
    expect(
      start(
        `${authorizeDirective.typeDefs} directive @cost(n: Int) on FIELD_DEFINITION type Query { a: String @cost(n: 1) }`,
      ),
    ).toEqual([]);
  });

  test("of arguments that do not exist are noticed", () => {
    expect(
      start(`${authorizeDirective.typeDefs} type Query { a: String @authorize(acton: "enter", on: NONE) }`),
    ).toContain("graphql/definition Query.a");
  });
});

describe("a schema written in code", () => {
  const codeFirst = (extensions: Record<string, unknown>) =>
    new GraphQLSchema({
      query: new GraphQLObjectType({
        name: "Query",
        fields: {
          hello: { type: GraphQLString, extensions: everybody(), resolve: () => "hi" },
          doc: {
            type: new GraphQLObjectType({ name: "Doc", fields: { id: { type: GraphQLID } }, extensions }),
            resolve: () => ({ id: 1 }),
          },
        },
      }),
    });

  test("says the same in its extensions", async () => {
    const own = await grantEngine(types);
    await own.grant("alice read Doc:1");
    const { ask } = serve(codeFirst(authorize({ action: "read" })), { engine: own });
    expect(await ask("{ hello doc { id } }")).toEqual({ data: { hello: "hi", doc: { id: "1" } } });
    expect(await ask("{ hello doc { id } }", { as: "bob" })).toEqual({ data: { hello: "hi", doc: null } });
    const both = serve(codeFirst(authorize({ action: "read" }, { action: "write" })), { engine: own });
    expect(await both.ask("{ doc { id } }")).toEqual({ data: { doc: null } });
  });

  test("is checked alike", () => {
    const start = (extensions: Record<string, unknown>) =>
      startProblems(() => serve(codeFirst(extensions), { engine }));
    expect(start({})).toEqual(["graphql/uncovered Doc.id", "graphql/uncovered Query.doc"]);
    expect(start(authorize({ action: "raed" }))).toEqual(["graphql/unknown-action Doc"]);
    expect(start({ directives: { authorize: { acton: "read" } } })).toContain("graphql/definition Doc");
    expect(start({ directives: { authorize: "read" } })).toContain("graphql/definition Doc");
  });
});

describe("guarding", () => {
  test("does not change the schema that was handed in", () => {
    const schema = buildSchema(`${doc} type Query { doc: Doc }`, { Query: { doc: () => ({ id: 1 }) } });
    const before = printSchema(schema);
    const resolve = schema.getQueryType()!.getFields()["doc"]!.resolve;
    const guarded = authorizeSchema(schema, { engine, actor: () => null, logger: silent });
    expect(guarded).not.toBe(schema);
    expect(printSchema(schema)).toBe(before);
    expect(printSchema(guarded)).toBe(before);
    expect(schema.getQueryType()!.getFields()["doc"]!.resolve).toBe(resolve);
    expect((schema.getType("Doc") as GraphQLObjectType).isTypeOf ?? undefined).toBeUndefined();
  });

  test("leaves fields without a guard without a resolver", () => {
    const schema = buildSchema(`type Doc @authorize { id: ID! title: String } type Query { doc: Doc }`);
    const guarded = authorizeSchema(schema, { engine, actor: () => null, logger: silent });
    const fields = (guarded.getType("Doc") as GraphQLObjectType).getFields();
    expect([fields["id"]!.resolve, fields["title"]!.resolve]).toEqual([undefined, undefined]);
  });

  test("twice by the same engine is guarding once; by two engines it does not start", async () => {
    const schema = buildSchema(`${doc} type Query { doc: Doc }`);
    const options = { engine, actor: () => null, logger: silent };
    const guarded = authorizeSchema(schema, options);
    expect(authorizeSchema(guarded, options)).toBe(guarded);
    const other = await grantEngine(types);
    expect(startProblems(() => authorizeSchema(guarded, { ...options, engine: other }))).toEqual([
      "graphql/double schema",
    ]);
  });
});

const wrong = `
  type Query {
    doc(id: ID!): Doc @authorize(on: ARG, arg: "identifier", type: "Doc")
    docs: [Doc!]! @authorize(on: LIST, deny: NULL)
    org(id: ID!): Org @authorize(action: "list member", on: ARG, arg: "id", type: "Org")
    orgs: OrgList
    whoami: String @authorize(action: "entr", on: NONE)
    stats: Stats
    count: Int! @authorize(action: "enter", on: NONE, deny: NULL)
    search(where: DocWhere): [Doc]
    news: String
  }
  type Mutation {
    createOrg(name: String!): Org
    writeDoc(id: ID!, input: DocInput!): Doc @authorize(action: "write", on: ARG, arg: "input.id", type: "Dco")
    publish(id: ID!): Doc @authorize(action: "publish", on: RESULT)
    touch(id: ID!): Doc @authorize(action: "write")
  }
  interface Titled { title: String @authorize }
  type Doc implements Titled @authorize { id: ID!  title: String @public  body: String @authorize(action: "wirte")  author: Person @authorize }
  type Org @authorize @public { id: ID!  name: String! }
  type OrgList { items: [Org!] }
  type Stats { visits: Int @authorize(on: PARENT, type: "Stats") }
  type Person { id: ID!  email: String @public }
  input DocInput { title: String  published: Boolean @authorize(action: "publish", on: PARENT) }
  input DocWhere { secret: Boolean @authorize }
`;

describe("a schema with twenty mistakes", () => {
  test("is told all of them at once, each with its coordinate, its code and advice", () => {
    let error: unknown;
    try {
      serve(buildSchema(wrong), { engine });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SchemaError);
    expect((error as SchemaError).code).toBe("graphql/schema");
    expect((error as SchemaError).message).toMatchSnapshot();
  });

  test("is what `coverage` reports, without throwing", () => {
    const report = coverage(buildSchema(wrong), { engine });
    expect(report.uncovered).toEqual(["Mutation.createOrg", "Person.id", "Query.news", "Query.orgs", "Query.stats"]);
    expect(report.public).toEqual(["Person.email"]);
    expect(report.guarded).toContain("Doc.body");
    expect([...report.guarded].sort()).toEqual(report.guarded);
    const { code, severity, coordinate, message, help } = report.problems.find((p) => p.coordinate === "Doc.body")!;
    expect({ code, severity, coordinate, message, help }).toEqual({
      code: "graphql/unknown-action",
      severity: "error",
      coordinate: "Doc.body",
      message: "the policy has no rule that could grant `wirte` on `Doc`",
      help: "did you mean `write`?",
    });
    for (const problem of report.problems) expect(String(problem)).toMatch(/^[^\n]+$/);
  });
});
