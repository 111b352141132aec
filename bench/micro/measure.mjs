// What the micro benchmarks share: medians of interleaved rounds, and where results go.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Microseconds per call of a synchronous function, over `ms` milliseconds. */
export function loop(call, ms) {
  const start = performance.now();
  let calls = 0;
  let chunk = 1;
  let last = start;
  while (last - start < ms) {
    for (let i = 0; i < chunk; i++) call(calls++);
    const now = performance.now();
    if (now - last < 2 && chunk < 4096) chunk *= 2;
    last = now;
  }
  return ((last - start) * 1000) / calls;
}

/** The same for one that answers with a promise. */
export async function loopAsync(call, ms) {
  const start = performance.now();
  let calls = 0;
  let last = start;
  while (last - start < ms) {
    await call(calls++);
    last = performance.now();
  }
  return ((last - start) * 1000) / calls;
}

/**
 * Runs the contestants in turn, `rounds` times, after one round to warm up. Answers the median of each and the median of
 * its ratios to the first, taken inside a round: what disturbs the machine disturbs both.
 */
export async function compare(contestants, { rounds = 5, ms = 200 } = {}) {
  const names = Object.keys(contestants);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      globalThis.gc?.();
      const { call, async: isAsync = false } = contestants[name];
      const time = isAsync ? await loopAsync(call, ms) : loop(call, ms);
      if (round >= 0) times[name].push(time);
    }
  }
  const base = times[names[0]];
  return names.map((name) => ({
    name,
    microseconds: median(times[name]),
    ratio: median(times[name].map((time, i) => time / base[i])),
  }));
}

export function save(name, result) {
  const folder = fileURLToPath(new URL("../results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const report = { node: process.version, date: new Date().toISOString(), ...result };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(report, null, 1)}\n`);
}

export const precise = (number) => Number(number.toPrecision(3));
