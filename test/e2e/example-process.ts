import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { type GraphQLClient, graphqlClient } from "./graphql-client.js";

/** The started example, as a process of its own. */
export interface StartedExample extends GraphQLClient {
  readonly pid: number;
  /** All that it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves to the exit code, or to the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "arcturus-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts an example on a database, new unless given, and a free port; it is stopped at the end of the test. */
export async function startExample(
  name: string,
  options: { readonly db?: string; readonly policy?: string | undefined } = {},
): Promise<StartedExample> {
  const folder = temporaryFolder();
  const policy = join(folder, "variant.polar");
  if (options.policy !== undefined) writeFileSync(policy, options.policy);
  const example = await launch([process.execPath, join(root, "dist", "examples", name, "main.js")], {
    ...process.env,
    NODE_ENV: "test",
    PORT: "0",
    ARCTURUS_DB: options.db ?? join(folder, `${name}.db`),
    ARCTURUS_POLICY: options.policy === undefined ? "" : policy,
  });
  onTestFinished(async () => {
    await example.stop("SIGKILL");
  });
  return example;
}

/** Runs a command that prints the URL of its server, in a folder of its own or in the repository. */
export async function launch(
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  cwd: string = root,
): Promise<StartedExample> {
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
    ...graphqlClient(url),
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

async function ready(child: ChildProcess, output: StartedExample["output"]): Promise<string> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const [, url] = /(http:\/\/\S+)\n/.exec(output.stdout) ?? [];
    if (url !== undefined) return url;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  throw new Error(`the example did not start (exit code ${child.exitCode}):\n${output.stdout}${output.stderr}`);
}
