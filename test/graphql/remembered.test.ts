import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/types.js";
import { runs } from "../support/effort.js";
import { major } from "./support/executors.js";
import { askedBy, libraryEngine, librarySchema, type Way, ways } from "./support/library.js";
import { denials, type Served, serve } from "./support/serve.js";

/* What an epoch remembers: every answer for its own question and for no other one, and no failure. */

const schema = librarySchema();
const context = { user: "alice" };

function server(engine: Engine, way: Way): Served {
  return serve(schema, { engine: askedBy(engine, way), executors: "graphql-js" });
}

/** What one field answers, with its errors. */
function answerOf({ data, errors }: Awaited<ReturnType<Served["ask"]>>, key: string): string {
  const own = (errors ?? []).filter(({ path }) => path?.includes(key));
  const codes = own.map((error) => `${error.extensions?.["code"]} ${error.path?.slice(error.path.indexOf(key) + 1)}`);
  const at = (data as Record<string, unknown> | null)?.[key];
  return JSON.stringify([at, codes.sort()]);
}

describe.each(ways)("an engine that is asked %s", (way) => {
  const titles = ["made", "burnt", "planned", "made"].map((title) => `{ title: "${title}" }`);
  const ids = ["[1]", "[2, 1]", "[1, 2, 3, 3]", "[4, 1]"];
  const every: readonly string[] = [
    ...["doc", "note"].flatMap((name) => [
      ...ids.map((list) => `${name}s(ids: ${list}) { id note self { id note } }`),
      ...ids.map((list) => `${name}Read(ids: ${list})`),
      ...["1", "2", "3"].flatMap((id) => [
        `${name}(id: ${id}) { id listed { id note } }`,
        `${name}Write(id: ${id})`,
        `${name}Result(id: ${id}) { id }`,
      ]),
      `${name}List(ids: [1, 2, 3]) { id note }`,
      `${name}Both(ids: [1, 2, 3]) { id }`,
      `${name}Writable(ids: [1, 2, 3]) { id }`,
      `${name}Page(first: 2) { edges { node { id } } totalCount }`,
      `${name}Enter`,
      `${name}Leave`,
    ]),
    ...["true", "false", "true, false, true", "false, true"].map((open) => `papers(open: [${open}]) { id owner }`),
    "enter",
    "leave",
    ...titles.flatMap((title) => ["make", "burn", "makeAndBurn", "makeAs"].map((field) => `${field}(from: ${title})`)),
    ...titles.map((title) => `makeBoth(from: { title: "made" }, other: ${title})`),
    ...["read", "write"].flatMap((action) => [
      ...["Doc", "Note"].flatMap((type) =>
        ["each", "many", "list", "filter", "actions", "name"].flatMap((verb) =>
          ["[1]", "[2, 1, 3]"].map((list) => `asks(what: "${verb} ${action} ${type}", ids: ${list})`),
        ),
      ),
      ...["[1, 2]", "[3, 1]"].flatMap((list) => [
        `asks(what: "objects ${action}", ids: ${list})`,
        `asks(what: "objectActions", ids: ${list})`,
      ]),
    ]),
    ...["alone enter", "alone leave", "name enter Doc", "name leave Doc", "name enter Note"].map(
      (what) => `asks(what: "${what}", ids: [1])`,
    ),
  ];
  const facts = [
    ...["reader", "writer"].flatMap((role) =>
      ["Doc", "Note"].flatMap((type) => ["1", "2", "3"].map((id) => `${role} ${type} ${id}`)),
    ),
    ...["enter", "leave"].flatMap((word) => [word, `${word} Doc`, `${word} Note`]),
  ];

  test("gives to a question among others the answer that it has alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(facts),
        fc.array(fc.constantFrom(...every), { minLength: 2, maxLength: 12 }),
        async (grants, fields) => {
          const engine = await libraryEngine(grants, async () => [null]);
          const { ask } = server(engine, way);
          const expected: string[] = [];
          for (const [i, field] of fields.entries()) {
            expected.push(answerOf(await ask(`{ f${i}: ${field} }`, { context: { ...context } }), `f${i}`));
          }
          const one = fields.map((field, i) => `f${i}: ${field}`);
          const [first, rest] = [one.slice(0, one.length / 2), one.slice(one.length / 2)];
          // What comes later comes when everything before is known.
          for (const query of [`{ ${one.join(" ")} }`, `{ ${first.join(" ")} later { ${rest.join(" ")} } }`]) {
            const result = await ask(query, { context: { ...context } });
            const later = { ...result, data: (result.data?.["later"] ?? {}) as Record<string, unknown> };
            const found = fields.map((_, i) =>
              answerOf(result.data !== null && `f${i}` in (result.data ?? {}) ? result : later, `f${i}`),
            );
            expect({ query, grants, found }).toEqual({ query, grants, found: expected });
          }
          await engine.close();
        },
      ),
      { numRuns: runs(major === 16 ? 15 : 3) },
    );
  });
});

