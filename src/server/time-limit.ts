import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

/** What is set of the arguments of an execution; the executor of Yoga stops calling resolvers when it is aborted. */
interface Abortable {
  signal?: AbortSignal | undefined;
}

/**
 * Answers with an error when an operation takes longer than `time` milliseconds, from its parsing to its last field, and
 * aborts it: resolvers that have not begun do not begin, and those that run find `info.signal` aborted. A subscription has
 * that time to begin; deferred and streamed parts are not counted.
 */
export function useTimeLimit(time: number): Plugin {
  const controllers = new WeakMap<object, AbortController>();
  const abortable = (args: Abortable, context: unknown): void => {
    const signal = typeof context === "object" && context !== null ? controllers.get(context)?.signal : undefined;
    if (signal === undefined) return;
    args.signal = args.signal === undefined ? signal : AbortSignal.any([args.signal, signal]);
  };
  return {
    onParams({ paramsHandler, setParamsHandler }) {
      setParamsHandler(async (payload) => {
        const controller = new AbortController();
        controllers.set(payload.context, controller);
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<{ errors: GraphQLError[] }>((resolve) => {
          timer = setTimeout(() => {
            resolve({ errors: [timeoutError(time)] });
            controller.abort(new DOMException("the operation took too long", "TimeoutError"));
          }, time);
        });
        const answer = Promise.resolve(paramsHandler(payload));
        try {
          return await Promise.race([answer, late]);
        } finally {
          clearTimeout(timer);
          // Nobody waits for what an abandoned operation comes to.
          answer.catch(() => {});
        }
      });
    },
    onExecute({ args, context }) {
      abortable(args as Abortable, context);
    },
    onSubscribe({ args, context }) {
      abortable(args as Abortable, context);
    },
  };
}

function timeoutError(time: number): GraphQLError {
  return new GraphQLError(`the operation took longer than ${time} ms`, {
    extensions: { code: "OPERATION_TIMEOUT", http: { status: 503 } },
  });
}
