import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { offerPrepared } from "../../src/engine/prepared.js";
import type { Engine } from "../../src/engine/types.js";
import { idText, isPossibleId } from "../../src/graphql/identity.js";
import type { Authorization } from "../../src/graphql/index.js";
import { grantEngine, silent } from "./support/grants.js";
import { askedBy, ways } from "./support/library.js";
import { buildSchema, denials, serve } from "./support/serve.js";

describe("the id of an object", () => {
  test.each<[unknown, string | undefined]>([
    ["1", "1"],
    ["", ""],
    [" 1", " 1"],
    [1, "1"],
    [0, "0"],
    [-0, "0"],
    [-7, "-7"],
    [1n, "1"],
    [123456789012345678901234567890n, "123456789012345678901234567890"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    // Beyond that, two ids can be one number.
    [Number.MAX_SAFE_INTEGER + 1, undefined],
    [1e21, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [true, undefined],
    [null, undefined],
    [undefined, undefined],
    [["1"], undefined],
    [{ toString: () => "1" }, undefined],
    [new String("1"), undefined],
    [new Date(0), undefined],
  ])("%o is the text %o", (value, text) => {
    expect(idText(value)).toBe(text);
  });

  test("is what the layer's types say, else what the engine's say, else the property `id`; a type's own name matters alone", async () => {
    const policy = `actor User {} ${["Doc", "Note", "Paper"].map((type) => `resource ${type} { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`).join(" ")}`;
    const types = { Doc: { id: "shared" }, Note: { id: (note: { key: number }) => note.key } };
    const engine = await createEngine({ policy, types, logger: silent });
    for (const [type, id] of [
      ["Doc", "1"],
      ["Note", "2"],
      ["Paper", "3"],
    ] as const) {
      await engine.tell("has_role", { type: "User", id: "alice" }, "reader", { type, id });
    }
    const object = (id: number, shared: number, key: number, own: number) => ({ id, shared, key, own });
    const schema = buildSchema(
      `type Doc @authorize { id: ID }  type Note @authorize { id: ID }  type Paper @authorize { id: ID }
       type Query { docs: [Doc]  notes: [Note]  papers: [Paper] }`,
      {
        Query: {
          docs: () => [object(9, 1, 8, 8), object(1, 9, 1, 1)],
          notes: () => [object(9, 9, 2, 9), object(2, 2, 9, 2)],
          papers: () => [object(3, 9, 9, 9), object(9, 3, 3, 3)],
        },
      },
    );
    const shown = async (options: object) => {
      const { data } = await serve(schema, { engine, executors: "graphql-js", ...options }).ask(
        "{ docs { __typename } notes { __typename } papers { __typename } }",
      );
      return Object.values(data as Record<string, unknown[]>).map((list) => list.map((item) => item !== null));
    };
    expect(await shown({})).toEqual([
      [true, false],
      [true, false],
      [true, false],
    ]);
    // What the layer says of a type goes before what the engine says of it.
    const own = { Doc: { id: "id" }, Note: { id: "own" }, Paper: { id: (paper: { shared: number }) => paper.shared } };
    expect(await shown({ types: own })).toEqual([
      [false, true],
      [false, true],
      [false, true],
    ]);
  });
});

describe("an id that no resource can have", () => {
  const long = (length: number): string => "x".repeat(length);
  test.each<[string, string, boolean]>([
    ["nothing", "", false],
    ["384 bytes", long(384), true],
    ["385 bytes", long(385), false],
    ["two bytes each, 384", "é".repeat(192), true],
    ["two bytes each, 386", "é".repeat(193), false],
    ["three bytes each, 384", "€".repeat(128), true],
    ["three bytes each, 387", "€".repeat(129), false],
    ["four bytes each, 384", "😀".repeat(96), true],
    ["four bytes each, 388", "😀".repeat(97), false],
    ["a few of two bytes among many of one", `${long(380)}éé`, true],
    ["a few of two bytes, one too many", `${long(381)}éé`, false],
    ["a zero", "a\u0000", false],
    ["a zero after other characters", "é\u0000", false],
    ["half a character", "\ud83d", false],
    ["the other half", "a\ude00", false],
    ["the last before the halves", "\ud7ff", true],
    ["the first after them", "\ue000", true],
    ["delete", "\u007f", true],
    ["a space", " ", true],
  ])("%s", (_, id, possible) => {
    expect(isPossibleId(id)).toBe(possible);
  });

  const impossible = ["", long(385), "a\u0000b", "\ud800"];
  test.each([...ways, "by a short way that says yes to all"] as const)(
    "is denied by a policy that allows everything, asked %s",
    async (way) => {
      const open = await createEngine({ policy: "allow(_, _, _);", logger: silent });
      const decide: Engine["decide"] = () => true;
      offerPrepared(decide, () => ({ may: () => true, extent: () => undefined, steady: () => true }));
      const engine = way === "by a short way that says yes to all" ? { ...open, decide } : askedBy(open, way);
      const schema = buildSchema(
        `type Doc @authorize { id: ID }
       type Query {
         doc(id: ID!): Doc  docs(ids: [ID!]!): [Doc]
         named(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Doc")
       }`,
        {
          Query: {
            doc: (_: unknown, { id }: { id: string }) => ({ id }),
            docs: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => ({ id })),
            named: () => 1,
          },
        },
      );
      const { ask } = serve(schema, { engine, executors: "graphql-js" });
      const query = "query ($id: ID!, $ids: [ID!]!) { doc(id: $id) { id } docs(ids: $ids) { id } named(id: $id) }";
      for (const id of [...impossible, "possible"]) {
        const ids = ["first", id, id, "last"];
        const { data } = await ask(query, { variables: { id, ids } });
        const shown = (one: string) => (impossible.includes(one) ? null : { id: one });
        expect(data).toEqual({ doc: shown(id), docs: ids.map(shown), named: impossible.includes(id) ? null : 1 });
      }
    },
  );
});

test("an id in an argument is decoded by its own type, and one whose decoding fails names nothing", async () => {
  const engine = await grantEngine({ Doc: ["read"], Note: ["read"] });
  await engine.grant("alice read Doc:1", "alice read Note:1", "alice read Doc:D1", "alice read Doc:broken");
  const schema = buildSchema(
    `type Query {
       doc(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Doc")
       note(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Note")
     }`,
    { Query: { doc: () => 1, note: () => 1 } },
  );
  const decode = (id: string): string | null | undefined => {
    if (id === "broken") throw new Error("no id");
    return id === "nothing" ? undefined : id.startsWith("D") ? id.slice(1) : null;
  };
  const { ask } = serve(schema, { engine, types: { Doc: { decode } } });
  const { data, errors } = await ask(
    '{ a: doc(id: "D1") b: doc(id: "1") c: doc(id: "broken") d: doc(id: "nothing") e: note(id: "1") f: note(id: "D1") }',
  );
  expect(data).toEqual({ a: 1, b: null, c: null, d: null, e: 1, f: null });
  expect(denials({ errors: errors ?? [] })).toEqual(["b", "c", "d", "f"].map((name) => `FORBIDDEN ${name}`));
});

test.each(ways)("an object without an id is shown only where every object of its type is, asked %s", async (way) => {
  const schema = buildSchema(
    `type Doc @authorize { id: ID  note: Int @authorize }
     type Query { docs: [Doc]  list: [Doc] @authorize(on: LIST)  lists: Any @public  later: Query @public } scalar Any`,
    {
      Query: {
        docs: () => [{}, { id: 1 }, { id: null }, { id: {} }],
        list: () => [{}, { id: 1 }, { id: 1.5 }],
        later: () => new Promise((resolve) => setImmediate(resolve, {})),
        lists: (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) =>
          authorization.list("read", "Doc"),
      },
      Doc: { id: () => "x", note: () => 1 },
    },
  );
  const some = await createEngine({
    policy: `actor User {} resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`,
    logger: silent,
  });
  await some.tell("has_role", { type: "User", id: "alice" }, "reader", { type: "Doc", id: "1" });
  const all = await createEngine({ policy: "allow(_, _, _);", logger: silent });
  const shown = { id: "x", note: 1 };
  for (const query of ["{ docs { id note } }", "{ lists later { docs { id note } } }"]) {
    const { ask } = serve(schema, { engine: askedBy(some, way), executors: "graphql-js" });
    const { data, errors } = await ask(query);
    const found = (data?.["later"] ?? data) as Record<string, unknown>;
    expect(found["docs"]).toEqual([null, shown, null, null]);
    expect(new Set(errors?.map(({ extensions }) => extensions?.["code"]))).toEqual(
      new Set(["AUTHORIZATION_UNAVAILABLE"]),
    );
  }
  const open = serve(schema, { engine: askedBy(all, way), executors: "graphql-js" });
  expect((await open.ask("{ list { id } }")).data).toEqual({ list: [{ id: "x" }, { id: "x" }, { id: "x" }] });
  expect((await open.ask("{ docs { id } }")).data).toEqual({ docs: [null, { id: "x" }, null, null] });
});
