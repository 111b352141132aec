import type { Source } from "../diagnostics/source.js";
import type {
  BlockStatement,
  DeclareStatement,
  FixtureStatement,
  InlineStatement,
  RuleStatement,
  RuleTypeStatement,
  Statement,
  TestStatement,
} from "./ast.js";
import { checkCalls } from "./check-calls.js";
import { checkName, checkNameOfCall } from "./check-names.js";
import { hintUnused, warnAboutAllow, warnDuplicateRules, warnFlags, warnUnreachable } from "./check-policy.js";
import { checkRelationRule } from "./check-relations.js";
import { checkRuleAgainstTypes, checkRuleType, type RuleType } from "./check-rule-types.js";
import { readTests } from "./check-tests.js";
import { checkVariables } from "./check-variables.js";
import { type Declarations, readDeclarations } from "./declarations.js";
import { expandBlocks } from "./expand.js";
import { declaredSignature, signatureArgument } from "./fact-signatures.js";
import { checkGoal, predicatesOf } from "./goal.js";
import { constrain, headEnvironment, headKnowledge } from "./infer.js";
import type { FactSignature, LoadOptions, Policy, Rule } from "./policy.js";
import {
  arityMessage,
  builtinPredicates,
  maxFactArguments,
  nameKinds,
  neverFacts,
  PredicateTable,
  predicateKey,
} from "./predicates.js";
import type { Report } from "./report.js";
import { Resolver } from "./resolve.js";
import { defaultAllowRules, type RuleDraft } from "./rule-draft.js";
import { inferSignatures, type SignatureInference } from "./signatures.js";
import { stratify } from "./stratify.js";

/** The statements of all sources by kind, each kind in source order. */
export interface Statements {
  readonly blocks: readonly BlockStatement[];
  readonly rules: readonly RuleStatement[];
  readonly ruleTypes: readonly RuleTypeStatement[];
  readonly declares: readonly DeclareStatement[];
  readonly inline: readonly InlineStatement[];
  readonly tests: readonly TestStatement[];
  readonly fixtures: readonly FixtureStatement[];
}

export function sortStatements(statements: readonly Statement[]): Statements {
  const of = <K extends Statement["kind"]>(kind: K): Extract<Statement, { kind: K }>[] =>
    statements.filter((s): s is Extract<Statement, { kind: K }> => s.kind === kind);
  return {
    blocks: of("block"),
    rules: of("rule"),
    ruleTypes: of("rule-type"),
    declares: of("declare"),
    inline: of("inline"),
    tests: of("test"),
    fixtures: of("fixture"),
  };
}

/**
 * Statements into a policy: declarations, rules (written, then shorthand, then the default ones), signatures, checks. What is wrong
 * is reported, and the policy is then good for nothing; `undefined` when there was too much of it to go on.
 */
export function assemble(
  statements: Statements,
  sources: readonly Source[],
  options: LoadOptions,
  report: Report,
): Policy | undefined {
  const constants = new Set(options.constants ?? []);
  const declarations = readDeclarations(statements.blocks, options.types ?? [], report);
  const { types, global } = declarations;
  const drafts = draftRules(statements, declarations, constants, report);
  const limit = options.limits?.rules ?? 100_000;
  const surplus = drafts[limit];
  if (surplus !== undefined) {
    report.error("polar/limit-exceeded", surplus.head, `the policy has ${drafts.length} rules; the limit is ${limit}`);
    return undefined;
  }
  const broken = new Set<Rule>();
  const rules = drafts.map((draft, order) => {
    const before = report.diagnostics.length;
    const rule = resolveRule(draft, order, declarations, constants, report);
    if (report.diagnostics.length > before) broken.add(rule);
    return rule;
  });
  const ruleTypes = resolveRuleTypes(statements.ruleTypes, declarations, constants, report);

  const predicates = new PredicateTable();
  for (const rule of rules) addPredicate(rule, predicates, report);
  const declared = readDeclares(statements.declares, declarations, predicates, report);
  const lenient = options.undefinedPredicates === "warning";
  const result = inferSignatures({ rules, types, global, declared, predicates, lenient });
  if (result.overflow !== undefined) {
    report.error(
      "polar/limit-exceeded",
      result.overflow,
      "the arguments of facts can be of too many combinations of types",
      {
        help: "say more about the types of the arguments",
      },
    );
  }
  for (const rule of rules) {
    if (rule.origin === "written") {
      checkRule(rule, { declarations, ruleTypes, result, report, isBroken: broken.has(rule) });
    }
  }
  checkCalls(result, predicates, broken, lenient, report);
  warnDuplicateRules(rules, report);
  for (const rule of statements.rules) warnFlags(rule.flags, report);
  for (const block of statements.blocks) {
    for (const item of block.items) if (item.kind === "shorthand") warnFlags(item.flags, report);
  }
  const dependencies = stratify(rules, result.inference, report);
  const [first] = sources;
  const start = first === undefined ? undefined : { source: first, start: 0, end: 0 };
  warnAboutAllow(
    statements.blocks,
    rules.filter((r) => r.origin === "written"),
    dependencies,
    start,
    report,
  );
  hintUnused(declarations, rules, result.sites, result.inference, report);

  const context = { types, global, constants, rules: byPredicate(rules), signatures: result.signatures };
  const known = predicatesOf(context);
  const { inference } = result;
  return {
    ...context,
    sources,
    dependencies,
    inlineQueries: statements.inline.map(({ goal }) =>
      checkGoal(goal, goal.span.source, context, known, report, { inference }),
    ),
    tests: readTests(statements.tests, statements.fixtures, { policy: context, predicates: known, inference, report }),
    warnings: [],
  };
}

