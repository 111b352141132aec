import { describe, expect, test } from "vitest";
import { grantEngine } from "./support/grants.js";
import { buildSchema, serve } from "./support/serve.js";

const schema = buildSchema(
  `type Doc @authorize { id: ID! }
   type Query { shelves: [[Doc!]!]! @authorize(on: LIST)  gated: [[Doc]] }`,
  {
    Query: {
      shelves: () => [[{ id: 1 }, { id: 2 }], [], [{ id: 2 }]],
      gated: () => [[{ id: 1 }, { id: 2 }], [], [{ id: 2 }]],
    },
  },
);

describe("a list of lists", () => {
  test("loses the items that are not allowed, and keeps its shape", async () => {
    const engine = await grantEngine({ Doc: ["read"] });
    const { ask } = serve(schema, { engine });
    // Not even when nothing can be allowed: how many shelves there are does not depend on what stands on them.
    expect((await ask("{ shelves { id } }")).data).toEqual({ shelves: [[], [], []] });
    await engine.grant("alice read Doc:1");
    expect((await ask("{ shelves { id } }")).data).toEqual({ shelves: [[{ id: "1" }], [], []] });
    expect(await ask("{ gated { id } }")).toEqual({ data: { gated: [[{ id: "1" }, null], [], [null]] } });
  });
});
