import { describe, expect, test } from "vitest";
import { type Grant, grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve, startProblems } from "./support/serve.js";

const document = { id: 1, title: "plan", secret: "x", author: { id: 7 } };

function schemaWith(fields: string, docType = "type Doc { id: ID! @public }") {
  const ran: string[] = [];
  const resolve = (name: string, value: unknown) => () => {
    ran.push(name);
    return value;
  };
  const schema = buildSchema(
    `${docType}
     type Box @public { id: ID! ${fields} }
     type Query { box: Box @public }`,
    {
      Query: { box: () => ({ id: 5 }) },
      Box: {
        leaf: resolve("leaf", "value"),
        strict: resolve("strict", "value"),
        doc: resolve("doc", document),
        docs: resolve("docs", [document, { ...document, id: 2 }]),
        none: resolve("none", null),
      },
    },
  );
  return { schema, ran };
}

const types = { Box: ["read"], Doc: ["read"] };

async function ask(fields: string, query: string, grants: Grant[] = [], as: string | null = "alice", docType?: string) {
  const { schema, ran } = schemaWith(fields, docType);
  const engine = await grantEngine(types, ["enter"]);
  await engine.grant(...grants);
  const { ask } = serve(schema, { engine, executors: "graphql-js" });
  const result = await ask(`{ box { ${query} } }`, { as });
  return { data: (result.data as { box: unknown } | null)?.box, denials: denials(result), ran, errors: result.errors };
}

describe("a leaf field", () => {
  const leaf = "leaf: String @authorize";

  test("asks about its parent and answers an error with a null", async () => {
    expect(await ask(leaf, "leaf")).toMatchObject({ data: { leaf: null }, denials: ["FORBIDDEN box.leaf"], ran: [] });
    expect(await ask(leaf, "leaf", ["alice read Box:5"])).toMatchObject({ data: { leaf: "value" }, denials: [] });
  });

  test("that may not be null takes its parent along", async () => {
    const denied = await ask("strict: String! @authorize", "strict id");
    expect(denied).toMatchObject({ data: null, denials: ["FORBIDDEN box.strict"], ran: [] });
  });

  test("with deny: NULL is silent and does not run its resolver", async () => {
    const silent = "leaf: String @authorize(deny: NULL)";
    expect(await ask(silent, "leaf")).toMatchObject({ data: { leaf: null }, denials: [], ran: [] });
    expect(await ask(silent, "leaf", [], null)).toMatchObject({ data: { leaf: null }, denials: [] });
  });

  test("with deny: NOT_FOUND answers the same for denied and for null", async () => {
    const hidden = "leaf: String @authorize(deny: NOT_FOUND) none: String @authorize(deny: NOT_FOUND)";
    const denied = await ask(hidden, "x: leaf");
    const missing = await ask(hidden, "x: none", ["alice read Box:5"]);
    expect(denied.denials).toEqual(["NOT_FOUND box.x"]);
    expect(JSON.stringify([denied.data, denied.errors])).toBe(JSON.stringify([missing.data, missing.errors]));
  });
});

describe("several directives", () => {
  test("must all hold, and of several denials the strictest shows", async () => {
    const fields = `leaf: String @authorize(deny: NULL) @authorize(action: "enter", on: NONE, deny: NOT_FOUND)`;
    expect(await ask(fields, "leaf", ["alice read Box:5"])).toMatchObject({ denials: ["NOT_FOUND box.leaf"] });
    expect(await ask(fields, "leaf", ["alice enter"])).toMatchObject({ data: { leaf: null }, denials: [] });
    expect(await ask(fields, "leaf")).toMatchObject({ denials: ["NOT_FOUND box.leaf"] });
    expect(await ask(fields, "leaf", ["alice read Box:5", "alice enter"])).toMatchObject({ data: { leaf: "value" } });
  });
});

