import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ensureBuilt, root } from "./build.js";

export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

/** The started example, as a process of its own. */
export interface Gitcloud {
  readonly url: string;
  readonly pid: number;
  /** All that it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Asks as a user, or as nobody. */
  ask(user: string | null, query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
  send(user: string | null, query: string, variables?: Record<string, unknown>): Promise<Response>;
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
  options: { readonly db?: string; readonly policy?: string } = {},
): Promise<Gitcloud> {
  const db = options.db ?? join(temporaryFolder(), "gitcloud.db");
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: "0", ARCTURUS_DB: db, NODE_ENV: "test", NO_COLOR: "1" };
  delete env["ARCTURUS_POLICY"];
  if (options.policy !== undefined) {
    env["ARCTURUS_POLICY"] = join(temporaryFolder(), "variant.polar");
    writeFileSync(env["ARCTURUS_POLICY"], options.policy);
  }
  const gitcloud = await launch([join(root, "dist", "examples", "gitcloud", "main.js")], env);
  onTestFinished(async () => {
    await gitcloud.stop("SIGKILL");
  });
  return gitcloud;
}

/** Starts a server that prints its URL, in a folder of its own or in the repository. */
export async function launch(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string = root): Promise<Gitcloud> {
  ensureBuilt();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const url = await ready(child, output);

  const send: Gitcloud["send"] = (user, query, variables) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(user !== null && { user }) },
      body: JSON.stringify({ query, variables }),
    });

  return {
    url,
    pid: child.pid!,
    output,
    send,
    ask: async (...question) => (await (await send(...question)).json()) as GraphQLAnswer,
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
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const [, url] = /(http:\/\/\S+)\n/.exec(output.stdout) ?? [];
    if (url !== undefined) return url;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  throw new Error(`GitCloud did not start (exit code ${child.exitCode}):\n${output.stdout}${output.stderr}`);
}
