import { parseArgs } from "node:util";
import { fuzzOso } from "./oso.js";
import { fuzzParser } from "./parser.js";
import type { FuzzOptions, FuzzReport } from "./report.js";

export type { FuzzOptions, FuzzReport } from "./report.js";

/** What can be fuzzed. */
const targets: Readonly<Record<string, (options: FuzzOptions) => FuzzReport | Promise<FuzzReport>>> = {
  parser: fuzzParser,
  oso: fuzzOso,
};

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { count: { type: "string", default: "100000" }, seed: { type: "string" } },
  });
  const target = targets[positionals[0] ?? ""];
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  const count = Number(values.count);
  if (target === undefined || !Number.isSafeInteger(seed) || !Number.isSafeInteger(count)) {
    console.error(`usage: run.ts ${Object.keys(targets).join("|")} [--count N] [--seed N]`);
    return 2;
  }
  console.log(`seed ${seed}, ${count} inputs`);
  const started = performance.now();
  const report = await target({ count, seed, progress: (line) => console.log(line) });
  const seconds = (performance.now() - started) / 1000;
  for (const note of report.notes) console.log(note);
  const { input, milliseconds } = report.slowest;
  console.log(
    `slowest: ${milliseconds.toFixed(1)} ms, ${input.length} characters: ${JSON.stringify(input.slice(0, 200))}`,
  );
  for (const failure of report.failures) {
    console.log(`FAILURE for ${JSON.stringify(failure.input.slice(0, 4000))}\n${failure.reason}`);
  }
  console.log(`${report.failures.length} failures in ${seconds.toFixed(0)} s`);
  return report.failures.length === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith("run.ts")) process.exitCode = await main();
