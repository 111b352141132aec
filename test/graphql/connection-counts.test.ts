import { describe, expect, test } from "vitest";
import { type Authorization, authorizedConnection } from "../../src/graphql/index.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/*
 * Counts and flags of connections on: LIST beside everything that can make them wrong: page sizes of the resolver's own, arguments
 * that only place a page, answers that come later, sets of which only some were taken. GraphQL reference, section 5.1.
 */

interface Row {
  readonly id: number;
}
interface Paging {
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
}

const rows: readonly Row[] = Array.from({ length: 12 }, (_, i) => ({ id: i + 1 }));
const allowed = [2, 3, 5, 8, 9, 11];

/** What the application answers: pages of at most so many rows, by all four arguments. */
function pageOf(all: readonly Row[], { first, after, last, before }: Paging, most = 100, isBackward = false) {
  const inside = all.filter(
    ({ id }) => (after == null || id > Number(after)) && (before == null || id < Number(before)),
  );
  const fromEnd = last != null || isBackward;
  const size = Math.min((fromEnd ? last : first) ?? most, most);
  const shown = fromEnd ? (size === 0 ? [] : inside.slice(-size)) : inside.slice(0, size);
  const isCut = shown.length < inside.length;
  return {
    edges: shown.map((node) => ({ node, cursor: String(node.id) })),
    nodes: shown,
    pageInfo: { hasNextPage: isCut && !fromEnd, hasPreviousPage: isCut && fromEnd },
    totalCount: all.length,
  };
}

type Docs = (args: Paging, authorization: Authorization) => unknown;

const forward = "first: Int, after: String";
const backward = "last: Int, before: String";

