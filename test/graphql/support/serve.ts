import { makeExecutableSchema } from "@graphql-tools/schema";
import { type ExecutionResult, type GraphQLSchema, parse, validate } from "graphql";
import { authorizeDirective, authorizeSchema, type UseAuthorizationOptions } from "../../../src/graphql/index.js";
import { type Executor, graphqlJs, yogaExecutor } from "./executors.js";

export interface Request {
  /** The id of a user; `null` for nobody. @default "alice" */
  readonly as?: string | null;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly context?: unknown;
  readonly rootValue?: unknown;
}

/** The context that these tests hand to operations. */
export interface TestContext {
  user: string | null;
}

export interface Served {
  readonly schema: GraphQLSchema;
  readonly guarded: GraphQLSchema;
  readonly log: string[];
  /** Runs an operation on the executor of graphql-js and on Yoga's, and checks that they agree, unless one is given. */
  ask(query: string, request?: Request): Promise<ExecutionResult>;
  subscribe(query: string, request?: Request): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

export interface ServeOptions extends Partial<UseAuthorizationOptions<TestContext>> {
  readonly engine: UseAuthorizationOptions["engine"];
  /** Which executors run an operation; mutations are better run once. @default both */
  readonly executors?: "both" | "graphql-js";
  /** The only one. */
  readonly executor?: Executor;
}

export type Resolvers = NonNullable<Parameters<typeof makeExecutableSchema>[0]["resolvers"]>;

export function buildSchema(typeDefs: string, resolvers: Resolvers = {}): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: [authorizeDirective.typeDefs, typeDefs],
    resolvers,
    // Several schemas of one test share their resolvers.
    resolverValidationOptions: { requireResolversToMatchSchema: "ignore" },
  });
}

export function serve(schema: GraphQLSchema, { executors = "both", executor, ...options }: ServeOptions): Served {
  const log: string[] = [];
  const logger = { info: (line: string) => log.push(line), warn: (line: string) => log.push(line) };
  const actor = (context: TestContext) => (context.user === null ? null : { type: "User", id: context.user });
  const guarded = authorizeSchema<TestContext>(schema, { actor, logger, ...options });
  log.length = 0;
  const argumentsOf = (query: string, request: Request) => {
    const document = parse(query);
    const mistakes = validate(guarded, document);
    if (mistakes.length > 0) throw mistakes[0];
    return {
      schema: guarded,
      document,
      contextValue: "context" in request ? request.context : { user: request.as === undefined ? "alice" : request.as },
      variableValues: request.variables ?? {},
      operationName: request.operationName,
      rootValue: request.rootValue,
    };
  };
  return {
    schema,
    guarded,
    log,
    async ask(query, request = {}) {
      const result = await (executor ?? graphqlJs).execute(argumentsOf(query, request));
      if (executor === undefined && executors === "both" && !query.trimStart().startsWith("mutation")) {
        const other = await yogaExecutor.execute(argumentsOf(query, request));
        const [a, b] = [sorted(result), sorted(other)];
        if (a !== b) throw new Error(`the executors do not agree:\n${a}\n${b}`);
      }
      return plain(result);
    },
    subscribe: (query, request = {}) => (executor ?? graphqlJs).subscribe(argumentsOf(query, request)),
  };
}

function plain(result: ExecutionResult): ExecutionResult {
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

/** As text, without the order of keys and errors, in which executors differ. */
function sorted(result: ExecutionResult): string {
  const { data, errors } = plain(result);
  return JSON.stringify({ data: inOrder(data), errors: (errors ?? []).map((error) => JSON.stringify(error)).sort() });
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** The denials of a result, each as `CODE path.to.field`. */
export function denials(result: ExecutionResult): string[] {
  return (result.errors ?? [])
    .map((error) => `${String(error.extensions?.["code"])} ${(error.path ?? []).join(".")}`)
    .sort();
}

/** The problems by which a schema does not start, each as `code coordinate`. */
export function startProblems(start: () => unknown): string[] {
  try {
    start();
  } catch (error) {
    const { code, problems } = error as { code?: string; problems?: { code: string; coordinate: string }[] };
    if (code !== "graphql/schema" || problems === undefined) throw error;
    return problems.map((problem) => `${problem.code} ${problem.coordinate}`);
  }
  return [];
}
