import { EvaluationError, LimitError } from "../diagnostics/errors.js";
import type { Outcome, RunOptions } from "../solver/machine.js";

/** How long, and for whom, a question may wait for what its policy reads from the application. */
type Patience = Pick<RunOptions, "limits" | "memo" | "signal">;

/**
 * Asks, and asks again each time that what the answer waited for has come. The answer itself, and no promise, when nothing
 * had to be awaited. Every run is whole and synchronous: the last one alone gives the answer, at one revision of the facts.
 */
export function settle<T>(ask: () => Outcome<T>, patience: Patience): T | Promise<T> {
  throwIfAborted(patience.signal);
  const outcome = ask();
  return outcome.kind === "done" ? outcome.value : later(outcome, ask, patience);
}

async function later<T>(
  first: Outcome<T> & { readonly kind: "pending" },
  ask: () => Outcome<T>,
  patience: Patience,
): Promise<T> {
  let outcome: Outcome<T> = first;
  while (outcome.kind === "pending") {
    await patiently(outcome.wait(), patience);
    outcome = ask();
  }
  return outcome.value;
}

/** Waits, but neither longer than the time limit nor after the caller has lost interest. */
async function patiently(wait: Promise<void>, { limits, memo, signal }: Patience): Promise<void> {
  throwIfAborted(signal);
  let stop = (): void => {};
  const given = new Promise<never>((_, reject) => {
    const left = Math.max(0, memo.startedAt + limits.milliseconds - Date.now());
    const timer = setTimeout(() => {
      reject(new LimitError("milliseconds", limits.milliseconds, "ms", { code: "engine/timeout" }));
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
