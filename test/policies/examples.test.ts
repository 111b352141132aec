import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCommandLine, type CommandLine } from "../support/command-line.js";

/** The policies of the examples; each has a schema of the same name. */
const examples = ["gitcloud", "beatles", "pages"];

/** Second policies, which go together with a prelude, and still load without it. */
const others = ["beatles-roles", "pages-quickstart"];

let arcturus: CommandLine;
beforeAll(async () => {
  arcturus = await buildCommandLine("examples");
});
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
    const { code, stdout, stderr } = await arcturus.run(["coverage", ...files, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { guarded, uncovered } = JSON.parse(stdout) as Record<string, unknown[]>;
    expect(uncovered).toEqual([]);
    expect(guarded?.length).toBeGreaterThan(5);
  });
});

test.each([...examples, ...others])("policies/%s.polar has no errors and no warnings", async (name) => {
  const { code, stdout } = await arcturus.run(["validate", `policies/${name}.polar`, "--json"]);
  expect({ code, problems: JSON.parse(stdout) as unknown }).toEqual({ code: 0, problems: [] });
});
