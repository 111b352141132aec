import type { IResolvers } from "@graphql-tools/utils";
import type { Filter } from "arcturus";
import { within } from "../common/rows.js";
import { line } from "../common/texts.js";
import type { Context } from "./context.js";
import type { Bear } from "./database.js";

/** Who may see and do what stands in the schema's directives. */
export const resolvers: IResolvers = {
  Query: {
    /**
     * What the policy knows of bears without looking at them is a condition of the query. Where it looks at them, as
     * `bears.polar` does, every bear is read, and the guard asks about what comes from here, all of it together.
     */
    bears: async (_root: unknown, _args: unknown, { authorization, db, looksAtBears }: Context) => {
      const filter: Filter = looksAtBears("index") ? { kind: "all" } : await authorization.filter("index", "Bear");
      return await db.selectFrom("bears").selectAll().where(within(filter)).orderBy("id").execute();
    },
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
        .values({ name: line("name", input.name), species: input.species, owner_id: user.id })
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
