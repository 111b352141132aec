import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { major } from "../support/executors.js";

test.runIf(major === 17)("the layer, the server and the attacks compile against the types of graphql 17", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const args = ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "test/graphql/graphql-17"];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
