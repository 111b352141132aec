import { EvaluationError } from "../diagnostics/errors.js";
import { timeout } from "../solver/limits.js";
import type { Evaluation, Outcome, RunOptions } from "../solver/machine.js";
import type { Pace } from "../solver/pace.js";
import { type Ground, isSameGround, mostAttempts, Slices } from "./slices.js";

/** How long, and for whom, a question may wait for what its policy reads from the application. */
type Patience = Pick<RunOptions, "limits" | "memo" | "signal">;

/** What a question that takes long stands on; asked for at its beginning and after each pause. */
type Standing = () => Ground;

/** Begins the evaluation of a question. */
type Ask<T> = (pace: Pace | undefined) => Evaluation<T>;

/**
 * Asks, and asks again each time that what the answer waited for has come. The answer itself, and no promise, when nothing
 * had to be awaited. With `standing`, an evaluation that takes long lets other work have its turn, and that makes it a promise
 * as well. What counts in the end is one evaluation, at one revision of the facts: when they changed in a pause, it is begun
 * anew.
 */
export function settle<T>(ask: Ask<T>, patience: Patience, standing?: Standing): T | Promise<T> {
  throwIfAborted(patience.signal);
  const slices = new Slices();
  const ground = standing?.();
  const evaluation = ask(standing === undefined ? undefined : slices);
  const step = evaluation.next();
  if (step.done === true && step.value.kind === "done") return step.value.value;
  return later({ evaluation, step, ground }, ask, patience, slices, standing);
}

/** An evaluation that has not come to its end. */
interface Begun<T> {
  readonly evaluation: Evaluation<T>;
  readonly step: IteratorResult<undefined, Outcome<T>>;
  readonly ground: Ground | undefined;
}

async function later<T>(
  { evaluation, step, ground }: Begun<T>,
  ask: Ask<T>,
  patience: Patience,
  slices: Slices,
  standing: Standing | undefined,
): Promise<T> {
  let attempts = 1;
  for (;;) {
    if (step.done !== true) {
      await slices.turn();
      throwIfAborted(patience.signal);
    } else if (step.value.kind === "done") return step.value.value;
    else await patiently(step.value.wait(), patience);
    const present = standing?.();
    const steady = step.done !== true && isSameGround(ground ?? [], present ?? []);
    if (!steady) {
      if (step.done !== true) attempts++;
      ground = present;
      evaluation = ask(attempts <= mostAttempts && standing !== undefined ? slices : undefined);
    }
    step = evaluation.next();
  }
}

/** Waits, but neither longer than the time limit nor after the caller has lost interest. */
async function patiently(wait: Promise<void>, { limits, memo, signal }: Patience): Promise<void> {
  throwIfAborted(signal);
  let stop = (): void => {};
  const given = new Promise<never>((_, reject) => {
    const left = Math.max(0, memo.startedAt + limits.milliseconds - Date.now());
    const timer = setTimeout(() => {
      reject(timeout(limits.milliseconds));
    }, left);
    const abort = (): void => reject(aborted());
    signal?.addEventListener("abort", abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    await Promise.race([wait, given]);
  } finally {
    stop();
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted();
}

function aborted(): EvaluationError {
  return new EvaluationError("engine/aborted", "the question was aborted by its caller");
}
