import type { IResolvers } from "@graphql-tools/utils";
import { entity, type Fact, type Reference } from "arcturus";
import { sql } from "kysely";
import { type ConnectionArguments, connection } from "../common/connection.js";
import { allowedIds } from "../common/rows.js";
import type { Context } from "./context.js";
import type { Organization, User } from "./database.js";

/**
 * Who may see what stands in the schema's directives. The lists take the ids that the current actor may read into their
 * queries, so that pages are full and counts are right.
 */
export const queries: IResolvers = {
  Query: {
    whoami: (_root: unknown, _args: unknown, { user }: Context) => user?.email,
    org: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.organization.load(args.id),
    repositories: async (_root: unknown, args: ConnectionArguments, context: Context) =>
      await connection(await readableRepositories(context), args),
    users: async (_root: unknown, args: ConnectionArguments, { authorization, db }: Context) => {
      const readable = await allowedIds(authorization, "READ", "User");
      return await connection(db.selectFrom("users").selectAll().where(sql<number>`id`, "in", readable), args);
    },
  },

  Organization: {
    billingAddress: (organization: Organization) => organization.billing_address,
    viewerCan: (organization: Organization, _args: unknown, { authorization }: Context) =>
      authorization.actions(entity("Organization", organization.id)),
    repos: async (organization: Organization, _args: unknown, context: Context) =>
      await (await readableRepositories(context))
        .where("organization_id", "=", organization.id)
        .orderBy("id")
        .execute(),
    roles: async (organization: Organization, _args: unknown, context: Context) =>
      (await membersOf(organization, context))
        .map(({ user, role }) => ({ userEmail: user.email, name: role }))
        .sort((a, b) => (a.userEmail < b.userEmail ? -1 : a.userEmail > b.userEmail ? 1 : 0)),
    members: async (organization: Organization, _args: unknown, context: Context) =>
      (await membersOf(organization, context)).map(({ user }) => user).sort((a, b) => a.id - b.id),
  },
};

/** Asks for the allowed ones alone. */
async function readableRepositories({ db, authorization }: Context) {
  const readable = await allowedIds(authorization, "READ", "Repository");
  return db.selectFrom("repositories").selectAll().where(sql<number>`id`, "in", readable);
}

/** Whoever has a role in an organization, with that role. */
async function membersOf(
  organization: Organization,
  { engine, load }: Context,
): Promise<readonly { readonly user: User; readonly role: string }[]> {
  const facts = await engine.get("has_role", { type: "User" }, null, entity("Organization", organization.id));
  const members = await Promise.all(
    facts.map(async ([, holder, role]: Fact) => ({
      user: await load.user.load((holder as Reference).id),
      role: String(role),
    })),
  );
  return members.flatMap(({ user, role }) => (user === null ? [] : [{ user, role }]));
}
