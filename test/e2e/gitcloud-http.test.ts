import { join } from "node:path";
import Sqlite from "libsql";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./example-process.js";
import { serveGitcloud } from "./gitcloud-here.js";
import { codes, type GraphQLClient } from "./graphql-client.js";

/** A response as it goes over the wire: status, headers but the date, body. */
async function bytes(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== "date");
  return { status: response.status, headers, body: await response.text() };
}

describe("what is hidden and what does not exist", () => {
  test("a hidden repository and a missing one give the same bytes", async () => {
    const gitcloud = await serveGitcloud();
    for (const user of ["paul", "john@beatles.com", null]) {
      const hidden = await bytes(await gitcloud.send(user, `query ($id: ID!) { repo(id: $id) { name } }`, { id: "2" }));
      const missing = await bytes(
        await gitcloud.send(user, `query ($id: ID!) { repo(id: $id) { name } }`, { id: "9" }),
      );
      expect(hidden).toEqual(missing);
      expect(hidden.status).toBe(200);
      expect(hidden.body).toContain("NOT_FOUND");
    }
  });

  test("so do organizations and users, by any spelling of their ids", async () => {
    const gitcloud = await serveGitcloud();
    const ask = async (field: string) => await bytes(await gitcloud.send("paul", `{ x: ${field} { __typename } }`));
    const missing = await ask(`org(id: "77")`);
    for (const id of ["2", "02", " 2", "2.0", "2e0", "__proto__", "*"]) {
      expect(await ask(`org(id: "${id}")`)).toEqual(missing);
    }
    const nobody = await ask(`user(username: "nobody")`);
    for (const name of ["john", "admin", "*", "constructor"])
      expect(await ask(`user(username: "${name}")`)).toEqual(nobody);
  });

  test("a mutation on a hidden repository answers like one on a missing one", async () => {
    const gitcloud = await serveGitcloud();
    const create = (id: string) =>
      gitcloud.send("paul", `mutation ($id: ID!) { createIssue(repoId: $id, title: "x") { id } }`, { id });
    expect(await bytes(await create("2"))).toEqual(await bytes(await create("9")));
  });
});

describe("who is logged in", () => {
  test("the header names a user by user name or e-mail; any other name is a visitor", async () => {
    const gitcloud = await serveGitcloud();
    const me = async (user: string | null) => (await gitcloud.ask(user, "{ me { id username email } }")).data?.["me"];
    const paul = { id: "paul", username: "paul", email: "paul@beatles.com" };
    expect(await me("paul")).toEqual(paul);
    expect(await me("paul@beatles.com")).toEqual(paul);
    for (const name of [null, "nobody", "PAUL", "' or 1=1 --", "anonymous"]) expect(await me(name)).toBeNull();
  });

  test("a visitor reads nothing, finds empty lists, and changes nothing", async () => {
    const gitcloud = await serveGitcloud();
    expect(await gitcloud.ask(null, `{ me { id } orgs { id } }`)).toEqual({ data: { me: null, orgs: [] } });
    const mutation = `mutation { createOrg(name: "X") { id } closeIssue(id: "2") { id } cancelJob(repoId: "1", jobId: "1") }`;
    expect(codes(await gitcloud.ask(null, mutation))).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  });

  test("an e-mail address is for its owner", async () => {
    const gitcloud = await serveGitcloud();
    const answer = await gitcloud.ask("john", `{ org(id: "1") { roleAssignments { user { username email } } } }`);
    const emails = (answer.data as { org: { roleAssignments: { user: { email: string | null } }[] } }).org
      .roleAssignments;
    expect(emails.map(({ user }) => user.email)).toEqual([null, "john@beatles.com", null, null]);
    expect(codes(answer)).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  });
});