describe("an answer is kept for its own question", () => {
  const answers = async (grants: readonly string[], query: string) => {
    const results = [];
    for (const way of ways) {
      const engine = await libraryEngine(grants, async () => [null]);
      const { ask } = server(engine, way);
      const { data, errors } = await ask(query, { context: { ...context } });
      results.push(JSON.stringify({ data, denied: denials({ errors: errors ?? [] } as never) }));
      await engine.close();
    }
    expect(new Set(results).size).toBe(1);
    return JSON.parse(results[0]!) as { data: Record<string, unknown>; denied: string[] };
  };

  test("of two actions on the name of one type, and of one action on the names of two types", async () => {
    const fields = ["docEnter", "docLeave", "noteEnter", "noteLeave", "enter", "leave"];
    const grant = (field: string): string =>
      field.startsWith("doc") || field.startsWith("note")
        ? `${field.slice(field.startsWith("doc") ? 3 : 4).toLowerCase()} ${field.startsWith("doc") ? "Doc" : "Note"}`
        : field;
    for (const granted of fields) {
      for (const order of [fields, fields.toReversed()]) {
        const { data } = await answers([grant(granted)], `{ ${order.join(" ")} }`);
        expect(data).toEqual(Object.fromEntries(fields.map((field) => [field, field === granted ? 1 : null])));
      }
    }
  });

  test("of two types with one id, and of two actions on one object", async () => {
    const fields = ["docRead(ids: [1])", "noteRead(ids: [1])", "docWrite(id: 1)", "noteWrite(id: 1)"];
    for (const [i, granted] of ["reader Doc 1", "reader Note 1", "writer Doc 1", "writer Note 1"].entries()) {
      for (const order of [fields, fields.toReversed()]) {
        const query = `{ ${order.map((field) => `${field.slice(0, field.indexOf("("))}: ${field}`).join(" ")} }`;
        const { data } = await answers([granted], query);
        expect(Object.values(data).filter((value) => value !== null)).toHaveLength(1);
        expect(data[fields[i]!.slice(0, fields[i]!.indexOf("("))]).toBe(1);
      }
    }
  });

  test("of each resource that does not exist yet, under each action and type", async () => {
    const { data } = await answers(
      [],
      `{ a: make(from: { title: "made" }) b: make(from: { title: "burnt" }) c: burn(from: { title: "made" })
         d: burn(from: { title: "burnt" }) e: makeAndBurn(from: { title: "made" }) f: makeAs(from: { title: "made" })
         g: makeAs(from: { title: "planned" }) h: makeBoth(from: { title: "made" }, other: { title: "burnt" })
         i: makeBoth(from: { title: "burnt" }, other: { title: "made" }) }`,
    );
    const made = Object.entries(data).filter(([, value]) => value !== null);
    expect(made.map(([key]) => key)).toEqual(["a", "d"]);
  });

  test("of each object where the policy reads objects, though they share an id", async () => {
    const { data, denied } = await answers(
      [],
      "{ a: papers(open: [true, false, true]) { owner } b: papers(open: [false]) { id } }",
    );
    expect(data).toEqual({ a: [{ owner: null }, null, { owner: null }], b: [null] });
    expect(denied).toEqual(["FORBIDDEN a.0.owner", "FORBIDDEN a.2.owner"]);
  });

  test("of a list that is known, for the filter after it", async () => {
    const asks = (what: string) => `asks(what: "${what}", ids: [])`;
    for (const [grants, expected] of [
      [[], { kind: "none" }],
      [["reader Doc 2"], { kind: "where", condition: { kind: "ids", type: "Doc", ids: ["2"] } }],
    ] as const) {
      for (const list of [asks("list read Doc"), "docList(ids: [1, 2]) { id }"]) {
        const { data } = await answers([...grants], `{ ${list} later { filter: ${asks("filter read Doc")} } }`);
        expect(data["later"]).toEqual({ filter: expected });
      }
    }
  });

  test("of each type, action and object that a resolver asks about", async () => {
    const ask = (name: string, what: string, list: string) => `${name}: asks(what: "${what}", ids: ${list})`;
    const { data } = await answers(
      ["reader Doc 1", "writer Note 2"],
      `{ ${ask("a", "actions x Doc", "[1]")} ${ask("b", "actions x Note", "[1]")} ${ask("c", "actions x Note", "[2]")}
         ${ask("d", "objects read", "[1, 3]")} ${ask("e", "objects write", "[1, 3]")}
         ${ask("f", "filter read Doc", "[1]")} ${ask("g", "filter read Note", "[1]")} ${ask("h", "filter write Note", "[1]")}
         ${ask("i", "list read Doc", "[1]")} ${ask("j", "list read Note", "[1]")} ${ask("k", "list write Note", "[1]")}
         ${ask("l", "objectActions", "[1, 3]")} ${ask("m", "many read Doc", "[1, 2]")} ${ask("n", "many read Note", "[1, 2]")} }`,
    );
    const where = (type: string, id: string) => ({ kind: "where", condition: { kind: "ids", type, ids: [id] } });
    expect(data).toEqual({
      ...{ a: [["read"]], b: [[]], c: [["write"]], d: [true, false], e: [false, true] },
      ...{ f: where("Doc", "1"), g: { kind: "none" }, h: where("Note", "2"), i: ["1"], j: [], k: ["2"] },
      ...{ l: [["read"], ["write"]], m: [true, false], n: [false, false] },
    });
  });
});

