import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, root } from "../e2e/build.js";
import { buildCommandLine, type CommandLine } from "../support/command-line.js";

/** The policies of the examples; each has a schema of the same name. */
const examples = ["gitcloud", "beatles", "pages", "expenses", "bears"];

/** Every policy of the examples. Some of the others go together with a prelude, and still load without it. */
const policies = readdirSync(join(root, "policies"))
  .filter((name) => name.endsWith(".polar"))
  .map((name) => `policies/${name}`);

let arcturus: CommandLine;
beforeAll(async () => {
  ensureBuilt();
  arcturus = await buildCommandLine("examples");
}, 120_000);
afterAll(() => arcturus.dispose());

describe.each(examples)("the policy of the example %s", (name) => {
  test("passes its tests, of which there are some", async () => {
    const { code, stdout } = await arcturus.run(["test", `policies/${name}.polar`]);
    const [, tests, passed] = /^(\d+) tests, (\d+) passed$/m.exec(stdout) ?? [];
    expect(Number(tests)).toBeGreaterThan(3);
    expect({ code, passed }).toEqual({ code: 0, passed: tests });
  });

  test("and the schema leave nothing undecided", async () => {
    const files = ["--schema", `schema/${name}.graphql`, "--policy", `policies/${name}.polar`];
    const types = name === "pages" ? ["--types", "dist/examples/pages/types.js"] : [];
    const { code, stdout, stderr } = await arcturus.run(["coverage", ...files, ...types, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { guarded, uncovered, problems } = JSON.parse(stdout) as Record<string, unknown[]>;
    expect({ uncovered, problems }).toEqual({ uncovered: [], problems: [] });
    expect(guarded?.length).toBeGreaterThan(4);
  });
});

describe.each(policies)("%s", (file) => {
  test("has no errors and no warnings", async () => {
    const { code, stdout } = await arcturus.run(["validate", file, "--json"]);
    expect({ code, problems: JSON.parse(stdout) as unknown }).toEqual({ code: 0, problems: [] });
  });

  test("passes its tests", async () => {
    const { code, stdout } = await arcturus.run(["test", file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^[1-9]\d* tests, [1-9]\d* passed$/m) });
  });

  test("stands in the form that `arcturus fmt` gives it", async () => {
    expect(await arcturus.run(["fmt", "--check", file])).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

test("there is no policy of an example that is left out", () => {
  expect(policies.length).toBeGreaterThanOrEqual(examples.length + 4);
  for (const name of examples) expect(policies).toContain(`policies/${name}.polar`);
});
