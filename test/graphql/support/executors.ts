import { execute as toolsExecute, subscribe as toolsSubscribe } from "@graphql-tools/executor";
import type { ExecutionArgs, ExecutionResult } from "graphql";
import * as graphql from "graphql";

/** Everything that executors may answer. */
type Answer = ExecutionResult | Incremental | AsyncIterable<unknown>;

interface Incremental {
  readonly initialResult: unknown;
  readonly subsequentResults: AsyncIterable<unknown>;
}

export interface Arguments extends ExecutionArgs {
  readonly abortSignal?: AbortSignal;
}

/** What runs operations: `execute` as hosts call it, `parts` for those with `@defer` and `@stream`. */
export interface Executor {
  readonly name: "graphql-js" | "Yoga's executor";
  execute(args: Arguments): Promise<ExecutionResult>;
  subscribe(args: Arguments): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  /** Everything that is sent for an operation, by each way in which this executor can defer; one part if it cannot. */
  parts(args: Arguments): Promise<readonly (readonly unknown[])[]>;
}

/** The major version of graphql-js that this run is about. */
export const major: number = graphql.versionInfo.major;

type Run = (args: Arguments) => Answer | PromiseLike<Answer>;

/** graphql 17 has two forms of answers that come in parts. graphql 16 takes no notice of `@defer` and `@stream`. */
const incrementally = ["experimentalExecuteIncrementally", "legacyExecuteIncrementally"]
  .map((name) => Reflect.get(graphql, name) as Run | undefined)
  .filter((run) => run !== undefined);

export const graphqlJs: Executor = {
  name: "graphql-js",
  execute: async (args) => graphql.execute(args),
  subscribe: async (args) => (await graphql.subscribe(args)) as AsyncIterableIterator<ExecutionResult>,
  parts: (args) => allParts(incrementally.length === 0 ? [graphql.execute] : incrementally, args),
};

export const yogaExecutor: Executor = {
  name: "Yoga's executor",
  execute: async ({ abortSignal, ...args }) =>
    (await toolsExecute(abortSignal === undefined ? args : { ...args, signal: abortSignal })) as ExecutionResult,
  subscribe: async (args) => (await toolsSubscribe(args)) as AsyncIterableIterator<ExecutionResult>,
  parts: (args) => allParts([toolsExecute as Run], args),
};

export const executors: readonly Executor[] = [graphqlJs, yogaExecutor];

function allParts(runs: readonly Run[], args: Arguments): Promise<readonly (readonly unknown[])[]> {
  return Promise.all(
    runs.map(async (run) => {
      const answer = await run(args);
      if (!("initialResult" in answer)) return [answer];
      const parts: unknown[] = [answer.initialResult];
      for await (const part of answer.subsequentResults) parts.push(part);
      return parts;
    }),
  );
}
