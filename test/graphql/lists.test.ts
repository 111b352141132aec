import { describe, expect, test } from "vitest";
import type { Authorization } from "../../src/graphql/index.js";
import { type Grant, grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

interface Doc {
  readonly id: number;
  readonly title: string;
}
type Paging = { first?: number | null; after?: string | null; last?: number | null; before?: string | null };

const docs: readonly Doc[] = Array.from({ length: 30 }, (_, i) => ({ id: i + 1, title: `doc ${i + 1}` }));

/** A page as a well-behaved resolver makes it, out of rows in the order of their ids. */
function pageOf(rows: readonly Doc[], { first, after, last, before }: Paging, most = Number.POSITIVE_INFINITY) {
  const inside = rows.filter(
    (row) => (after == null || row.id > Number(after)) && (before == null || row.id < Number(before)),
  );
  let page = inside.slice(0, Math.min(first ?? most, most));
  const hasNextPage = page.length < inside.length;
  let hasPreviousPage = false;
  if (last != null) {
    if (first == null) page = inside;
    hasPreviousPage = page.length > last;
    page = last === 0 ? [] : page.slice(-last);
  }
  return {
    edges: page.map((node) => ({ node, cursor: String(node.id) })),
    nodes: page,
    pageInfo: {
      hasNextPage: first == null && last != null ? false : hasNextPage,
      hasPreviousPage,
      startCursor: page.length === 0 ? null : String(page[0]!.id),
      endCursor: page.length === 0 ? null : String(page[page.length - 1]!.id),
    },
    totalCount: rows.length,
  };
}

const connectionTypes = `
  type Doc @authorize { id: ID!  title: String! }
  type DocConnection { edges: [DocEdge!]  nodes: [Doc!]  pageInfo: PageInfo!  totalCount: Int! }
  type DocEdge { node: Doc!  cursor: String! }
  type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
  type Query { docs(first: Int, after: String, last: Int, before: String): DocConnection! @authorize(on: LIST) }
`;
const everything =
  "edges { cursor node { id } } nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

interface Shown {
  edges: { cursor: string; node: { id: string } }[];
  nodes: { id: string }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

async function connectionServer(allowed: readonly number[], most?: number) {
  const calls: Paging[] = [];
  const schema = buildSchema(connectionTypes, {
    Query: {
      docs: (_: unknown, args: Paging) => {
        calls.push(args);
        return pageOf(docs, args, most);
      },
    },
  });
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant(...allowed.map((id) => `alice read Doc:${id}`));
  const served = serve(schema, { engine });
  const page = async (args: string, fields = everything) => {
    const result = await served.ask(`{ docs${args} { ${fields} } }`);
    expect(result.errors).toBeUndefined();
    return (result.data as { docs: Shown }).docs;
  };
  return { ...served, engine, calls, page };
}

/** What the same page would be, had the application only ever had the allowed rows. */
function expected(allowed: readonly number[], args: Paging): Shown {
  const rows = docs.filter((doc) => allowed.includes(doc.id));
  const { edges, nodes, pageInfo, totalCount } = pageOf(rows, args);
  return JSON.parse(
    JSON.stringify({
      edges: edges.map(({ cursor, node }) => ({ cursor, node: { id: String(node.id) } })),
      nodes: nodes.map((node) => ({ id: String(node.id) })),
      totalCount,
      pageInfo,
    }),
  ) as Shown;
}

const text = (args: Paging): string => {
  const parts = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return parts.length === 0 ? "" : `(${parts.join(", ")})`;
};

describe("a connection on: LIST, whose resolver knows nothing of authorization", () => {
  const sets = {
    few: [3, 9, 20, 21, 30],
    "all but some": docs.map((d) => d.id).filter((id) => id % 5 !== 0),
    one: [17],
  };
  const pages: Paging[] = [
    {},
    { first: 2 },
    { first: 2, after: "9" },
    { first: 2, after: "10" },
    { first: 4 },
    { first: 5 },
    { first: 50 },
    { first: 0 },
    { last: 2 },
    { last: 2, before: "21" },
    { last: 2, before: "22" },
    { last: 50 },
    { first: 3, last: 1 },
    { first: 3, last: 2, after: "4" },
    { first: 2, before: "20" },
    { last: 3, after: "9" },
  ];
  for (const [name, allowed] of Object.entries(sets)) {
    test(`shows every page as if only the allowed rows existed: ${name}`, async () => {
      const { page } = await connectionServer(allowed);
      for (const args of pages) {
        const shown = await page(text(args));
        const wanted = expected(allowed, args);
        expect({ args, ...shown }).toEqual({ args, ...wanted });
      }
    });

    test(`also when the resolver gives small pages only: ${name}`, async () => {
      const { page } = await connectionServer(allowed, 4);
      for (const args of pages.filter((one) => one.first != null && one.last == null)) {
        expect({ args, ...(await page(text(args))) }).toEqual({ args, ...expected(allowed, args) });
      }
    });
  }

  test("walks through all pages without losing or repeating a row", async () => {
    const { page } = await connectionServer([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    const seen: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const shown: Shown = await page(text(after === null ? { first: 3 } : { first: 3, after }));
      expect(shown.edges.length === 3 || !shown.pageInfo.hasNextPage).toBe(true);
      seen.push(...shown.nodes.map((node) => node.id));
      after = shown.pageInfo.endCursor;
      more = shown.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(["2", "3", "5", "7", "11", "13", "17", "19", "23", "29"]);
  });

  test("asks one list, whatever the number of connections and aliases, and no question about single rows", async () => {
    const { ask, engine } = await connectionServer([3, 9]);
    const aliases = Array.from({ length: 20 }, (_, i) => `a${i}: docs(first: ${i + 1}) { ${everything} }`).join("\n");
    const result = await ask(`{ ${aliases} }`);
    expect(result.errors).toBeUndefined();
    // Once on each of the two executors.
    expect(engine.calls.list).toEqual(["alice read Doc", "alice read Doc"]);
    expect(engine.calls.decide).toEqual([]);
    expect(engine.calls.authorizeMany).toEqual([]);
  });

  test("does not call the resolver for an empty set", async () => {
    const { page, calls } = await connectionServer([]);
    expect(await page("(first: 3)")).toEqual({
      edges: [],
      nodes: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    expect(calls).toEqual([]);
  });

  test("does not count unless the count is selected", async () => {
    const { page, calls } = await connectionServer([1, 2, 3, 30]);
    await page("(first: 2)", "nodes { id }");
    expect(calls.every((args) => (args.first ?? 0) <= 6)).toBe(true);
  });

  test("refuses negative page sizes", async () => {
    const { ask } = await connectionServer([1]);
    expect(denials(await ask("{ docs(first: -1) { totalCount } }"))).toEqual(["BAD_USER_INPUT docs"]);
    expect(denials(await ask("{ docs(last: -1) { totalCount } }"))).toEqual(["BAD_USER_INPUT docs"]);
  });

  test("a hidden row's cursor works as a position, and no answer holds one", async () => {
    const allowed = [3, 9, 20];
    const { page } = await connectionServer(allowed);
    for (let id = 0; id <= 30; id++) {
      const shown = await page(text({ first: 2, after: String(id) }));
      const cursors = [...shown.edges.map((edge) => edge.cursor), shown.pageInfo.startCursor, shown.pageInfo.endCursor];
      for (const cursor of cursors) if (cursor !== null) expect(allowed).toContain(Number(cursor));
    }
  });

  test("keeps to its budget of rows, and says that there is more", async () => {
    const { ask, log, guarded } = await (async () => {
      const many = Array.from({ length: 500 }, (_, i) => ({ id: i + 1, title: "x" }));
      const schema = buildSchema(connectionTypes, {
        Query: { docs: (_: unknown, args: Paging) => pageOf(many, args) },
      });
      const engine = await grantEngine({ Doc: ["read"] });
      await engine.grant("alice read Doc:1", "alice read Doc:499");
      return serve(schema, { engine, limits: { walkedRows: 50 } });
    })();
    expect(guarded).toBeDefined();
    const result = await ask("{ docs(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } }");
    const { docs } = result.data as { docs: Shown };
    expect(docs.nodes).toEqual([{ id: "1" }]);
    expect(docs.pageInfo.hasNextPage).toBe(true);
    const next = await ask(`{ docs(first: 2, after: "450") { nodes { id } } }`);
    expect(next.data).toEqual({ docs: { nodes: [{ id: "499" }] } });
    expect(denials(await ask("{ docs(first: 2) { totalCount } }"))).toEqual([
      "AUTHORIZATION_UNAVAILABLE docs.totalCount",
    ]);
    expect(log.join("\n")).toContain("let the resolver use `context.authorization.filter`");
  });

  test("with everything allowed is what the resolver gave", async () => {
    const { page, engine, calls } = await connectionServer([]);
    await engine.grant("alice read Doc:*");
    expect(await page("(first: 2)")).toEqual(
      expected(
        docs.map((d) => d.id),
        { first: 2 },
      ),
    );
    expect(calls).toHaveLength(2);
    expect(engine.calls.decide).toEqual([]);
  });
});

describe("a resolver that pushes the set into its own query", () => {
  const resolverWith = async (take: (authorization: Authorization) => Promise<readonly string[]>) => {
    let counted = 0;
    const schema = buildSchema(connectionTypes, {
      Query: {
        docs: async (_: unknown, args: Paging, context: { authorization: Authorization }) => {
          const ids = await take(context.authorization);
          const rows = ids[0] === "*" ? docs : docs.filter((doc) => ids.includes(String(doc.id)));
          const page = pageOf(rows, args);
          return {
            ...page,
            totalCount: () => {
              counted++;
              return rows.length;
            },
          };
        },
      },
    });
    const engine = await grantEngine({ Doc: ["read"] });
    await engine.grant(...[3, 9, 20, 21, 30].map((id) => `alice read Doc:${id}`));
    return { engine, counted: () => counted, ...serve(schema, { engine }) };
  };

  test("by list or by filter is believed: its page, its count; one question to the engine in all", async () => {
    for (const take of [
      (authorization: Authorization) => authorization.list("read", "Doc"),
      async (authorization: Authorization) => {
        const filter = await authorization.filter("read", "Doc");
        if (filter.kind === "all") return ["*"];
        return filter.kind === "none" || filter.condition.kind !== "ids" ? [] : filter.condition.ids;
      },
    ]) {
      const { ask, engine, counted } = await resolverWith(take);
      const result = await ask(`{ docs(first: 2) { ${everything} } }`);
      expect(result.data).toEqual({ docs: expected([3, 9, 20, 21, 30], { first: 2 }) });
      expect(counted()).toBe(2);
      expect(engine.calls.list).toEqual(["alice read Doc", "alice read Doc"]);
      expect(engine.calls.filter).toEqual([]);
    }
  });

  test("is not believed for having taken another set", async () => {
    const { ask, engine } = await resolverWith(async (authorization) => {
      await authorization.list("read", "Other");
      return ["*"];
    });
    const result = await ask(`{ docs(first: 2) { ${everything} } }`);
    expect(result.data).toEqual({ docs: expected([3, 9, 20, 21, 30], { first: 2 }) });
    expect(engine.calls.decide).toEqual([]);
  });

  test("and shows a row too many all the same does not get it past the guard", async () => {
    const { ask } = await resolverWith(async (authorization) => [...(await authorization.list("read", "Doc")), "4"]);
    const result = await ask("{ docs { nodes { id } } }");
    expect((result.data as { docs: Shown }).docs.nodes.map((n) => n.id)).toEqual(["3", "9", "20", "21", "30"]);
  });
});

describe("a connection without arguments for paging", () => {
  const bare = async (connection: unknown, totalCount = "Int!") => {
    const schema = buildSchema(
      connectionTypes
        .replace(/docs\(.*?\)/, "docs")
        .replace("totalCount: Int!", `totalCount: ${totalCount}  sum: Int @public`),
      {
        Query: { docs: () => connection },
        DocConnection: { sum: (source: { sum?: number }) => source.sum },
      },
    );
    const engine = await grantEngine({ Doc: ["read"] });
    await engine.grant("alice read Doc:2", "alice read Doc:3");
    return serve(schema, { engine });
  };

  test("that is whole is filtered and counted", async () => {
    const { ask } = await bare(pageOf(docs, {}));
    expect((await ask(`{ docs { ${everything} } }`)).data).toEqual({ docs: expected([2, 3], {}) });
  });

  test("that is cut keeps saying so, and does not count what it cannot see", async () => {
    const cut = pageOf(docs, { first: 4 });
    expect(
      (await (await bare(cut, "Int")).ask("{ docs { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }"))
        .data,
    ).toEqual({
      docs: { nodes: [{ id: "2" }, { id: "3" }], totalCount: null, pageInfo: { hasNextPage: true, endCursor: "3" } },
    });
    expect(denials(await (await bare(cut)).ask("{ docs { totalCount } }"))).toEqual(
      ["AUTHORIZATION_UNAVAILABLE docs.totalCount", "AUTHORIZATION_UNAVAILABLE docs.totalCount"].slice(0, 1),
    );
  });

  test("may have lazy members; other fields of its type see the resolver's own object", async () => {
    const lazy = {
      edges: async () => docs.map((node) => ({ node: Promise.resolve(node), cursor: `c${node.id}` })),
      nodes: () => docs,
      pageInfo: Promise.resolve({ hasNextPage: () => false, hasPreviousPage: false }),
      totalCount: () => 30,
      sum: 465,
    };
    const { ask } = await bare(lazy);
    expect(
      (await ask("{ docs { edges { cursor node { title } } totalCount sum pageInfo { endCursor } } }")).data,
    ).toEqual({
      docs: {
        edges: [
          { cursor: "c2", node: { title: "doc 2" } },
          { cursor: "c3", node: { title: "doc 3" } },
        ],
        totalCount: 2,
        sum: 465,
        pageInfo: { endCursor: "c3" },
      },
    });
  });
});

describe("a plain list on: LIST", () => {
  const listServer = async (
    value: unknown,
    type = "[Doc!]!",
    grants: Grant[] = ["alice read Doc:2", "alice read Doc:4"],
  ) => {
    const schema = buildSchema(`type Doc { id: ID! @public } type Query { docs: ${type} @authorize(on: LIST) }`, {
      Query: { docs: () => value },
    });
    const engine = await grantEngine({ Doc: ["read"] });
    await engine.grant(...grants);
    return { engine, ...serve(schema, { engine, executors: "graphql-js" }) };
  };
  const ids = (...wanted: number[]) => ({ data: { docs: wanted.map((id) => ({ id: String(id) })) } });

  test("leaves out what is not allowed: no hole, no error", async () => {
    expect(await (await listServer(docs.slice(0, 5))).ask("{ docs { id } }")).toEqual(ids(2, 4));
    expect(await (await listServer(docs.slice(0, 1))).ask("{ docs { id } }")).toEqual(ids());
  });

  test("of promises, of a promise, of any iterable, of an async one", async () => {
    async function* later() {
      yield* docs.slice(0, 5);
    }
    for (const value of [
      docs.slice(0, 5).map((doc) => Promise.resolve(doc)),
      Promise.resolve(docs.slice(0, 5)),
      new Set(docs.slice(0, 5)),
      later(),
    ]) {
      expect(await (await listServer(value)).ask("{ docs { id } }")).toEqual(ids(2, 4));
    }
  });

  test("keeps the nulls of the resolver and the errors of single items", async () => {
    const value = [docs[1], null, Promise.reject(new Error("row is broken")), docs[2]];
    const result = await (await listServer(value, "[Doc]")).ask("{ docs { id } }");
    expect(result.data).toEqual({ docs: [{ id: "2" }, null, null] });
    expect(result.errors?.map(({ message, path }) => [message, path])).toEqual([["row is broken", ["docs", 2]]]);
  });

  test("of lists", async () => {
    const value = [docs.slice(0, 2), docs.slice(2, 5)];
    expect((await (await listServer(value, "[[Doc!]!]!")).ask("{ docs { id } }")).data).toEqual({
      docs: [[{ id: "2" }], [{ id: "4" }]],
    });
  });

  test("of an abstract type is taken for each concrete type", async () => {
    const schema = buildSchema(
      `type Doc { id: ID! @public } type Note { id: ID! @public } union Paper = Doc | Note
       type Query { papers: [Paper!] @authorize(on: LIST) }`,
      {
        Query: {
          papers: () => [
            { __typename: "Doc", id: 1 },
            { __typename: "Note", id: 1 },
            { __typename: "Doc", id: 2 },
            { __typename: "Note", id: 2 },
          ],
        },
      },
    );
    const engine = await grantEngine({ Doc: ["read"], Note: ["read"] });
    await engine.grant("alice read Doc:1", "alice read Note:2");
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    expect((await ask("{ papers { __typename ... on Doc { id } ... on Note { id } } }")).data).toEqual({
      papers: [
        { __typename: "Doc", id: "1" },
        { __typename: "Note", id: "2" },
      ],
    });
    expect(engine.calls.list.sort()).toEqual(["alice read Doc", "alice read Note"]);
  });

  test("removes what the gate of the type denies, too", async () => {
    const schema = buildSchema(
      `type Doc @authorize(action: "see") { id: ID! } type Query { docs: [Doc!]! @authorize(on: LIST) }`,
      { Query: { docs: () => docs.slice(0, 5) } },
    );
    const engine = await grantEngine({ Doc: ["read", "see"] });
    await engine.grant("alice read Doc:*", "alice see Doc:3");
    const { ask } = serve(schema, { engine });
    expect(await ask("{ docs { id } }")).toEqual(ids(3));
  });

  test("whose set cannot be had is an error, never a shorter list", async () => {
    for (const list of [
      () => Promise.reject(new Error("down")),
      () => Promise.resolve("2" as unknown as string[]),
      () => Promise.resolve([2] as unknown as string[]),
      () => undefined as unknown as Promise<string[]>,
    ]) {
      const schema = buildSchema("type Doc { id: ID! @public } type Query { docs: [Doc!] @authorize(on: LIST) }", {
        Query: { docs: () => docs },
      });
      const { ask } = serve(schema, { engine: await grantEngine({ Doc: ["read"] }, [], { list }) });
      const result = await ask("{ docs { id } }");
      expect(result.data).toEqual({ docs: null });
      expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE docs"]);
    }
  });

  test("that the engine cannot list is asked about row by row", async () => {
    const list = () => Promise.reject(Object.assign(new Error("too many"), { code: "engine/limit-exceeded" }));
    const schema = buildSchema("type Doc { id: ID! @public } type Query { docs: [Doc!] @authorize(on: LIST) }", {
      Query: { docs: () => docs.slice(0, 5) },
    });
    const engine = await grantEngine({ Doc: ["read"] }, [], { list });
    await engine.grant("alice read Doc:2");
    expect(await serve(schema, { engine }).ask("{ docs { id } }")).toEqual(ids(2));
  });
});

describe("an engine that has to wait", () => {
  test("is asked once for all objects of a tick, however many fields lead to them", async () => {
    const schema = buildSchema("type Doc @authorize { id: ID! title: String @authorize } type Query { docs: [Doc] }", {
      Query: { docs: () => docs.slice(0, 10) },
    });
    const engine = await grantEngine({ Doc: ["read"] }, [], { asynchronous: true });
    await engine.grant("alice read Doc:2", "alice read Doc:3");
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    const result = await ask("{ a: docs { id } b: docs { id title } c: docs { title } }");
    expect((result.data as { a: unknown[] }).a.filter((doc) => doc !== null)).toEqual([{ id: "2" }, { id: "3" }]);
    // The first question found out that there is something to wait for; all others went together.
    expect(engine.calls.decide).toEqual(["alice read Doc:1"]);
    expect(engine.calls.authorizeMany).toHaveLength(1);
  });
});
