import type { IResolvers } from "@graphql-tools/utils";
import { entity, type Reference } from "arcturus";
import { badInput } from "../common/errors.js";
import type { Context } from "./context.js";
import { issueFacts } from "./fixture.js";

const ORG_ROLES = ["admin", "member"];
const REPO_ROLES = ["reader", "editor", "maintainer", "admin"];

interface OrgRole {
  readonly orgId: string;
  readonly username: string;
  readonly role: string;
}

interface RepoRole {
  readonly repoId: string;
  readonly username: string;
  readonly role: string;
}

/**
 * When one of these runs, the schema's directives have let the current actor through. Rows and facts are written in one
 * transaction: both are there, or neither.
 */
export const mutations: IResolvers = {
  Mutation: {
    createOrg: async (_root: unknown, args: { readonly name: string }, context: Context) => {
      const { db, engine } = context;
      const user = loggedIn(context);
      return await db.transaction().execute(async (transaction) => {
        const org = await transaction
          .insertInto("orgs")
          .values({ name: args.name })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .returningAll()
          .executeTakeFirst();
        if (org === undefined) throw badInput(`there is an organization \`${args.name}\` already`);
        await engine.within(transaction).tell("has_role", entity("User", user.id), "admin", entity("Org", org.id));
        return org;
      });
    },

    createIssue: async (
      _root: unknown,
      args: { readonly repoId: string; readonly title: string },
      context: Context,
    ) => {
      const { db, engine, load } = context;
      const user = loggedIn(context);
      const repo = await load.repo.load(args.repoId);
      if (repo === null) throw badInput(`there is no repository \`${args.repoId}\``);
      return await db.transaction().execute(async (transaction) => {
        const issue = await transaction
          .insertInto("issues")
          .values({ repo_id: repo.id, title: args.title, closed: 0 })
          .returningAll()
          .executeTakeFirstOrThrow();
        await engine
          .within(transaction)
          .bulkTell(issueFacts({ id: issue.id, repo: repo.id, creator: user.id, closed: false }));
        return issue;
      });
    },

    closeIssue: async (_root: unknown, args: { readonly id: string }, { db, engine, load }: Context) => {
      const issue = await load.issue.load(args.id);
      if (issue === null) throw badInput(`there is no issue \`${args.id}\``);
      return await db.transaction().execute(async (transaction) => {
        const resource = entity("Issue", issue.id);
        await engine.within(transaction).batch({
          deletes: [["is_closed", resource, null]],
          inserts: [["is_closed", resource, true]],
        });
        return await transaction
          .updateTable("issues")
          .set({ closed: 1 })
          .where("id", "=", issue.id)
          .returningAll()
          .executeTakeFirstOrThrow();
      });
    },

    createOrgRole: async (_root: unknown, args: OrgRole, context: Context) => {
      const org = await context.load.org.load(args.orgId);
      if (org === null) throw badInput(`there is no organization \`${args.orgId}\``);
      return await assignRole(context, args, entity("Org", org.id), ORG_ROLES);
    },

    createRepoRole: async (_root: unknown, args: RepoRole, context: Context) => {
      const repo = await context.load.repo.load(args.repoId);
      if (repo === null) throw badInput(`there is no repository \`${args.repoId}\``);
      return await assignRole(context, args, entity("Repo", repo.id), REPO_ROLES);
    },

    deleteOrgRole: async (_root: unknown, args: OrgRole, { engine }: Context) => {
      await engine.delete("has_role", entity("User", args.username), args.role, entity("Org", args.orgId));
      return true;
    },

    deleteRepoRole: async (_root: unknown, args: RepoRole, { engine }: Context) => {
      await engine.delete("has_role", entity("User", args.username), args.role, entity("Repo", args.repoId));
      return true;
    },

    /** GitCloud has no jobs yet; what can be shown is who may cancel them. */
    cancelJob: () => true,
  },
};

/** One role per user and resource: the new one replaces the old one. */
async function assignRole(
  { engine, load }: Context,
  { username, role }: { readonly username: string; readonly role: string },
  resource: Reference,
  roles: readonly string[],
) {
  const user = await load.user.load(username);
  if (user === null) throw badInput(`there is no user \`${username}\``);
  if (!roles.includes(role)) throw badInput(`there is no role \`${role}\`; there are ${roles.join(", ")}`);
  const reference = entity("User", user.id);
  await engine.batch({
    deletes: [["has_role", reference, null, resource]],
    inserts: [["has_role", reference, role, resource]],
  });
  return { user, role };
}

/** A policy may let visitors through here; what they make would have no owner. */
function loggedIn({ user }: Context) {
  if (user === null) throw badInput("this needs a user who owns it: log in first");
  return user;
}
