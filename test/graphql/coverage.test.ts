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
