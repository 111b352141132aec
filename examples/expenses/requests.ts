import { MapperKind, mapSchema } from "@graphql-tools/utils";
import type { Engine } from "arcturus";
import { AuthorizationError } from "arcturus/graphql";
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { Context } from "./context.js";
import type { ExpenseInput } from "./mutations.js";
import { Request } from "./objects.js";

/** Each root field as a web server would see it. What is left out of an input is null. */
export const requests: Readonly<Record<string, (args: never) => Request>> = {
  hello: () => new Request("GET", "/", {}),
  whoami: () => new Request("GET", "/whoami", {}),
  expense: (args: { readonly id: string }) => new Request("GET", `/expenses/${args.id}`, args),
  expenses: () => new Request("GET", "/expenses", {}),
  organization: (args: { readonly id: string }) => new Request("GET", `/organizations/${args.id}`, args),
  submitExpense: ({ input }: { readonly input: ExpenseInput }) =>
    new Request("PUT", "/expenses/submit", { input: { userId: null, ...input } }),
};

/** Whether a policy has rules for requests: it then declares the type. The example's own says all in the schema's directives. */
export function judgesRequests(engine: Engine): boolean {
  return engine.policyMetadata().types["Request"]?.kind === "resource";
}

/**
 * A schema behind a door: under a policy that judges requests, each root field is asked about with its arguments before it is
 * resolved. They are the arguments that the resolver gets, so there is no spelling of a query that the door could misread.
 */
export function behindTheDoor(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.ROOT_FIELD]: (field, name) => {
      const requestOf = requests[name];
      if (requestOf === undefined) throw new Error(`nobody has said which request \`${name}\` is`);
      return { ...field, resolve: behind(requestOf, field.resolve ?? defaultFieldResolver) };
    },
  });
}

function behind(
  requestOf: (args: never) => Request,
  resolve: GraphQLFieldResolver<unknown, Context>,
): GraphQLFieldResolver<unknown, Context> {
  return (root, args, context, info) => {
    if (!context.judgesRequests) return resolve(root, args, context, info);
    return letThrough(requestOf(args as never), context).then(() => resolve(root, args, context, info));
  };
}

async function letThrough(request: Request, { actor, authorization }: Context): Promise<void> {
  if (await authorization.authorize(request.method, request)) return;
  throw new AuthorizationError(actor === null ? "UNAUTHENTICATED" : "FORBIDDEN");
}
