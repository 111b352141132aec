import type { VariableTerm } from "./ast.js";
import { nearest } from "./near.js";
import type { Rule } from "./policy.js";
import type { Report } from "./report.js";
import { variablesOf } from "./walk.js";

/**
 * A named variable that occurs once says nothing: in a body it is probably misspelt and would match anything
 * (`polar/unsafe-variable`), in a head it is a parameter without use (`polar/unused-variable`). A leading `_` says that it is meant.
 */
export function checkVariables(rule: Rule, report: Report): void {
  const inHead = variablesOf({ params: rule.params });
  const inBody = variablesOf({ body: rule.body });
  const counts = new Map<string, number>();
  for (const { name } of [...inHead, ...inBody]) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isAlone = (variable: VariableTerm): boolean =>
    counts.get(variable.name) === 1 && !variable.name.startsWith("_") && !report.hasErrorAt(variable.span);
  // The other half of a pair of names that were meant to be one.
  const twin = (name: string): string | undefined => nearest(name, counts.keys());

  for (const variable of inHead) {
    if (!isAlone(variable)) continue;
    report.warning("polar/unused-variable", variable.span, `the parameter \`${variable.name}\` is not used`, {
      help: `name it \`_${variable.name}\` if that is meant`,
    });
  }
  for (const variable of inBody) {
    if (!isAlone(variable)) continue;
    const near = twin(variable.name);
    report.error(
      "polar/unsafe-variable",
      variable.span,
      `\`${variable.name}\` occurs once and would stand for anything`,
      {
        help:
          near === undefined
            ? `name it \`_${variable.name}\` if that is meant`
            : `did you mean \`${near}\`? Name it \`_${variable.name}\` if anything is meant`,
      },
    );
  }
}
