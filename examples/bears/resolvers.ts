import type { IResolvers } from "@graphql-tools/utils";
import type { Context } from "./context.js";
import type { Bear } from "./database.js";

/** Who may see and do what stands in the schema's directives. */
export const resolvers: IResolvers = {
  Query: {
    // The policy reads the bears, so the guard asks it about the rows that come from here, all of them together.
    bears: (_root: unknown, _args: unknown, { db }: Context) =>
      db.selectFrom("bears").selectAll().orderBy("id").execute(),
  },

  Bear: {
    owner: (bear: Bear, _args: unknown, { load }: Context) => load.user.load(bear.owner_id),
  },

  Mutation: {
    createBear: (
      _root: unknown,
      { input }: { readonly input: { readonly name: string; readonly species: string } },
      { db, user }: Context,
    ) =>
      db
        .insertInto("bears")
        .values({ name: input.name, species: input.species, owner_id: user.id })
        .returningAll()
        .executeTakeFirstOrThrow(),

    deleteBear: async (_root: unknown, args: { readonly id: string }, { db, load }: Context) => {
      const bear = await load.bear.load(args.id);
      if (bear === null) return false;
      await db.deleteFrom("bears").where("id", "=", bear.id).execute();
      return true;
    },
  },
};
