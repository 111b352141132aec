import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { allMutants } from "./list/index.js";
import { folderOf, type Mutant } from "./mutant.js";
import { runTests } from "./run-tests.js";
import { Sandbox } from "./sandbox.js";
import { type Result, scores, table } from "./score.js";

const usage = `usage: npm run mutants -- [--only TEXT]... [--jobs N] [--cap SECONDS] [--types] [--no-baseline] [--tests FILE]...

  --only TEXT     mutants whose name or file holds the text
  --jobs N        so many at a time (2)
  --cap SECONDS   how long the tests of one mutant may take (60)
  --types         leave out, and report, what the type checker would have found
  --no-baseline   do not run the tests on the unchanged code first
  --tests FILE    these tests in place of those that the list names
  --messages      print what the failing test said
`;

const root = fileURLToPath(new URL("../..", import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      tests: { type: "string", multiple: true },
      jobs: { type: "string", default: "2" },
      cap: { type: "string", default: "60" },
      types: { type: "boolean", default: false },
      baseline: { type: "boolean", default: true },
      messages: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  const [jobs, cap] = [Number(values.jobs), Number(values.cap)];
  if (values.help || !(jobs >= 1) || !(cap > 0)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const chosen = allMutants
    .filter(
      ({ name, file }) =>
        values.only.length === 0 || values.only.some((text) => name.includes(text) || file.includes(text)),
    )
    .map((mutant) => (values.tests === undefined ? mutant : { ...mutant, tests: values.tests }));
  if (chosen.length === 0) {
    console.error("no mutant has such a name or file");
    return 2;
  }
  const run = chosen.filter(({ noEffect }) => noEffect === undefined);
  const started = performance.now();
  const sandboxes = Array.from({ length: Math.min(jobs, run.length) || 1 }, () => new Sandbox(root));
  // However it ends: each is a copy of the whole tree.
  process.once("exit", () => {
    for (const sandbox of sandboxes) sandbox.remove();
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  const tests = [...new Set(run.flatMap((mutant) => mutant.tests))];
  if (values.baseline && !(await isSound(sandboxes, tests))) return 1;
  const results: Result[] = [];
  await inTurn(sandboxes, run, async (sandbox, mutant) => {
    const result = await attempt(sandbox, mutant, cap, values.types);
    results.push(result);
    console.log(line(result, results.length, run.length));
    if (values.messages && result.outcome.kind === "failed") console.log(result.outcome.message.slice(0, 2_000));
  });
  const withoutEffect = chosen.filter(({ noEffect }) => noEffect !== undefined);
  console.log(`\n${table(results, withoutEffect)}`);
  const seconds = (performance.now() - started) / 1000;
  console.log(`\n${run.length} mutants in ${(seconds / 60).toFixed(1)} min, ${jobs} at a time`);
  return scores(results).every(({ isGood }) => isGood) ? 0 : 1;
}

/** Whether the tests pass on the code as it is. If not, no failure would mean anything. */
async function isSound(sandboxes: readonly Sandbox[], tests: readonly string[]): Promise<boolean> {
  let isRight = true;
  await inTurn(sandboxes, tests, async ({ folder }, test) => {
    const outcome = await runTests(folder, [test], 600);
    if (outcome.kind === "passed") return;
    isRight = false;
    const why = outcome.kind === "failed" ? `${outcome.by}\n${outcome.message}` : outcome.kind;
    console.log(`without any mistake: ${test}: ${why}`);
  });
  return isRight;
}

async function attempt(sandbox: Sandbox, mutant: Mutant, cap: number, types: boolean): Promise<Result> {
  const restore = sandbox.apply(mutant);
  try {
    if (types && !(await compiles(sandbox.folder)))
      return { mutant, outcome: { kind: "does not compile" }, seconds: 0 };
    const started = performance.now();
    const outcome = await runTests(sandbox.folder, mutant.tests, mutant.hangs ? Math.min(cap, 30) : cap);
    return { mutant, outcome, seconds: (performance.now() - started) / 1000 };
  } finally {
    restore();
  }
}

/** Names that are not used any more are no type error here: the mistake made them so. */
async function compiles(folder: string): Promise<boolean> {
  const args = ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json", "--noUnusedLocals", "false"];
  return promisify(execFile)(process.execPath, [...args, "--noUnusedParameters", "false"], { cwd: folder }).then(
    () => true,
    () => false,
  );
}

/** Works through the items, each sandbox one at a time. */
async function inTurn<T>(
  sandboxes: readonly Sandbox[],
  items: readonly T[],
  work: (sandbox: Sandbox, item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    sandboxes.map(async (sandbox) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(sandbox, item);
    }),
  );
}

function line({ mutant, outcome, seconds }: Result, at: number, of: number): string {
  const verdict =
    outcome.kind === "failed"
      ? "found"
      : outcome.kind === "time is up" && mutant.hangs
        ? "found (hangs)"
        : outcome.kind.toUpperCase();
  const by = outcome.kind === "failed" ? `  by ${outcome.by}` : "";
  return `${`${at}/${of}`.padStart(9)} ${verdict.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s  ${folderOf(mutant)}: ${mutant.name}${by}`;
}

process.exitCode = await main();
