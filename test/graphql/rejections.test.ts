import { envelop, useEngine, useSchema } from "@envelop/core";
import { type ExecutionResult, execute, parse, specifiedRules, subscribe, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { useAuthorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "./support/grants.js";
import { buildSchema, denials } from "./support/serve.js";

const later = <T>(value: T, milliseconds = 15) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), milliseconds));

interface Paging {
  readonly first?: number;
  readonly after?: string;
}

/** Runs one operation with the plugin, and says which resolvers ran. */
async function run(
  text: string,
  grants: readonly string[] = [],
  variables: Readonly<Record<string, unknown>> = {},
  asynchronous = false,
) {
  const ran: string[] = [];
  const doc = (at: string) => () => {
    ran.push(at);
    return { id: 1 };
  };
  const schema = buildSchema(
    `type Doc @authorize { id: ID!  secret: String @authorize(action: "strict", deny: REJECT)  next: Doc }
     type Place @public {
       doc: Doc
       result: Doc @authorize(action: "read", on: RESULT)
       parent: String @authorize(action: "strict", on: NONE)
       docs(first: Int, after: String): DocConnection @authorize(on: LIST)
     }
     type DocConnection { edges: [DocEdge!]  pageInfo: PageInfo!  totalCount: Int }
     type DocEdge { node: Doc!  cursor: String! }
     type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean! }
     interface Box { id: ID!  doc: Doc }
     type Closed implements Box @public { id: ID!  doc: Doc @authorize(action: "strict", on: NONE, deny: REJECT) }
     type Open implements Box @public { id: ID!  doc: Doc }
     enum Mode { PLAIN  STRICT @authorize(action: "strict", on: NONE, deny: REJECT) }
     input Wish { mode: Mode  inner: Wish  hard: Boolean @authorize(action: "strict", on: NONE, deny: REJECT) }
     type Query {
       slow: Place @public
       doc: Doc
       stop(id: ID!): Doc @authorize(action: "strict", on: ARG, arg: "id", type: "Doc", deny: REJECT)
       both(id: ID!): Doc @authorize(action: "read", on: ARG, arg: "id", type: "Doc") @authorize(action: "strict", on: NONE, deny: REJECT)
       closed: Closed @public
       box: Box @public
       wish(wish: Wish, wishes: [Wish!]): String @public
     }
     type Mutation {
       write(id: ID!): Place @public
       stop(id: ID!): Place @authorize(action: "strict", on: ARG, arg: "id", type: "Doc", deny: REJECT)
       leave: Boolean @public
       must: Boolean @authorize(action: "strict", on: NONE, deny: REJECT)
       wish(wish: Wish, wishes: [Wish!]): String @public
     }`,
    {
      Place: {
        doc: doc("Place.doc"),
        result: doc("Place.result"),
        docs: async (_: unknown, { after }: Paging) => {
          ran.push("Place.docs");
          const id = Number(after ?? 0) + 1;
          const pageInfo = { hasNextPage: id < 20, hasPreviousPage: false };
          return later({ edges: [{ cursor: String(id), node: { id } }], pageInfo }, 5);
        },
      },
      Doc: { secret: () => ran.push("Doc.secret"), next: doc("Doc.next") },
      Box: { __resolveType: () => "Closed" },
      Closed: { doc: doc("Closed.doc") },
      Query: {
        slow: () => later({}),
        doc: () => ({ id: 1 }),
        stop: doc("Query.stop"),
        both: doc("Query.both"),
        closed: () => ({ id: 1 }),
        box: () => ({ id: 1 }),
        wish: () => "granted",
      },
      Mutation: {
        write: (_: unknown, { id }: { id: string }) => {
          ran.push(`write ${id}`);
          return {};
        },
        stop: (_: unknown, { id }: { id: string }) => {
          ran.push(`stop ${id}`);
          return later({});
        },
        leave: async () => {
          ran.push("leave");
          await engine.revoke("alice strict Doc:1");
          return true;
        },
      },
    },
  );
  const engine = await grantEngine({ Doc: ["read", "strict"] }, ["strict"], { asynchronous });
  await engine.grant("alice read Doc:1", "alice read Doc:19", ...grants);
  const prepare = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(schema),
      useAuthorization({ engine, logger: silent, actor: () => ({ type: "User", id: "alice" }) }),
    ],
  });
  const host = prepare({});
  const contextValue = await host.contextFactory();
  const document = host.parse(text);
  const result = (await host.execute({
    schema: host.schema,
    document,
    contextValue,
    variableValues: variables,
  })) as ExecutionResult;
  await later(undefined, 40);
  return { answer: [result.data ?? null, denials(result)], ran };
}

const rejected = [null, ["FORBIDDEN "]];

