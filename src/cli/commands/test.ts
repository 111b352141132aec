import { renderDiagnostics } from "../../diagnostics/render.js";
import { runTests, type TestReport } from "../../engine/index.js";
import { type GroupFlags, groupName, loadGroups, type PolicyGroup } from "../policy-groups.js";
import { renderTest } from "../render-test.js";
import { count, type Terminal } from "../terminal.js";
import { jsonReplacer } from "../values.js";

export interface TestFlags extends GroupFlags {
  readonly only?: string;
  readonly json?: boolean;
}

export async function test(files: readonly string[], flags: TestFlags, terminal: Terminal): Promise<number> {
  const groups = await loadGroups(files, flags);
  const results = await Promise.all(groups.map((group) => run(group, flags.only)));
  const failed = results.some(({ group, reports }) => group.policy === undefined || reports.some((r) => !r.passed));
  if (flags.json) {
    const plain = results.map(({ group, reports }) => ({
      files: group.sources.map((source) => source.name),
      diagnostics: group.diagnostics.filter(({ severity }) => severity === "error"),
      tests: reports,
    }));
    terminal.out(JSON.stringify(plain, jsonReplacer, 2));
    return failed ? 1 : 0;
  }

  const { bold, green, red } = terminal.outPaint;
  for (const { group, reports } of results) {
    if (group.policy === undefined) {
      const errors = group.diagnostics.filter(({ severity }) => severity === "error");
      terminal.out(`${renderDiagnostics(errors, { color: terminal.outPaint.enabled })}\n`);
      terminal.out(`${red("✗")} ${bold(groupName(group))}  ${red(count(errors.length, "error"))}, not run`);
      continue;
    }
    if (reports.length === 0) continue;
    terminal.out(bold(groupName(group)));
    for (const report of reports) terminal.out(renderTest(report, group.sources, terminal.outPaint));
  }
  const all = results.flatMap(({ reports }) => reports);
  // A failure ends with an empty line of its own.
  if (all.at(-1)?.passed !== false) terminal.out("");
  const passed = all.filter((report) => report.passed).length;
  const parts = [green(`${passed} passed`)];
  if (passed < all.length) parts.push(red(`${all.length - passed} failed`));
  terminal.out(`${count(all.length, "test")}, ${parts.join(", ")}`);
  return failed ? 1 : 0;
}

async function run(
  group: PolicyGroup,
  only: string | undefined,
): Promise<{ readonly group: PolicyGroup; readonly reports: readonly TestReport[] }> {
  if (group.policy === undefined) return { group, reports: [] };
  const options = { ...group.declared, ...(only !== undefined && { only: (name: string) => name.includes(only) }) };
  return { group, reports: await runTests(group.policy, options) };
}
