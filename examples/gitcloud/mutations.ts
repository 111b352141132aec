import type { IResolvers } from "@graphql-tools/utils";
import { entity, type Reference } from "arcturus";
import { badInput, quoted } from "../common/errors.js";
import { line } from "../common/texts.js";
import type { Context } from "./context.js";
import { issueFacts } from "./fixture.js";

const ORG_ROLES = ["admin", "member"];
const REPO_ROLES = ["reader", "editor", "maintainer", "admin"];

/** Who holds which role; the resource stands beside it. */
interface Holding {
  readonly username: string;
  readonly role: string;
}

type OrgRole = Holding & { readonly orgId: string };
type RepoRole = Holding & { readonly repoId: string };

/**
 * When one of these runs, the schema's directives have let the current actor through. Rows and facts are written in one
 * transaction: both are there, or neither.
 */
export const mutations: IResolvers = {
  Mutation: {
    createOrg: async (_root: unknown, args: { readonly name: string }, context: Context) => {
      const { db, engine } = context;
      const user = loggedIn(context);
      const name = line("name", args.name);
      return await db.transaction().execute(async (transaction) => {
        const org = await transaction
          .insertInto("orgs")
          .values({ name })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .returningAll()
          .executeTakeFirst();
        if (org === undefined) throw badInput(`there is an organization ${quoted(name)} already`);
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
      const title = line("title", args.title);
      const repo = await load.repo.load(args.repoId);
      if (repo === null) throw badInput(`there is no repository ${quoted(args.repoId)}`);
      return await db.transaction().execute(async (transaction) => {
        const issue = await transaction
          .insertInto("issues")
          .values({ repo_id: repo.id, title, closed: 0 })
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
      if (issue === null) throw badInput(`there is no issue ${quoted(args.id)}`);
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
      if (org === null) throw badInput(`there is no organization ${quoted(args.orgId)}`);
      return await assignRole(context, args, entity("Org", org.id), ORG_ROLES);
    },

    createRepoRole: async (_root: unknown, args: RepoRole, context: Context) => {
      const repo = await context.load.repo.load(args.repoId);
      if (repo === null) throw badInput(`there is no repository ${quoted(args.repoId)}`);
      return await assignRole(context, args, entity("Repo", repo.id), REPO_ROLES);
    },

    deleteOrgRole: (_root: unknown, args: OrgRole, context: Context) =>
      withdrawRole(context, args, entity("Org", args.orgId), ORG_ROLES),

    deleteRepoRole: (_root: unknown, args: RepoRole, context: Context) =>
      withdrawRole(context, args, entity("Repo", args.repoId), REPO_ROLES),

    /** GitCloud has no jobs yet; what can be shown is who may cancel them. */
    cancelJob: () => true,
  },
};

/** One role per user and resource: the new one replaces the old one. */
async function assignRole(
  { engine, load }: Context,
  { username, role }: Holding,
  resource: Reference,
  roles: readonly string[],
) {
  const user = await load.user.load(username);
  if (user === null) throw badInput(`there is no user ${quoted(username)}`);
  const reference = entity("User", user.id);
  await engine.batch({
    deletes: [["has_role", reference, null, resource]],
    inserts: [["has_role", reference, known(role, roles), resource]],
  });
  return { user, role };
}

/** A role that is not held is as good as withdrawn, also when its holder or its resource is gone. */
async function withdrawRole(
  { engine }: Context,
  { username, role }: Holding,
  resource: Reference,
  roles: readonly string[],
) {
  await engine.delete("has_role", entity("User", username), known(role, roles), resource);
  return true;
}

function known(role: string, roles: readonly string[]): string {
  if (!roles.includes(role)) throw badInput(`there is no role ${quoted(role)}; there are ${roles.join(", ")}`);
  return role;
}

/** A policy may let visitors through here; what they make would have no owner. */
function loggedIn({ user }: Context) {
  if (user === null) throw badInput("this needs a user who owns it: log in first");
  return user;
}
