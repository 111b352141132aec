import type { IResolvers } from "@graphql-tools/utils";
import { entity, type Reference } from "arcturus";
import { sql } from "kysely";
import { type ConnectionArguments, connection } from "../common/connection.js";
import { badInput } from "../common/errors.js";
import { allowedIds } from "../common/rows.js";
import type { Context } from "./context.js";
import type { Organization } from "./database.js";

const ROLES = ["OWNER", "MEMBER", "BILLING"];

interface RoleAssignment {
  readonly orgId: string;
  readonly name: string;
  readonly userEmail: string;
}

/** Who may ask for what stands in the schema's directives; when one of these runs, the current actor has been let through. */
export const resolvers: IResolvers = {
  Query: {
    whoami: (_root: unknown, _args: unknown, { user }: Context) => user?.email,
    org: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.organization.load(args.id),
    repositories: async (_root: unknown, args: ConnectionArguments, context: Context) =>
      await connection(await readableRepositories(context), args),
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
    roles: async (organization: Organization, _args: unknown, { engine, load }: Context) => {
      const facts = await engine.get("has_role", { type: "User" }, null, entity("Organization", organization.id));
      const assignments = await Promise.all(
        facts.map(async ([, user, name]) => {
          const row = await load.user.load((user as Reference).id);
          return row === null ? [] : [{ userEmail: row.email, name: String(name) }];
        }),
      );
      return assignments.flat().sort((a, b) => (a.userEmail < b.userEmail ? -1 : a.userEmail > b.userEmail ? 1 : 0));
    },
  },

  Mutation: {
    /** One role per user and organization: the new one takes the place of the old one, in one step. */
    assignOrgRole: async (_root: unknown, { orgId, name, userEmail }: RoleAssignment, context: Context) => {
      const { db, engine, load } = context;
      const organization = await load.organization.load(orgId);
      if (organization === null) throw badInput(`there is no organization \`${orgId}\``);
      const user = await db.selectFrom("users").select("id").where("email", "=", userEmail).executeTakeFirst();
      if (user === undefined) throw badInput(`there is no user \`${userEmail}\``);
      if (!ROLES.includes(name)) throw badInput(`there is no role \`${name}\`; there are ${ROLES.join(", ")}`);

      const holder = entity("User", user.id);
      const resource = entity("Organization", organization.id);
      await engine.batch({
        deletes: [["has_role", holder, null, resource]],
        inserts: [["has_role", holder, name, resource]],
      });
      return `created a new role for org: ${orgId}, ${userEmail}, ${name}`;
    },
  },
};

/** Asks for the allowed ones alone, so that pages are full and counts are right. */
async function readableRepositories({ db, authorization }: Context) {
  const readable = await allowedIds(authorization, "READ", "Repository");
  return db.selectFrom("repositories").selectAll().where(sql<number>`id`, "in", readable);
}
