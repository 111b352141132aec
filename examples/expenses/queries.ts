import type { IResolvers } from "@graphql-tools/utils";
import type { Context } from "./context.js";
import { expenseOf } from "./loaders.js";
import { User } from "./objects.js";

/** Who may ask and see what stands in the schema's directives. */
export const queries: IResolvers = {
  Query: {
    hello: (_root: unknown, _args: unknown, { actor }: Context) =>
      `hello ${actor instanceof User ? actor.email : "Guest"}`,

    whoami: async (_root: unknown, _args: unknown, { actor, load }: Context) => {
      if (!(actor instanceof User)) return null;
      const organization = await load.organization.load(actor.organizationId);
      return `You are ${actor.email}, the ${actor.title} at ${organization?.name}. (User ID: ${actor.id})`;
    },

    expense: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.expense.load(args.id),

    // Every row: those that the current actor may not read are left out by the guard.
    expenses: async (_root: unknown, _args: unknown, { db }: Context) =>
      (await db.selectFrom("expenses").selectAll().orderBy("id").execute()).map(expenseOf),

    organization: (_root: unknown, args: { readonly id: string }, { load }: Context) => load.organization.load(args.id),
  },
};
