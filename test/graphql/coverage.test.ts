import { createEngine, type Engine } from "arcturus";
import { authorizeDirective, coverage } from "arcturus/graphql";
import { buildSchema } from "graphql";
import { describe, expect, onTestFinished, test } from "vitest";

const source = `actor User {}
actor Visitor {}
resource Note { roles = ["owner"]; permissions = ["read", "edit", "burn"]; "read" if "owner"; "edit" if "owner"; }
resource Book { permissions = ["read"]; }
has_permission(_: Visitor, "read", _: Book);
global { roles = ["staff"]; permissions = ["count"]; "count" if "staff"; }
`;

async function reportOf(typeDefs: string) {
  const engine = await createEngine({ policy: [{ source, filename: "notes.polar" }] });
  onTestFinished(() => engine.close());
  return coverage(buildSchema(`${authorizeDirective.typeDefs}\n${typeDefs}`), { engine });
}

const owner = { rule: '"read" if "owner"', source: "notes.polar", line: 3, column: 76, endLine: 3, endColumn: 94 };

describe("what coverage says of a coordinate", () => {
  test("a gate, and the fields that it covers", async () => {
    const { coordinates } = await reportOf("type Note @authorize { id: ID! } type Query { note: Note }");
    expect(coordinates.filter(({ coordinate }) => coordinate !== "Query.note")).toEqual([
      {
        coordinate: "Note",
        kind: "type",
        status: "guarded",
        guards: [
          {
            action: "read",
            on: "OBJECT",
            types: ["Note"],
            deny: "NOT_FOUND",
            rules: [owner],
            facts: [expect.any(String)],
          },
        ],
      },
      { coordinate: "Note.id", kind: "field", status: "guarded", by: "type", gates: ["Note"], guards: [] },
    ]);
    expect(coordinates.find(({ coordinate }) => coordinate === "Query.note")).toEqual({
      coordinate: "Query.note",
      kind: "field",
      status: "guarded",
      by: "result",
      gates: ["Note"],
      guards: [],
    });
  });

  test("a guard that is inherited names where it is written", async () => {
    const { coordinates } = await reportOf(`
      interface Owned @authorize { id: ID!  owner: String @authorize(action: "edit") }
      type Note implements Owned { id: ID!  owner: String }
      union Thing @authorize(action: "read") = Note | Book
      type Book @authorize { id: ID! }
      type Query { note: Note  owned: Owned  thing: Thing }`);
    const guards = Object.fromEntries(coordinates.map((entry) => [entry.coordinate, entry.guards]));
    expect(guards["Note"]).toMatchObject([{ action: "read", inheritedFrom: "Owned" }]);
    expect(guards["Note.owner"]).toMatchObject([{ action: "edit", on: "PARENT", inheritedFrom: "Owned.owner" }]);
    expect(guards["Owned"]?.[0]).not.toHaveProperty("inheritedFrom");
    // A union can be granted by the rules of each of its members.
    expect(guards["Thing"]?.[0]?.rules.map(({ rule }) => rule)).toEqual([
      '"read" if "owner"',
      'has_permission(_: Visitor, "read", _: Book)',
    ]);
  });

  test("arguments, input fields and enum values, wherever an input type is used", async () => {
    const { coordinates } = await reportOf(`
      type Query { notes(order: Order, since: Int @authorize(action: "count", on: NONE)): Int @public }
      enum Order { TITLE COUNT @authorize(action: "count", on: NONE) }
      type Mutation {
        edit(input: Edit!): Boolean @authorize(action: "edit", on: ARG, arg: "input.id", type: "Note")
      }
      input Edit { id: ID!  deep: Deep }
      input Deep { burnt: Boolean @authorize(action: "burn")  again: Deep }`);
    const inner = coordinates.filter(({ kind }) => kind !== "field" && kind !== "type");
    expect(inner.map(({ coordinate, kind }) => `${kind} ${coordinate}`)).toEqual([
      "enum value Order.COUNT",
      "argument Query.notes(since:)",
      "input field Deep.burnt",
    ]);
    // Without a type of its own, a guard of an input field asks about what the mutation names.
    expect(inner[2]?.guards).toMatchObject([{ action: "burn", on: "ARG", arg: "input.id", types: ["Note"] }]);
  });

  test("who is left over: undecided fields, and guards that nothing can satisfy", async () => {
    const { uncovered, ungrantable, problems } = await reportOf(`
      type Query {
        motto: String
        report: Int @authorize(action: "count", on: NONE)
        audit: Int @authorize(action: "audit", on: NONE)
        burn: Boolean @authorize(action: "burn", on: NONE, type: "Note")
      }
      type Note @authorize(action: "burn") { id: ID! }
      type Book @authorize(action: "raed") { id: ID! }`);
    expect(uncovered).toEqual(["Query.motto"]);
    // Nobody has a rule for burning notes, but a fact may say it.
    expect(ungrantable).toEqual(["Book", "Query.audit", "Query.burn"]);
    expect(problems.map(({ coordinate }) => coordinate)).toContain("Book");
  });

  test("of an engine that is wrapped and does not know the question, only the rules are left out", async () => {
    const engine = await createEngine({ policy: [{ source, filename: "notes.polar" }] });
    onTestFinished(() => engine.close());
    const { policyGrants: _, ...wrapped } = engine;
    const report = coverage(
      buildSchema(`${authorizeDirective.typeDefs} type Query { n: Int @authorize(action: "count", on: NONE) }`),
      {
        engine: wrapped as Engine,
      },
    );
    expect(report.coordinates[0]?.guards).toMatchObject([{ action: "count", rules: [], facts: [] }]);
    expect(report.ungrantable).toEqual([]);
  });
});