async function server(docs: Docs, args = `${forward}, ${backward}`, { count = "Int", guards = "", limits = {} } = {}) {
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type DocConnection { edges: [DocEdge!]  nodes: [Doc!]  pageInfo: PageInfo!  totalCount: ${count} }
     type DocEdge { node: Doc!  cursor: String! }
     type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
     type Query { docs${args === "" ? "" : `(${args})`}: DocConnection @authorize(on: LIST) ${guards} }`,
    {
      Query: {
        docs: (_: unknown, given: Paging, context: { authorization: Authorization }) =>
          docs(given, context.authorization),
      },
    },
  );
  const engine = await grantEngine({ Doc: ["read", "list"] });
  await engine.grant(...allowed.map((id) => `alice read Doc:${id}`));
  const served = serve(schema, { engine, limits });
  const fields = "nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const page = async (text = "") => {
    const { data, errors } = await served.ask(`{ docs${text} { ${fields} } }`);
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = (data as { docs: Page }).docs;
    return [nodes.map(({ id }) => Number(id)), totalCount, pageInfo.hasNextPage, pageInfo.hasPreviousPage] as const;
  };
  return { ...served, engine, page };
}

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly totalCount: number | null;
  readonly pageInfo: Readonly<Record<"hasNextPage" | "hasPreviousPage", boolean>>;
}

describe("a count", () => {
  test("is that of all rows that may be seen, where a page is only placed and has no size", async () => {
    const { page, ask } = await server((args) => pageOf(rows, args));
    expect(await page('(after: "6")')).toEqual([[8, 9, 11], 6, false, false]);
    expect(await page('(before: "6")')).toEqual([[2, 3, 5], 6, false, false]);
    expect(await page('(after: "2", before: "9")')).toEqual([[3, 5, 8], 6, false, false]);
    // Whether the rows are looked at before the count or after it.
    expect((await ask('{ docs(after: "6") { totalCount nodes { id } } }')).data).toEqual({
      docs: { totalCount: 6, nodes: [{ id: "8" }, { id: "9" }, { id: "11" }] },
    });
  });

  test("of pages that start somewhere is not what comes from there on", async () => {
    const { page } = await server((args) => pageOf(rows, args));
    expect(await page('(first: 10, after: "6")')).toEqual([[8, 9, 11], 6, false, false]);
    expect(await page('(first: 10, before: "6")')).toEqual([[2, 3, 5], 6, false, false]);
    expect(await page('(last: 2, before: "6")')).toEqual([[3, 5], 6, false, true]);
    expect(await page("(last: 10)")).toEqual([allowed, 6, false, false]);
    expect(await page("(first: 0)")).toEqual([[], 6, true, false]);
    expect(await page("(last: 0)")).toEqual([[], 6, false, true]);
  });

  test("of a connection that pages backward only, with a page size of its own, is not that of its last page", async () => {
    const { page } = await server((args) => pageOf(rows, args, 4, true), backward);
    expect(await page("(last: 2)")).toEqual([[9, 11], null, false, true]);
    expect((await page())[1]).toBeNull();
    expect((await page('(before: "6")'))[1]).toBeNull();
    // Without a page size of its own everything is there when no arguments are.
    const whole = await server((args) => pageOf(rows, args, 100, true), backward);
    expect(await whole.page("(last: 2)")).toEqual([[9, 11], 6, false, true]);
  });

  test("of a connection that takes `first` alone, with a page size of its own, is not that of its first page", async () => {
    const { page } = await server((args) => pageOf(rows, args, 4), "first: Int");
    expect(await page("(first: 3)")).toEqual([[2, 3], null, true, false]);
    expect(await page()).toEqual([[2, 3], null, true, false]);
    const whole = await server((args) => pageOf(rows, args), "first: Int");
    expect(await whole.page("(first: 3)")).toEqual([[2, 3], 6, true, false]);
  });

  test("that cannot be had is an error where it may not be null", async () => {
    const { ask } = await server((args) => pageOf(rows, args, 4, true), backward, { count: "Int!" });
    expect(denials(await ask("{ docs(last: 2) { totalCount } }"))).toEqual([
      "AUTHORIZATION_UNAVAILABLE docs.totalCount",
    ]);
  });

  test("beside a limit of rows is that of all, or none", async () => {
    for (const walkedRows of [1, 3, 6, 11]) {
      const { page } = await server((args) => pageOf(rows, args, 2), forward, { limits: { walkedRows } });
      expect((await page("(first: 1)"))[1]).toBeNull();
    }
    const { page } = await server((args) => pageOf(rows, args, 2), forward, { limits: { walkedRows: 40 } });
    expect((await page("(first: 1)"))[1]).toBe(6);
  });
});

describe("pages of a resolver with a page size of its own", () => {
  test("are filled up, forward and backward, over several fetches", async () => {
    const { page } = await server((args) => pageOf(rows, args, 2));
    expect(await page("(first: 4)")).toEqual([[2, 3, 5, 8], 6, true, false]);
    expect(await page("(first: 6)")).toEqual([allowed, 6, false, false]);
    expect(await page("(last: 4)")).toEqual([[5, 8, 9, 11], 6, false, true]);
    expect(await page("(last: 6)")).toEqual([allowed, 6, false, false]);
    expect(await page('(last: 3, before: "9")')).toEqual([[3, 5, 8], 6, false, true]);
    expect(await page('(last: 3, after: "3")')).toEqual([[8, 9, 11], 6, false, true]);
    expect(await page("(first: 5, last: 2)")).toEqual([[8, 9], 6, true, true]);
    expect(await page()).toEqual([[2, 3], 6, true, false]);
  });

  test("are filled up from one that throws when it is asked for more than it gives", async () => {
    const { ask } = await server((args) => {
      if ((args.first ?? 0) > 3) throw new Error("at most 3");
      return pageOf(rows, args, 3);
    }, forward);
    const { data, errors } = await ask("{ docs(first: 3) { nodes { id } pageInfo { hasNextPage } } }");
    expect(errors).toBeUndefined();
    expect(data).toEqual({ docs: { nodes: [{ id: "2" }, { id: "3" }, { id: "5" }], pageInfo: { hasNextPage: true } } });
  });

  test("that gives no rows says nothing about what follows them", async () => {
    const none = { edges: [], nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false }, totalCount: 0 };
    const { page } = await server((args) => (args.first === 0 || args.last === 0 ? none : pageOf(rows, args)));
    expect(await page("(first: 0)")).toEqual([[], 6, true, false]);
    expect(await page("(last: 0)")).toEqual([[], 6, false, true]);
  });

  test("that does not move on is left, and says that there is more", async () => {
    let calls = 0;
    const { page } = await server(() => {
      calls++;
      return { ...pageOf(rows, {}, 3), pageInfo: { hasNextPage: true, hasPreviousPage: false } };
    }, forward);
    expect((await page("(first: 5)"))[2]).toBe(true);
    expect(calls).toBeLessThan(20);
  });
});

describe("members of a connection that come later", () => {
  const styles: Readonly<Record<string, (value: unknown) => unknown>> = {
    "as promises": (value) => Promise.resolve(value),
    "from methods": (value) => () => value,
    "from methods that wait": (value) => async () => value,
  };
  test.each(Object.entries(styles))("say what they mean: %s", async (_, style) => {
    const late = (members: object) =>
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name, style(value)]));
    const docs: Docs = (args) => {
      const { edges, nodes, pageInfo, totalCount } = pageOf(rows, args, 2);
      return late({ edges: edges.map(late), nodes, pageInfo: late(pageInfo), totalCount });
    };
    const { page } = await server(docs);
    expect(await page("(first: 4)")).toEqual([[2, 3, 5, 8], 6, true, false]);
    expect(await page("(last: 4)")).toEqual([[5, 8, 9, 11], 6, false, true]);
    // Nothing is read on here: the flags are those of the resolver.
    const bare = await server(docs, "first: Int");
    expect(await bare.page("(first: 2)")).toEqual([[2], null, true, false]);
    const back = await server((args) => {
      const { edges, pageInfo } = pageOf(rows, args, 2, true);
      return late({ edges: edges.map(late), pageInfo: late(pageInfo) });
    }, backward);
    expect(await back.page("(last: 1)")).toEqual([[11], null, false, true]);
    expect(await back.page('(before: "9")')).toEqual([[8], null, false, true]);
  });

  test("one flag at a time", async () => {
    for (const isNext of [true, false]) {
      const docs: Docs = () => ({
        ...pageOf(rows.slice(0, 4), {}),
        pageInfo: isNext
          ? { hasNextPage: Promise.resolve(true), hasPreviousPage: false }
          : { hasNextPage: false, hasPreviousPage: Promise.resolve(true) },
      });
      const { page } = await server(docs, "");
      expect(await page()).toEqual([[2, 3], null, isNext, false]);
    }
  });
});

test("further fields of a connection and of its edges see what the resolver made", async () => {
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type DocConnection { edges: [DocEdge!]  pageInfo: PageInfo!  place: String @public }
     type DocEdge { node: Doc!  cursor: String!  since: Int @public  twice: Int @public }
     type PageInfo { hasNextPage: Boolean! }
     type Query { docs: DocConnection @authorize(on: LIST) }`,
    {
      Query: {
        docs: () => ({
          place: "here",
          edges: rows.map((node) => ({ node, cursor: String(node.id), since: node.id + 100 })),
          pageInfo: { hasNextPage: false },
        }),
      },
      DocEdge: { twice: ({ since }: { since: number }) => 2 * since },
    },
  );
  const engine = await grantEngine({ Doc: ["read"] });
  await engine.grant("alice read Doc:3");
  const { data } = await serve(schema, { engine }).ask("{ docs { place edges { since twice node { id } } } }");
  expect(data).toEqual({ docs: { place: "here", edges: [{ since: 103, twice: 206, node: { id: "3" } }] } });
});