describe("a composite field", () => {
  test("on: PARENT asks about the parent before the resolver", async () => {
    const doc = "doc: Doc @authorize(on: PARENT)";
    expect(await ask(doc, "doc { id }")).toMatchObject({
      data: { doc: null },
      denials: ["FORBIDDEN box.doc"],
      ran: [],
    });
    expect(await ask(doc, "doc { id }", ["alice read Box:5"])).toMatchObject({ data: { doc: { id: "1" } } });
  });

  test("on: RESULT asks about each object, after the resolver", async () => {
    const docs = "docs: [Doc] @authorize(on: RESULT)";
    const some = await ask(docs, "docs { id }", ["alice read Doc:2"]);
    expect(some).toMatchObject({
      data: { docs: [null, { id: "2" }] },
      denials: ["FORBIDDEN box.docs.0"],
      ran: ["docs"],
    });
    const strict = await ask("docs: [Doc!] @authorize(on: RESULT)", "docs { id }", ["alice read Doc:2"]);
    expect(strict).toMatchObject({ data: { docs: null }, denials: ["FORBIDDEN box.docs.0"] });
    const silent = await ask("docs: [Doc] @authorize(on: RESULT, deny: NULL)", "docs { id }", ["alice read Doc:2"]);
    expect(silent).toMatchObject({ data: { docs: [null, { id: "2" }] }, denials: [] });
  });

  test("on: NONE asks about the actor alone, or about the name of a type", async () => {
    const alone = `doc: Doc @authorize(action: "enter", on: NONE)`;
    expect(await ask(alone, "doc { id }")).toMatchObject({ denials: ["FORBIDDEN box.doc"], ran: [] });
    expect(await ask(alone, "doc { id }", ["alice enter"])).toMatchObject({ data: { doc: { id: "1" } } });
    const typed = `doc: Doc @authorize(action: "enter", on: NONE, type: "Doc")`;
    expect(await ask(typed, "doc { id }", ["alice enter"])).toMatchObject({ denials: ["FORBIDDEN box.doc"] });
    expect(await ask(typed, "doc { id }", ["alice enter Doc"])).toMatchObject({ data: { doc: { id: "1" } } });
  });

  test("with deny: NOT_FOUND answers the error also when the gate of the result denies", async () => {
    const fields = "doc: Doc @authorize(on: PARENT, deny: NOT_FOUND) none: Doc @authorize(on: PARENT, deny: NOT_FOUND)";
    const docType = "type Doc @authorize { id: ID! }";
    const byGate = await ask(fields, "x: doc { id }", ["alice read Box:5"], "alice", docType);
    const byField = await ask(fields, "x: doc { id }", ["alice read Doc:1"], "alice", docType);
    const missing = await ask(fields, "x: none { id }", ["alice read Box:5"], "alice", docType);
    expect(byGate.denials).toEqual(["NOT_FOUND box.x"]);
    expect(new Set([byGate, byField, missing].map((r) => JSON.stringify([r.data, r.errors]))).size).toBe(1);
  });
});