/** A verb of the engine that fails the first time, in some way. */
function failingOnce(
  engine: Engine,
  verb: "decide" | "authorizeMany" | "list" | "actions" | "filter",
  how: How,
  action?: string,
): Engine {
  let calls = 0;
  const original = engine[verb] as (...question: unknown[]) => unknown;
  const failing = (...question: unknown[]): unknown =>
    (action === undefined || question[1] === action) && ++calls === 1 ? how() : original(...question);
  return { ...engine, [verb]: failing };
}

type How = () => unknown;
const hows: Record<string, How> = {
  throws: () => {
    throw new Error("once");
  },
  rejects: () => Promise.reject(new Error("once")),
  "answers nonsense": () => "yes",
  "promises nonsense": () => Promise.resolve({ allowed: true }),
};
const everything = ["reader Doc 1", "writer Doc 1", "enter", "enter Doc"];

test("a row that cannot be loaded, among others that can, is loaded again within the epoch", async () => {
  let calls = 0;
  const load = async (...args: unknown[]): Promise<unknown> => {
    const rows = (args[0] as string[]).map(() => ({ open: true }));
    return ++calls === 1 ? [new Error("once"), ...rows.slice(1)] : rows;
  };
  const engine = await libraryEngine([], load);
  const { ask } = serve(schema, { engine, executors: "graphql-js" });
  const query = "{ a: paperRead(id: 1) b: paperRead(id: 2) later { c: paperRead(id: 1) d: paperRead(id: 2) } }";
  const result = await ask(query, { context: { ...context } });
  expect(result.data).toEqual({ a: null, b: 1, later: { c: 1, d: 1 } });
  expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE a"]);
  expect(calls).toBe(2);
  await engine.close();
});

