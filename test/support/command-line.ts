import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  /** A folder that holds an executable `arcturus`. */
  readonly bin: string;
  /** Runs `arcturus` with these words. */
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  dispose(): void;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line as it stands in the source, bundled so that starting it takes no longer than starting the built one. */
export async function buildCommandLine(name: string): Promise<CommandLine> {
  const folder = join(root, ".arcturus", `cli-${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: [join(root, "src/cli/main.ts")],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
  });
  const main = join(folder, "main.mjs");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "arcturus"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
  return {
    bin,
    run: (args, options) => runProcess(process.execPath, [main, ...args], options),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a process to its end. Its environment is ours without what would change answers or colours. */
export function runProcess(
  command: string,
  args: readonly string[],
  { cwd = root, input, env = {} }: RunOptions = {},
): Promise<Finished> {
  const { ARCTURUS_DB, ARCTURUS_POLICY, FORCE_COLOR, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...inherited, NO_COLOR: "1", ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {}); // a command that ends before it has read everything
    child.stdin.end(input ?? "");
  });
}
