import { describe, expect, test } from "vitest";
import { type Grant, grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

/*
 * `deny: NOT_FOUND` says of what is denied and of what does not exist the same, byte for byte, wherever it stands: the id of
 * something that is there must not be worth more than a guess.
 */

const types = { Box: ["read", "open"], Doc: ["read", "open"], Note: ["read", "open"] };

interface Position {
  readonly fields: string;
  readonly types?: string;
  /** What asks for `ID`, below a box. */
  readonly query: string;
  /** So that it is allowed, if it is there. */
  readonly grants: readonly Grant[];
  /** What hides it when left out. */
  readonly hiding: readonly Grant[];
  /** Null without an error, instead of NOT_FOUND. */
  readonly isSilent?: boolean;
}

const doc = "type Doc @public { id: ID! }";
const notFound = "deny: NOT_FOUND";
const positions: Readonly<Record<string, Position>> = {
  "a leaf, by its parent": {
    fields: `count(id: ID!): Int @authorize(action: "open", ${notFound})`,
    query: "it: count(id: ID)",
    grants: ["alice open Box:1"],
    hiding: ["alice open Box:1"],
  },
  "an object, by its parent": {
    fields: `doc(id: ID!): Doc @authorize(action: "open", on: PARENT, ${notFound})`,
    query: "it: doc(id: ID) { id }",
    grants: ["alice open Box:1"],
    hiding: ["alice open Box:1"],
  },
  "a leaf, by an argument": {
    fields: `count(id: ID!): Int @authorize(on: ARG, arg: "id", type: "Doc", ${notFound})`,
    query: "it: count(id: ID)",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "an object, by an argument": {
    fields: `doc(id: ID!): Doc @authorize(on: ARG, arg: "id", type: "Doc", ${notFound})`,
    query: "it: doc(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "an object, by an argument, with a gate of its own": {
    types: "type Doc @authorize { id: ID! }",
    fields: `doc(id: ID!): Doc @authorize(action: "open", on: ARG, arg: "id", type: "Doc", ${notFound})`,
    query: "it: doc(id: ID) { id }",
    grants: ["alice read Doc:*", "alice open Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "a list, by an argument": {
    fields: `docs(id: ID!): [Doc] @authorize(on: ARG, arg: "id", type: "Doc", ${notFound})`,
    query: "it: docs(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "a leaf, by the actor alone": {
    fields: `count(id: ID!): Int @authorize(action: "enter", on: NONE, ${notFound})`,
    query: "it: count(id: ID)",
    grants: ["alice enter"],
    hiding: ["alice enter"],
  },
  "a leaf, by the name of a type": {
    fields: `count(id: ID!): Int @authorize(action: "enter", on: NONE, type: "Doc", ${notFound})`,
    query: "it: count(id: ID)",
    grants: ["alice enter Doc"],
    hiding: ["alice enter Doc"],
  },
  "an object, by itself": {
    fields: `doc(id: ID!): Doc @authorize(on: RESULT, ${notFound})`,
    query: "it: doc(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "an object that cannot be null, by itself": {
    fields: `doc(id: ID!): Doc! @authorize(on: RESULT, ${notFound})`,
    query: "doc(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "a leaf, by the last of several directives": {
    fields: `count(id: ID!): Int @authorize(action: "open", deny: ERROR) @authorize(action: "enter", on: NONE, deny: NULL) @authorize(on: ARG, arg: "id", type: "Doc", ${notFound})`,
    query: "it: count(id: ID)",
    grants: ["alice open Box:1", "alice enter", "alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "an object, by its gate": {
    types: "type Doc @authorize { id: ID! }",
    fields: "doc(id: ID!): Doc",
    query: "it: doc(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
    isSilent: true,
  },
  "an object that cannot be null, by its gate": {
    types: "type Doc @authorize { id: ID! }",
    fields: "doc(id: ID!): Doc!",
    query: "doc(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "one of several types, of which one hides and one does not": {
    types:
      "interface Node { id: ID! } type Doc implements Node @authorize { id: ID! } type Note implements Node @authorize(deny: ERROR) { id: ID! }",
    fields: "node(id: ID!): Node!",
    query: "node(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "one of several types, of which one alone is guarded": {
    types:
      "interface Node { id: ID! } type Doc implements Node @authorize { id: ID! } type Note implements Node @public { id: ID! }",
    fields: "node(id: ID!): Node! @public",
    query: "node(id: ID) { id }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
  "one of a union, by the gate of the union": {
    types: "type Doc @public { id: ID! } type Note @public { id: ID! } union Any @authorize = Doc | Note",
    fields: "any(id: ID!): Any!",
    query: "any(id: ID) { ... on Doc { id } }",
    grants: ["alice read Doc:*"],
    hiding: ["alice read Doc:*"],
  },
};

/** The ids 1 to 5 are there. */
const there = (id: string): object | null => (Number(id) <= 5 ? { __typename: "Doc", id } : null);

async function answer(
  { fields, types: own = doc }: Position,
  grants: readonly Grant[],
  query: string,
  as: string | null = "alice",
) {
  const one = (_: unknown, { id }: { id: string }) => there(id);
  const schema = buildSchema(`${own} type Box @public { ${fields} } type Query { box: Box @public }`, {
    Query: { box: () => ({ id: 1 }) },
    Box: {
      doc: one,
      node: one,
      any: one,
      nodes: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(there),
      docs: (_: unknown, { id }: { id: string }) => (there(id) === null ? null : [there(id)]),
      count: (_: unknown, { id }: { id: string }) => (there(id) === null ? null : 7),
    },
  });
  const engine = await grantEngine(types, ["enter"]);
  await engine.grant(...grants);
  const served = serve(schema, { engine });
  const result = await served.ask(`{ box { ${query} } }`, { as });
  return { text: JSON.stringify(result), denied: denials(result), data: result.data };
}

describe.each(Object.entries(positions))("%s", (_, position) => {
  const { grants, hiding, query, isSilent = false } = position;
  const ask = (id: string, given: readonly Grant[], as?: string | null) =>
    answer(position, given, query.replaceAll("ID", id), as);
  const without = grants.filter((grant) => !hiding.includes(grant));

  test("is shown when it is there and allowed", async () => {
    const shown = await ask("3", grants);
    expect(shown.denied).toEqual([]);
    expect(shown.text).toMatch(/"3"|7/);
  });

  test("is the same, byte for byte, when it is hidden, when it is missing, and when both", async () => {
    const hidden = await ask("3", without);
    const missing = await ask("9", grants);
    const both = await ask("9", without);
    expect(hidden.text).not.toMatch(/"id"|7/);
    expect(missing.text).toBe(hidden.text);
    expect(both.text).toBe(hidden.text);
    const key = query.split(/[:( ]/)[0];
    expect(hidden.denied).toEqual(isSilent ? [] : [`NOT_FOUND box.${key}`]);
  });

  test("is the same for a stranger, whether it is there or not", async () => {
    const [hidden, missing] = [await ask("3", grants, null), await ask("9", grants, null)];
    expect(hidden.text).toBe(missing.text);
    expect(hidden.text).toContain("UNAUTHENTICATED");
  });
});

describe("a stranger", () => {
  test("gets null without an error only where every gate of the result is silent", async () => {
    const silent = (note: string): Position => ({
      types: `interface Node { id: ID! } type Doc implements Node @authorize(deny: NULL) { id: ID! } type Note implements Node @authorize(${note}) { id: ID! }`,
      fields: "node(id: ID!): Node",
      query: "",
      grants: [],
      hiding: [],
    });
    for (const [note, denied] of [
      ["deny: NULL", []],
      ["deny: ERROR", ["UNAUTHENTICATED box.node"]],
      ["deny: NOT_FOUND", ["UNAUTHENTICATED box.node"]],
    ] as const) {
      for (const id of ["3", "9"]) {
        const found = await answer(silent(note), [], `node(id: ${id}) { id }`, null);
        expect({ note, id, denied: found.denied, data: found.data }).toEqual({
          note,
          id,
          denied,
          data: { box: { node: null } },
        });
      }
    }
  });
});

test("a stranger is told the same of an item of a list that is hidden and of one that is missing", async () => {
  const position: Position = {
    types:
      "interface Node { id: ID! } type Doc implements Node @authorize { id: ID! } type Note implements Node @public { id: ID! }",
    fields: "nodes(ids: [ID!]!): [Node!]! @public",
    query: "",
    grants: [],
    hiding: [],
  };
  for (const as of [null, "alice"]) {
    const [hidden, missing] = [
      await answer(position, [], "nodes(ids: [3]) { id }", as),
      await answer(position, [], "nodes(ids: [9]) { id }", as),
    ];
    expect(missing.text).toBe(hidden.text);
    expect(hidden.denied).toEqual([`${as === null ? "UNAUTHENTICATED" : "NOT_FOUND"} box.nodes.0`]);
  }
});
