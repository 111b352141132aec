import { describe, expect, it } from "vitest";
import { policy, workplace } from "./workplace.js";

const complete = `type Query { repository(id: ID!): Repository  status: String! @public }
type Repository @authorize(action: "read") { id: ID! name: String! }
`;

const wholeSchema = `interface Node @authorize { id: ID! }
type Query {
  node(id: ID!): Node
  repository(id: ID!): Repository @authorize(on: ARG, arg: "id", type: "Repository", deny: NOT_FOUND)
  repositories(first: Int): RepositoryConnection! @authorize(on: LIST)
  reports: Int @authorize(action: "see reports", on: NONE)
  status: String! @public
  motd: String!
}
type Mutation {
  update(input: Update!): Repository @authorize(action: "delete", on: ARG, arg: "input.id", type: "Repository")
}
input Update { id: ID!  secret: String @authorize(action: "archive")  organization: ID @authorize(type: "Organization") }
type Repository implements Node { id: ID!  name: String!  notes: String @authorize(action: "archive") }
type RepositoryConnection { edges: [RepositoryEdge!]!  pageInfo: PageInfo! }
type RepositoryEdge { node: Repository!  cursor: String! }
type PageInfo { hasNextPage: Boolean! }
type Organization @authorize { id: ID! }
`;
const wholePolicy = `actor User {}
global {
  roles = ["admin"];
  permissions = ["see reports"];
  "see reports" if "admin";
}
resource Organization { roles = ["member"]; }
resource Repository {
  roles = ["reader"];
  permissions = ["read", "delete", "archive"];
  relations = { organization: Organization };
  "reader" if "member" on "organization";
  "read" if "reader";
  "delete" if "member" on "organization";
}
has_permission(_: User, "read", repository: Repository) if is_public(repository);
`;

const { arcturus } = workplace("coverage", {
  "policy.polar": policy,
  "complete.graphql": complete,
  "open.graphql": complete.replace(" @public", ""),
  "misspelt.graphql": complete.replace('"read"', '"raed"'),
  "public-type.graphql": "type Build @public { version: String! }\nextend type Query { build: Build @public }\n",
  "more.graphql": "extend type Query { about: String! @public }\n",
  "broken.graphql": "type Query {\n",
  "whole.graphql": wholeSchema,
  "whole.polar": wholePolicy,
  "bears.graphql": 'type Query { bear(id: ID!): Bear } type Bear @authorize(action: "feed") { id: ID! }',
  "bears.polar": 'allow(_: User, "feed", bear: Bear) if bear.species = "polar";\n',
  "bears.mjs": 'export const types = { User: { fields: {} }, Bear: { fields: { species: "String" } } };\n',
  "no-types.mjs": "export const other = {};\n",
  "unknown.graphql": "type Query { a: Nowhere }\n",
});
const coverage = (schema: string, ...more: string[]) =>
  arcturus([
    ...["coverage", "--schema", ...schema.split(" ")],
    ...(more.includes("--policy") ? [] : ["--policy", "policy.polar"]),
    ...more,
  ]);

describe("arcturus coverage", () => {
  it("is content with a schema in which every field is decided", async () => {
    const { code, stdout, stderr } = await coverage("complete.graphql");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^✓ Repository\.name +gate of Repository$/m);
    expect(stdout).toMatch(/^○ Query\.status +public$/m);
    expect(stdout).toMatch(/3 guarded, 1 public, 0 uncovered, 0 problems\n$/);
  });

  it("names the fields that nobody decided", async () => {
    const { code, stdout } = await coverage("open.graphql");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ Query\.status +nobody has decided$/m);
  });

  it("names what is wrong with the annotations", async () => {
    const { code, stdout } = await coverage("misspelt.graphql");
    expect(code).toBe(1);
    expect(stdout).toMatch(/problems\n! .*raed.*\n/);
  });

  it("takes several files as one schema", async () => {
    expect((await coverage("complete.graphql more.graphql")).stdout).toMatch(/^○ Query\.about +public$/m);
  });

  it("a type that is public says so", async () => {
    const { stdout } = await coverage("complete.graphql public-type.graphql");
    expect(stdout).toMatch(/^○ Build +public$/m);
    expect(stdout).not.toContain("nobody has decided");
  });

  it("--json gives lists of coordinates", async () => {
    const { code, stdout } = await coverage("open.graphql", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ public: [], uncovered: ["Query.status"] });
  });

  it("shows each guard, where it is written and the rules that can grant it", async () => {
    const { code, stdout } = await coverage("whole.graphql", "--policy", "whole.polar");
    expect(code).toBe(1);
    await expect(stdout).toMatchFileSnapshot("__snapshots__/coverage.txt");
  });

  it("--format markdown is a page for a review", async () => {
    const { code, stdout } = await coverage("whole.graphql", "--policy", "whole.polar", "--format", "markdown");
    expect(code).toBe(1);
    await expect(stdout).toMatchFileSnapshot("__snapshots__/coverage.md.txt");
  });

  it("--format json holds the place of every rule", async () => {
    const { stdout } = await coverage("complete.graphql", "--format", "json");
    const report = JSON.parse(stdout);
    const [rule] = report.coordinates.find((one: { coordinate: string }) => one.coordinate === "Repository").guards[0]
      .rules;
    expect(rule).toMatchObject({ source: "policy.polar", line: expect.any(Number), column: 3 });
    expect(rule.rule).toMatch(/^"read" if "/);
  });

  it("a policy over application objects is told their types by a module", async () => {
    const bears = (...more: string[]) =>
      arcturus(["coverage", "--schema", "bears.graphql", "--policy", "bears.polar", ...more]);
    expect((await bears()).code).toBe(1);
    const { code, stdout, stderr } = await bears("--types", "bears.mjs");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain('allow(_: User, "feed", bear: Bear)');
    expect(await bears("--types", "nowhere.mjs")).toMatchObject({ code: 2 });
    expect(await bears("--types", "no-types.mjs")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("`types`"),
    });
  });

  it("an unknown format is a wrong command line", async () => {
    expect(await coverage("complete.graphql", "--format", "xml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("table, json or markdown"),
    });
    expect(await coverage("complete.graphql", "--json", "--format", "table")).toMatchObject({ code: 2 });
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
