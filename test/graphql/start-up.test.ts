import { readFileSync } from "node:fs";
import { mergeSchemas } from "@graphql-tools/schema";
import {
  buildASTSchema,
  extendSchema,
  GraphQLEnumType,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
  printSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import {
  authorize,
  authorizeDirective,
  authorizeSchema,
  coverage,
  everybody,
  SchemaError,
} from "../../src/graphql/index.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials, serve, startProblems } from "./support/serve.js";

const types = { Doc: ["read", "write", "publish"], Org: ["read", "list members"] };
const engine = await grantEngine(types, ["enter", "create org"]);
const problemsOf = (sdl: string, options = {}) => startProblems(() => serve(buildSchema(sdl), { engine, ...options }));
const doc = "type Doc @authorize { id: ID! }";
/** A connection of these nodes. */
const connection = (node: string): string =>
  `type Docs { edges: [DocEdge]  pageInfo: PageInfo! } type DocEdge { node: ${node}  cursor: String! } type PageInfo { hasNextPage: Boolean! }`;

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
    "a composite field of a list without `on`": [
      `${doc} type Box @public { docs: [Doc] @authorize } type Query { box: Box @public }`,
      ["graphql/on-required Box.docs"],
    ],
    "a query without `on`": [`type Query { a: String @authorize(action: "enter") }`, ["graphql/on-required Query.a"]],
    "PARENT on a mutation and on a subscription": [
      `type Query { a: String @public } type Mutation { a: String @authorize(on: PARENT) } type Subscription { a: String @authorize(on: PARENT) }`,
      ["graphql/on-misplaced Mutation.a", "graphql/on-misplaced Subscription.a"],
    ],
    "what has no meaning on root types of other names": [
      `schema { query: Q mutation: M subscription: S } ${doc}
       type Q { a: String @authorize(on: PARENT) } type S { a: String @authorize(on: PARENT) }
       type M { a: String @authorize(on: PARENT)  doc: Doc @authorize(on: RESULT)  docs: [Doc] @authorize(on: LIST)  made: Doc }`,
      [
        "graphql/on-misplaced M.a",
        "graphql/on-misplaced M.doc",
        "graphql/on-misplaced M.docs",
        "graphql/on-misplaced Q.a",
        "graphql/on-misplaced S.a",
        "graphql/uncovered M.made",
      ],
    ],
    "RESULT on a connection": [
      `${doc} ${connection("Doc")} type Query { docs: Docs @authorize(on: RESULT) }`,
      ["graphql/on-misplaced Query.docs"],
    ],
    "RESULT on a leaf of an object": [
      `type Doc @authorize { id: ID! @authorize(on: RESULT) } type Query { doc: Doc }`,
      ["graphql/on-misplaced Doc.id"],
    ],
    "LIST on a mutation": [
      `${doc} type Query { a: String @public } type Mutation { docs: [Doc] @authorize(on: LIST) }`,
      ["graphql/on-misplaced Mutation.docs"],
    ],
    "LIST on a connection of a union or an interface, for what one of its types does not know": [
      `${doc} interface Named { id: ID! } type Org implements Named @authorize { id: ID! } union Both = Doc | Org
       type A { edges: [AE]  pageInfo: P! } type AE { node: Both  cursor: ID } type B { edges: [BE]  pageInfo: P! } type BE { node: Named  cursor: ID } type P { hasNextPage: Boolean! }
       type Query { fine: A @authorize(on: LIST)  faces: B @authorize(on: LIST)  both: A @authorize(action: "publish", on: LIST)  face: B @authorize(action: "publish", on: LIST) }`,
      ["graphql/unknown-action Query.both", "graphql/unknown-action Query.face"],
    ],
    "LIST on a connection of leaves": [
      `${connection("String")} type Query { docs: Docs @authorize(on: LIST) }`,
      ["graphql/on-misplaced Query.docs"],
    ],
    "every way to deny on a LIST": [
      `${doc} type Query { ${["ERROR", "NULL", "NOT_FOUND", "REJECT"].map((deny) => `docs_${deny}: [Doc] @authorize(on: LIST, deny: ${deny})`).join(" ")} }`,
      ["ERROR", "NOT_FOUND", "NULL", "REJECT"].map((deny) => `graphql/on-misplaced Query.docs_${deny}`),
    ],
    "arguments that mean nothing on a type, both of them": [
      `type Doc @authorize(arg: "id", type: "Doc") { id: ID! } type Query { doc: Doc }`,
      ["graphql/on-misplaced Doc", "graphql/on-misplaced Doc"],
    ],
    "every other `on` on a type, on unions and interfaces as well": [
      `interface Named @authorize(on: RESULT) { id: ID! } type Doc implements Named @authorize(on: LIST) { id: ID! } union Any @authorize(on: NONE) = Doc
       type Query { doc: Doc  any: Any }`,
      ["graphql/on-misplaced Any", "graphql/on-misplaced Doc", "graphql/on-misplaced Named"],
    ],
    "REJECT on a union and on an interface": [
      `interface Named @authorize(deny: REJECT) { id: ID! } type Doc implements Named @authorize { id: ID! } union Any @authorize(deny: REJECT) = Doc
       type Query { doc: Doc  any: Any }`,
      ["graphql/on-misplaced Any", "graphql/on-misplaced Named"],
    ],
    "`arg` and `type` where nothing is named": [
      `${doc} type Box @authorize { id: ID! @authorize(type: "Doc")  doc: Doc @authorize(on: PARENT, arg: "a") } type Query { box: Box  docs(a: ID): [Doc] @authorize(on: LIST, arg: "a", type: "Doc") none(a: ID): Int @authorize(action: "enter", on: NONE, arg: "a") }`,
      [
        "graphql/on-misplaced Box.doc",
        "graphql/on-misplaced Box.id",
        "graphql/on-misplaced Query.docs",
        "graphql/on-misplaced Query.docs",
        "graphql/on-misplaced Query.none",
      ],
    ],
    "ARG without anything, and without `type`": [
      `${doc} type Query { a(id: ID): Doc @authorize(on: ARG)  b(id: ID): Doc @authorize(on: ARG, arg: "id")  c: Doc @authorize(on: ARG) }`,
      [
        "graphql/arg-path Query.a",
        "graphql/arg-path Query.c",
        "graphql/unknown-type Query.a",
        "graphql/unknown-type Query.b",
        "graphql/unknown-type Query.c",
      ],
    ],
    "a path that goes on after a scalar": [
      `${doc} input In { id: ID } type Query { a(id: ID, in: In): Doc @authorize(on: ARG, type: "Doc", arg: "id.id")  b(id: ID, in: In): Doc @authorize(on: ARG, type: "Doc", arg: "in.id.in") c(id: ID, in: In): Doc @authorize(on: ARG, type: "Doc", arg: "in.") }`,
      ["graphql/arg-path Query.a", "graphql/arg-path Query.b", "graphql/arg-path Query.c"],
    ],
    "types that nobody knows, wherever they can stand": [
      `${doc} enum E { A @authorize(on: NONE, type: "Dok") } input In { a: Int @authorize(type: "Dok")  b: Int @authorize(on: NONE, type: "Dok") }
       type Query { none: Int @authorize(on: NONE, type: "Dok")  inputs(a: ID @authorize(type: "Dok"), e: E, in: In): Doc }`,
      ["E.A", "In.a", "In.b", "Query.inputs(a:)", "Query.none"].map((at) => `graphql/unknown-type ${at}`),
    ],
    "actions that the policy does not know, wherever they can stand": [
      `interface Named @authorize(action: "raed") { id: ID!  name: String @authorize(action: "raed") }
       type Doc implements Named { id: ID!  name: String  body: String @authorize(action: "raed")  doc: Doc @authorize(action: "raed", on: PARENT)  docs: [Doc] @authorize(action: "raed", on: RESULT)  list: [Doc] @authorize(action: "raed", on: LIST)  page: Docs @authorize(action: "raed", on: LIST) }
       union Any @authorize(action: "raed") = Doc
       ${connection("Doc")}
       enum E { A @authorize(action: "entre", on: NONE)  B @authorize(action: "raed", type: "Doc")  C @authorize(action: "raed") }
       input In { a: Int @authorize(action: "entre", on: NONE)  b: ID @authorize(action: "raed", type: "Doc")  c: Int @authorize(action: "raed")  in: In }
       type Query {
         any: Any  none: Int @authorize(action: "entre", on: NONE)  arg(id: ID): Doc @authorize(action: "raed", on: ARG, arg: "id", type: "Doc")
         inputs(id: ID, a: Int @authorize(action: "entre", on: NONE), b: ID @authorize(action: "raed", type: "Doc"), c: Int @authorize(action: "raed"), in: In, e: E): Doc @authorize(on: ARG, arg: "id", type: "Doc")
       }`,
      [
        ...[
          "Any",
          "Doc.body",
          "Doc.doc",
          "Doc.docs",
          "Doc.list",
          "Doc.page",
          "E.A",
          "E.B",
          "E.C",
          "In.a",
          "In.b",
          "In.c",
        ],
        ...[
          "Named",
          "Named.name",
          "Query.arg",
          "Query.inputs(a:)",
          "Query.inputs(b:)",
          "Query.inputs(c:)",
          "Query.none",
        ],
      ].map((at) => `graphql/unknown-action ${at}`),
    ],
    "an action that the policy knows of another type alone": [
      `${doc} type Org @authorize(action: "write") { id: ID! } type Query { org: Org  both: [Both] @authorize(action: "publish", on: LIST) } union Both = Doc | Org`,
      ["graphql/unknown-action Org", "graphql/unknown-action Query.both"],
    ],
    "what has no meaning on arguments": [
      `${doc} type Query { doc(${["PARENT", "RESULT", "LIST"].map((on) => `a${on}: ID @authorize(on: ${on}, type: "Doc")`).join(" ")} ${["NULL", "NOT_FOUND"].map((deny) => `d${deny}: ID @authorize(type: "Doc", deny: ${deny})`).join(" ")} none: ID @authorize(action: "enter", on: NONE, arg: "none") path: ID @authorize(type: "Doc", arg: "paht")): Doc }`,
      [
        "graphql/arg-path Query.doc(path:)",
        ...["aLIST", "aPARENT", "aRESULT", "dNOT_FOUND", "dNULL", "none"].map(
          (arg) => `graphql/on-misplaced Query.doc(${arg}:)`,
        ),
      ],
    ],
    "what has no meaning on input fields": [
      `${doc} input In { ${["PARENT", "RESULT", "LIST"].map((on) => `a${on}: ID @authorize(on: ${on}, type: "Doc")`).join(" ")} ${["NULL", "NOT_FOUND"].map((deny) => `d${deny}: ID @authorize(type: "Doc", deny: ${deny})`).join(" ")} none: ID @authorize(action: "enter", on: NONE, arg: "none") path: ID @authorize(type: "Doc", arg: "paht") lone: ID @authorize(arg: "lone") }
       type Query { doc(id: ID, in: In): Doc @authorize(on: ARG, arg: "id", type: "Doc") }`,
      [
        "graphql/arg-path In.path",
        ...["aLIST", "aPARENT", "aRESULT", "dNOT_FOUND", "dNULL", "lone", "none"].map(
          (field) => `graphql/on-misplaced In.${field}`,
        ),
      ],
    ],
    "what has no meaning on enum values": [
      `${doc} enum E { ${["PARENT", "RESULT", "LIST", "ARG"].map((on) => `A${on} @authorize(on: ${on}, type: "Doc")`).join(" ")} ${["NULL", "NOT_FOUND"].map((deny) => `D${deny} @authorize(type: "Doc", deny: ${deny})`).join(" ")} PATH @authorize(type: "Doc", arg: "id") }
       type Query { doc(id: ID, e: E): Doc @authorize(on: ARG, arg: "id", type: "Doc") }`,
      ["AARG", "ALIST", "APARENT", "ARESULT", "DNOT_FOUND", "DNULL", "PATH"].map(
        (value) => `graphql/on-misplaced E.${value}`,
      ),
    ],
    "inputs about a resource that the field does not name, at any depth": [
      `enum E { A @authorize(action: "publish") } input Deep { published: Boolean @authorize(action: "publish") } input Mid { deep: Deep } input In { mid: [Mid!] }
       type Query { a(in: In): String @public  b(e: [E]): String @public  c(x: Int @authorize(action: "publish")): String @public  d(in: In, id: ID): String @authorize(on: ARG, arg: "id", type: "Doc") }
       ${doc}`,
      ["graphql/no-resource Query.a", "graphql/no-resource Query.b", "graphql/no-resource Query.c"],
    ],
    "something guarded in the argument of a directive that clients write": [
      `enum E { A  B @authorize(action: "enter", on: NONE) } input In { e: E } enum Free { A }
       directive @fmt(as: E, in: [In!], free: Free, own: Int @authorize(action: "enter", on: NONE)) on FIELD
       directive @frag(in: In) on FRAGMENT_SPREAD | OBJECT
       directive @schema_only(as: E, own: Int @authorize(action: "enter", on: NONE)) on OBJECT
       type Query { a(e: E): Int @public }`,
      ["@fmt(as:)", "@fmt(in:)", "@fmt(own:)", "@frag(in:)", "@schema_only(own:)"].map(
        (at) => `graphql/on-misplaced ${at}`,
      ),
    ],
    "both @public and @authorize on a type": [
      `type Doc @authorize @public { id: ID! } type Query { doc: Doc @public }`,
      ["graphql/both Doc"],
    ],
    "@public of a second interface against the guard of a first": [
      `interface A { id: ID! name: String @authorize } interface B { id: ID! name: String @public } type Doc implements A & B @authorize { id: ID! name: String }
       type Query { doc: Doc @public }`,
      ["graphql/inheritance Doc.name"],
    ],
    "@public on a field against the guard of its second interface": [
      `interface A { name: String } interface B { name: String @authorize } type Doc implements A & B { name: String @public } type Query { doc: Doc @public }`,
      ["graphql/inheritance Doc.name"],
    ],
    "an input field about a resource that the field does not name": [
      `input In { published: Boolean @authorize(action: "publish") } type Query { a(in: In): String @public }`,
      ["graphql/no-resource Query.a"],
    ],
  };
  for (const [what, [sdl, expected]] of Object.entries(cases)) {
    test(`does not start: ${what}`, () => {
      expect(problemsOf(sdl).sort()).toEqual([...expected].sort());
    });
  }

  test("does not start: an action that a policy of global actions alone, or of types alone, does not know", async () => {
    const start = async (policy: string, sdl: string) => {
      const own = await createEngine({ policy, logger: silent });
      return startProblems(() => serve(buildSchema(sdl), { engine: own }));
    };
    const idle = `resource Doc { roles = ["reader"]; permissions = ["read", "rest"]; "read" if "reader"; }`;
    const enter = 'type Query { a: Int @authorize(action: "entre", on: NONE) }';
    expect(await start(`actor User {} allow(_: User, "enter");`, enter)).toEqual(["graphql/unknown-action Query.a"]);
    expect(await start(`allow(_, "enter");`, enter)).toEqual(["graphql/unknown-action Query.a"]);
    expect(await start(`actor User {} ${idle}`, enter)).toEqual(["graphql/unknown-action Query.a"]);
    // An empty policy denies everything, and that is legal.
    expect(await start("", enter)).toEqual([]);
  });

  test("starts: a type that the policy, the engine or the layer alone knows", async () => {
    const own = await createEngine({
      policy: `actor User {} resource Known { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`,
      types: { Shared: { id: "id" } },
      logger: silent,
    });
    const sdl = (type: string): string =>
      `type Query { a(id: ID): Int @authorize(on: ARG, arg: "id", type: "${type}") }`;
    const start = (type: string): string[] =>
      startProblems(() => serve(buildSchema(sdl(type)), { engine: own, types: { Own: { id: "id" } } }));
    for (const type of ["Known", "Own", "Query"]) expect(start(type)).toEqual([]);
    expect(start("Shared")).toEqual(["graphql/unknown-action Query.a"]);
    for (const type of ["Nobody", "known", "toString"]) expect(start(type)).toEqual(["graphql/unknown-type Query.a"]);
  });

  test("warns of a type that the policy never mentions, whatever its name", () => {
    const log: string[] = [];
    const names = ["valueOf", "constructor", "toString"];
    const sdl = names.map((name) => `type ${name} @authorize { id: ID! }`).join(" ");
    const schema = buildSchema(`${sdl} type Query { ${names.map((name) => `f_${name}: ${name}`).join(" ")} }`);
    authorizeSchema(schema, { engine, actor: () => null, logger: { info: () => {}, warn: (line) => log.push(line) } });
    expect(log.map((line) => line.split(":")[0])).toEqual(names.toSorted());
  });

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

  test.each<[string, (text: string) => string, string]>([
    ["fewer places", (text) => text.replace(" | ENUM_VALUE", ""), "@authorize"],
    [
      "other places",
      (text) => text.replace("on OBJECT | INTERFACE | FIELD_DEFINITION\n", "on OBJECT | FIELD_DEFINITION\n"),
      "@public",
    ],
    [
      "an argument less",
      (text) => text.replace(/ {2}"How a denial looks here."\n {2}deny: AuthorizeDeny\n/, ""),
      "@authorize",
    ],
    [
      "an argument more",
      (text) => text.replace("  deny: AuthorizeDeny\n", "  deny: AuthorizeDeny\n  more: Int\n"),
      "@authorize",
    ],
    ["an argument of another type", (text) => text.replace("action: String\n", "action: ID\n"), "@authorize"],
    ["an argument that is needed", (text) => text.replace("action: String\n", "action: String!\n"), "@authorize"],
    [
      "an argument with a default",
      (text) => text.replace("on: AuthorizeOn\n", "on: AuthorizeOn = NONE\n"),
      "@authorize",
    ],
    [
      "@public with an argument",
      (text) => text.replace("directive @public on", "directive @public(a: Int) on"),
      "@public",
    ],
    ["a word less for `on`", (text) => text.replace(/ {2}"The object, or each[^\n]*\n {2}RESULT\n/, ""), "AuthorizeOn"],
    ["a word more for `on`", (text) => text.replace("  RESULT\n", "  RESULT\n  ALL\n"), "AuthorizeOn"],
    ["another word for `deny`", (text) => text.replace("NOT_FOUND", "MISSING"), "AuthorizeDeny"],
  ])("may not have %s", (_, change, at) => {
    const changed = change(authorizeDirective.typeDefs);
    expect(changed).not.toBe(authorizeDirective.typeDefs);
    expect(start(`${changed} type Query { a: String @public }`)).toEqual([`graphql/definition ${at}`]);
  });

  test("may be in another order, and are missed only where they are written", () => {
    const turned = authorizeDirective.typeDefs.replace("OBJECT | INTERFACE | UNION", "UNION | INTERFACE | OBJECT");
    expect(turned).not.toBe(authorizeDirective.typeDefs);
    expect(start(`${turned} type Query { a: String @public }`)).toEqual([]);
    expect(start("type Query { a: String }")).toEqual([]);
    expect(start("type Query { a: String @public }")).toEqual(["graphql/definition Query.a"]);
    expect(start("type Query { a: String } extend type Query @public { b: String }")).toEqual([
      "graphql/definition Query",
    ]);
  });

  test.each([
    ["an object type", "type Doc LOOK { id: ID }", "Doc"],
    ["a field", "type Doc { id: ID LOOK }", "Doc.id"],
    ["an argument", "type Doc { id(a: Int LOOK): ID }", "Doc.id(a:)"],
    ["an interface", "interface Face LOOK { id: ID }", "Face"],
    ["a field of an interface", "interface Face { id: ID LOOK }", "Face.id"],
    ["a union", "type Doc { id: ID } union Any LOOK = Doc", "Any"],
    ["an input type", "input In LOOK { id: ID }", "In"],
    ["an input field", "input In { id: ID LOOK }", "In.id"],
    ["an enum", "enum E LOOK { A }", "E"],
    ["an enum value", "enum E { A LOOK }", "E.A"],
    ["a scalar", "scalar S LOOK", "S"],
    ["an extension", "type Doc { id: ID } extend type Doc LOOK { other: ID }", "Doc"],
  ])("look-alikes are noticed on %s, defined or not", (_, sdl, at) => {
    const places =
      "OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INTERFACE | UNION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR";
    for (const [use, definition] of [
      ["@authorise", ""],
      ["@acl__authorize", ""],
      ["@my_public", ""],
      ['@authorised(action: "read")', `directive @authorised(action: String) on ${places}`],
      ['@auth_authorize(on: "NONE")', `directive @auth_authorize(on: String) on ${places}`],
    ] as const) {
      const schema = `${authorizeDirective.typeDefs} ${definition} ${sdl.replace("LOOK", use)} type Query { a: String }`;
      expect(start(schema)).toEqual([`graphql/definition ${at}`]);
    }
    // Another directive that is defined and asks for nothing of ours is somebody else's.
    const other = `${authorizeDirective.typeDefs} directive @authorised(cost: Int) on ${places}`;
    expect(start(`${other} ${sdl.replace("LOOK", "@authorised(cost: 1)")} type Query { a: String }`)).toEqual([]);
  });

  test.each([
    'on: "none"',
    "on: SOMETIMES",
    "deny: NEVER",
    'deny: "error"',
    'action: ""',
    'type: ""',
    'arg: ""',
    'actions: "enter"',
  ])("what the directive cannot say stops the start: %s", (said) => {
    expect(
      start(
        `${authorizeDirective.typeDefs} type Query { a: String @authorize(action: "enter", on: NONE) @authorize(${said}) }`,
      ),
    ).toContain("graphql/definition Query.a");
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

  test("means every directive of a list, and nothing by `public: false`", async () => {
    const own = await grantEngine(types);
    await own.grant("alice read Doc:1");
    const one = serve(codeFirst({ directives: { authorize: { action: "read" } } }), { engine: own });
    expect(await one.ask("{ doc { id } }")).toEqual({ data: { doc: { id: "1" } } });
    for (const directives of [
      [{ action: "read" }, { action: "write" }],
      [{ action: "write" }, { action: "read" }],
      [{}, { action: "read" }, { action: "write", deny: "ERROR" }],
    ]) {
      const all = serve(codeFirst({ directives: { authorize: directives } }), { engine: own });
      expect((await all.ask("{ doc { id } }")).data).toEqual({ doc: null });
    }
    const start = (extensions: Record<string, unknown>) =>
      startProblems(() => serve(codeFirst(extensions), { engine }));
    for (const open of [false, null, undefined]) {
      expect(start({ directives: { public: open } })).toEqual([
        "graphql/uncovered Doc.id",
        "graphql/uncovered Query.doc",
      ]);
    }
    for (const open of [true, {}]) {
      expect(start({ directives: { public: open } })).toEqual(["graphql/uncovered Query.doc"]);
    }
  });

  test("that says what no directive is does not start", () => {
    const start = (authorize: unknown) =>
      startProblems(() => serve(codeFirst({ directives: { authorize, public: true } }), { engine }));
    for (const wrong of [true, "read", 7, null, [null], ["read"], [{ action: "read" }, true]]) {
      expect(start(wrong)).toContain("graphql/definition Doc");
    }
    for (const wrong of [
      { action: 7 },
      { action: "" },
      { on: "SOMETIMES" },
      { deny: "NEVER" },
      { acton: "read" },
      { action: ["read"] },
    ]) {
      expect(start(wrong)).toContain("graphql/definition Doc");
    }
  });

  test("does not start with a directive on a type of inputs, where nobody asks", () => {
    const extensions = authorize({ action: "read" });
    const input = new GraphQLInputObjectType({ name: "In", fields: { a: { type: GraphQLString } }, extensions });
    const order = new GraphQLEnumType({ name: "Order", values: { ASC: {} }, extensions });
    const day = new GraphQLScalarType({ name: "Day", extensions });
    const query = new GraphQLObjectType({
      name: "Query",
      fields: {
        a: {
          type: GraphQLString,
          extensions: everybody(),
          args: { input: { type: input }, order: { type: order }, day: { type: day } },
        },
      },
    });
    expect(startProblems(() => serve(new GraphQLSchema({ query }), { engine }))).toEqual(
      ["Day", "In", "Order"].map((at) => `graphql/on-misplaced ${at}`),
    );
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

  test("reads directives of extensions as those of the type, each with all the others", async () => {
    const own = await grantEngine(types);
    await own.grant("alice read Doc:1");
    const schema = buildASTSchema(
      parse(`${authorizeDirective.typeDefs}
        type Doc { id: ID! } extend type Doc @authorize { title: String } extend type Doc @authorize(action: "write") { note: String @authorize(action: "publish") }
        type Open @public { id: ID } extend type Query @public { open: Open  doc: Doc } type Query { a: Int }`),
    );
    const { ask } = serve(schema, { engine: own });
    const rootValue = { doc: { id: 1, title: "t", note: "n" }, open: { id: 2 } };
    expect(await ask("{ doc { id } open { id } }", { rootValue })).toEqual({ data: { doc: null, open: { id: "2" } } });
    await own.grant("alice write Doc:1");
    expect((await ask("{ doc { id title note } }", { rootValue })).data).toEqual({
      doc: { id: "1", title: "t", note: null },
    });
  });

  test("adds up what stands on a field and on the same field of all its interfaces", async () => {
    const schema = buildSchema(
      `interface A { id: ID!  name: String @authorize(action: "write") }
       interface B { name: String @authorize(action: "publish") }
       type Doc implements A & B @authorize { id: ID!  name: String @authorize(action: "read") @authorize(action: "enter", on: NONE) @authorize(action: "enter", on: NONE, deny: NULL) }
       type Query { doc: Doc }`,
      { Query: { doc: () => ({ id: 1, name: "n" }) } },
    );
    const every = ["alice read Doc:1", "alice write Doc:1", "alice publish Doc:1", "alice enter"];
    for (const left of ["nothing", ...every]) {
      const own = await grantEngine(types, ["enter", "create org"]);
      await own.grant(...every.filter((grant) => grant !== left));
      const { data } = await serve(schema, { engine: own }).ask("{ doc { name } }");
      expect(data).toEqual({
        doc: left === "nothing" ? { name: "n" } : left.includes(" read ") ? null : { name: null },
      });
    }
  });

  test("takes two directives that differ in one word for two", async () => {
    const own = await grantEngine(types, ["enter"]);
    await own.grant("alice enter");
    const on = (directives: string) =>
      buildSchema(`type Query { a(x: ID, y: ID): Int ${directives} }`, { Query: { a: () => 1 } });
    const named = (more: string) => `@authorize(on: ARG, arg: "x", type: "Doc"${more})`;
    await own.grant("alice read Doc:1");
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      [`${named("")} @authorize(on: ARG, arg: "y", type: "Doc")`, "{ a(x: 1, y: 2) }", ["FORBIDDEN a"]],
      [`${named("")} @authorize(on: ARG, arg: "x", type: "Org")`, "{ a(x: 1) }", ["FORBIDDEN a"]],
      [`${named("")} ${named(', action: "write"')}`, "{ a(x: 1) }", ["FORBIDDEN a"]],
      [`${named("")} @authorize(on: NONE)`, "{ a(x: 1) }", ["FORBIDDEN a"]],
      [`${named(", deny: NULL")} ${named(", deny: NOT_FOUND")}`, "{ a(x: 2) }", ["NOT_FOUND a"]],
      [`${named(", deny: NOT_FOUND")} ${named(", deny: NULL")}`, "{ a(x: 2) }", ["NOT_FOUND a"]],
    ];
    const reading = { ...own, policyMetadata: () => ({ ...own.policyMetadata(), globalActions: "*" as const }) };
    for (const [directives, query, expected] of cases) {
      const { ask } = serve(on(directives), { engine: reading });
      expect({ directives, denied: denials(await ask(query)) }).toEqual({ directives, denied: expected });
    }
  });

  test("guards again a schema that was changed after it was guarded, each function once", async () => {
    const own = await grantEngine(types, ["enter"]);
    await own.grant("alice read Doc:1");
    const schema = buildSchema(`${doc} type Query { doc: Doc }`, { Query: { doc: () => ({ id: 1 }) } });
    const options = { engine: own, actor: () => ({ type: "User", id: "alice" }), logger: silent };
    const guarded = authorizeSchema(schema, options);
    const extended = extendSchema(
      guarded,
      parse('extend type Query { secret: String @authorize(action: "enter", on: NONE) }'),
    );
    const { ask } = serve(extended, { engine: own });
    const { data, errors } = await ask("{ doc { id } secret }", { rootValue: { secret: "s" } });
    expect(data).toEqual({ doc: { id: "1" }, secret: null });
    expect(denials({ errors: errors ?? [] })).toEqual(["FORBIDDEN secret"]);
    const forgotten = extendSchema(guarded, parse("extend type Query { forgotten: String }"));
    expect(startProblems(() => authorizeSchema(forgotten, options))).toEqual(["graphql/uncovered Query.forgotten"]);
    // Some tools keep what they find in the extensions of a schema.
    forgotten.extensions = guarded.extensions;
    expect(startProblems(() => authorizeSchema(forgotten, options))).toEqual(["graphql/uncovered Query.forgotten"]);
    expect(() => authorizeSchema(forgotten, { ...options, engine })).toThrow(/already guarded/);
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
