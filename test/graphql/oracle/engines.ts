import type { Engine } from "../../../src/engine/types.js";
import { type Counted, countCalls } from "../support/grants.js";

/*
 * Ways in which the right engine can answer: at once, later, by short ways or not. However it does, the answer is the same.
 */

export type Way = "short" | "short lists" | "at once" | "later" | "sometimes later" | "much later" | "row by row";

export const ways: readonly Way[] = [
  "short",
  "at once",
  "later",
  "sometimes later",
  "row by row",
  "short lists",
  "much later",
];

/** The engine itself is asked by shorter ways than one that somebody has wrapped. */
export function engineThat(own: Engine, way: Way): Engine & Partial<Counted> {
  let asked = 0;
  switch (way) {
    case "short":
      return own;
    case "short lists":
      return { ...own, decide: (...question) => own.decide(...question) };
    case "at once":
      return countCalls(own);
    case "later":
      return countCalls(own, true);
    case "sometimes later":
      return countCalls({
        ...own,
        decide: (...question) => {
          const answer = own.decide(...question);
          return asked++ % 3 === 1 ? Promise.resolve(answer) : answer;
        },
      });
    case "much later":
      return countCalls({
        ...own,
        decide: (...question) => later(() => own.decide(...question)),
        authorizeMany: (...question) => later(() => own.authorizeMany(...question)),
        list: (...question) => later(() => own.list(...question)),
      });
    case "row by row": {
      const list = () => Promise.reject(Object.assign(new Error("too many"), { code: "engine/limit-exceeded" }));
      return countCalls({
        ...own,
        list,
        decide: (...question) => {
          const answer = own.decide(...question);
          return asked++ % 2 === 1 ? Promise.resolve(answer) : answer;
        },
      });
    }
  }
}

async function later<T>(ask: () => T | Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  return ask();
}
