// The tests with ten times the random work of `npm test`, from a seed of the day: a new part of the worlds each night, and the same one
// for whoever sets ARCTURUS_SEED to the number that is printed. Prints how often each generator made what.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));

const env = {
  ...process.env,
  ARCTURUS_EFFORT: process.env.ARCTURUS_EFFORT ?? "10",
  ARCTURUS_SEED: process.env.ARCTURUS_SEED ?? new Date().toISOString().slice(0, 10).replaceAll("-", ""),
};
console.log(`ARCTURUS_SEED=${env.ARCTURUS_SEED} ARCTURUS_EFFORT=${env.ARCTURUS_EFFORT}`);
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