function draftRules(
  { rules, blocks }: Statements,
  declarations: Declarations,
  constants: ReadonlySet<string>,
  report: Report,
): RuleDraft[] {
  const locals: ReadonlySet<string> = new Set();
  const drafts: RuleDraft[] = rules.map(({ name, params, body, head, span }) => {
    return { name: name.text, params, body, head, span, origin: "written", locals };
  });
  drafts.push(...expandBlocks(blocks, declarations, constants, report));
  const [block] = blocks;
  if (block !== undefined && !rules.some((rule) => rule.name.text === "allow")) {
    drafts.push(...defaultAllowRules(block.span));
  }
  return drafts;
}

function resolveRule(
  draft: RuleDraft,
  order: number,
  { types }: Declarations,
  constants: ReadonlySet<string>,
  report: Report,
): Rule {
  const resolver = new Resolver({ types, constants, locals: draft.locals, report });
  const { name, head, span, origin } = draft;
  const params = resolver.parameters(draft.params);
  const body = draft.body === undefined ? undefined : resolver.condition(draft.body);
  return { name, params, body, head, span, origin, order };
}

function resolveRuleTypes(
  statements: readonly RuleTypeStatement[],
  { types }: Declarations,
  constants: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<string, RuleType[]> {
  const byName = new Map<string, RuleType[]>();
  for (const statement of statements) {
    const resolver = new Resolver({ types, constants, report });
    const before = report.diagnostics.length;
    const params = resolver.parameters(statement.params);
    checkRuleType(statement, report);
    const broken = report.diagnostics.length > before;
    const type = { name: statement.name.text, params, head: statement.head, broken };
    const list = byName.get(type.name);
    if (list === undefined) byName.set(type.name, [type]);
    else list.push(type);
  }
  return byName;
}

/** A rule makes its predicate known; the arities of `allow` and its like are fixed. */
function addPredicate(rule: Rule, predicates: PredicateTable, report: Report): void {
  const fixed = neverFacts.has(rule.name) ? builtinPredicates.get(rule.name) : undefined;
  if (fixed !== undefined && !fixed.includes(rule.params.length)) {
    report.error("polar/wrong-arity", rule.head, arityMessage(rule.name, fixed, rule.params.length));
  } else predicates.add(rule.name, rule.params.length);
}

function readDeclares(
  statements: readonly DeclareStatement[],
  { types }: Declarations,
  predicates: PredicateTable,
  report: Report,
): FactSignature[] {
  const resolver = new Resolver({ types, constants: new Set(), report });
  return statements.flatMap((statement) => {
    const name = statement.name.text;
    if (neverFacts.has(name)) {
      report.error("polar/bad-declaration", statement.name.span, `\`${name}\` is decided by rules and never a fact`);
      return [];
    }
    predicates.add(name, statement.types.length);
    if (statement.types.length < 1 || statement.types.length > maxFactArguments) {
      report.error("polar/bad-declaration", statement.name.span, `a fact has 1 to ${maxFactArguments} arguments`);
      return [];
    }
    for (const type of statement.types) {
      resolver.type(type);
      if (signatureArgument(type.text) !== undefined) continue;
      report.error("polar/bad-declaration", type.span, `an argument of a fact cannot be a \`${type.text}\``, {
        help: "facts hold entities, strings, integers and booleans",
      });
    }
    return [declaredSignature(statement)];
  });
}

interface RuleContext {
  readonly declarations: Declarations;
  readonly ruleTypes: ReadonlyMap<string, readonly RuleType[]>;
  readonly result: SignatureInference;
  readonly report: Report;
  /** A type or an entity of the rule does not exist, so less is known than was meant. */
  readonly isBroken: boolean;
}

/** The checks of one written rule. Shorthand is right by construction. */
function checkRule(rule: Rule, { declarations, ruleTypes, result, report, isBroken }: RuleContext): void {
  const { inference, sites, environments } = result;
  checkVariables(rule, report);
  const declared = { ...declarations, isBroken };
  const fits = checkRuleAgainstTypes(rule, ruleTypes.get(rule.name) ?? [], declarations.types, report);
  if (fits && nameKinds.has(rule.name) && !checkRelationRule(rule, inference, report)) {
    const terms = rule.params.map(({ term, pattern }) => (pattern?.kind === "term-pattern" ? pattern.term : term));
    checkName(rule.name, terms, headKnowledge(inference, rule.params), declared, report);
  }
  for (const site of sites.get(rule) ?? []) checkNameOfCall(site, declared, report);
  let environment = environments.get(rule);
  if (environment === undefined) {
    environment = headEnvironment(inference, rule.params);
    if (rule.body !== undefined) constrain(inference, rule.body, environment);
  }
  warnUnreachable(rule, environment, report);
}

function byPredicate(rules: readonly Rule[]): Map<string, Rule[]> {
  const map = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = predicateKey(rule.name, rule.params.length);
    const list = map.get(key);
    if (list === undefined) map.set(key, [rule]);
    else list.push(rule);
  }
  return map;
}
