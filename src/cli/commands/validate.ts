import { renderDiagnostics } from "../../diagnostics/render.js";
import type { Policy } from "../../polar/policy.js";
import { type GroupFlags, groupName, loadGroups } from "../policy-groups.js";
import { count, type Terminal } from "../terminal.js";

export async function validate(
  files: readonly string[],
  flags: GroupFlags & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const groups = await loadGroups(files, flags);
  const refused = groups.some((group) => group.policy === undefined);
  if (flags.json) {
    terminal.out(
      JSON.stringify(
        groups.flatMap((group) => group.diagnostics),
        null,
        2,
      ),
    );
    return refused ? 1 : 0;
  }
  const { green, red, yellow, bold, dim } = terminal.outPaint;
  for (const group of groups) {
    if (group.diagnostics.length > 0) {
      terminal.out(`${renderDiagnostics(group.diagnostics, { color: terminal.outPaint.enabled })}\n`);
    }
    const of = (severity: string): number => group.diagnostics.filter((d) => d.severity === severity).length;
    const warnings = of("warning") === 0 ? "" : `, ${yellow(count(of("warning"), "warning"))}`;
    terminal.out(
      group.policy === undefined
        ? `${red("✗")} ${bold(groupName(group))}  ${red(count(of("error"), "error"))}${warnings}`
        : `${green("✓")} ${bold(groupName(group))}  ${dim(summary(group.policy))}${warnings}`,
    );
  }
  return refused ? 1 : 0;
}

function summary(policy: Policy): string {
  const rules = [...policy.rules.values()].flat().filter((rule) => rule.origin !== "default").length;
  return [count(policy.types.size, "type"), count(rules, "rule"), count(policy.tests.length, "test")].join(", ");
}
