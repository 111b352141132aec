import { LimitError } from "../diagnostics/errors.js";
import { throwIfAborted } from "./settling.js";

/** Milliseconds after which other work gets a turn. */
const sliceMilliseconds = 4;
/** Items done between two looks at the clock. */
const piece = 1_024;
/** So often work is begun anew because what it stands on has changed; after that it is done in one go. */
const patience = 3;

export interface SlicedWork {
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
  /** What the answers stand on: when it is not the same after a pause, they are begun anew. */
  ground(): readonly unknown[];
}

/**
 * Maps many items, a piece at a time, and lets other work have its turn every few milliseconds. The answers are those of one
 * moment: if the ground has shifted during a pause, nothing of what was done before counts. `map` is told where its piece
 * begins; `undefined` as soon as `map` says so.
 * @throws LimitError `engine/timeout`, EvaluationError `engine/aborted`, what `map` throws
 */
export async function inSlices<T, R>(
  items: readonly T[],
  map: (items: readonly T[], from: number) => readonly R[] | undefined,
  work: SlicedWork,
): Promise<R[] | undefined> {
  const began = Date.now();
  for (let attempt = 1; ; attempt++) {
    const answers: R[] = [];
    const ground = work.ground();
    let sliceBegan = Date.now();
    let steady = true;
    for (let at = 0; at < items.length; at += piece) {
      const now = Date.now();
      if (now - began > work.milliseconds) throw timeout(work.milliseconds);
      if (now - sliceBegan >= sliceMilliseconds && attempt <= patience) {
        await turn();
        throwIfAborted(work.signal);
        const present = work.ground();
        steady = present.every((one, i) => one === ground[i]);
        if (!steady) break;
        sliceBegan = Date.now();
      }
      const found = map(at === 0 && items.length <= piece ? items : items.slice(at, at + piece), at);
      if (found === undefined) return undefined;
      for (const answer of found) answers.push(answer);
    }
    if (steady) return answers;
  }
}

/** Until everything else that is due has had its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    // A browser has timers only.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

function timeout(milliseconds: number): LimitError {
  const message = `the question took longer than ${milliseconds} ms`;
  return new LimitError("milliseconds", milliseconds, "ms", { code: "engine/timeout", message });
}
