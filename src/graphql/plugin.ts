import type { Plugin } from "@envelop/core";
import {
  type DocumentNode,
  defaultFieldResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from "graphql";
import { guardingIn, guardingOf, guardSchema, plannerOf, tableOf } from "./authorize-schema.js";
import type { Authorization } from "./context-authorization.js";
import { isAuthorizationError, wholeOperationError } from "./errors.js";
import type { UseAuthorizationOptions } from "./options.js";
import { chain, type MaybePromise } from "./promises.js";
import { warnAboutCaches } from "./response-cache.js";
import { SchemaViews } from "./schema-views.js";
import type { Operation, Session } from "./session.js";

/** What the plugin reads of the arguments of `execute` and `subscribe`. */
interface ExecutionArguments {
  schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown> | null | undefined;
  readonly typeResolver?: GraphQLTypeResolver<unknown, unknown> | null | undefined;
}

/**
 * An Envelop plugin that guards the schema and gives resolvers `context.authorization`. Put it after plugins that make or
 * change the schema. Works in Yoga and in any other host of Envelop plugins.
 *
 * @throws SchemaError (code `graphql/schema`) when the schema arrives and is wrong
 */
export function useAuthorization<C = unknown>(
  options: UseAuthorizationOptions<C>,
): Plugin<{ authorization: Authorization }> {
  let guarding = guardingOf<C>(options);
  let current: GraphQLSchema | undefined;
  const { visibility } = options;
  const views = visibility === undefined ? undefined : new SchemaViews(visibility);

  return {
    // Yoga alone calls this, which Envelop's types do not know.
    ...(views !== undefined && ({ onYogaInit: () => views.answerAsYoga() } as object)),

    onPluginInit({ plugins }) {
      warnAboutCaches(plugins, options, guarding.layer.settings.logger);
    },

    onSchemaChange({ schema, replaceSchema }) {
      if (schema === current) return;
      const guarded = guardSchema(schema, guarding);
      // A schema that was guarded before keeps its own sessions.
      guarding = guardingIn(guarded) ?? guarding;
      current = guarded;
      if (guarded !== schema) replaceSchema(guarded);
    },

    ...(views !== undefined && { onValidate: views.onValidate }),

    onContextBuilding({ context, extendContext }) {
      extendContext({ authorization: guarding.sessions.of(context).authorization });
    },

    onExecute({ args, setResultAndStopExecution }) {
      const session = prepare(args, args.contextValue);
      return chain(refuse(session, args), (refusal) => {
        if (refusal !== undefined) {
          setResultAndStopExecution(refusal);
          return undefined;
        }
        return {
          onExecuteDone({ result, setResult }) {
            const operation = session.lastOperation;
            if (isPlainResult(result)) {
              guarding.sessions.release(session);
              const finished = finish(result, operation);
              if (finished !== result) setResult(finished);
              return undefined;
            }
            return {
              onNext({ result: part, setResult: setPart }) {
                const finished = finish(part, session.lastOperation);
                if (finished !== part) setPart(finished);
              },
            };
          },
        };
      }) as ReturnType<NonNullable<Plugin["onExecute"]>>;
    },

    onSubscribe({ args, setResultAndStopExecution }) {
      const session = prepare(args, args.contextValue);
      return chain(refuse(session, args), (refusal) => {
        if (refusal !== undefined) {
          setResultAndStopExecution(refusal);
          return undefined;
        }
        return {
          onSubscribeResult: () => ({
            onNext({ result: event, setResult: setEvent }) {
              const finished = finish(event, session.lastOperation);
              if (finished !== event) setEvent(finished);
            },
          }),
        };
      }) as ReturnType<NonNullable<Plugin["onSubscribe"]>>;
    },
  };

  function prepare(args: ExecutionArguments, context: unknown): Session {
    const session = guarding.sessions.of(context);
    session.fieldResolver = args.fieldResolver ?? defaultFieldResolver;
    session.typeResolver = args.typeResolver ?? undefined;
    session.announce(args.variableValues ?? {});
    return session;
  }

  /** The answer to an operation that is refused as a whole before anything of it runs. */
  function refuse(session: Session, args: ExecutionArguments): MaybePromise<ExecutionResult | undefined> {
    const { schema } = args;
    const table = current === undefined ? undefined : tableOf(current);
    if (views === undefined || table === undefined) return reject(session, args, schema);
    // From here on the operation is executed over what the actor sees.
    return chain(views.look(session, args, schema, table, guarding.layer), (refusal) =>
      refusal === undefined ? reject(session, args, schema) : refusal,
    );
  }

  /** What becomes of an operation with a `deny: REJECT` that denies. */
  function reject(
    session: Session,
    args: ExecutionArguments,
    schema: GraphQLSchema,
  ): MaybePromise<ExecutionResult | undefined> {
    const planner = plannerOf(schema);
    if (planner === undefined || !planner.isNeeded || session.upcoming === undefined) return undefined;
    const { epoch, rawVariables } = session.upcoming;
    const operation: Operation = {
      session,
      budget: epoch.budget,
      epoch,
      rawVariables,
      rejected: undefined,
    };
    const refusal = planner.refusal(args.document, args.operationName, rawVariables, operation);
    return chain(refusal, (denial) =>
      denial === undefined ? undefined : { data: null, errors: [wholeOperationError(denial.code)] },
    );
  }

  function finish(result: ExecutionResult, operation: Operation | undefined): ExecutionResult {
    if (operation?.rejected !== undefined) {
      // A part says whether it is the last one.
      const { hasNext } = result as { readonly hasNext?: boolean };
      return { data: null, errors: [operation.rejected], ...(hasNext !== undefined && { hasNext }) };
    }
    return limitErrors(result, guarding.layer.settings.limits.errors);
  }
}

/** Lists no more than so many denials, and says how many more there are. */
function limitErrors(result: ExecutionResult, limit: number): ExecutionResult {
  const { errors } = result;
  if (errors === undefined || errors.length <= limit) return result;
  let count = 0;
  let code: unknown;
  const listed = errors.filter((error) => {
    if (!isAuthorizationError(error)) return true;
    if (++count > limit) code ??= error.extensions["code"];
    return count <= limit;
  });
  if (count <= limit) return result;
  const more = new GraphQLError(`${count - limit} more errors of this kind are not listed`, { extensions: { code } });
  return { ...result, errors: [...listed, more] };
}

function isPlainResult(result: unknown): result is ExecutionResult {
  return typeof result === "object" && result !== null && !(Symbol.asyncIterator in result);
}
