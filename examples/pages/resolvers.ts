import type { IResolvers } from "@graphql-tools/utils";
import { entity } from "arcturus";
import type { Authorization } from "arcturus/graphql";
import { sql } from "kysely";
import { badInput } from "../common/errors.js";
import { allowedIds } from "../common/rows.js";
import { page } from "../common/texts.js";
import type { Database, Page, Repository } from "./database.js";

/** What every resolver finds. */
export interface Context {
  readonly db: Database;
  /** The name of who is logged in; null is nobody. */
  readonly user: string | null;
  /** Put in by the guard: questions for the current actor. */
  readonly authorization: Authorization;
}

/** Who may ask for what stands in the schema's directives; when one of these runs, the current actor has been let through. */
export const resolvers: IResolvers = {
  Query: {
    page: async (_root: unknown, args: Pick<Page, "num">, { db }: Context) =>
      await db.selectFrom("pages").selectAll().where("num", "=", args.num).executeTakeFirst(),
    pages: async (_root: unknown, _args: unknown, { db, authorization }: Context) =>
      await db
        .selectFrom("pages")
        .selectAll()
        .where(sql<number>`num`, "in", await allowedIds(authorization, "read", "Page", "num"))
        .orderBy("num")
        .execute(),
    repo: async (_root: unknown, args: Pick<Repository, "name">, { db }: Context) =>
      await db.selectFrom("repositories").selectAll().where("name", "=", args.name).executeTakeFirst(),
  },

  Repository: {
    viewerCan: (repository: Repository, _args: unknown, { authorization }: Context) =>
      authorization.actions(entity("Repository", repository.name)),
  },

  Mutation: {
    writePage: async (_root: unknown, { num, body }: Page, { db }: Context) => {
      const written = await db
        .updateTable("pages")
        .set({ body: page("body", body) })
        .where("num", "=", num)
        .returningAll()
        .executeTakeFirst();
      if (written === undefined) throw badInput(`there is no page ${num}`);
      return written;
    },
  },
};
