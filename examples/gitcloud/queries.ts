import type { IResolvers } from "@graphql-tools/utils";
import { entity } from "arcturus";
import { sql } from "kysely";
import { type ConnectionArguments, connection } from "../common/connection.js";
import { allowedIds } from "../common/rows.js";
import type { Context } from "./context.js";
import type { Issue, Org, Repo, User } from "./database.js";

/**
 * Who may see what stands in the schema's directives. The lists take the ids that the current actor may view into their
 * queries, so that pages are full and counts are right.
 */
export const queries: IResolvers = {
  Query: {
    me: (_root: unknown, _args: unknown, { user }: Context) => user,
    user: (_root: unknown, args: { readonly username: string }, { load }: Context) => load.user.load(args.username),
    orgs: async (_root: unknown, _args: unknown, context: Context) =>
      await context.db
        .selectFrom("orgs")
        .selectAll()
        .where(sql<number>`id`, "in", await allowedIds(context.authorization, "view", "Org"))
        .orderBy("id")
        .execute(),
    org: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.org.load(args.id),
    repo: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.repo.load(args.id),
  },

  User: {
    viewerCan: (user: User, _args: unknown, { authorization }: Context) =>
      authorization.actions(entity("User", user.id)),
  },

  Org: {
    viewerCan: (org: Org, _args: unknown, { authorization }: Context) => authorization.actions(entity("Org", org.id)),
    repos: async (org: Org, args: ConnectionArguments, context: Context) => {
      const repos = context.db.selectFrom("repos").selectAll().where("org_id", "=", org.id);
      return await connection(
        repos.where(sql<number>`id`, "in", await allowedIds(context.authorization, "view", "Repo")),
        args,
      );
    },
    roleAssignments: async (org: Org, _args: unknown, { engine, load }: Context) => {
      const facts = await engine.get("has_role", { type: "User" }, null, entity("Org", org.id));
      const roles = facts.map(([, user, role]) => ({ username: (user as { readonly id: string }).id, role }));
      roles.sort((a, b) => (a.username < b.username ? -1 : a.username > b.username ? 1 : 0));
      const users = await Promise.all(roles.map(({ username }) => load.user.load(username)));
      return roles.map(({ role }, index) => ({ user: users[index], role })).filter(({ user }) => user != null);
    },
  },

  Repo: {
    public: (repo: Repo) => repo.public === 1,
    org: (repo: Repo, _args: unknown, { load }: Context) => load.org.load(String(repo.org_id)),
    viewerCan: (repo: Repo, _args: unknown, { authorization }: Context) =>
      authorization.actions(entity("Repo", repo.id)),
    issues: async (repo: Repo, args: ConnectionArguments, context: Context) => {
      const issues = context.db.selectFrom("issues").selectAll().where("repo_id", "=", repo.id);
      return await connection(
        issues.where(sql<number>`id`, "in", await allowedIds(context.authorization, "view", "Issue")),
        args,
      );
    },
  },

  Issue: {
    closed: (issue: Issue) => issue.closed === 1,
    repo: (issue: Issue, _args: unknown, { load }: Context) => load.repo.load(String(issue.repo_id)),
    viewerCan: (issue: Issue, _args: unknown, { authorization }: Context) =>
      authorization.actions(entity("Issue", issue.id)),
  },
};
