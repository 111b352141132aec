import { describe, expect, it } from "vitest";
import { policy, workplace } from "./workplace.js";

const complete = `type Query { repository(id: ID!): Repository  status: String! @public }
type Repository @authorize(action: "read") { id: ID! name: String! }
`;

const { arcturus } = workplace("coverage", {
  "policy.polar": policy,
  "complete.graphql": complete,
  "open.graphql": complete.replace(" @public", ""),
  "misspelt.graphql": complete.replace('"read"', '"raed"'),
  "more.graphql": "extend type Query { about: String! @public }\n",
  "broken.graphql": "type Query {\n",
  "unknown.graphql": "type Query { a: Nowhere }\n",
});
const coverage = (schema: string, ...more: string[]) =>
  arcturus(["coverage", "--schema", ...schema.split(" "), "--policy", "policy.polar", ...more]);

describe("arcturus coverage", () => {
  it("is content with a schema in which every field is decided", async () => {
    const { code, stdout, stderr } = await coverage("complete.graphql");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("  ✓ Repository.name\n");
    expect(stdout).toContain("  ○ Query.status\n");
    expect(stdout).toMatch(/3 guarded, 1 public, 0 uncovered, 0 problems\n$/);
  });

  it("names the fields that nobody decided", async () => {
    const { code, stdout } = await coverage("open.graphql");
    expect(code).toBe(1);
    expect(stdout).toMatch(/uncovered\n {2}✗ Query\.status\n/);
  });

  it("names what is wrong with the annotations", async () => {
    const { code, stdout } = await coverage("misspelt.graphql");
    expect(code).toBe(1);
    expect(stdout).toMatch(/problems\n {2}! .*raed.*\n/);
  });

  it("takes several files as one schema", async () => {
    expect((await coverage("complete.graphql more.graphql")).stdout).toContain("  ○ Query.about\n");
  });

  it("--json gives lists of coordinates", async () => {
    const { code, stdout } = await coverage("open.graphql", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ public: [], uncovered: ["Query.status"] });
  });

  it("a schema that cannot be read is a wrong command line", async () => {
    expect(await coverage("broken.graphql")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("broken.graphql:2:1"),
    });
    expect(await coverage("unknown.graphql")).toMatchObject({ code: 2, stderr: expect.stringContaining("Nowhere") });
    expect(await arcturus("coverage --policy policy.polar")).toMatchObject({ code: 2 });
  });
});
