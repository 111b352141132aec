import type { Pace } from "../solver/pace.js";

/** Milliseconds after which other work gets a turn. */
const sliceMilliseconds = 3;
/** So often work is begun anew because what it stands on has changed; after that it is done in one go. */
export const mostAttempts = 3;

/** The slices of one question: its turns on the event loop. */
export class Slices implements Pace {
  #began: number = Date.now();

  due(): boolean {
    return Date.now() - this.#began >= sliceMilliseconds;
  }

  /** Resolves when everything else that is due has had its turn. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      // A browser has timers only.
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#began = Date.now();
  }
}

/** What an answer stands on, as identities and numbers. */
export type Ground = readonly unknown[];

export function isSameGround(before: Ground, after: Ground): boolean {
  return before.every((one, i) => one === after[i]);
}
