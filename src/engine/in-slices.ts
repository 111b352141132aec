import { timeout } from "../solver/limits.js";
import type { Pace } from "../solver/pace.js";
import { throwIfAborted } from "./settling.js";
import { type Ground, isSameGround, mostAttempts, Slices } from "./slices.js";

/** Items done between two looks at the clock. */
const piece = 1_024;

export interface SlicedWork {
  /** When the question began, in milliseconds since 1970, and how many it may take. */
  readonly started: number;
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
  /** What the answer stands on: when it is not the same after a pause, the work is begun anew. */
  ground(): Ground;
}

const never: Pace = { due: () => false };

/**
 * Does work that pauses, and lets other work have its turn in each pause. The result is that of one moment: if the ground
 * has shifted during a pause, nothing of what was done before counts. `begin` is told when to pause.
 * @throws LimitError `engine/timeout`, EvaluationError `engine/aborted`, what the work throws
 */
export async function inPieces<T>(
  begin: (pace: Pace) => Generator<undefined, T>,
  work: SlicedWork,
  slices: Slices = new Slices(),
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ground = work.ground();
    const pieces = begin(attempt <= mostAttempts ? slices : never);
    try {
      do {
        const step = pieces.next();
        if (step.done === true) return step.value;
        await slices.turn();
        throwIfAborted(work.signal);
        if (Date.now() - work.started > work.milliseconds) throw timeout(work.milliseconds);
      } while (isSameGround(ground, work.ground()));
    } finally {
      pieces.return(undefined as never);
    }
  }
}

/**
 * Maps many items, a piece at a time. `map` is told where its piece begins; `undefined` as soon as `map` says so.
 * @throws as `inPieces`
 */
export function inSlices<T, R>(
  items: readonly T[],
  map: (items: readonly T[], from: number) => readonly R[] | undefined,
  work: SlicedWork,
): Promise<R[] | undefined> {
  return inPieces(function* (pace): Generator<undefined, R[] | undefined> {
    const answers: R[] = [];
    for (let at = 0; at < items.length; at += piece) {
      if (at > 0 && pace.due()) yield;
      if (Date.now() - work.started > work.milliseconds) throw timeout(work.milliseconds);
      const found = map(at === 0 && items.length <= piece ? items : items.slice(at, at + piece), at);
      if (found === undefined) return undefined;
      for (const answer of found) answers.push(answer);
    }
    return answers;
  }, work);
}
