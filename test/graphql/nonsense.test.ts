import { describe, expect, onTestFinished, test } from "vitest";
import type { Engine, QuestionOptions } from "../../src/engine/types.js";
import type { Authorization } from "../../src/graphql/index.js";
import { askedBy, libraryEngine, librarySchema } from "./support/library.js";
import { buildSchema, denials, type Served, serve } from "./support/serve.js";

/* An engine that somebody has wrapped may answer anything, in any place of an answer. Only `true` is yes. */

const everything = [
  ...["Doc", "Note"].flatMap((type) =>
    ["1", "2", "3"].flatMap((id) => [`reader ${type} ${id}`, `writer ${type} ${id}`]),
  ),
  ...["enter", "leave", "enter Doc", "leave Doc"],
];
const engine = await libraryEngine(everything, async () => [{ open: true, owner: "alice" }]);
const schema = librarySchema();

type Verbs = Partial<Record<keyof Engine, unknown>>;

// The verbs of an engine are looked up at each question.
const sound = askedBy(engine, "by calls");
const wrapped: Engine = { ...sound };
const served = serve(schema, { engine: wrapped, executors: "graphql-js" });

function ask(verbs: Verbs, query: string): ReturnType<Served["ask"]> {
  Object.assign(wrapped, sound, verbs);
  return served.ask(query, { context: { user: "alice" } });
}

const codes = (result: Awaited<ReturnType<Served["ask"]>>): string[] => [
  ...new Set(denials(result).map((one) => one.split(" ")[0]!)),
];

const name = (value: unknown): string =>
  typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
const notBooleans: readonly (readonly [string, unknown])[] = [
  ...[undefined, null, 1, 0, "true", "", "yes", {}, { allowed: true }, [], [true], () => true, new Boolean(true)],
].map((value) => [name(value), value] as const);

const forms = [
  "doc(id: 1) { id }",
  "docs(ids: [1, 2]) { id }",
  "docResult(id: 1) { id }",
  "docRead(ids: [1])",
  "enter",
  "docEnter",
  'make(from: { title: "made" })',
  "papers(open: [true]) { id }",
  "paperRead(id: 1)",
  'asks(what: "each read Doc", ids: [1])',
  'asks(what: "many read Doc", ids: [1, 2])',
  'asks(what: "objects read", ids: [1])',
  'asks(what: "alone enter", ids: [])',
  'asks(what: "name enter Doc", ids: [])',
];