test("a page that the application reads backward in several steps keeps its order", async () => {
  const { page } = await server(
    (args, authorization) =>
      authorizedConnection({
        authorization,
        type: "Doc",
        args,
        // A query that leaves the filter out reads more rows.
        fetchPage: ({ after, before, from, limit }) => {
          const inside = rows.filter(({ id }) => id > Number(after ?? 0) && id < Number(before ?? 99));
          return from === "start" ? inside.slice(0, limit) : inside.slice(-limit);
        },
        cursorOf: ({ id }) => String(id),
      }),
    `${forward}, ${backward}`,
  );
  expect(await page("(last: 3)")).toEqual([[8, 9, 11], 6, false, true]);
  expect(await page("(last: 5)")).toEqual([[3, 5, 8, 9, 11], 6, false, true]);
  expect(await page('(last: 2, before: "8")')).toEqual([[3, 5], 6, false, true]);
  expect(await page("(first: 4)")).toEqual([[2, 3, 5, 8], 6, true, false]);
});

describe("a resolver that takes sets into its own query", () => {
  /** Rows that may be read and listed: 2, 8 and 11. */
  const taking = async (actions: readonly string[], by: "list" | "filter" = "list") => {
    const docs: Docs = async (args, authorization) => {
      let found = rows;
      for (const action of actions) {
        const filter = by === "filter" ? await authorization.filter(action, "Doc") : undefined;
        const ids =
          filter?.kind === "where" && filter.condition.kind === "ids"
            ? filter.condition.ids
            : await authorization.list(action, "Doc");
        found = found.filter(({ id }) => ids.includes(String(id)));
      }
      return pageOf(found, args, 2);
    };
    const made = await server(docs, forward, { guards: '@authorize(action: "list", on: LIST)' });
    await made.engine.grant(...[1, 2, 4, 8, 11, 12].map((id) => `alice list Doc:${id}`));
    return made;
  };

  test("is believed when it has taken every one, and counts only then", async () => {
    for (const by of ["list", "filter"] as const) {
      for (const actions of [["read", "list"], ["list", "read"], ["read"], ["list"], []]) {
        const { page } = await taking(actions, by);
        expect([actions, ...(await page("(first: 2)"))]).toEqual([actions, [2, 8], 3, true, false]);
      }
    }
  });

  test("is not believed for what it has taken for another call", async () => {
    const { ask, engine } = await server(async (args, authorization) => {
      const ids = args.first === 1 ? await authorization.list("read", "Doc") : undefined;
      return pageOf(ids === undefined ? rows : rows.filter(({ id }) => ids.includes(String(id))), args);
    }, forward);
    const { data } = await ask("{ a: docs(first: 1) { totalCount } b: docs(first: 2) { totalCount } }");
    expect(data).toEqual({ a: { totalCount: 6 }, b: { totalCount: 6 } });
    expect(engine.calls.list.length).toBeGreaterThan(0);
  });

  test("the gate of the type is one of them", async () => {
    const schema = buildSchema(
      `type Doc @authorize(action: "see") { id: ID! }
       type DocConnection { edges: [DocEdge!]  pageInfo: PageInfo!  totalCount: Int }
       type DocEdge { node: Doc!  cursor: String! }
       type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean! }
       type Query { docs: DocConnection @authorize(on: LIST) }`,
      {
        Query: {
          docs: async (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) => {
            const ids = await authorization.list("read", "Doc");
            return pageOf(
              rows.filter(({ id }) => ids.includes(String(id))),
              {},
            );
          },
        },
      },
    );
    const engine = await grantEngine({ Doc: ["read", "see"] });
    await engine.grant("alice read Doc:2", "alice read Doc:3", "alice see Doc:3");
    const { ask } = serve(schema, { engine });
    expect((await ask("{ docs { totalCount edges { node { id } } } }")).data).toEqual({
      docs: { totalCount: 1, edges: [{ node: { id: "3" } }] },
    });
  });
});
