import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mutantsOf } from "./mutant.js";
import { runTests } from "./run-tests.js";
import { Sandbox } from "./sandbox.js";

const root = join(import.meta.dirname, "../..");
const title = "test/diagnostics/render.test.ts::names its severity";

describe("a mutant in a copy of the tree", () => {
  const sandbox = new Sandbox(root);
  afterAll(() => sandbox.remove());
  const [blind] = mutantsOf(
    "src/diagnostics/render.ts",
    [title],
    [
      {
        name: "blind",
        mistake: "every diagnostic is an error",
        find: "`${severity}[${plain(code)}]`",
        replace: "`error[${plain(code)}]`",
      },
    ],
  );

  test("is found by the test that sees it, which is named, and the tree itself is as it was", async () => {
    const before = readFileSync(join(root, "src/diagnostics/render.ts"), "utf8");
    const restore = sandbox.apply(blind!);
    const outcome = await runTests(sandbox.folder, [title], 60);
    restore();
    expect(outcome).toMatchObject({
      kind: "failed",
      by: expect.stringMatching(/^test\/diagnostics\/render\.test\.ts > .*names its severity$/),
    });
    expect(readFileSync(join(root, "src/diagnostics/render.ts"), "utf8")).toBe(before);
  });

  test("is not there any more for the next one, and a title that no test has is no pass", async () => {
    expect(await runTests(sandbox.folder, [title], 60)).toEqual({ kind: "passed" });
    expect(await runTests(sandbox.folder, [`${title} on Sundays`], 60)).toEqual({ kind: "no tests" });
  });

  test("whose tests take too long is ended", async () => {
    expect(await runTests(sandbox.folder, [title], 0.05)).toEqual({ kind: "time is up" });
  });
});
