import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Authorization,
  authorizedConnection,
  type ConnectionArguments,
  type PageRequest,
} from "../../src/graphql/index.js";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

interface Doc {
  readonly id: number;
}

interface Settings {
  readonly rows?: number;
  readonly readsRows?: boolean;
  readonly obeysFilter?: boolean;
  readonly counts?: boolean;
  readonly maxRows?: number;
}

const everything = `{
  edges { cursor node { id } } nodes { id } totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;

interface Shown {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly nodes: readonly { readonly id: string }[];
  readonly totalCount: number;
  readonly pageInfo: Readonly<Record<string, unknown>>;
}

/** A connection of documents 1 to `rows`, with a guarded field and one whose rows the helper alone looks at. */
async function library() {
  const engine = await grantEngine({ Doc: ["read"] });
  const requests: PageRequest[] = [];
  let settings: Settings = {};
  function fetchPage(page: PageRequest): Doc[] {
    requests.push(page);
    const { filter, after, before, from, limit } = page;
    const all = Array.from({ length: settings.rows ?? 0 }, (_, i) => ({ id: i + 1 }));
    const inside = all.filter(
      ({ id }) =>
        (after === undefined || id > Number(after)) &&
        (before === undefined || id < Number(before)) &&
        (settings.obeysFilter !== true || filter.kind !== "where" || filter.condition.ids.includes(String(id))),
    );
    return from === "start" ? inside.slice(0, limit) : inside.slice(-limit);
  }
  const docs = (_: unknown, args: ConnectionArguments, { authorization }: { authorization: Authorization }) =>
    authorizedConnection<Doc>({
      authorization,
      type: "Doc",
      args,
      fetchPage,
      cursorOf: ({ id }) => String(id),
      readsRows: settings.readsRows === true,
      ...(settings.maxRows !== undefined && { maxRows: settings.maxRows }),
      ...(settings.counts === true && {
        count: (filter) =>
          filter.kind === "where"
            ? filter.condition.ids.filter((id) => Number(id) <= (settings.rows ?? 0)).length
            : (settings.rows ?? 0),
      }),
    });
  const schema = buildSchema(
    `type Doc @authorize { id: ID! }
     type DocConnection { edges: [DocEdge!]!  nodes: [Doc!]!  pageInfo: PageInfo!  totalCount: Int! }
     type DocEdge { node: Doc!  cursor: String! }
     type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
     type Query {
       docs(first: Int, after: String, last: Int, before: String): DocConnection! @authorize(on: LIST)
       own(first: Int, after: String, last: Int, before: String): DocConnection! @public
     }`,
    { Query: { docs, own: docs } },
  );
  const { ask } = serve(schema, { engine, executors: "graphql-js" });
  const query = (field: string) =>
    `query ($first: Int, $after: String, $last: Int, $before: String) {
       docs: ${field}(first: $first, after: $after, last: $last, before: $before) ${everything} }`;
  return {
    engine,
    requests,
    ask,
    async read(as: string, args: ConnectionArguments, how: Settings, field = "docs"): Promise<Shown> {
      settings = how;
      requests.length = 0;
      const { data, errors } = await ask(query(field), { as, variables: { ...args } });
      if (errors !== undefined) throw errors[0];
      return data?.["docs"] as Shown;
    },
    use: (how: Settings) => {
      settings = how;
    },
  };
}

const ids = (shown: Shown): number[] => shown.edges.map(({ node }) => Number(node.id));

describe("a connection that reads on until a page is full", () => {
  test("`first: 10` gives 10 whenever 10 exist", async () => {
    const { engine, read } = await library();
    const allowed = Array.from({ length: 12 }, (_, i) => 400 - i * 30);
    await engine.grant(...allowed.map((id) => `alice read Doc:${id}`));
    for (const how of [{}, { obeysFilter: true, counts: true }, { readsRows: true }]) {
      const shown = await read("alice", { first: 10 }, { rows: 500, ...how });
      expect(ids(shown)).toEqual(allowed.toReversed().slice(0, 10));
      expect(shown.totalCount).toBe(12);
      expect(shown.pageInfo).toEqual({
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: "70",
        endCursor: "340",
      });
    }
  });

  test("reads no more rows because a LIST guards it, also when the rows are asked about", async () => {
    const { engine, read, requests } = await library();
    await engine.grant("alice read Doc:70", "alice read Doc:340", "alice read Doc:400");
    for (const how of [{}, { readsRows: true }]) {
      await read("alice", { first: 2 }, { rows: 500, ...how }, "own");
      const alone = requests.length;
      expect(alone).toBeGreaterThan(1);
      await read("alice", { first: 2 }, { rows: 500, ...how });
      expect(requests).toHaveLength(alone);
    }
  });

  test("is what brute force gives, whatever is allowed and asked for", async () => {
    const { engine, read } = await library();
    let actors = 0;
    const size = fc.option(fc.nat(8), { nil: undefined });
    const position = fc.option(fc.nat(26).map(String), { nil: undefined });
    const args = fc.record({ first: size, after: position, last: size, before: position });
    const how = fc.record({ readsRows: fc.boolean(), obeysFilter: fc.boolean(), counts: fc.boolean() });
    const world = fc.record({ rows: fc.nat(25), allowed: fc.uniqueArray(fc.integer({ min: 1, max: 25 })) });
    await fc.assert(
      fc.asyncProperty(
        world,
        args,
        how,
        fc.constantFrom("docs", "own"),
        async ({ rows, allowed }, given, way, field) => {
          const actor = `actor${actors++}`;
          await engine.grant(...allowed.map((id) => `${actor} read Doc:${id}`));
          const shown = await read(actor, given, { rows, ...way }, field);

          const all = allowed.filter((id) => id <= rows).sort((a, b) => a - b);
          const { first, last, after, before } = given;
          const range = all.filter((id) => id > Number(after ?? 0) && id < Number(before ?? 100));
          const ahead = first === undefined ? range : range.slice(0, first);
          const page = last === undefined ? ahead : ahead.slice(Math.max(0, ahead.length - last));
          expect(ids(shown)).toEqual(page);
          expect(shown.nodes).toEqual(shown.edges.map(({ node }) => node));
          expect(shown.edges.map(({ cursor }) => Number(cursor))).toEqual(page);
          expect(shown.totalCount).toBe(all.length);
          expect([shown.pageInfo["startCursor"], shown.pageInfo["endCursor"]]).toEqual([
            page.length === 0 ? null : String(page[0]),
            page.length === 0 ? null : String(page.at(-1)),
          ]);
          if (first !== undefined) expect(shown.pageInfo["hasNextPage"]).toBe(range.length > first);
          if (last !== undefined) expect(shown.pageInfo["hasPreviousPage"]).toBe(ahead.length > last);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("reads nothing for an actor who may see nothing, and no more than one page when the query obeys the filter", async () => {
    const { engine, read, requests } = await library();
    expect(await read("alice", { first: 5 }, { rows: 100 }, "own")).toMatchObject({ edges: [], totalCount: 0 });
    expect(requests).toEqual([]);
    await engine.grant("alice read Doc:7", "alice read Doc:70");
    const shown = await read("alice", { first: 1 }, { rows: 100, obeysFilter: true, counts: true });
    expect(ids(shown)).toEqual([7]);
    expect(requests).toHaveLength(1);
  });

  test("a page that ends at the limit of rows says that there is more, from where it stopped", async () => {
    const { engine, ask, use } = await library();
    await engine.grant("alice read Doc:3", "alice read Doc:90");
    use({ rows: 100, maxRows: 50 });
    const pageOnly = "{ own(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    expect((await ask(pageOnly)).data).toEqual({
      own: { nodes: [{ id: "3" }], pageInfo: { hasNextPage: true, endCursor: "50" } },
    });
    expect(denials(await ask("{ own { totalCount } }"))).toEqual(["AUTHORIZATION_UNAVAILABLE own.totalCount"]);
  });

  test("negative sizes are no sizes", async () => {
    const { ask } = await library();
    expect(denials(await ask("{ own(first: -1) { totalCount } }"))).toEqual(["BAD_USER_INPUT own"]);
    expect(denials(await ask("{ own(last: -1) { totalCount } }"))).toEqual(["BAD_USER_INPUT own"]);
  });
});
