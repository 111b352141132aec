import { describe, expect, test } from "vitest";
import { serveGitcloud } from "./gitcloud-here.js";
import type { GraphQLClient } from "./graphql-client.js";

interface IssueConnection {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly nodes: readonly { readonly id: string }[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

async function issues(gitcloud: GraphQLClient, args: string, user = "paul"): Promise<IssueConnection> {
  const answer = await gitcloud.ask(
    user,
    `{ repo(id: "1") { issues${args} {
      totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }`,
  );
  expect(answer.errors).toBeUndefined();
  return (answer.data as { repo: { issues: IssueConnection } }).repo.issues;
}

const ids = ({ nodes }: IssueConnection) => nodes.map(({ id }) => Number(id));

describe("the issues of a repository, page by page", () => {
  test("forwards: every page is full while there is more, and the count is that of all", async () => {
    const gitcloud = await serveGitcloud();
    const seen: number[] = [];
    let after = "";
    for (let page = 0; page < 4; page += 1) {
      const connection = await issues(gitcloud, `(first: 3${after})`);
      expect(connection.totalCount).toBe(11);
      expect(connection.edges.map(({ node }) => node)).toEqual(connection.nodes);
      expect(connection.pageInfo).toMatchObject({
        hasNextPage: page < 3,
        startCursor: connection.edges[0]?.cursor,
        endCursor: connection.edges.at(-1)?.cursor,
      });
      seen.push(...ids(connection));
      after = `, after: "${connection.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test("backwards: pages come from the end, each in ascending order", async () => {
    const gitcloud = await serveGitcloud();
    const last = await issues(gitcloud, "(last: 4)");
    expect(ids(last)).toEqual([8, 9, 10, 11]);
    expect(last.pageInfo.hasPreviousPage).toBe(true);
    const before = await issues(gitcloud, `(last: 7, before: "${last.pageInfo.startCursor}")`);
    expect(ids(before)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(before.pageInfo.hasPreviousPage).toBe(false);
  });

  test("first is applied before last", async () => {
    const gitcloud = await serveGitcloud();
    const connection = await issues(gitcloud, "(first: 5, last: 2)");
    expect(ids(connection)).toEqual([4, 5]);
    expect(connection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  test("no rows are asked for, and the count is right", async () => {
    const gitcloud = await serveGitcloud();
    expect(await issues(gitcloud, "(first: 0)")).toEqual({
      totalCount: 11,
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test("a cursor stays where it is when rows come", async () => {
    const gitcloud = await serveGitcloud();
    const page = await issues(gitcloud, "(last: 1)");
    await gitcloud.ask("john", `mutation { createIssue(repoId: "1", title: "Octopus's Garden") { id } }`);
    expect(ids(await issues(gitcloud, `(first: 5, after: "${page.pageInfo.endCursor}")`))).toEqual([12]);
  });

  test("whoever sees the repository but not its issues gets an empty connection", async () => {
    const gitcloud = await serveGitcloud();
    expect(await issues(gitcloud, "(first: 2)", "sully")).toEqual({
      totalCount: 0,
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test.each(["(first: -1)", "(last: -1)", "(first: 1001)", `(after: "nonsense")`, `(before: "")`])(
    "%s is BAD_USER_INPUT",
    async (args) => {
      const gitcloud = await serveGitcloud();
      const answer = await gitcloud.ask("paul", `{ repo(id: "1") { issues${args} { totalCount } } }`);
      expect(answer.errors?.map((error) => error.extensions?.["code"])).toEqual(["BAD_USER_INPUT"]);
    },
  );
});