describe("a denied field that cannot be null, inside of a list", () => {
  test("leaves no failure of a sibling behind that nobody catches", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const schema = buildSchema(
      `type Doc @public { id: ID!  late: String!  strict: String! @authorize } type Query { docs: [Doc!] @public }`,
      {
        Query: { docs: () => [{ id: 1 }, { id: 2 }] },
        Doc: {
          late: ({ id }: { id: number }) =>
            id === 2 ? "x" : new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 5)),
          strict: () => "x",
        },
      },
    );
    const engine = await grantEngine(types);
    await engine.grant("alice read Doc:1");
    const { ask } = serve(schema, { engine, executors: "graphql-js" });
    expect(denials(await ask("{ docs { late strict } }"))).toEqual(["FORBIDDEN docs.1.strict"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("a type that denies otherwise than by hiding", () => {
  test("gives errors with deny: ERROR, at each object", async () => {
    const docType = "type Doc @authorize(deny: ERROR) { id: ID! }";
    const result = await ask("docs: [Doc]", "docs { id }", ["alice read Doc:1"], "alice", docType);
    expect(result).toMatchObject({ data: { docs: [{ id: "1" }, null] }, denials: ["FORBIDDEN box.docs.1"] });
  });

  test("is silent with deny: NULL, and stays silent for strangers", async () => {
    const docType = "type Doc @authorize(deny: NULL) { id: ID! }";
    expect(await ask("docs: [Doc]", "docs { id }", [], "alice", docType)).toMatchObject({
      data: { docs: [null, null] },
      denials: [],
    });
    expect(await ask("docs: [Doc]", "docs { id }", [], null, docType)).toMatchObject({
      data: { docs: null },
      denials: [],
      ran: [],
    });
  });
});

describe("nobody logged in", () => {
  test("gets UNAUTHENTICATED at every guarded position, and the engine is not asked", async () => {
    for (const [fields, query] of [
      ["leaf: String @authorize", "leaf"],
      ["docs: [Doc!] @authorize(on: LIST)", "docs { id }"],
      ["doc: Doc @authorize(on: RESULT)", "doc { id }"],
      ["doc: Doc @authorize(on: RESULT, deny: NOT_FOUND)", "doc { id }"],
      [`doc: Doc @authorize(action: "enter", on: NONE)`, "doc { id }"],
    ] as const) {
      const field = query.split(" ")[0];
      expect(await ask(fields, query, [], null)).toMatchObject({ denials: [`UNAUTHENTICATED box.${field}`], ran: [] });
    }
  });
});

describe("a failing engine", () => {
  const failing = {
    throws: () => {
      throw new Error("engine trouble with alice and Box:5");
    },
    rejects: () => Promise.reject(new Error("engine trouble with alice and Box:5")),
    "answers undefined": () => undefined as unknown as boolean,
    "answers a string": () => "true" as unknown as boolean,
    "promises one": () => Promise.resolve(1 as unknown as boolean),
  };
  for (const [how, decide] of Object.entries(failing)) {
    test(`that ${how} denies with AUTHORIZATION_UNAVAILABLE, and only the log says why`, async () => {
      for (const deny of ["ERROR", "NULL", "NOT_FOUND"]) {
        const { schema } = schemaWith(`leaf: String @authorize(deny: ${deny})`);
        const { ask, log } = serve(schema, {
          engine: await grantEngine(types, [], { decide }),
          executors: "graphql-js",
        });
        const result = await ask("{ box { leaf } }");
        expect(result.data).toEqual({ box: { leaf: null } });
        expect(denials(result)).toEqual(deny === "NULL" ? [] : ["AUTHORIZATION_UNAVAILABLE box.leaf"]);
        expect(JSON.stringify(result)).not.toMatch(/alice|Box:5|trouble/);
        expect(log.join("\n")).toContain("Box.leaf: a question could not be answered");
      }
    });
  }

  test("is asked again for the next object: a failure is not remembered", async () => {
    let calls = 0;
    const decide = () => {
      if (++calls === 1) throw new Error("once");
      return true;
    };
    const { schema } = schemaWith("leaf: String @authorize");
    const { ask } = serve(schema, { engine: await grantEngine(types, [], { decide }), executors: "graphql-js" });
    const result = await ask("{ a: box { leaf } b: box { leaf } }");
    expect(result.data).toEqual({ a: { leaf: null }, b: { leaf: "value" } });
  });

  test("an actor function that throws denies everything that needs to know, and nothing else", async () => {
    const { schema } = schemaWith("leaf: String @authorize free: String @public");
    const actor = () => {
      throw new Error("no session store");
    };
    const { ask, log } = serve(schema, { engine: await grantEngine(types), actor });
    const result = await ask("{ box { id leaf free } }");
    expect(result.data).toEqual({ box: { id: "5", leaf: null, free: null } });
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE box.leaf"]);
    expect(log.join("\n")).toContain("no session store");
  });
});

describe("deny: NULL on what cannot be null", () => {
  test("does not start", async () => {
    const engine = await grantEngine(types);
    const { schema } = schemaWith("strict: String! @authorize(deny: NULL)");
    expect(startProblems(() => serve(schema, { engine }))).toEqual(["graphql/null-on-non-null Box.strict"]);
    const list = schemaWith("docs: [Doc!]", "type Doc @authorize(deny: NULL) { id: ID! }").schema;
    expect(startProblems(() => serve(list, { engine }))).toEqual(["graphql/null-on-non-null Doc"]);
    const byDefault = schemaWith("strict: String! @authorize").schema;
    expect(startProblems(() => serve(byDefault, { engine, deny: { field: "NULL" } }))).toEqual([
      "graphql/null-on-non-null Box.strict",
    ]);
  });
});

describe("messages", () => {
  test("are constant, and extensions hold the code alone", async () => {
    const { errors } = await ask(
      "leaf: String @authorize doc: Doc @authorize(on: PARENT, deny: NOT_FOUND)",
      "leaf doc { id }",
    );
    expect((errors ?? []).map(({ message, extensions }) => ({ message, extensions }))).toEqual([
      { message: "you are not allowed to do this", extensions: { code: "FORBIDDEN" } },
      { message: "there is nothing here", extensions: { code: "NOT_FOUND" } },
    ]);
  });
});