describe.each(Object.entries(hows))("a question that %s once is asked again within the epoch", (_, how) => {
  const forms: readonly [string, "decide" | "list" | "actions" | "filter", string, (string | undefined)?][] = [
    ["of a gate", "decide", "doc(id: 1) { id }"],
    ["of a parent", "decide", "doc(id: 1) { note }", "write"],
    ["of a result", "decide", "docResult(id: 1) { id }", "write"],
    ["of an argument", "decide", "docRead(ids: [1])"],
    ["of the actor alone", "decide", "enter"],
    ["of the name of a type", "decide", "docEnter"],
    ["of what does not exist yet", "decide", 'make(from: { title: "made" })'],
    ["of a LIST", "list", "docList(ids: [1]) { id }"],
    ["of a LIST that is a connection", "list", "docPage { edges { node { id } } }"],
    ["of a resolver", "decide", 'asks(what: "each read Doc", ids: [1])'],
    ["of a resolver about an object", "decide", 'asks(what: "objects read", ids: [1])'],
    ["of a resolver, for a list", "list", 'asks(what: "list read Doc", ids: [1])'],
    ["of a resolver, for actions", "actions", 'asks(what: "actions x Doc", ids: [1])'],
    ["of a resolver, for a filter", "filter", 'asks(what: "filter read Doc", ids: [1])'],
  ];

  test.each([...forms])("%s", async (_form, verb, field, action) => {
    const engine = await libraryEngine(everything);
    const alone = await serve(schema, { engine: askedBy(engine, "by calls") }).ask(`{ a: ${field} }`, {
      context: { ...context },
    });
    expect(denials(alone)).toEqual([]);
    const failing = failingOnce(askedBy(engine, "by calls"), verb, how, action);
    const { ask } = serve(schema, { engine: failing, executors: "graphql-js" });
    const result = await ask(`{ a: ${field} later { a: ${field} } }`, { context: { ...context } });
    expect(new Set(denials(result).map((one) => one.split(" ")[0]))).toEqual(new Set(["AUTHORIZATION_UNAVAILABLE"]));
    expect(denials(result).filter((one) => one.includes("later"))).toEqual([]);
    expect(result.data).toMatchObject({ later: alone.data });
    await engine.close();
  });

  test("of many objects together", async () => {
    const engine = await libraryEngine(["reader Doc 1", "reader Doc 2", "reader Doc 3"]);
    const failing = failingOnce(askedBy(engine, "by calls that have to be waited for"), "authorizeMany", how);
    const { ask } = serve(schema, { engine: failing, executors: "graphql-js" });
    const shown = "docs(ids: [1, 2, 3]) { id }";
    const { data, errors } = await ask(`{ ${shown} later { ${shown} } }`, { context: { ...context } });
    expect(data).toEqual({
      docs: [{ id: "1" }, null, null],
      later: { docs: [{ id: "1" }, { id: "2" }, { id: "3" }] },
    });
    expect(errors?.map(({ path }) => path?.join("."))).toEqual(["docs.1", "docs.2"]);
    await engine.close();
  });

  test("of a row that an argument names", async () => {
    let calls = 0;
    const load = async (): Promise<unknown> => (++calls === 1 ? how() : [{ open: true }]);
    const engine = await libraryEngine([], load);
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    const { data } = await ask("{ a: paperRead(id: 1) later { b: paperRead(id: 1) } }", { context: { ...context } });
    expect(data).toEqual({ a: null, later: { b: 1 } });
    await engine.close();
  });
});
