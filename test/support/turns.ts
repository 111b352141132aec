import { afterEach, beforeEach, vi } from "vitest";

/**
 * In this file each look at the clock takes a millisecond: how often long work pauses hangs on how much there is to do, not on
 * the machine.
 */
export function everyLookTakesAMillisecond(): void {
  beforeEach(() => {
    let now = 1_800_000_000_000;
    vi.spyOn(Date, "now").mockImplementation(() => ++now);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

/** Does something in every turn of the event loop until `stop`, which tells how many there were. */
export function eachTurn(act: (turn: number) => void = () => {}): { stop(): number } {
  let turns = 0;
  let going = true;
  const tick = (): void => {
    if (!going) return;
    act(++turns);
    setImmediate(tick);
  };
  setImmediate(tick);
  return {
    stop: () => {
      going = false;
      return turns;
    },
  };
}
