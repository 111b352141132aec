import type { Span } from "../diagnostics/source.js";
import type { PlainValue } from "../facts/value.js";
import type {
  Assertion,
  CallCondition,
  Condition,
  FactStatement,
  FixtureStatement,
  Name,
  Parameter,
  StringTerm,
  Term,
  TestStatement,
} from "./ast.js";
import { checkGoalCall } from "./check-calls.js";
import { type CheckedArgument, checkFact } from "./check-fact.js";
import { checkName } from "./check-names.js";
import type { GoalContext } from "./goal.js";
import { headKnowledge, type Inference } from "./infer.js";
import { didYouMean } from "./near.js";
import type { PolicyTest, PolicyTestAssertion, PolicyTestFact } from "./policy.js";
import type { PredicateTable } from "./predicates.js";
import type { Report } from "./report.js";
import { isAnonymous, Resolver } from "./resolve.js";
import { variablesOf } from "./walk.js";

interface Context {
  readonly policy: GoalContext;
  readonly predicates: PredicateTable;
  readonly inference: Inference;
  readonly report: Report;
}

/** Checks the tests and fixtures of a policy (reference, section 18) and gives the tests in the form in which they are run. */
export function readTests(
  tests: readonly TestStatement[],
  fixtures: readonly FixtureStatement[],
  context: Context,
): PolicyTest[] {
  const { report } = context;
  const known = new Map<string, { readonly statement: FixtureStatement; readonly facts: readonly PolicyTestFact[] }>();
  const used = new Set<string>();
  for (const fixture of fixtures) {
    const facts = fixture.facts.flatMap((fact) => readFact(fact, context) ?? []);
    const first = known.get(fixture.name.text);
    if (first === undefined) known.set(fixture.name.text, { statement: fixture, facts });
    else reportTwice("fixture", fixture.name, first.statement.name, report);
  }
  const names = new Map<string, StringTerm>();
  const read = tests.map((test): PolicyTest => {
    const first = names.get(test.name.value);
    if (first === undefined) names.set(test.name.value, test.name);
    else reportTwice("test", test.name, first, report);
    const facts = test.setup.flatMap((item): readonly PolicyTestFact[] => {
      if (item.kind === "fact") {
        const fact = readFact(item, context);
        return fact === undefined ? [] : [fact];
      }
      const fixture = known.get(item.name.text);
      if (fixture === undefined) {
        report.error("polar/bad-test", item.name.span, `there is no fixture \`${item.name.text}\``, {
          help: didYouMean(item.name.text, known.keys()) ?? `write \`test fixture ${item.name.text} { … }\``,
        });
        return [];
      }
      used.add(item.name.text);
      return fixture.facts;
    });
    const assertions = test.assertions.flatMap((assertion) => readAssertion(assertion, context) ?? []);
    return { name: test.name.value, span: test.span, facts, assertions };
  });
  for (const [name, { statement }] of known) {
    if (used.has(name)) continue;
    report.warning("polar/unused-fixture", statement.name.span, `no test uses the fixture \`${name}\``);
  }
  return read;
}

function reportTwice(
  what: "test" | "fixture",
  second: Name | StringTerm,
  first: Name | StringTerm,
  report: Report,
): void {
  const name = second.kind === "name" ? second.text : second.value;
  report.error("polar/bad-test", second.span, `there are two ${what}s \`${name}\``, {
    help: "give one of them another name",
    related: [{ message: "the first one", span: first.span }],
  });
}

function resolverOf({ policy, report }: Context): Resolver {
  return new Resolver({ types: policy.types, constants: policy.constants, report });
}

/** A fact of a setup or a fixture, checked as when it is told; `undefined` after a report. */
function readFact(fact: FactStatement, context: Context): PolicyTestFact | undefined {
  const { policy, inference, report } = context;
  const params = resolverOf(context).parameters(fact.params);
  const args: CheckedArgument[] = [];
  for (const param of params) {
    const arg = readFactArgument(param, report);
    if (arg === bad) return undefined;
    args.push(arg);
  }
  const predicate = fact.name.text;
  const terms = params.map((p) => p.term);
  const reported = report.diagnostics.length;
  checkName(predicate, terms, headKnowledge(inference, params), policy, report);
  if (report.diagnostics.length > reported) return undefined;
  const refusal = checkFact(policy, { predicate, args });
  if (refusal === undefined) return { predicate, args, span: fact.span };
  const code = {
    "facts/unknown-predicate": "polar/undefined-rule",
    "facts/wrong-arity": "polar/wrong-arity",
    "facts/wrong-type": "polar/bad-test",
    "facts/unknown-name": "polar/bad-test",
  }[refusal.code];
  report.error(code, fact.span, refusal.message, { help: refusal.help });
  return undefined;
}

