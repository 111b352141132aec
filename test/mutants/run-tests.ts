import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What a run of tests came to. */
export type Outcome =
  | { readonly kind: "passed" }
  /** `by`: the first test that failed, or the file that could not be loaded. */
  | { readonly kind: "failed"; readonly by: string; readonly message: string }
  | { readonly kind: "time is up" }
  /** Nothing was run, which says nothing. */
  | { readonly kind: "no tests" };

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs tests (`file` or `file::title`) in a folder, one file after the other, and stops at the first failure. */
export async function runTests(folder: string, tests: readonly string[], seconds: number): Promise<Outcome> {
  const deadline = performance.now() + seconds * 1000;
  for (const test of tests) {
    const outcome = await runOne(folder, test, deadline - performance.now());
    if (outcome.kind !== "passed") return outcome;
  }
  return { kind: "passed" };
}

async function runOne(folder: string, test: string, milliseconds: number): Promise<Outcome> {
  const [file = "", title] = test.split("::");
  if (!existsSync(join(folder, file))) return { kind: "no tests" };
  const output = join(folder, "mutant-report.json");
  rmSync(output, { force: true });
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    file,
    ...["--project", "arcturus", "--project", "graphql 16"],
    ...["--bail", "1", "--maxWorkers", "1", "--reporter", "json", "--outputFile", output],
    ...(title === undefined ? [] : ["-t", title.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")]),
  ];
  // A group of its own: what the tests have started ends with it.
  const child = spawn(process.execPath, args, { cwd: folder, stdio: "ignore", detached: true });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, milliseconds);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  if (isLate) return { kind: "time is up" };
  if (!existsSync(output)) return { kind: "failed", by: file, message: "the run ended without a report" };
  const outcome = read(JSON.parse(readFileSync(output, "utf8")) as Report, folder);
  // A mistake that ends the process of the tests leaves a report in which nothing has failed.
  if (outcome.kind === "failed" || code === 0) return outcome;
  return { kind: "failed", by: `${file} (its process ended)`, message: `vitest ended with ${code}` };
}

function read({ testResults }: Report, folder: string): Outcome {
  let ran = 0;
  for (const { name, status, message, assertionResults } of testResults) {
    const file = name.slice(folder.length + 1);
    for (const { status: verdict, fullName, failureMessages } of assertionResults) {
      if (verdict === "failed") {
        return { kind: "failed", by: `${file} > ${fullName}`, message: failureMessages[0] ?? "" };
      }
      if (verdict === "passed") ran++;
    }
    if (status === "failed") return { kind: "failed", by: `${file} (does not load)`, message };
  }
  return ran === 0 ? { kind: "no tests" } : { kind: "passed" };
}