describe("after a rejection", () => {
  test("nothing that is guarded runs below a field that was slow", async () => {
    for (const field of ["doc { id }", "result { id }", "docs(first: 1) { edges { cursor } }", "parent"]) {
      const { answer, ran } = await run(`{ slow { ${field} } doc { secret } }`);
      expect({ field, answer, ran }).toEqual({ field, answer: rejected, ran: [] });
    }
  });

  test("no further page of a connection is fetched", async () => {
    const { answer, ran } = await run("{ slow { docs(first: 2) { edges { cursor } } } late: slow { doc { secret } } }");
    expect(answer).toEqual(rejected);
    expect(ran.filter((one) => one === "Place.docs").length).toBeLessThan(5);
  });

  test("no later step of a mutation runs, and those before are what has happened", async () => {
    const steps = "mutation { a: write(id: 1) { parent } leave b: stop(id: 1) { parent } c: write(id: 2) { parent } }";
    const { answer, ran } = await run(steps, ["alice strict Doc:1"]);
    expect(answer).toEqual(rejected);
    expect(ran).toEqual(["write 1", "leave"]);
  });

  test("that was granted everything runs", async () => {
    const { answer, ran } = await run("mutation { a: stop(id: 1) { doc { id } } c: write(id: 2) { parent } }", [
      "alice strict Doc:1",
      "alice strict",
    ]);
    expect(answer).toEqual([{ a: { doc: { id: "1" } }, c: { parent: null } }, []]);
    expect(ran).toEqual(["stop 1", "Place.doc", "write 2"]);
  });
});

describe("what can be known beforehand is refused before anything runs", () => {
  const write = "a: write(id: 1) { parent }";
  test.each([
    [`mutation { ${write} stop(id: 2) { parent } }`, {}],
    [`mutation ($id: ID!) { ${write} stop(id: $id) { parent } }`, { id: "2" }],
    [`mutation { ${write} ...F } fragment F on Mutation { stop(id: 2) { parent } }`, {}],
    [`mutation { ${write} ... { stop(id: 2) { parent } } }`, {}],
    [`mutation { ${write} stop(id: 2) @skip(if: false) { parent } }`, {}],
    [`mutation ($on: Boolean!) { ${write} stop(id: 2) @include(if: $on) { parent } }`, { on: true }],
  ])("%s", async (text, variables) => {
    expect(await run(text, ["alice strict Doc:1"], variables)).toEqual({ answer: rejected, ran: [] });
  });

  test("the second of two is, and what several directives of a field ask", async () => {
    expect(await run("{ a: stop(id: 1) { id } b: stop(id: 2) { id } }", ["alice strict Doc:1"])).toEqual({
      answer: rejected,
      ran: [],
    });
    expect(await run("{ both(id: 2) { id } }", [])).toEqual({ answer: rejected, ran: [] });
    expect(await run("{ slow { doc { id } } closed { doc { id } } }")).toEqual({ answer: rejected, ran: [] });
  });

  test("what stands in inputs is, at any depth", async () => {
    for (const wish of [
      "wish: { hard: true }",
      "wish: { mode: STRICT }",
      "wish: { inner: { inner: { mode: STRICT } } }",
      "wishes: [{ mode: PLAIN }, { hard: null }]",
    ]) {
      expect(await run(`{ slow { doc { id } } wish(${wish}) }`)).toEqual({ answer: rejected, ran: [] });
    }
    expect((await run("{ wish(wish: { mode: PLAIN }) }")).answer).toEqual([{ wish: "granted" }, []]);
  });

  test.each([false, true])(
    "what stands behind another step of a mutation is, one as well as the other (late: %s)",
    async (late) => {
      for (const step of [
        "must",
        "leave must",
        "b: stop(id: 1) { parent } c: stop(id: 2) { parent }",
        "b: stop(id: 1) { parent } must",
        "wish(wish: { hard: true })",
        "wish(wish: { mode: STRICT })",
        "wish(wish: { inner: { hard: null } })",
        "wish(wishes: [{ mode: PLAIN }, { mode: STRICT }])",
      ]) {
        const { answer, ran } = await run(`mutation { ${write} ${step} }`, ["alice strict Doc:1"], {}, late);
        expect({ step, answer, ran }).toEqual({ step, answer: rejected, ran: [] });
      }
    },
  );

  test("what is left out is not, nor what is not there", async () => {
    const skipped = "{ doc { id } stop(id: 2) @skip(if: true) { id } }";
    expect((await run(skipped)).answer).toEqual([{ doc: { id: "1" } }, []]);
    expect(
      (await run("query ($on: Boolean!) { doc { id } stop(id: 2) @include(if: $on) { id } }", [], { on: false }))
        .answer,
    ).toEqual([{ doc: { id: "1" } }, []]);
    expect((await run("{ stop(id: 1) { id } }", ["alice strict Doc:1"])).answer).toEqual([{ stop: { id: "1" } }, []]);
  });

  test("behind an interface it is known when it is there, and rejects as well", async () => {
    expect((await run("{ box { id doc { id } } }")).answer).toEqual(rejected);
    expect((await run("{ box { id doc { id } } }", ["alice strict"])).answer).toEqual([
      { box: { id: "1", doc: { id: "1" } } },
      [],
    ]);
  });
});