const bad: unique symbol = Symbol("not an argument of a fact");

function readFactArgument(param: Parameter, report: Report): CheckedArgument | typeof bad {
  const { term, pattern } = param;
  if (term.kind === "variable" && isAnonymous(term.name)) {
    if (pattern === undefined) return undefined;
    if (pattern.kind === "type-pattern" && pattern.fields === undefined) return { anyOf: pattern.type.text };
  } else if (pattern === undefined) {
    const value = plainValue(term);
    if (value !== undefined) return value;
  }
  // A type or an entity that does not exist was reported already.
  if (report.hasErrorAt(term.span)) return bad;
  report.error("polar/bad-test", param.span, "a fact of a test is concrete", {
    help: "it holds entities, strings, integers, booleans, and `_` or `_: T` for anything",
  });
  return bad;
}

function plainValue(term: Term): PlainValue | undefined {
  switch (term.kind) {
    case "string":
    case "integer":
    case "boolean":
      return term.value;
    case "entity":
      return term.id.kind === "string" ? { type: term.type.text, id: term.id.value } : undefined;
    default:
      return undefined;
  }
}

function readAssertion(assertion: Assertion, context: Context): PolicyTestAssertion | undefined {
  const { policy, predicates, inference, report } = context;
  const params = resolverOf(context).parameters(assertion.params);
  const variables = variablesOf({ params }).filter((v) => !isAnonymous(v.name));
  const [first] = variables;
  const other = variables.find((v) => v.name !== first?.name);
  let fine = true;
  const refuse = (span: Span, message: string, help?: string): void => {
    fine = false;
    if (!report.hasErrorAt(span)) report.error("polar/bad-test", span, message, { help });
  };
  if (other !== undefined) {
    refuse(
      other.span,
      `an assertion has one variable, and \`${first?.name}\` is one already`,
      "write one assertion for each",
    );
  }
  let type: string | undefined;
  for (const { term, pattern, span } of params) {
    if (pattern === undefined) continue;
    if (pattern.kind !== "type-pattern" || pattern.fields !== undefined) {
      refuse(span, "a variable of an assertion has a type and nothing else", "write `x: T`");
    } else if (term.kind === "variable" && term.name === first?.name) type ??= pattern.type.text;
  }
  const known = headKnowledge(inference, params);
  const terms = params.map((p) => p.term);
  const call: CallCondition = { kind: "call", name: assertion.name, args: terms, span: headSpan(assertion) };
  if (checkGoalCall({ call, args: known, negated: false }, predicates, report)) {
    checkName(assertion.name.text, terms, known, policy, report);
  } else fine = false;
  let iff: readonly PlainValue[] | undefined;
  if (assertion.iff !== undefined) {
    if (assertion.negated)
      refuse(assertion.iff.span, "`assert_not` has no `iff`", "say what must hold with `assert … iff`");
    else if (first === undefined)
      refuse(assertion.iff.span, "`iff` needs a variable in the assertion", "write `x: T` for one argument");
    else iff = readIff(assertion.iff, first.name, context, refuse);
  }
  if (!fine) return undefined;
  return {
    negated: assertion.negated,
    predicate: assertion.name,
    params,
    variable: first === undefined ? undefined : { name: first.name, type },
    iff,
    span: assertion.span,
  };
}

/** The values of `x in […]`. */
function readIff(
  condition: Condition,
  variable: string,
  context: Context,
  refuse: (span: Span, message: string, help?: string) => void,
): readonly PlainValue[] | undefined {
  const resolved = resolverOf(context).condition(condition);
  const form = `write \`iff ${variable} in […]\``;
  if (resolved.kind !== "in" || resolved.collection.kind !== "list" || resolved.collection.rest !== undefined) {
    refuse(condition.span, "after `iff` stands a list of answers", form);
    return undefined;
  }
  if (resolved.element.kind !== "variable" || resolved.element.name !== variable) {
    refuse(resolved.element.span, "`iff` speaks of another variable than the assertion", form);
    return undefined;
  }
  const values: PlainValue[] = [];
  for (const item of resolved.collection.items) {
    const value = plainValue(item);
    if (value === undefined) refuse(item.span, "an answer is an entity, a string, an integer or a boolean");
    else values.push(value);
  }
  return values;
}

/** The assertion from its predicate to its last argument. */
function headSpan({ name, params, span, iff }: Assertion): Span {
  const text = span.source.text;
  const from = params.at(-1)?.span.end ?? name.span.end;
  const close = text.indexOf(")", from);
  const limit = iff?.span.start ?? span.end;
  return { source: span.source, start: name.span.start, end: close >= 0 && close < limit ? close + 1 : from };
}
