import type { IResolvers } from "@graphql-tools/utils";
import { AuthorizationError } from "arcturus/graphql";
import { badInput } from "../common/errors.js";
import { page, possibleId } from "../common/texts.js";
import type { Context } from "./context.js";
import { submitterFact } from "./fixture.js";
import { expenseOf } from "./loaders.js";
import { Expense, User } from "./objects.js";

export interface ExpenseInput {
  readonly amount: number;
  readonly description: string;
  readonly userId?: string | null;
}

/** An id that no row has: the expense is asked about before there is a row. */
const UNSAVED = "unsaved";

export const mutations: IResolvers = {
  Mutation: {
    /**
     * That this may be asked at all was decided by the schema's directive; whether this very expense may be created is
     * decided here. Its submitter is a fact for this one question, and a field of the object.
     */
    submitExpense: async (_root: unknown, { input }: { readonly input: ExpenseInput }, context: Context) => {
      const { actor, authorization, db, engine, load } = context;
      const description = page("description", input.description, 1_000);
      const named = input.userId == null ? undefined : possibleId("userId", input.userId);
      const userId = named ?? (actor instanceof User ? actor.id : undefined);
      const expense = new Expense(UNSAVED, userId, input.amount, description);
      const contextFacts = userId ? [submitterFact(UNSAVED, userId)] : [];
      const allowed = await authorization.authorize("create", expense, { contextFacts });
      if (!allowed) throw new AuthorizationError("FORBIDDEN");

      // Looked up only now, so that nobody learns by it which users exist.
      const submitter = userId ? await load.user.load(userId) : null;
      if (submitter === null) throw badInput("an expense needs a user who submits it");
      return await db.transaction().execute(async (transaction) => {
        const row = await transaction
          .insertInto("expenses")
          .values({ user_id: Number(submitter.id), amount: expense.amount, description: expense.description })
          .returningAll()
          .executeTakeFirstOrThrow();
        await engine.within(transaction).tell(...submitterFact(row.id, row.user_id));
        return expenseOf(row);
      });
    },
  },
};
