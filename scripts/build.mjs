// Builds the package, its GraphiQL page and the examples into dist/. Incremental: a second run takes about a second.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildGraphiql } from "./build-graphiql.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

/** Resolves to whether everything was built. */
export async function build() {
  const compiler = spawn(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
  const [[status]] = await Promise.all([once(compiler, "exit"), buildGraphiql()]);
  return status === 0;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build()) ? 0 : 1;
}
