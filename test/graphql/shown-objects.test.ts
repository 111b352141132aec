import { describe, expect, test } from "vitest";
import { connectionTypes } from "../../src/graphql/connection-types.js";
import type { GuardedType } from "../../src/graphql/guard-table.js";
import { KnownObjects } from "../../src/graphql/known-objects.js";
import type { Layer } from "../../src/graphql/layer.js";
import { SecondLook } from "../../src/graphql/second-look.js";
import { buildSchema } from "./support/serve.js";

const doc: GuardedType = { name: "Doc", gate: [], isParent: false };
const note: GuardedType = { name: "Note", gate: [], isParent: false };

describe("what a gate has let through", () => {
  test("is known at the look that follows, and for its own type only", () => {
    const look = new SecondLook();
    const [one, other] = [{ id: 1 }, { id: 2 }];
    expect(look.isExpected(doc, one)).toBe(false);
    look.expect(doc, one);
    expect(look.isExpected(note, one)).toBe(false);
    expect(look.isExpected(doc, other)).toBe(false);
    expect(look.isExpected(doc, one)).toBe(true);
    look.expect(doc, other);
    expect(look.isExpected(doc, one)).toBe(false);
  });

  test("of a list, one after the other and in order", () => {
    const look = new SecondLook();
    const items = [{ id: 1 }, { id: 2 }, { id: 3 }];
    look.expectAll(doc, items);
    expect(look.isExpected(doc, items[1])).toBe(false);
    expect(look.isExpected(note, items[0])).toBe(false);
    expect(look.isExpected(doc, items[0])).toBe(true);
    // Executors may look twice at one object.
    expect(look.isExpected(doc, items[0])).toBe(true);
    expect(look.isExpected(doc, items[2])).toBe(false);
    expect(look.isExpected(doc, items[1])).toBe(true);
    expect(look.isExpected(doc, items[2])).toBe(true);
    expect(look.isExpected(doc, items[0])).toBe(false);
    expect(look.isExpected(doc, { id: 4 })).toBe(false);
  });

  test("of lists within lists, the inner ones first", () => {
    const look = new SecondLook();
    const [outer, inner] = [
      [{ id: 1 }, { id: 2 }],
      [{ id: 3 }, { id: 4 }],
    ];
    look.expectAll(doc, outer);
    expect(look.isExpected(doc, outer[0])).toBe(true);
    look.expectAll(note, inner);
    expect(look.isExpected(doc, inner[0])).toBe(false);
    expect(look.isExpected(note, inner[0])).toBe(true);
    expect(look.isExpected(note, inner[1])).toBe(true);
    expect(look.isExpected(doc, outer[1])).toBe(true);
  });
});

describe("an object", () => {
  const known = () => {
    const reports: string[] = [];
    let reads = 0;
    const layer = {
      idReader: () => (instance: { readonly id?: string }) => {
        reads++;
        if (instance.id === "broken") throw new Error("broken");
        return instance.id;
      },
      report: (_: unknown, ...texts: unknown[]) => reports.push(texts.join(" ")),
    } as unknown as Layer;
    return { objects: new KnownObjects(doc, [], layer, {}), reports, reads: () => reads };
  };

  test("is called what it was called first, whether or not it has passed", () => {
    for (const passes of [false, true]) {
      const { objects, reads } = known();
      const instance: { id?: string } = { id: "1" };
      if (passes) objects.pass(instance, objects.read(instance));
      expect(objects.idOf(instance)).toBe("1");
      instance.id = "2";
      expect(objects.idOf(instance)).toBe("1");
      expect(reads()).toBe(1);
      expect(objects.hasPassed(instance)).toBe(passes);
      expect(objects.isKept(instance)).toBe(!passes);
    }
  });

  test("without an id stays without one, whatever it says later", () => {
    for (const passes of [false, true]) {
      const { objects, reads } = known();
      const instance: { id?: string } = {};
      if (passes) objects.pass(instance, undefined);
      expect(objects.idOf(instance)).toBeUndefined();
      instance.id = "1";
      expect(objects.idOf(instance)).toBeUndefined();
      expect(reads()).toBe(passes ? 0 : 1);
    }
  });

  test("whose id cannot be read has none, and the log says why", () => {
    const { objects, reports } = known();
    expect(objects.idOf({ id: "broken" })).toBeUndefined();
    expect(reports.join()).toContain("could not be read");
  });

  test("is another one than one that looks the same", () => {
    const { objects } = known();
    objects.pass({ id: "1" }, "1");
    expect(objects.hasPassed({ id: "1" })).toBe(false);
  });
});

test("a connection type has edges, a list of objects with node and cursor, and a page info; its name does not matter", () => {
  const schema = buildSchema(`
    type Doc { id: ID! }
    type Info { hasNextPage: Boolean }
    type Edge { node: Doc  cursor: String }
    type Bare { node: Doc }
    type Cursors { cursor: String }
    type Whole { edges: [Edge!]!  nodes: [Doc]  pageInfo: Info!  totalCount: Int! }
    type DocConnection { edges: [Edge]  pageInfo: Info  totalCount: Int }
    type Uncounted { edges: [Edge]  pageInfo: Info  nodes: [Doc] }
    type NoInfo { edges: [Edge]  totalCount: Int }
    type NoEdges { nodes: [Doc]  pageInfo: Info }
    type OneEdge { edges: Edge  pageInfo: Info }
    type NoCursor { edges: [Bare]  pageInfo: Info }
    type NoNode { edges: [Cursors]  pageInfo: Info }
    type Texts { edges: [String]  pageInfo: Info }
    type TextInfo { edges: [Edge]  pageInfo: String }
    type Query { a: Whole b: DocConnection c: Uncounted d: NoInfo e: NoEdges f: OneEdge g: NoCursor h: NoNode i: Texts j: TextInfo }`);
  const common = { edgeType: "Edge", nodeType: "Doc", pageInfoType: "Info" };
  expect([...connectionTypes(schema).values()]).toEqual([
    { name: "Whole", ...common, hasNodes: true, totalCountNullable: false },
    { name: "DocConnection", ...common, hasNodes: false, totalCountNullable: true },
    { name: "Uncounted", ...common, hasNodes: true, totalCountNullable: undefined },
  ]);
});
