import { describe, expect, test } from "vitest";
import type { Authorization } from "../../src/graphql/index.js";
import { askedBy, libraryEngine, librarySchema } from "./support/library.js";
import { buildSchema, denials, type ServeOptions, serve } from "./support/serve.js";

/* Who asks is found out once for each epoch, by a function of the application that may do anything. */

const alice = { type: "User", id: "alice" };
const engine = await libraryEngine(["reader Doc 1", "writer Doc 1", "enter"], async () => [{ open: true }]);
const schema = librarySchema();
const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 1, value));

function server(actor: () => unknown) {
  const context = { user: "alice" };
  const served = serve(schema, {
    engine: askedBy(engine, "by calls"),
    actor: actor as NonNullable<ServeOptions["actor"]>,
    executors: "graphql-js",
  });
  return { log: served.log, ask: (query: string) => served.ask(query, { context: { ...context } }) };
}

/** One field of each form that needs to know who asks. */
const fields = [
  "doc(id: 1) { id }",
  "docs(ids: [1]) { id note }",
  "docList(ids: [1]) { id }",
  "docPage { edges { node { id } } }",
  "docResult(id: 1) { id }",
  "docRead(ids: [1])",
  "enter",
  'make(from: { title: "made" })',
  "paperRead(id: 1)",
  'asks(what: "each read Doc", ids: [1])',
  'asks(what: "many read Doc", ids: [1])',
  'asks(what: "list read Doc", ids: [1])',
  'asks(what: "filter read Doc", ids: [1])',
  'asks(what: "actions x Doc", ids: [1])',
  'asks(what: "objects read", ids: [1])',
];

describe("the actor", () => {
  test("is looked up once in a query, whatever asks", async () => {
    for (const look of [() => alice, () => later(alice)]) {
      let calls = 0;
      const { ask } = server(() => {
        calls++;
        return look();
      });
      const result = await ask(`{ ${fields.map((field, i) => `f${i}: ${field}`).join(" ")} later { ${fields[0]} } }`);
      expect(denials(result)).toEqual([]);
      expect(calls).toBe(1);
    }
  });

  test("is looked up anew for each step of a mutation and for its payload, and not for each question of its resolver", async () => {
    for (const look of [() => alice, () => later(alice)]) {
      let calls = 0;
      const { ask } = server(() => {
        calls++;
        return look();
      });
      const step = (name: string) => `${name}: ask(what: "each read Doc", ids: [1, 2, 1, 2]) { docs(ids: [1]) { id } }`;
      expect(denials(await ask(`mutation { ${step("a")} }`))).toEqual([]);
      expect(calls).toBe(2);
      await ask(`mutation { ${step("a")} ${step("b")} }`);
      expect(calls).toBe(6);
    }
  });

  test("is not looked up when nobody needs to know", async () => {
    let calls = 0;
    const open = buildSchema("type Open @public { id: ID } type Query { open: Open @public }", {
      Query: { open: () => ({ id: 1 }) },
    });
    const { ask } = serve(open, { engine, executors: "graphql-js", actor: () => void calls++ });
    expect((await ask("{ open { id } }")).data).toEqual({ open: { id: "1" } });
    expect(calls).toBeLessThanOrEqual(1);
  });
});

describe.each(fields)("`%s`", (field) => {
  const isResolver = field.startsWith("asks");

  test.each<[string, () => unknown]>([
    ["null", () => null],
    ["nothing", () => undefined],
    ["a promise of null", () => later(null)],
    ["a promise of nothing", () => later(undefined)],
  ])("when the actor is %s: nobody is logged in", async (_, actor) => {
    const result = await server(actor).ask(`{ a: ${field} }`);
    if (isResolver) {
      expect(denials(result)).toEqual([]);
      expect(JSON.stringify(result.data)).toMatch(/\[false\]|\[\]|\[\[\]\]|"none"/);
    } else expect(denials(result)).toEqual(["UNAUTHENTICATED a"]);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no session store");
      },
    ],
    ["rejects", () => later(undefined).then(() => Promise.reject(new Error("no session store")))],
    ["answers a function", () => () => alice],
    ["answers a symbol", () => Symbol("alice")],
    ["promises a function", () => later(() => alice)],
  ])("when the look-up %s: nothing is answered, and only the log says why", async (_, actor) => {
    const { ask, log } = server(actor);
    const result = await ask(`{ a: ${field} }`);
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE a"]);
    expect(JSON.stringify(result)).not.toContain("session store");
    expect(log.join()).toContain("it could not be found out who asks");
  });
});

test("what resolvers see as the actor is who asks, null for nobody, and an error when it could not be found out", async () => {
  const own = buildSchema("scalar Any type Query { who: Any @public }", {
    Query: {
      who: (_: unknown, __: unknown, { authorization }: { authorization: Authorization }) => ({
        actor: authorization.actor,
      }),
    },
  });
  const who = async (actor: () => unknown) =>
    serve(own, { engine, executors: "graphql-js", actor: actor as NonNullable<ServeOptions["actor"]> }).ask("{ who }");
  for (const look of [() => alice, () => later(alice)]) {
    expect(await who(look)).toEqual({ data: { who: { actor: alice } } });
  }
  for (const look of [() => null, () => undefined, () => later(undefined)]) {
    expect(await who(look)).toEqual({ data: { who: { actor: null } } });
  }
  const failing = () => {
    throw new Error("no session store");
  };
  for (const look of [failing, () => later(1).then(failing), () => () => alice]) {
    expect(denials(await who(look))).toEqual(["AUTHORIZATION_UNAVAILABLE who"]);
  }
});
