import type { IResolvers } from "@graphql-tools/utils";
import { entity, type Reference } from "arcturus";
import { badInput, quoted } from "../common/errors.js";
import { type Context, userWith } from "./context.js";

const ROLES = ["OWNER", "MEMBER", "BILLING"];

interface Holding {
  readonly orgId: string;
  readonly userEmail: string;
}

/** When one of these runs, the schema's directives have let the current actor through. */
export const mutations: IResolvers = {
  Mutation: {
    /** One role per user and organization: the new one takes the place of the old one, in one step. */
    assignOrgRole: async (_root: unknown, args: Holding & { readonly name: string }, context: Context) => {
      const { holder, resource } = await parties(args, context);
      const { orgId, name, userEmail } = args;
      if (!ROLES.includes(name)) throw badInput(`there is no role ${quoted(name)}; there are ${ROLES.join(", ")}`);
      await context.engine.batch({
        deletes: [["has_role", holder, null, resource]],
        inserts: [["has_role", holder, name, resource]],
      });
      return `created a new role for org: ${orgId}, ${userEmail}, ${name}`;
    },

    removeOrgRole: async (_root: unknown, args: Holding, context: Context) => {
      const { holder, resource } = await parties(args, context);
      await context.engine.delete("has_role", holder, null, resource);
      return true;
    },
  },
};

/** Both sides of a role, which have to be there. */
async function parties(
  { orgId, userEmail }: Holding,
  { db, load }: Context,
): Promise<{ readonly holder: Reference; readonly resource: Reference }> {
  const organization = await load.organization.load(orgId);
  if (organization === null) throw badInput(`there is no organization ${quoted(orgId)}`);
  const user = await userWith(db, userEmail);
  if (user === null) throw badInput(`there is no user ${quoted(userEmail)}`);
  return { holder: entity("User", user.id), resource: entity("Organization", organization.id) };
}
