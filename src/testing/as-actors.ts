import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  isSchema,
  parse,
  validate,
} from "graphql";

/** An operation; a text alone is its document. */
export type Operation =
  | string
  | { readonly query: string; readonly variables?: Readonly<Record<string, unknown>>; readonly operationName?: string };

/** A server by its `fetch`, as Yoga has it. */
export interface FetchTarget {
  readonly fetch: (url: string, init: RequestInit) => Response | Promise<Response>;
}

/** A guarded schema, for which actors are GraphQL contexts; or a server, for which they are request headers. */
export type Target = GraphQLSchema | FetchTarget;

/** One answer, as a client reads it. */
export interface Answer extends ExecutionResult {
  /** Body and, of a server, status: what a client can tell two answers apart by. */
  readonly bytes: string;
}

/** Answers by the names of the actors. */
export type Comparison<Name extends string> = Readonly<Record<Name, Answer>>;

export interface Asker<Name extends string> {
  readonly actors: readonly Name[];
  /** Runs the operation as one of the actors. @throws Error when it is not valid */
  ask(actor: Name, operation: Operation): Promise<Answer>;
  /** Runs the operation as every actor, one after the other. */
  compare(operation: Operation): Promise<Comparison<Name>>;
}

/**
 * Runs operations as several actors, for tests of what each may see. Contexts are copied for each operation, since decisions
 * hang on the context object.
 *
 * Example: `asActors(schema, { ann: { user: "ann" }, bob: { user: "bob" } }).compare("{ repos { name } }")`.
 *
 * @param actors contexts for a schema, headers for a server; by names of your choice
 */
export function asActors<Name extends string>(
  target: Target,
  actors: Readonly<Record<Name, Readonly<Record<string, unknown>>>>,
): Asker<Name> {
  const names = Object.keys(actors) as Name[];

  async function ask(name: Name, given: Operation): Promise<Answer> {
    const operation = typeof given === "string" ? { query: given } : given;
    if (isSchema(target)) return askSchema(target, operation, { ...actors[name] });
    return askServer(target, operation, actors[name] as Readonly<Record<string, string>>);
  }

  return {
    actors: names,
    ask,
    async compare(operation) {
      const answers: [Name, Answer][] = [];
      for (const name of names) answers.push([name, await ask(name, operation)]);
      return Object.fromEntries(answers) as Comparison<Name>;
    },
  };
}

type WrittenOut = Exclude<Operation, string>;

async function askSchema(schema: GraphQLSchema, operation: WrittenOut, contextValue: object): Promise<Answer> {
  const document: DocumentNode = parse(operation.query);
  const mistakes = validate(schema, document);
  if (mistakes[0] !== undefined) throw mistakes[0];
  const { variables: variableValues, operationName } = operation;
  const result = await execute({ schema, document, contextValue, variableValues, operationName });
  return answerOf(JSON.stringify(result), "");
}

async function askServer(
  server: FetchTarget,
  operation: WrittenOut,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await server.fetch("http://localhost/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify(operation),
  });
  return answerOf(await response.text(), `${response.status}\n`);
}

function answerOf(text: string, status: string): Answer {
  return { ...(JSON.parse(text) as ExecutionResult), bytes: `${status}${text}` };
}