describe.each(forms)("`decide`, asked by `%s`", (field) => {
  test("is believed when it answers true", async () => {
    expect(denials(await ask({ decide: () => true }, `{ a: ${field} }`))).toEqual([]);
  });

  test.each(notBooleans)("that answers %s has not answered", async (_, value) => {
    for (const decide of [() => value, async () => value]) {
      const result = await ask({ decide, authorizeMany: () => Promise.reject(new Error("down")) }, `{ a: ${field} }`);
      expect(codes(result)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
      expect(JSON.stringify(result.data)).not.toMatch(/"id"|1|true/);
    }
  });
});

describe("`authorizeMany`", () => {
  // The first one is asked by `decide`, which has to be waited for; the other three together.
  const shown = "{ docs(ids: [1, 1, 2, 3]) { id } notes(ids: [3, 1, 2]) { id } }";
  const verbs = (answer: (count: number) => unknown): Verbs => ({
    decide: async () => true,
    authorizeMany: async (_actor: unknown, _action: unknown, subjects: readonly unknown[]) => answer(subjects.length),
  });

  test.each(notBooleans)("that answers %s in one place has not answered that question", async (_, value) => {
    for (const at of [0, 1]) {
      const result = await ask(
        verbs((count) => Array.from({ length: count }, (_, i) => (i === at ? value : true))),
        shown,
      );
      const hidden = [2, 3][at];
      expect(result.data).toEqual({
        docs: [1, 1, 2, 3].map((id) => (id === hidden ? null : { id: String(id) })),
        notes: [3, 1, 2].map((id, i) => (i === at + 1 ? null : { id: String(id) })),
      });
      expect(codes(result)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
    }
  });

  test.each<[string, (count: number) => unknown]>([
    ["too few", (count) => Array.from({ length: count - 1 }, () => true)],
    ["too many", (count) => Array.from({ length: count + 1 }, () => true)],
    ["none", () => []],
    ["with holes", (count) => new Array(count)],
    ["nothing", () => undefined],
    ["null", () => null],
    ["one for all", () => true],
    ["a text", (count) => "t".repeat(count)],
    ["what only looks like a list", (count) => ({ ...Array.from({ length: count }, () => true), length: count })],
    ["a set", () => new Set([true])],
  ])("that gives %s has answered none of them", async (_, answer) => {
    const result = await ask(verbs(answer), shown);
    expect(result.data).toEqual({
      docs: [{ id: "1" }, { id: "1" }, null, null],
      notes: [{ id: "3" }, null, null],
    });
    expect(codes(result)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
  });
});

describe("`list`", () => {
  const forms = [
    "docList(ids: [1, 2]) { id }",
    "docBoth(ids: [1, 2]) { id }",
    "docPage { edges { node { id } } }",
    'asks(what: "list read Doc", ids: [])',
  ];
  const wrong = [undefined, null, true, "1", "*", {}, { ids: ["1"] }, { length: 1, 0: "1" }, new Set(["1"]), ["1", 2]];
  const wrongInside = [["1", null], [["1"]], [1], [undefined], [{ type: "Doc", id: "1" }], ["1", true], [1n]];

  test.each(
    [...wrong, ...wrongInside].map((value) => [
      typeof value === "object" && value !== null && "0" in value && typeof value[0] === "bigint"
        ? "[1n]"
        : name(value),
      value,
    ]),
  )("that answers %s has not answered", async (_, value) => {
    for (const field of forms) {
      for (const list of [() => value, async () => value]) {
        const result = await ask({ list }, `{ a: ${field} }`);
        expect(result.data).toEqual({ a: null });
        expect(codes(result)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
      }
    }
  });

  test.each([
    "filter/unsupported",
    "engine/unbound-variable",
    "engine/missing-property",
    "engine/limit-exceeded",
    "engine/star-id",
  ])("that cannot be made (%s) is asked about row by row", async (code) => {
    const failure = (): never => {
      throw Object.assign(new Error("not as a list"), { code });
    };
    const decide = (_actor: unknown, _action: unknown, resource: unknown) => (resource as { id: string }).id === "2";
    for (const list of [failure, async () => failure()]) {
      const result = await ask({ list, decide }, "{ docList(ids: [1, 2]) { id } docPage { edges { node { id } } } }");
      expect(result).toEqual({ data: { docList: [{ id: "2" }], docPage: { edges: [{ node: { id: "2" } }] } } });
    }
  });

  test.each([undefined, null, 7, "", "engine/timed-out", "store/closed", "engine", "unsupported"])(
    "that fails otherwise (%s) is a failure",
    async (code) => {
      const failure = (): never => {
        throw Object.assign(new Error("down"), { code });
      };
      for (const list of [failure, async () => failure()]) {
        expect(codes(await ask({ list, decide: () => true }, "{ docList(ids: [1, 2]) { id } }"))).toEqual([
          "AUTHORIZATION_UNAVAILABLE",
        ]);
      }
    },
  );

  test("that lists `*` beside ids does not mean all", async () => {
    for (const ids of [
      ["*", "1"],
      ["1", "*"],
      ["*", "*"],
      ["1", "*", "2"],
    ]) {
      const result = await ask(
        { list: async () => ids },
        "{ docList(ids: [1, 2, 3]) { id } noteList(ids: [1, 2]) { id } }",
      );
      expect(result.data).toEqual({
        docList: ["1", "2"].filter((id) => ids.includes(id)).map((id) => ({ id })),
        noteList: ["1", "2"].filter((id) => ids.includes(id)).map((id) => ({ id })),
      });
    }
  });

  test("that lists `*` alone means all, and a single resource of that name cannot be told to a resolver", async () => {
    const all = await ask(
      { list: async () => ["*"] },
      '{ docList(ids: [1, 4]) { id } asks(what: "list read Doc", ids: []) }',
    );
    expect(all.data).toEqual({ docList: [{ id: "1" }, { id: "4" }], asks: ["*"] });
    const filter = async () => ({ kind: "where", condition: { kind: "ids", type: "Doc", ids: ["*"] } });
    const one = await ask(
      { filter },
      '{ filter: asks(what: "filter read Doc", ids: []) later { list: asks(what: "list read Doc", ids: []) docList(ids: [1, "*"]) { id } } }',
    );
    expect(denials(one)).toEqual(["AUTHORIZATION_UNAVAILABLE later.list"]);
    expect(one.data).toMatchObject({ later: { list: null, docList: [{ id: "*" }] } });
  });
});

describe("`filter`", () => {
  const where = (condition: unknown): unknown => ({ kind: "where", condition });
  const ids = (found: unknown, type: unknown = "Doc"): unknown => where({ kind: "ids", type, ids: found });
  const wrong: readonly unknown[] = [
    ...[
      undefined,
      null,
      true,
      "all",
      [],
      {},
      { kind: true },
      { kind: "everything" },
      { kind: "ALL" },
      where(undefined),
    ],
    ...[
      where(null),
      where("all"),
      where([]),
      ids(undefined),
      ids("12"),
      ids([1]),
      ids(["1", null]),
      ids({ length: 0 }),
    ],
    ...[ids(["1"], "Note"), ids(["1"], null)],
  ];

  test.each(wrong.map((value) => [name(value), value]))("that answers %s has not answered", async (_, value) => {
    const field = 'asks(what: "filter read Doc", ids: [])';
    const query = `{ a: ${field} later { b: ${field} later { docList(ids: [1, 4]) { id } docs(ids: [4]) { id } } } }`;
    for (const filter of [() => value, async () => value]) {
      const result = await ask({ filter }, query);
      expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE a", "AUTHORIZATION_UNAVAILABLE later.b"]);
      expect(result.data).toMatchObject({
        a: null,
        later: { b: null, later: { docList: [{ id: "1" }], docs: [null] } },
      });
    }
  });

  test.each([
    [{ kind: "all" }, ["1", "4"]],
    [{ kind: "none" }, []],
    [ids(["4"]), ["4"]],
    [ids([]), []],
  ])("that answers %j is what a LIST after it shows", async (value, shown) => {
    const result = await ask(
      { filter: async () => value },
      '{ asks(what: "filter read Doc", ids: []) later { docList(ids: [1, 4]) { id } docs(ids: [1, 4]) { id } noteList(ids: [1, 4]) { id } } }',
    );
    expect(result.data).toEqual({
      asks: value,
      later: {
        docList: shown.map((id) => ({ id })),
        docs: ["1", "4"].map((id) => (shown.includes(id) ? { id } : null)),
        noteList: [{ id: "1" }],
      },
    });
  });
});

describe("`actions`", () => {
  test.each(
    [undefined, null, true, "read", {}, { length: 1, 0: "read" }, ["read", 1], [null], new Set(["read"])].map(
      (value) => [name(value), value],
    ),
  )("that answers %s has not answered", async (_, value) => {
    for (const actions of [() => value, async () => value]) {
      const result = await ask(
        { actions },
        '{ asks(what: "actions x Doc", ids: [1]) objects: asks(what: "objectActions", ids: [1]) }',
      );
      expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE asks", "AUTHORIZATION_UNAVAILABLE objects"]);
    }
  });
});

describe("a resolver's question with options of its own", () => {
  const options: QuestionOptions = { contextFacts: [] };
  const doc = { type: "Doc", id: "1" };
  const questions: Readonly<Record<string, (authorization: Authorization) => Promise<unknown>>> = {
    authorize: (authorization) => authorization.authorize("read", doc, options),
    authorizeMany: (authorization) => authorization.authorizeMany("read", [doc, doc], options),
    list: (authorization) => authorization.list("read", "Doc", options),
    actions: (authorization) => authorization.actions(doc, options),
    filter: (authorization) => authorization.filter("read", "Doc", options),
    explain: (authorization) => authorization.explain("read", doc, options),
  };
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    authorize: notBooleans.map(([, value]) => value),
    authorizeMany: [
      undefined,
      null,
      true,
      "tt",
      [true],
      [true, true, true],
      [true, 1],
      [undefined, true],
      [true, "yes"],
    ],
    list: [undefined, null, "*", [1], ["1", null], { length: 0 }],
    actions: [undefined, null, "read", [1], ["read", null], { length: 0 }],
    filter: [undefined, null, "all", { kind: "yes" }, { kind: "where" }],
    explain: [undefined, null, {}, { allowed: "yes" }, { allowed: 1 }],
  };
  const asking = async (verb: string, verbs: Verbs, use = questions[verb]!) => {
    const single = buildSchema("scalar Any type Query { use: Any @public }", {
      Query: {
        use: (_: unknown, __: unknown, context: { authorization: Authorization }) => use(context.authorization),
      },
    });
    const served = serve(single, { engine: { ...engine, ...verbs } as Engine, executors: "graphql-js" });
    return { result: await served.ask("{ use }"), log: served.log };
  };

  test.each(Object.keys(questions))("`%s` is believed when it makes sense", async (verb) => {
    expect(denials((await asking(verb, {})).result)).toEqual([]);
  });

  test.each(Object.keys(questions))(
    "`%s` that answers nonsense, throws or rejects is unavailable, and only the log says why",
    async (verb) => {
      const failure = (): never => {
        throw new Error("a secret reason");
      };
      const failures = [
        failure,
        async () => failure(),
        ...wrong[verb]!.flatMap((value) => [() => value, async () => value]),
      ];
      for (const answer of failures) {
        const { result, log } = await asking(verb, { [verb]: answer });
        expect(result.data).toEqual({ use: null });
        expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE use"]);
        expect(JSON.stringify(result)).not.toContain("secret");
        expect(log.join()).toContain("context.authorization: a question could not be answered");
      }
    },
  );

  test.each(["actions", "filter"])("`%s` that throws at once is unavailable without options as well", async (verb) => {
    const failure = (): never => {
      throw new Error("a secret reason");
    };
    const use = (authorization: Authorization): Promise<unknown> =>
      verb === "actions" ? authorization.actions(doc) : authorization.filter("read", "Doc");
    const { result } = await asking(verb, { [verb]: failure }, use);
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE use"]);
    expect(JSON.stringify(result)).not.toContain("secret");
  });
});

describe("the rows that `load` gives", () => {
  const open = { open: true, owner: "alice" };
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a row alone", open],
    ["too few", [open]],
    ["too many", [open, open, open]],
    ["what only looks like a list", { length: 2, 0: open, 1: open }],
  ])("%s: nobody knows which row is which", async (_, rows) => {
    const loading = await libraryEngine([], async () => rows);
    onTestFinished(() => loading.close());
    const { ask } = serve(schema, { engine: loading, executors: "graphql-js" });
    const result = await ask("{ a: paperRead(id: 1) b: paperRead(id: 2) }", { context: { user: "alice" } });
    expect(result.data).toEqual({ a: null, b: null });
    expect(codes(result)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
  });

  test("a row that is not there is denied like one that is forbidden", async () => {
    const loading = await libraryEngine([], async () => [null, undefined, { ...open, open: false }]);
    onTestFinished(() => loading.close());
    const { ask } = serve(schema, { engine: loading, executors: "graphql-js" });
    const result = await ask("{ a: paperRead(id: 1) b: paperRead(id: 2) c: paperRead(id: 3) }", {
      context: { user: "alice" },
    });
    expect(codes(result)).toEqual(["FORBIDDEN"]);
  });
});
