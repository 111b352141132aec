import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import { Source } from "../diagnostics/source.js";
import type { Condition } from "./ast.js";
import { checkGoalCall } from "./check-calls.js";
import { checkNameOfCall } from "./check-names.js";
import { type Inference, inferCalls } from "./infer.js";
import { Environment } from "./knowledge.js";
import { parseGoalText } from "./parser.js";
import type { Goal, Policy } from "./policy.js";
import { PredicateTable } from "./predicates.js";
import { createReport, inSourceOrder, type Report } from "./report.js";
import { publicNames, Resolver } from "./resolve.js";
import { inferenceOf } from "./signatures.js";
import { variablesOf } from "./walk.js";

/** What a goal is checked against; part of every policy. */
export type GoalContext = Pick<Policy, "types" | "global" | "constants" | "rules" | "signatures">;

/**
 * Reads a goal, e.g. `allow(actor, "read", Repo{"anvil"})`, and checks it against a policy: types, constants, predicates with
 * their arities, declared names. `goal` is `undefined` when any diagnostic is an error.
 * @param options.bindings names of variables that are bound from the start; they may be called like a constant or a type
 */
export function loadGoal(
  text: string | Source,
  policy: GoalContext,
  options: { readonly bindings?: readonly string[]; readonly nesting?: number } = {},
): { goal: Goal | undefined; diagnostics: Diagnostic[] } {
  const source = typeof text === "string" ? new Source("goal", text) : text;
  const { condition, diagnostics } = parseGoalText(
    source,
    options.nesting === undefined ? undefined : { nesting: options.nesting },
  );
  if (condition === undefined || hasErrors(diagnostics)) return { goal: undefined, diagnostics };
  const report = createReport();
  const bindings = new Set(options.bindings ?? []);
  const goal = checkGoal(condition, source, policy, predicatesOf(policy), report, { bindings });
  const all = inSourceOrder([...diagnostics, ...report.diagnostics], [source]);
  return { goal: hasErrors(all) ? undefined : goal, diagnostics: all };
}

/** Resolves and checks a goal that was parsed already. */
export function checkGoal(
  condition: Condition,
  source: Source,
  policy: GoalContext,
  predicates: PredicateTable,
  report: Report,
  options: { readonly bindings?: ReadonlySet<string>; readonly inference?: Inference } = {},
): Goal {
  const { bindings = new Set(), inference = inferenceOf(policy) } = options;
  const resolver = new Resolver({ types: policy.types, constants: policy.constants, locals: bindings, report });
  const resolved = resolver.condition(condition);
  for (const site of inferCalls(inference, resolved, new Environment(policy.types))) {
    if (checkGoalCall(site, predicates, report)) checkNameOfCall(site, policy, report);
  }
  return { condition: resolved, source, variables: publicNames(variablesOf({ body: resolved })) };
}

/** The predicates that a policy knows, by rule or by fact. */
export function predicatesOf(policy: Pick<Policy, "rules" | "signatures">): PredicateTable {
  let table = tables.get(policy);
  if (table === undefined) {
    table = new PredicateTable();
    for (const rules of policy.rules.values())
      for (const rule of rules.slice(0, 1)) table.add(rule.name, rule.params.length);
    for (const signatures of policy.signatures.values()) {
      for (const signature of signatures) table.add(signature.predicate, signature.args.length);
    }
    tables.set(policy, table);
  }
  return table;
}

const tables = new WeakMap<object, PredicateTable>();