describe("changes", () => {
  test("a role that is revoked no longer shows the resource to the next request, one that is given does", async () => {
    const gitcloud = await serveGitcloud();
    const issues = `{ org(id: "1") { repos { totalCount nodes { issues { totalCount } } } } }`;
    const whole = { org: { repos: { totalCount: 1, nodes: [{ issues: { totalCount: 11 } }] } } };
    const change = (field: string) =>
      gitcloud.ask("john", `mutation { ${field}(orgId: "1", username: "ringo", role: "member") ${selection(field)} }`);

    for (let round = 0; round < 3; round += 1) {
      expect((await gitcloud.ask("ringo", issues)).data).toEqual(whole);
      await change("deleteOrgRole");
      expect(await gitcloud.ask("ringo", issues)).toMatchObject({ data: { org: null } });
      expect((await gitcloud.ask("ringo", "{ orgs { id } }")).data).toEqual({ orgs: [] });
      await change("createOrgRole");
    }
  });

  test("a revocation shows to the next field of the same mutation", async () => {
    const gitcloud = await serveGitcloud();
    const answer = await gitcloud.ask(
      "john",
      `mutation {
        before: createIssue(repoId: "1", title: "Mine") { title }
        deleteOrgRole(orgId: "1", username: "john", role: "admin")
        after: createIssue(repoId: "1", title: "Not any more") { title }
      }`,
    );
    expect(answer.data).toEqual({ before: { title: "Mine" }, deleteOrgRole: true, after: null });
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
  });

  test("one role per user and organization: the new one replaces the old one", async () => {
    const gitcloud = await serveGitcloud();
    const roles = `{ org(id: "1") { roleAssignments { user { username } role } } }`;
    const give = (role: string) =>
      gitcloud.ask("john", `mutation { createOrgRole(orgId: "1", username: "paul", role: "${role}") { role } }`);
    await give("admin");
    await give("admin");
    const paul = async () =>
      (await gitcloud.ask("john", roles)).data as {
        org: { roleAssignments: { user: { username: string }; role: string }[] };
      };
    expect((await paul()).org.roleAssignments.filter(({ user }) => user.username === "paul")).toEqual([
      { user: { username: "paul" }, role: "admin" },
    ]);
  });

  test("a role on a repository reaches its issues and nothing else", async () => {
    const gitcloud = await serveGitcloud();
    const see = `{ repo(id: "2") { name viewerCan org { name } issues { totalCount } } }`;
    await gitcloud.ask("mike", `mutation { createRepoRole(repoId: "2", username: "paul", role: "editor") { role } }`);
    expect(await gitcloud.ask("paul", see)).toEqual({
      data: {
        repo: {
          name: "Paperwork",
          viewerCan: ["create_issues", "manage_jobs", "view"],
          org: null,
          issues: { totalCount: 0 },
        },
      },
    });
    expect(await gitcloud.ask("paul", `mutation { cancelJob(repoId: "2", jobId: "1") }`)).toEqual({
      data: { cancelJob: true },
    });
    await gitcloud.ask("mike", `mutation { deleteRepoRole(repoId: "2", username: "paul", role: "editor") }`);
    expect(codes(await gitcloud.ask("paul", see))).toEqual(["NOT_FOUND"]);
  });

  test("arguments that make no sense are BAD_USER_INPUT, and change nothing", async () => {
    const gitcloud = await serveGitcloud();
    const bad = [
      `createOrg(name: "The Beatles") { id }`,
      `createOrgRole(orgId: "1", username: "nobody", role: "member") { role }`,
      `createOrgRole(orgId: "1", username: "ringo", role: "drummer") { role }`,
      `createRepoRole(repoId: "1", username: "ringo", role: "member") { role }`,
    ];
    const before = await state(gitcloud);
    for (const field of bad)
      expect(codes(await gitcloud.ask("john", `mutation { ${field} }`))).toEqual(["BAD_USER_INPUT"]);
    expect(await state(gitcloud)).toEqual(before);
  });

  test("closing an issue twice is fine, and ends the comments", async () => {
    const gitcloud = await serveGitcloud();
    for (let round = 0; round < 2; round += 1) {
      expect(await gitcloud.ask("paul", `mutation { closeIssue(id: "3") { closed viewerCan } }`)).toEqual({
        data: { closeIssue: { closed: true, viewerCan: ["close", "view"] } },
      });
    }
  });

  test("the next ids are 12 for an issue and 3 for an organization, whose founder administers it", async () => {
    const gitcloud = await serveGitcloud();
    const issue = `mutation { createIssue(repoId: "1", title: "Come Together") { id repo { id } viewerCan } }`;
    expect(await gitcloud.ask("paul", issue)).toEqual({
      data: { createIssue: { id: "12", repo: { id: "1" }, viewerCan: ["close", "comment", "view"] } },
    });
    const org = `mutation { createOrg(name: "Wings") { id roleAssignments { user { username } role } } }`;
    expect(await gitcloud.ask("paul", org)).toEqual({
      data: { createOrg: { id: "3", roleAssignments: [{ user: { username: "paul" }, role: "admin" }] } },
    });
  });

  test("a denied mutation changes neither rows nor facts", async () => {
    const db = join(temporaryFolder(), "gitcloud.db");
    const gitcloud = await serveGitcloud({ db });
    const before = dump(db);
    const denied = [
      `createIssue(repoId: "2", title: "x") { id }`,
      `closeIssue(id: "4") { id }`,
      `createOrgRole(orgId: "1", username: "paul", role: "admin") { role }`,
      `deleteOrgRole(orgId: "1", username: "john", role: "admin")`,
      `createRepoRole(repoId: "1", username: "paul", role: "admin") { role }`,
      `deleteRepoRole(repoId: "1", username: "paul", role: "admin")`,
    ];
    for (const field of denied)
      expect(codes(await gitcloud.ask("paul", `mutation { ${field} }`))).toEqual(["FORBIDDEN"]);
    expect(codes(await gitcloud.ask(null, `mutation { createOrg(name: "x") { id } }`))).toEqual(["FORBIDDEN"]);
    expect(dump(db)).toEqual(before);
  });
});

function selection(field: string): string {
  return field === "createOrgRole" ? "{ role }" : "";
}

/** What an admin of everything would see, as far as the API shows it. */
async function state(gitcloud: GraphQLClient): Promise<unknown> {
  const query = `{ orgs { name repos { nodes { name } } roleAssignments { user { username } role } } }`;
  return [await gitcloud.ask("john", query), await gitcloud.ask("mike", query)];
}

/** Every row of every table, the facts' among them. */
function dump(path: string): Record<string, unknown[]> {
  const database = new Sqlite(path, { readonly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").all([]);
    const entries = (tables as { name: string }[]).map(({ name }) => [
      name,
      database.prepare(`select * from "${name}"`).all([]),
    ]);
    return Object.fromEntries(entries) as Record<string, unknown[]>;
  } finally {
    database.close();
  }
}
