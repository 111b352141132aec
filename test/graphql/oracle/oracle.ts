import { envelop, useEngine, useSchema } from "@envelop/core";
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from "graphql";
import { createEngine } from "../../../src/engine/create-engine.js";
import type { Engine } from "../../../src/engine/types.js";
import { entity, type Fact, type Reference } from "../../../src/facts/index.js";
import { authorizeSchema, type UseAuthorizationOptions, useAuthorization } from "../../../src/graphql/index.js";
import type { GuardLimits } from "../../../src/graphql/options.js";
import { type Counted, silent } from "../support/grants.js";
import { buildSchema } from "../support/serve.js";
import type { OracleContext } from "./context.js";
import { actors, nobody, type Rows, randomFacts, randomPolicy, randomRows, type View, viewOf } from "./data.js";
import { engineThat, ways } from "./engines.js";
import { FailingEngine, randomPlan } from "./failing.js";
import { actionNames, type Model, randomModel, typeNames } from "./model.js";
import { type RandomOperation, randomOperation } from "./operations.js";
import { type Random, randomFrom } from "./random.js";
import { isRefused } from "./refusal.js";
import { resolversOf } from "./resolvers.js";
import { sdlOf } from "./sdl.js";
import type { Shapes } from "./shapes.js";

/*
 * The guarded server over all data must answer what the plain server answers over the data that is left when every row has been
 * asked about, one by one. GraphQL reference, section 13.
 */

/** A defect that is put into the guarded server. */
export interface Defect {
  readonly name: string;
  /** It shows only while something fails. */
  readonly isAboutFailures?: boolean;
  /** It shows only where whole operations are rejected. */
  readonly isAboutRejections?: boolean;
  /** The SDL that is guarded in place of the right one. */
  readonly sdl?: (sdl: string) => string;
  /** The engine that is asked in place of the right one. */
  readonly engine?: (engine: Engine) => Engine;
  /** Changes the guarded schema. */
  readonly schema?: (guarded: GraphQLSchema, plain: GraphQLSchema) => void;
}

/** How many of each: cases are operations × actors of every data set of every API. */
export interface Extent {
  readonly dataSets: number;
  readonly operations: number;
}

export interface Difference {
  readonly seed: number;
  /** Everything that it takes to see it again. */
  readonly report: string;
}

/** Compares one random API under one policy. Counts cases; ends with the first difference. */
export async function compare(
  seed: number,
  { dataSets, operations }: Extent,
  onCase: () => void,
  { defect, shapes }: { readonly defect?: Defect; readonly shapes?: Shapes } = {},
): Promise<Difference | undefined> {
  const random = randomFrom(seed);
  const api = await makeApi(random, seed, {
    defect,
    rejects: defect?.isAboutRejections === true || seed % 4 === 3 ? true : undefined,
  });
  const { model, own, plain, sdl } = api;
  shapes?.addApi(sdl, [`engine: ${api.way}`, api.isHosted ? "host: plugin" : "host: schema alone"]);
  let facts: readonly Fact[] = [];
  try {
    for (let set = 0; set < dataSets; set++) {
      await own.bulkDelete(facts);
      const rows = randomRows(random, model);
      facts = randomFacts(random, rows, api.parents);
      await own.bulkTell(facts);
      const views: View[] = [];
      for (const actor of actors) views.push(await viewOf(own, rows, actor));
      for (let i = 0; i < operations; i++) {
        const operation = randomOperation(random, model);
        const document = parse(operation.text);
        if (set === 0 && i < 5) mustBeValid(plain, document, operation.text);
        for (const [a, actor] of askersOf(i).entries()) {
          shapes?.addOperation(operation.text, actor === null);
          const view = actor === null ? nobody : views[a]!;
          const shown = await answer(api, rows, document, operation, actor, undefined);
          const wanted = await answer(api, rows, document, operation, actor, view);
          onCase();
          const problem = problemOf(api, shown, wanted);
          if (problem === undefined) continue;
          const report = [
            `${problem}: seed ${seed}, data ${set}, operation ${i}, ${actor?.id ?? "nobody"}, ${api.way}`,
            operation.text,
            JSON.stringify(operation.variables),
            `guarded: ${shown.data} ${shown.errors}`,
            `plain:   ${wanted.data} ${wanted.errors}`,
            sdl,
            api.policy,
            JSON.stringify(facts),
          ].join("\n");
          return { seed, report };
        }
      }
    }
  } finally {
    await own.close();
  }
  return undefined;
}

/**
 * Compares one random API whose engine fails in the middle: whatever is missing in the answer is missing for an error that stands
 * there, and no list is shorter for it. What failed once is asked again.
 */
