import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, parse, validate } from "graphql";
import { createEngine } from "../../../src/engine/create-engine.js";
import type { Engine } from "../../../src/engine/types.js";
import { entity, type Fact, type Reference } from "../../../src/facts/index.js";
import { authorizeSchema } from "../../../src/graphql/index.js";
import { type Calls, countCalls, silent } from "../support/grants.js";
import { buildSchema } from "../support/serve.js";
import { actors, type Rows, randomFacts, randomPolicy, randomRows, type View, viewOf } from "./data.js";
import { randomModel } from "./model.js";
import { type RandomOperation, randomOperation } from "./operations.js";
import { randomFrom } from "./random.js";
import { type OracleContext, resolversOf } from "./resolvers.js";
import { sdlOf } from "./sdl.js";

/*
 * The guarded server over all data must answer what the plain server answers over the data that is left when every row has been
 * asked about, one by one. GraphQL reference, section 13.
 */

/** A defect that is put into the guarded server. */
export interface Defect {
  readonly name: string;
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
  readonly guarded: string;
  readonly plain: string;
  /** Everything that it takes to see it again. */
  readonly report: string;
}

/** Compares one random API under one policy. Counts cases; ends with the first difference. */
export async function compare(
  seed: number,
  { dataSets, operations }: Extent,
  onCase: () => void,
  defect?: Defect,
): Promise<Difference | undefined> {
  const random = randomFrom(seed);
  const model = randomModel(random);
  const { policy, parents } = randomPolicy(random);
  const sdl = sdlOf(model);
  const resolvers = resolversOf(model, seed % 4 < 2);
  const plain = buildSchema(sdl, resolvers);
  const own = await createEngine({ policy, logger: silent });
  // The engine itself is asked by shorter ways than one that somebody has wrapped; some answer later.
  const counted = countCalls(own, seed % 3 === 0);
  const asked = defect?.engine?.(own) ?? (seed % 2 === 0 ? own : counted);
  const toGuard = defect?.sdl === undefined ? plain : buildSchema(defect.sdl(sdl), resolvers);
  const guarded = authorizeSchema(toGuard, {
    engine: asked,
    actor: (context: OracleContext): Reference => context.actor,
    logger: silent,
    ...(defect?.sdl !== undefined && { mode: "annotated-only" as const }),
  });
  defect?.schema?.(guarded, plain);

  let facts: readonly Fact[] = [];
  for (let set = 0; set < dataSets; set++) {
    await own.bulkDelete(facts);
    const rows = randomRows(random, model);
    facts = randomFacts(random, rows, parents);
    await own.bulkTell(facts);
    const views: View[] = [];
    for (const actor of actors) views.push(await viewOf(own, rows, actor));
    const kept: Kept = { engine: own, rows, calls: counted.calls };
    for (let i = 0; i < operations; i++) {
      const operation = randomOperation(random, model);
      const document = parse(operation.text);
      if (set === 0 && i < 5) mustBeValid(plain, document, operation.text);
      for (const [a, actor] of actors.entries()) {
        const shown = await answer(guarded, document, operation, kept, actor, undefined);
        const wanted = await answer(plain, document, operation, kept, actor, views[a]);
        onCase();
        const problem = shown === wanted ? strayIn(kept) : "they differ";
        if (problem === undefined) continue;
        const report = [
          `${problem}: seed ${seed}, data ${set}, operation ${i}, ${actor.id}`,
          operation.text,
          JSON.stringify(operation.variables),
          `guarded: ${shown}`,
          `plain:   ${wanted}`,
          sdl,
          policy,
          JSON.stringify(facts),
        ].join("\n");
        await own.close();
        return { seed, guarded: shown, plain: wanted, report };
      }
    }
  }
  await own.close();
  return undefined;
}

interface Kept {
  readonly engine: Engine;
  readonly rows: Rows;
  readonly calls: Calls;
}

/** What a server answers, as text. Whatever the operation has changed is undone. */
async function answer(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variables, supplied, isMutation }: RandomOperation,
  { engine, rows, calls }: Kept,
  actor: Reference,
  view: View | undefined,
): Promise<string> {
  calls.list.length = 0;
  const undo: (() => Promise<unknown>)[] = [];
  const contextValue: OracleContext = {
    actor,
    rows,
    view,
    supplied,
    change: async (verb, type, id) => {
      undo.push(await change(engine, actor, verb, type, id));
      if (contextValue.view !== undefined) contextValue.view = await viewOf(engine, rows, actor);
    },
  };
  const { data, errors } = await execute({ schema, document, contextValue, variableValues: variables });
  if (isMutation) for (const back of undo.reverse()) await back();
  for (const error of errors ?? []) mustBeExpected(error, view !== undefined);
  return JSON.stringify(data);
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
  if (verb === "drop") await engine.bulkDelete(facts);
  else await engine.tell(...facts[0]!);
  return async () => {
    await engine.bulkDelete(facts);
    await engine.bulkTell(before);
  };
}

const codes = new Set(["FORBIDDEN", "NOT_FOUND"]);

/** Denials stand in the guarded answer alone; nulls where there may be none, in both. */
function mustBeExpected(error: NonNullable<ExecutionResult["errors"]>[number], isPlain: boolean): void {
  if (error.message.startsWith("Cannot return null for non-nullable field")) return;
  if (!isPlain && codes.has(String(error.extensions["code"]))) return;
  throw error;
}

function mustBeValid(schema: GraphQLSchema, document: DocumentNode, text: string): void {
  const mistakes = validate(schema, document);
  if (mistakes[0] !== undefined) throw new Error(`${mistakes[0].message}\n${text}`);
}

/** One question for each collection of an operation, however often it is shown. */
function strayIn({ calls }: Kept): string | undefined {
  return new Set(calls.list).size === calls.list.length ? undefined : "a list is asked for twice";
}
