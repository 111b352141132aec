import { headKnowledge, type Inference } from "./infer.js";
import type { Knowledge } from "./knowledge.js";
import type { Rule } from "./policy.js";
import type { Report } from "./report.js";
import { type TypeTable, typesOverlap } from "./type-table.js";
import { walkCondition } from "./walk.js";

/**
 * A has_relation rule reads the resource first (reference, section 12). Reports one that is written the other way round, one that
 * leads to another type than declared, and one where it cannot be told. Answers whether the name needs no further check.
 */
export function checkRelationRule(rule: Rule, inference: Inference, report: Report): boolean {
  if (rule.name !== "has_relation" || rule.params.length !== 3) return false;
  const [from, name, to] = headKnowledge(inference, rule.params) as [Knowledge, Knowledge, Knowledge];
  const { types } = inference;
  if (!isSpecific(from) || !isSpecific(to)) return false;
  if (declares(types, from, name, to)) {
    warnIfUnclear(rule, types, from, to, report);
    return true;
  }
  if (declares(types, to, name, from)) {
    const [first, second, third] = rule.params.map((p) => p.span.source.text.slice(p.span.start, p.span.end));
    report.error(
      "polar/relation-order",
      rule.head,
      `the related \`${listed(from)}\` stands before the resource \`${listed(to)}\``,
      { help: `write \`has_relation(${third}, ${second}, ${first})\`` },
    );
    return true;
  }
  if (name.strings === undefined) return false;
  for (const type of from.types ?? []) {
    for (const relation of name.strings) {
      const target = types.get(type)?.relations.get(relation);
      if (target === undefined) continue;
      report.error(
        "polar/rule-type-mismatch",
        rule.head,
        `the relation \`${relation}\` of \`${type}\` leads to \`${target}\`, not to \`${listed(to)}\``,
      );
      return true;
    }
  }
  return false;
}

function isSpecific({ types }: Knowledge): boolean {
  return types !== undefined && types.size > 0 && !types.has("Actor") && !types.has("Resource");
}

/** Whether some relation of the one type, with a fitting name, leads to the other. */
function declares(types: TypeTable, from: Knowledge, name: Knowledge, to: Knowledge): boolean {
  for (const type of from.types ?? []) {
    for (const [relation, target] of types.get(type)?.relations ?? []) {
      if (name.strings !== undefined && !name.strings.has(relation)) continue;
      for (const other of to.types ?? []) if (target === other || typesOverlap(types, target, other)) return true;
    }
  }
  return false;
}

function listed({ types }: Knowledge): string {
  return [...(types ?? [])].join("` or `");
}

/** Between two of one type nothing shows which is which, and the properties that are read may say the opposite of what is meant. */
function warnIfUnclear(rule: Rule, types: TypeTable, from: Knowledge, to: Knowledge, report: Report): void {
  const [a, b] = [[...(from.types ?? [])][0] as string, [...(to.types ?? [])][0] as string];
  if (rule.body === undefined || !typesOverlap(types, a, b)) return;
  let reads = false;
  walkCondition(rule.body, {
    term: (term) => {
      if (term.kind === "dot") reads = true;
    },
  });
  if (!reads) return;
  const first = rule.params[0]?.term;
  const who = first?.kind === "variable" && !first.name.startsWith("_") ? `\`${first.name}\`` : "the first";
  report.warning(
    "polar/relation-order-unclear",
    rule.head,
    `a relation between two of type \`${a}\`: is ${who} the resource?`,
    {
      help: 'the resource stands first: `has_relation(resource, "parent", related)` says that `related` is the parent; older policies had it last',
    },
  );
}