export async function compareFailing(
  seed: number,
  operations: number,
  onCase: () => void,
  { defect, shapes }: { readonly defect?: Defect; readonly shapes?: Shapes } = {},
): Promise<Difference | undefined> {
  const random = randomFrom(seed);
  const failing = new FailingEngine();
  const { below } = random;
  // Some do not fail but may not ask, or read, as much as they want.
  const limits = [{}, {}, {}, {}, { questions: 1 + below(10) }, { walkedRows: 1 + below(5) }][seed % 6]!;
  const api = await makeApi(random, seed, { defect, rejects: false, failing, limits });
  const { model, own, plain, guarded } = api;
  const [name] = Object.keys(limits);
  shapes?.add(`limit: ${name ?? "none"}`);
  try {
    const rows = randomRows(random, model);
    await own.bulkTell(randomFacts(random, rows, api.parents));
    const views: View[] = [];
    for (const actor of actors) views.push(await viewOf(own, rows, actor));
    for (let i = 0; i < operations; i++) {
      const operation = randomOperation(random, model);
      if (operation.isMutation) continue;
      const document = parse(operation.text);
      const [actor, view] = [actors[i % 2]!, views[i % 2]!];
      const plan = name === undefined ? randomPlan(random, actionNames, typeNames, i) : undefined;
      const { variables, supplied } = operation;
      const change = async (): Promise<void> => undefined;
      const context: OracleContext = {
        ...{ actor, rows, view, supplied, change },
        ...{ canList: api.way !== "row by row", onCall: undefined, rejected: undefined },
      };
      const right = await execute({ schema: plain, document, contextValue: context, variableValues: variables });
      failing.begin(plan);
      const shown = await guarded(document, { ...context, view: undefined }, variables);
      const isCounted = failing.isCounted && ["at once", "short lists"].includes(api.way);
      const failed = [...failing.failed];
      failing.begin(undefined);
      for (const how of failed) shapes?.add(`failure: ${how}`);
      onCase();
      const unavailable = (shown.errors ?? []).filter(
        ({ path, extensions }) => extensions["code"] === "AUTHORIZATION_UNAVAILABLE" && path?.at(-1) !== "totalCount",
      );
      const problem =
        unexplained(right.data, shown.data, { errors: shown.errors ?? [], trustsPages: name !== "walkedRows" }) ??
        (plan !== undefined && isCounted && unavailable.length > failed.length
          ? "more fails than has failed"
          : undefined);
      if (problem === undefined) continue;
      const report = [
        `${problem}: seed ${seed}, operation ${i}, ${actor.id}, ${api.way}, ${failed}`,
        operation.text,
        JSON.stringify(variables),
        JSON.stringify(plan),
        `guarded: ${JSON.stringify(shown.data)} ${codesOf(shown.errors)}`,
        `plain:   ${JSON.stringify(right.data)}`,
        api.sdl,
        api.policy,
      ].join("\n");
      return { seed, report };
    }
  } finally {
    await own.close();
  }
  return undefined;
}

interface Explanations {
  readonly errors: NonNullable<ExecutionResult["errors"]>;
  /** Whether connections are to be complete. If not, their counts are still right. */
  readonly trustsPages: boolean;
}

