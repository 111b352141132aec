import { readFileSync } from "node:fs";
import type { GraphQLObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import { authorizeSchema } from "../../src/graphql/index.js";
import { allTransports, type Transport, transports } from "./hosts.js";
import { library, normal, type Operation } from "./library.js";

const queries: readonly Operation[] = [
  { query: "{ seen: doc(id: 1) { id title } hidden: doc(id: 2) { id title } missing: doc(id: 99) { id title } }" },
  { query: "{ doc(id: 2) { __typename } }" },
  { query: "{ a: doc(id: 1) { id secret } b: doc(id: 3) { id secret } }" },
  { query: "query ($id: ID!) { doc(id: $id) { ...Shown } } fragment Shown on Doc { title }", variables: { id: "3" } },
  {
    query:
      "{ docs { id } page(first: 2) { totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }",
  },
];
const mutations: readonly Operation[] = [
  { query: 'mutation { a: rename(id: 1, title: "new") { id title } b: rename(id: 2, title: "new") { id title } }' },
];
const users = ["alice", "bob", null];

/** What every user gets for every operation, and what is decided for it. */
async function answers(transport: Transport, operations: readonly Operation[]): Promise<unknown[]> {
  const it = await library();
  const channel = await transport.open(it);
  const found: unknown[] = [];
  for (const operation of operations) {
    for (const user of users) {
      // Twice: what one request left behind must not count in the next.
      await channel.ask(operation, user);
      it.decided();
      const answer = normal(await channel.ask(operation, user));
      found.push({ query: operation.query, user, answer, decided: it.decided() });
    }
  }
  await it.engine.close();
  return found;
}

describe("an operation is decided alike", () => {
  test("what is compared: shown, hidden, missing, forbidden and unknown visitors are all in it", async () => {
    const [first, , third] = (await answers(transports[0]!, queries)).filter(
      (one) => (one as { user: string }).user === "alice",
    );
    expect(first).toMatchObject({
      answer: { data: { seen: { id: "1", title: "title 1" }, hidden: null, missing: null }, errors: [] },
    });
    expect(third).toMatchObject({
      answer: { data: { a: { id: "1", secret: null }, b: { secret: "secret 3" } }, errors: [{ code: "FORBIDDEN" }] },
    });
    const [mutation, , stranger] = await answers(transports[0]!, mutations);
    expect(mutation).toMatchObject({
      answer: { data: { a: { title: "new" }, b: null }, errors: [{ code: "FORBIDDEN" }] },
    });
    expect(stranger).toMatchObject({ answer: { errors: [{ code: "UNAUTHENTICATED" }, { code: "UNAUTHENTICATED" }] } });
  });

  test.each(transports.slice(1))("$name", async (transport) => {
    const operations = transport.queriesOnly ? queries : [...queries, ...mutations];
    expect(await answers(transport, operations)).toEqual(await answers(transports[0]!, operations));
  });

  test("a mutation is not taken by GET", async () => {
    const it = await library();
    const get = await transports.find(({ queriesOnly }) => queriesOnly)!.open(it);
    expect(await get.ask(mutations[0]!, "alice")).not.toHaveProperty("data");
    expect(it.decided()).toEqual([]);
  });

  test("an executor that asks for types without saying where (graphql-jit) gets no answer", async () => {
    const { schema, options, engine } = await library();
    const type = authorizeSchema(schema, options).getType("Doc") as GraphQLObjectType;
    const isTypeOf = type.isTypeOf as (value: unknown, context: unknown) => unknown;
    expect(() => isTypeOf({ id: 1 }, { user: "alice" })).toThrow("cannot be guarded");
    await engine.close();
  });
});

describe("the documentation", () => {
  test("lists every way, and the graphql it runs on", () => {
    const text = readFileSync(new URL("../../docs/hosts.md", import.meta.url), "utf8");
    const rows = [...text.matchAll(/^\| ([^|]+) \| (yes|no) \| (yes|no) \| (yes|queries) \| (yes|no) \|$/gm)];
    expect(rows.map(([, name, on16, on17, mutations]) => ({ name, on16, on17, mutations }))).toEqual(
      allTransports.map(({ name, only16, queriesOnly = false }) => ({
        name,
        on16: "yes",
        on17: only16 === undefined ? "yes" : "no",
        mutations: queriesOnly ? "queries" : "yes",
      })),
    );
  });

  test("leaves out of graphql 17 who says that it does not support it", () => {
    for (const only16 of new Set(allTransports.flatMap((transport) => transport.only16 ?? []))) {
      const file = new URL(`../../node_modules/${only16}/package.json`, import.meta.url);
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as {
        readonly dependencies?: Record<string, string>;
        readonly peerDependencies?: Record<string, string>;
      };
      const range = peerDependencies["graphql"] ?? dependencies["graphql"] ?? "";
      expect({ only16, range, supports17: /17|>/.test(range) }).toMatchObject({ supports17: false });
    }
  });
});
