const given = Number(process.env["ARCTURUS_EFFORT"] ?? 1);

/** How much the random tests do, as a multiple of what `npm test` does. The nightly run does ten times as much. */
export const effort: number = given > 0 ? given : 1;

/** Whether this run has the time to print what its generators made. */
export const isNightly: boolean = effort > 1;

/** So many runs in `npm test`, more at night. */
export function runs(count: number): number {
  return Math.max(1, Math.round(count * effort));
}

/** Where everything random begins: `ARCTURUS_SEED`, or 1. The nightly run sets it to the date. */
export const firstSeed: number = Number(process.env["ARCTURUS_SEED"] ?? 1);
