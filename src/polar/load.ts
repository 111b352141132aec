import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import type { Source } from "../diagnostics/source.js";
import type { BlockStatement, DeclareStatement, InlineStatement, RuleStatement, Statement } from "./ast.js";
import { checkCalls } from "./check-calls.js";
import { checkName, checkNameOfCall } from "./check-names.js";
import { type Declarations, readDeclarations } from "./declarations.js";
import { defaultAllowRules, expandBlocks, type RuleDraft } from "./expand.js";
import { checkGoal, predicatesOf } from "./goal.js";
import { headKnowledge } from "./infer.js";
import { parseFile } from "./parser.js";
import type { FactSignature, LoadOptions, Policy, Rule } from "./policy.js";
import { PredicateTable, predicateKey } from "./predicates.js";
import { createReport, inSourceOrder, type Report } from "./report.js";
import { Resolver } from "./resolve.js";
import { declaredSignature, inferSignatures } from "./signatures.js";
import { stratify } from "./stratify.js";

/**
 * Loads a policy from any number of sources, which form one namespace (reference, section 22). All diagnostics of the load come
 * together, in source order, errors and warnings; with any error there is no policy. Runs nothing: inline queries and tests are
 * only checked.
 */
export function loadPolicy(
  sources: readonly Source[],
  options: LoadOptions = {},
): { policy: Policy | undefined; diagnostics: Diagnostic[] } {
  const report = createReport();
  const syntax: Diagnostic[] = [];
  const statements: Statement[] = [];
  for (const source of sources) {
    const { file, diagnostics } = parseFile(
      source,
      options.limits?.nesting === undefined ? undefined : { nesting: options.limits.nesting },
    );
    syntax.push(...diagnostics);
    statements.push(...file.statements);
  }
  const policy = build(statements, sources, options, report);
  const diagnostics = inSourceOrder([...syntax, ...report.diagnostics], sources);
  if (hasErrors(diagnostics)) return { policy: undefined, diagnostics };
  return { policy: { ...policy, warnings: diagnostics }, diagnostics };
}

function build(
  statements: readonly Statement[],
  sources: readonly Source[],
  options: LoadOptions,
  report: Report,
): Policy {
  const blocks = statements.filter((s): s is BlockStatement => s.kind === "block");
  const written = statements.filter((s): s is RuleStatement => s.kind === "rule");
  const declares = statements.filter((s): s is DeclareStatement => s.kind === "declare");
  const inline = statements.filter((s): s is InlineStatement => s.kind === "inline");
  const constants = new Set(options.constants ?? []);
  const declarations = readDeclarations(blocks, options.types ?? [], report);
  const { types, global } = declarations;

  const drafts: RuleDraft[] = written.map((rule) => ({
    ...rule,
    name: rule.name.text,
    origin: "written",
    locals: noLocals,
  }));
  drafts.push(...expandBlocks(blocks, declarations, constants, report));
  const firstBlock = blocks[0];
  if (firstBlock !== undefined && !written.some((rule) => rule.name.text === "allow")) {
    drafts.push(...defaultAllowRules(firstBlock.span));
  }
  const rules = drafts.map((draft, order) => resolveRule(draft, order, declarations, constants, report));

  const predicates = new PredicateTable();
  for (const rule of rules) predicates.add(rule.name, rule.params.length);
  const declared = readDeclares(declares, declarations, constants, predicates, report);
  const lenient = options.undefinedPredicates === "warning";
  const result = inferSignatures({ rules, types, global, declared, predicates, lenient });
  checkCalls(result, predicates, lenient, report);
  for (const rule of rules) {
    if (rule.origin !== "written") continue;
    checkName(
      rule.name,
      rule.params.map(literalOf),
      headKnowledge(result.inference, rule.params),
      declarations,
      report,
    );
    for (const site of result.sites.get(rule) ?? []) checkNameOfCall(site, declarations, report);
  }
  const dependencies = stratify(rules, result.inference, report);
  const byKey = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = predicateKey(rule.name, rule.params.length);
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [rule]);
    else list.push(rule);
  }
  const context = { types, global, constants, rules: byKey, signatures: result.signatures };
  const known = predicatesOf(context);
  return {
    ...context,
    sources,
    dependencies,
    inlineQueries: inline.map(({ goal }) =>
      checkGoal(goal, goal.span.source, context, known, report, undefined, result.inference),
    ),
    tests: [],
    warnings: [],
  };
}

const noLocals: ReadonlySet<string> = new Set();

function literalOf(param: Rule["params"][number]): Rule["params"][number]["term"] {
  return param.pattern?.kind === "term-pattern" ? param.pattern.term : param.term;
}

function resolveRule(
  draft: RuleDraft,
  order: number,
  declarations: Declarations,
  constants: ReadonlySet<string>,
  report: Report,
): Rule {
  const resolver = new Resolver({ types: declarations.types, constants, locals: draft.locals, report });
  return {
    name: draft.name,
    params: resolver.parameters(draft.params),
    body: draft.body === undefined ? undefined : resolver.condition(draft.body),
    head: draft.head,
    span: draft.span,
    origin: draft.origin,
    order,
  };
}

function readDeclares(
  declares: readonly DeclareStatement[],
  declarations: Declarations,
  constants: ReadonlySet<string>,
  predicates: PredicateTable,
  report: Report,
): FactSignature[] {
  const resolver = new Resolver({ types: declarations.types, constants, report });
  return declares.map((statement) => {
    for (const type of statement.types) resolver.type(type);
    predicates.add(statement.name.text, statement.types.length);
    return declaredSignature(statement);
  });
}
