import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { type GitcloudClient, gitcloudClient } from "./gitcloud-client.js";

/** The started example, as a process of its own. */
export interface Gitcloud extends GitcloudClient {
  readonly pid: number;
  /** All that it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves to the exit code, or to the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gitcloud-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts GitCloud on a database and a free port; it is stopped at the end of the test. */
export async function startGitcloud(
  options: { readonly db?: string; readonly policy?: string | undefined } = {},
): Promise<Gitcloud> {
  const folder = temporaryFolder();
  const env = { ...process.env, PORT: "0", ARCTURUS_DB: options.db ?? join(folder, "gitcloud.db"), NODE_ENV: "test" };
  const policy = join(folder, "variant.polar");
  if (options.policy !== undefined) writeFileSync(policy, options.policy);
  const gitcloud = await launch([process.execPath, join(root, "dist", "examples", "gitcloud", "main.js")], {
    ...env,
    ARCTURUS_POLICY: options.policy === undefined ? "" : policy,
  });
  onTestFinished(async () => {
    await gitcloud.stop("SIGKILL");
  });
  return gitcloud;
}

/** Runs a command that prints the URL of its server, in a folder of its own or in the repository. */
export async function launch(
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  cwd: string = root,
): Promise<Gitcloud> {
  ensureBuilt();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const url = await ready(child, output);

  return {
    ...gitcloudClient(url),
    pid: child.pid!,
    output,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, "exit");
      }
      return child.exitCode ?? child.signalCode;
    },
  };
}

async function ready(child: ChildProcess, output: Gitcloud["output"]): Promise<string> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const [, url] = /(http:\/\/\S+)\n/.exec(output.stdout) ?? [];
    if (url !== undefined) return url;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  throw new Error(`GitCloud did not start (exit code ${child.exitCode}):\n${output.stdout}${output.stderr}`);
}