/** Where an answer is another than the right one, and not because of a failure that it tells. */
function unexplained(
  right: unknown,
  shown: unknown,
  by: Explanations,
  at: readonly (string | number)[] = [],
): string | undefined {
  if (Object.is(right, shown)) return undefined;
  // Of a page that may be cut short the count is right, or there is none.
  if (!by.trustsPages && (isConnection(right) || isConnection(shown))) {
    const [wanted, told] = [countOf(right), countOf(shown)];
    return told == null || wanted === undefined || told === wanted
      ? undefined
      : `the count of ${at.join(".")} is wrong`;
  }
  const place = at.join(".") || "the whole";
  if (shown === null || shown === undefined) {
    const isTold = by.errors.some(
      ({ path, extensions }) =>
        extensions["code"] === "AUTHORIZATION_UNAVAILABLE" && at.every((key, i) => path?.[i] === key),
    );
    return isTold ? undefined : `${place} is missing, and no error says why`;
  }
  if (typeof right !== "object" || right === null || typeof shown !== "object") return `${place} is another`;
  if (Array.isArray(right) !== Array.isArray(shown)) return `${place} is another`;
  if (Array.isArray(right) && right.length !== (shown as unknown[]).length) return `${place} has another length`;
  for (const [key, value] of Object.entries(right)) {
    const inner = Array.isArray(right) ? Number(key) : key;
    const problem = unexplained(value, Reflect.get(shown, key), by, [...at, inner]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isConnection(value: unknown): boolean {
  return String((value as { readonly __typename?: unknown } | null)?.__typename).endsWith("Connection");
}

function countOf(connection: unknown): unknown {
  return (connection as { readonly totalCount?: unknown } | null)?.totalCount;
}

/** Three actors, and for every fifth operation nobody in the place of the last. */
function askersOf(operation: number): readonly (Reference | null)[] {
  return operation % 5 === 0 ? [...actors.slice(0, 2), null] : actors;
}

interface Api {
  readonly model: Model;
  readonly policy: string;
  readonly parents: ReadonlyMap<string, string>;
  readonly sdl: string;
  readonly own: Engine;
  readonly way: string;
  readonly counted: Partial<Counted>;
  readonly plain: GraphQLSchema;
  readonly guarded: Server;
  readonly isHosted: boolean;
  /** Whether an engine has said no, some time ago, to what rejects whole operations. */
  readonly rejection: Rejection;
}

type Server = (
  document: DocumentNode,
  context: OracleContext,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult>;

interface ApiOptions {
  readonly defect: Defect | undefined;
  /** Whether the API rejects whole operations; left to chance if it is not said. */
  readonly rejects: boolean | undefined;
  readonly failing?: FailingEngine;
  readonly limits?: GuardLimits;
}

async function makeApi(random: Random, seed: number, { defect, rejects, failing, limits }: ApiOptions): Promise<Api> {
  let model = randomModel(random);
  // What rejects hides how far the operation came.
  while (rejects !== undefined && model.rejects !== rejects) model = randomModel(random);
  const { policy, parents } = randomPolicy(random);
  // A failure of what denies in silence is silent too.
  const sdl = failing === undefined ? sdlOf(model) : sdlOf(model).replaceAll(", deny: NULL", "");
  const resolvers = resolversOf(model, seed % 4 < 2);
  const plain = buildSchema(sdl, resolvers);
  const own = await createEngine({ policy, logger: silent });
  const rejection = new Rejection();
  // What rejects has to be seen where it is asked.
  const way = ways[seed % ways.length]!;
  const sound = engineThat(model.rejects ? rejection.watch(own) : own, way);
  const engine = failing?.wrap(sound) ?? sound;
  const toGuard = defect?.sdl === undefined ? plain : buildSchema(defect.sdl(sdl), resolvers);
  const options: UseAuthorizationOptions<OracleContext> = {
    engine: defect?.engine?.(engine) ?? engine,
    actor: (context) => context.actor,
    logger: silent,
    ...(limits !== undefined && { limits }),
    ...(defect?.sdl !== undefined && { mode: "annotated-only" as const }),
  };
  const isHosted = model.rejects || seed % 2 === 0;
  const guarded = isHosted ? hosted(toGuard, plain, options, defect) : alone(toGuard, plain, options, defect);
  const counted = sound as Partial<Counted>;
  return { model, policy, parents, sdl, own, way, counted, plain, guarded, isHosted, rejection };
}

function alone(
  schema: GraphQLSchema,
  plain: GraphQLSchema,
  options: UseAuthorizationOptions<OracleContext>,
  defect: Defect | undefined,
): Server {
  const guarded = authorizeSchema(schema, options);
  defect?.schema?.(guarded, plain);
  return async (document, contextValue, variableValues) =>
    execute({ schema: guarded, document, contextValue, variableValues });
}

/** With the plugin, which alone can reject a whole operation. */
function hosted(
  schema: GraphQLSchema,
  plain: GraphQLSchema,
  options: UseAuthorizationOptions<OracleContext>,
  defect: Defect | undefined,
): Server {
  const prepare = envelop({
    plugins: [useEngine({ parse, validate, execute, subscribe }), useSchema(schema), useAuthorization(options)],
  });
  const { schema: guarded } = prepare({}) as { readonly schema: GraphQLSchema };
  defect?.schema?.(guarded, plain);
  return async (document, context, variableValues) => {
    const run = prepare(context);
    const contextValue: unknown = await run.contextFactory();
    return (await run.execute({ schema: guarded, document, contextValue, variableValues })) as ExecutionResult;
  };
}

/** Takes note of when an engine says no to what rejects whole operations: a while later nothing may run any more. */
class Rejection {
  #run = 0;
  isOver = false;

  begin(): void {
    this.#run++;
    this.isOver = false;
  }

  watch(engine: Engine): Engine {
    const note = (action: string, answer: unknown): void => {
      if (action === "strict" && answer === false) this.#end(this.#run);
    };
    return {
      ...engine,
      decide: (actor, action, resource, options) => {
        const answer = engine.decide(actor, action, resource, options);
        if (typeof answer === "boolean") note(action, answer);
        else void answer.then((known) => note(action, known));
        return answer;
      },
      authorizeMany: async (actor, action, resources, options) => {
        const answers = await engine.authorizeMany(actor, action, resources, options);
        if (answers.includes(false)) note(action, false);
        return answers;
      },
    };
  }

  /** What else a field asks may take some turns. */
  #end(run: number, turns = 1): void {
    setImmediate(() => {
      if (turns > 0) this.#end(run, turns - 1);
      else if (run === this.#run) this.isOver = true;
    });
  }
}

/** What a server answers, as text. */
interface Answered {
  readonly data: string;
  /** Code and path of each, in order. */
  readonly errors: string;
  /** What it has changed, and what the plain server does not know: calls of resolvers after a rejection. */
  readonly effects: readonly string[];
}

/** Whatever the operation has changed is undone. */
async function answer(
  { own, plain, guarded, counted, way, rejection, model }: Api,
  rows: Rows,
  document: DocumentNode,
  operation: RandomOperation,
  actor: Reference | null,
  view: View | undefined,
): Promise<Answered> {
  if (counted.calls !== undefined) counted.calls.list.length = 0;
  const undo: (() => Promise<unknown>)[] = [];
  const effects: string[] = [];
  rejection.begin();
  const { variables, supplied, isMutation } = operation;
  const contextValue: OracleContext = {
    actor,
    rows,
    view,
    supplied,
    change: async (verb, type, id) => {
      effects.push(`${verb} ${type} ${id}`);
      if (actor === null) return;
      undo.push(await change(own, actor, verb, type, id));
      if (contextValue.view !== undefined) contextValue.view = await viewOf(own, rows, actor);
    },
    canList: way !== "row by row",
    onCall: model.rejects
      ? () => {
          if (view === undefined && rejection.isOver) effects.push("something runs after a rejection");
        }
      : undefined,
    rejected: undefined,
  };
  if (view !== undefined && model.rejects && isRefused(model, document, operation, view)) {
    const code = view.isNobody ? "UNAUTHENTICATED" : "FORBIDDEN";
    return { data: "null", errors: code, effects };
  }
  const { data, errors } =
    view === undefined
      ? await guarded(document, contextValue, variables)
      : await execute({ schema: plain, document, contextValue, variableValues: variables });
  if (isMutation) for (const back of undo.reverse()) await back();
  for (const error of errors ?? []) mustBeExpected(error, view !== undefined);
  if (view !== undefined && contextValue.rejected !== undefined) {
    return { data: "null", errors: contextValue.rejected, effects };
  }
  return { data: JSON.stringify(data), errors: codesOf(errors), effects };
}

/** What is wrong with what the guarded server answered. */
function problemOf({ model, counted }: Api, shown: Answered, wanted: Answered): string | undefined {
  if (shown.data !== wanted.data) return "they differ";
  // Where null cannot stand, which of several errors is told depends on what comes first.
  if (model.nullable && shown.errors !== wanted.errors) return "the errors differ";
  if (shown.effects.join() !== wanted.effects.join())
    return `the effects differ: ${shown.effects} and ${wanted.effects}`;
  // One question for each collection of an operation, however often it is shown; of a mutation, for each step.
  const lists = counted.calls?.list ?? [];
  return new Set(lists).size === lists.length || wanted.effects.length > 0 ? undefined : "a list is asked for twice";
}

/** Gives or takes roles of the actor. Answers with what undoes it. */
async function change(
  engine: Engine,
  actor: Reference,
  verb: string,
  type: string,
  id: number,
): Promise<() => Promise<unknown>> {
  if (verb === "touch") return async () => undefined;
  const facts = ["reader", "editor"].map((role): Fact => ["has_role", actor, role, entity(type, String(id))]);
  const before = (await Promise.all(facts.map((fact) => engine.get(...fact)))).flat();
  if (verb === "give") await engine.tell(...facts[0]!);
  else await engine.bulkDelete(facts);
  return async () => {
    await engine.bulkDelete(facts);
    await engine.bulkTell(before);
  };
}

const codes = new Set(["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"]);

/** Denials, counts that cannot be had, and nulls where there may be none. */
function mustBeExpected(error: NonNullable<ExecutionResult["errors"]>[number], isPlain: boolean): void {
  if (error.message.startsWith("Cannot return null for non-nullable field")) return;
  const code = String(error.extensions["code"]);
  if (codes.has(code)) return;
  if (code === "AUTHORIZATION_UNAVAILABLE" && error.path?.at(-1) === "totalCount") return;
  throw isPlain ? new Error(`the plain server fails: ${error.message}`, { cause: error }) : error;
}

function codesOf(errors: ExecutionResult["errors"]): string {
  return (errors ?? [])
    .map(({ path, extensions }) => `${extensions["code"]}${(path ?? []).map((key) => ` ${key}`).join("")}`)
    .sort()
    .join(", ");
}

function mustBeValid(schema: GraphQLSchema, document: DocumentNode, text: string): void {
  const mistakes = validate(schema, document);
  if (mistakes[0] !== undefined) throw new Error(`${mistakes[0].message}\n${text}`);
}