describe("how a field is covered", () => {
  const byOf = async (typeDefs: string) => {
    const { coordinates } = await reportOf(typeDefs);
    return Object.fromEntries(
      coordinates
        .filter(({ kind }) => kind === "field")
        .map(({ coordinate, status, by }) => [coordinate, `${status} by ${by}`]),
    );
  };

  test("by what stands nearest: a directive, the gate of its type, `@public`, the gates of its result, the form of a connection", async () => {
    expect(
      await byOf(`
        type Note @authorize { id: ID!  text: String @authorize(action: "edit")  loose: String @public }
        type Box @public { open: Int  guarded: Int @authorize(action: "count", on: NONE)  note: Note }
        type Bare { open: Int @public  note: Note  notes: [Note!]  left: Int  box: Box }
        type Query { box: Box @public  bare: Bare @public  notes: Notes @authorize(on: LIST)  made: Note }
        type Notes { edges: [NoteEdge]  nodes: [Note]  pageInfo: NoteInfo!  totalCount: Int  extra: Int }
        type NoteEdge { node: Note  cursor: String!  extra: Int }
        type NoteInfo { hasNextPage: Boolean!  anything: Int }
        type Mutation { make: Note  open: Note @public }`),
    ).toEqual({
      "Note.id": "guarded by type",
      "Note.text": "guarded by directive",
      "Note.loose": "guarded by type",
      "Box.open": "public by public",
      "Box.guarded": "guarded by directive",
      "Box.note": "public by public",
      "Bare.open": "public by public",
      "Bare.note": "guarded by result",
      "Bare.notes": "guarded by result",
      "Bare.left": "uncovered by undefined",
      "Bare.box": "uncovered by undefined",
      "Query.box": "public by public",
      "Query.bare": "public by public",
      "Query.notes": "guarded by directive",
      "Query.made": "guarded by result",
      "Notes.edges": "public by connection",
      "Notes.nodes": "guarded by result",
      "Notes.pageInfo": "public by connection",
      "Notes.totalCount": "public by connection",
      "Notes.extra": "uncovered by undefined",
      "NoteEdge.node": "guarded by result",
      "NoteEdge.cursor": "public by connection",
      "NoteEdge.extra": "uncovered by undefined",
      "NoteInfo.hasNextPage": "public by connection",
      "NoteInfo.anything": "public by connection",
      "Mutation.make": "uncovered by undefined",
      "Mutation.open": "public by public",
    });
  });

  test("the three lists hold every field once, and agree with what is said of each", async () => {
    const {
      guarded,
      public: open,
      uncovered,
      coordinates,
    } = await reportOf(`
      interface Owned @authorize { id: ID! }  interface Loose { name: String @public }
      type Note implements Owned & Loose { id: ID!  name: String }
      type Book @public { id: ID!  note: Note  owned: Owned  thing: Thing }
      union Thing = Note | Book
      type Notes { edges: [NoteEdge]  pageInfo: PageInfo! }  type NoteEdge { node: Note  cursor: ID }  type PageInfo { hasNextPage: Boolean! }
      type Query { book: Book  note: Note  thing: Thing  owned: Owned @public  n: Int @authorize(action: "count", on: NONE)  notes: Notes @authorize(on: LIST) }`);
    const listed = [...guarded, ...open, ...uncovered];
    const said = coordinates.filter(({ kind }) => kind === "field");
    expect(listed.toSorted()).toEqual(said.map(({ coordinate }) => coordinate).toSorted());
    expect(new Set(listed).size).toBe(listed.length);
    for (const { coordinate, status } of said) {
      const list = { guarded, public: open, uncovered }[status];
      expect({ coordinate, isListed: list.includes(coordinate) }).toEqual({ coordinate, isListed: true });
    }
    for (const list of [guarded, open, uncovered]) expect(list).toEqual(list.toSorted());
    expect(uncovered).toEqual(["Query.book", "Query.thing"]);
    const ofConnection = ["NoteEdge.cursor", "Notes.edges", "Notes.pageInfo", "PageInfo.hasNextPage"];
    expect(open).toEqual(["Book.id", "Book.note", "Book.owned", "Book.thing", ...ofConnection, "Query.owned"]);
  });

  test("a field whose guard some type inherits is not public, though an interface says so of it", async () => {
    const { guarded, problems } = await reportOf(`
      interface Loose { name: String @public }  interface Owned { name: String @authorize }
      type Note implements Loose & Owned @authorize { id: ID!  name: String }
      type Query { note: Note }`);
    expect(guarded).toContain("Note.name");
    expect(problems.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual(["graphql/inheritance Note.name"]);
  });
});

describe("what coverage warns of", () => {
  const warningsOf = async (typeDefs: string) =>
    (await reportOf(typeDefs)).problems
      .filter(({ severity }) => severity === "warning")
      .map(({ code, coordinate }) => `${code} ${coordinate}`);

  test("guarded types that nobody can name, and fields of guarded types that hold anything", async () => {
    expect(
      await warningsOf(`
        scalar JSON  scalar JsonObject  scalar Anything  scalar Day
        type Note @authorize { key: ID!  json: JSON  object: [JsonObject!]  any: Anything  day: Day  text: String }
        type Book @public { key: ID!  json: JSON }
        type Query { note: Note  book: Book @public }`),
    ).toEqual([
      "graphql/no-identity Note",
      "graphql/unprotected-json Note.any",
      "graphql/unprotected-json Note.json",
      "graphql/unprotected-json Note.object",
    ]);
    expect(await warningsOf("type Note @authorize { id: ID! } type Query { note: Note }")).toEqual([]);
  });

  test("a type that the policy never mentions, for each action that is asked of it", async () => {
    expect(
      await warningsOf(
        `type Film @authorize { id: ID!  cut: Int @authorize(action: "cut") } type Query { film: Film }`,
      ),
    ).toEqual(["graphql/unknown-policy-type Film", "graphql/unknown-policy-type Film.cut"]);
  });
});

describe("who can be granted", () => {
  test("a place is out of reach when a single one of its guards is", async () => {
    const { ungrantable } = await reportOf(`
      type Note @authorize @authorize(action: "burn") { id: ID!  text: String @authorize(action: "edit") @authorize(action: "smell", on: NONE) }
      type Book @authorize @authorize(action: "bind") { id: ID! }
      union Thing @authorize(action: "bind") = Note | Book
      type Query { note: Note  book: Book  thing: Thing }`);
    // A fact may say who burns notes; nothing can say who binds anything, or smells.
    expect(ungrantable).toEqual(["Book", "Note.text", "Thing"]);
  });

  test("an input counts for every field that uses it, with what each of them names", async () => {
    const { coordinates } = await reportOf(`
      input In { burnt: Boolean @authorize(action: "burn")  order: Order }
      enum Order { NEW  OLD @authorize(action: "count", on: NONE)  HOT @authorize(action: "burn", type: "Note") @authorize(action: "count", on: NONE) }
      type Query { hello: Int @public }
      type Mutation {
        one(in: In, id: ID): Int @authorize(action: "edit", on: ARG, arg: "id", type: "Note")
        two(in: In, book: ID, note: ID): Int @authorize(on: ARG, arg: "book", type: "Book") @authorize(on: ARG, arg: "note", type: "Note")
      }`);
    const guards = Object.fromEntries(
      coordinates.map(({ coordinate, guards }) => [coordinate, guards.map(({ on, arg, types }) => [on, arg, types])]),
    );
    expect(guards["In.burnt"]).toEqual([
      ["ARG", "id", ["Note"]],
      ["ARG", "book", ["Book"]],
      ["ARG", "note", ["Note"]],
    ]);
    expect(guards["Order.OLD"]).toEqual([["NONE", undefined, undefined]]);
    expect(guards["Order.HOT"]).toEqual([
      ["ARG", undefined, ["Note"]],
      ["NONE", undefined, undefined],
    ]);
    expect(Object.keys(guards)).not.toContain("Order.NEW");
  });

  test("an action on the name of a type is granted by what speaks of that name", async () => {
    const engine = await createEngine({
      policy: [
        {
          source: `actor User {} allow(_: User, "enter"); allow(_: User, "enter", "Note") if true; allow(_: User, "leave", "Note");`,
          filename: "doors.polar",
        },
      ],
    });
    onTestFinished(() => engine.close());
    const none = (action: string, type?: string): string =>
      `Int @authorize(action: "${action}", on: NONE${type === undefined ? "" : `, type: "${type}"`})`;
    const { coordinates, ungrantable } = coverage(
      buildSchema(`${authorizeDirective.typeDefs}
        type Note @public { id: ID }
        type Book @public { id: ID }
        type Query { alone: ${none("enter")}  note: ${none("enter", "Note")}  book: ${none("leave", "Book")}  left: ${none("leave", "Note")} }`),
      { engine },
    );
    const rules = Object.fromEntries(
      coordinates.map(({ coordinate, guards }) => [
        coordinate,
        guards.flatMap((one) => one.rules.map(({ rule }) => rule)),
      ]),
    );
    expect(rules["Query.alone"]).toEqual(['allow(_: User, "enter")']);
    expect(rules["Query.note"]).toEqual(['allow(_: User, "enter", "Note")']);
    expect(rules["Query.left"]).toEqual(['allow(_: User, "leave", "Note")']);
    expect(rules["Query.book"]).toEqual([]);
    expect(ungrantable).toEqual(["Query.book"]);
  });
});
