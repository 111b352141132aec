import { type Location, locationOf } from "../diagnostics/diagnostic.js";
import { ArcturusError } from "../diagnostics/errors.js";
import { FactTables, isConcrete, type PlainValue, type StoredPattern } from "../facts/index.js";
import type { Condition, Parameter } from "../polar/ast.js";
import type { Goal, Policy, PolicyTest, PolicyTestAssertion } from "../polar/policy.js";
import type { Answer } from "../solver/answers.js";
import { createHost, type Host } from "../solver/create-host.js";
import type { Explanation } from "../solver/explanation.js";
import type { TypeOptions } from "../solver/host.js";
import { defaultLimits, type Limits } from "../solver/limits.js";
import { type CallArgument, createMachine, type Machine, open, type RunOptions } from "../solver/machine.js";
import { settle } from "./settling.js";
import type { Logger } from "./types.js";

export interface TestOptions {
  /** Whether to run the test of this name. @default all */
  readonly only?: (name: string) => boolean;
  readonly limits?: Partial<Limits>;
  /** As given to `createEngine`. */
  readonly types?: Readonly<Record<string, TypeOptions>>;
  readonly constants?: Readonly<Record<string, unknown>>;
  /** Receives `print(…)`. @default console */
  readonly logger?: Logger;
}

/** What came of one `test` block. */
export interface TestReport {
  readonly name: string;
  readonly location: Location;
  readonly passed: boolean;
  readonly assertions: readonly AssertionReport[];
}

export interface AssertionReport {
  /** As it is written in the policy. */
  readonly text: string;
  readonly location: Location;
  readonly passed: boolean;
  readonly negated: boolean;
  /** What ended the question; the assertion has failed then. */
  readonly error?: ArcturusError;
  /** For `iff`, values printed as Polar, sorted; `unexpected` is `["any"]` when every value is an answer. */
  readonly iff?: {
    readonly expected: readonly string[];
    readonly missing: readonly string[];
    readonly unexpected: readonly string[];
  };
  /** Why a failed assertion failed: facts that were missing for `assert`, the proof that should not exist for `assert_not`. */
  readonly explanation?: Explanation;
}

/**
 * Runs the tests of a policy (Polar reference, section 18). Each has a store of its own with the facts of its setup; what
 * is stored elsewhere plays no part.
 */
export async function runTests(policy: Policy, options: TestOptions = {}): Promise<TestReport[]> {
  const host = createHost(options.types, options.constants);
  const context: Context = {
    host,
    machine: createMachine(policy, host),
    limits: { ...defaultLimits, ...options.limits },
    logger: options.logger ?? console,
  };
  const reports: TestReport[] = [];
  for (const test of policy.tests) {
    if (options.only?.(test.name) === false) continue;
    reports.push(await runTest(test, context));
  }
  return reports;
}

/** A test's facts never change. */
const steady = (): readonly [] => [];

interface Context {
  readonly host: Host;
  readonly machine: Machine;
  readonly limits: Limits;
  readonly logger: Logger;
}

async function runTest(test: PolicyTest, context: Context): Promise<TestReport> {
  const facts = new FactTables();
  const wildcards: StoredPattern[] = [];
  for (const fact of test.facts) {
    if (isConcrete(fact)) facts.insert({ predicate: fact.predicate, args: fact.args });
    else wildcards.push({ predicate: fact.predicate, args: fact.args });
  }
  const assertions: AssertionReport[] = [];
  for (const assertion of test.assertions) {
    const run: RunOptions = {
      facts,
      contextFacts: wildcards,
      limits: context.limits,
      now: BigInt(Math.floor(Date.now() / 1_000)),
      logger: context.logger,
      memo: context.host.memo(),
      mode: "all",
    };
    assertions.push(await runAssertion(assertion, context, run));
  }
  return {
    name: test.name,
    location: locationOf(test.span),
    passed: assertions.every((assertion) => assertion.passed),
    assertions,
  };
}

async function runAssertion(
  assertion: PolicyTestAssertion,
  context: Context,
  run: RunOptions,
): Promise<AssertionReport> {
  const { span, negated, iff, variable } = assertion;
  const report = {
    text: span.source.text.slice(span.start, span.end),
    location: locationOf(span),
    negated,
  };
  const goal = goalOf(assertion);
  let answers: readonly Answer[];
  try {
    answers = await settle((pace) => context.machine.inPieces.ask(goal, { ...run, pace }), run, steady);
  } catch (error) {
    if (!(error instanceof ArcturusError)) throw error;
    return { ...report, passed: false, error };
  }
  if (iff === undefined || variable === undefined) {
    const passed = answers.length > 0 !== negated;
    const explanation = passed ? undefined : await explain(assertion, context, run);
    return { ...report, passed, ...(explanation === undefined ? {} : { explanation }) };
  }
  const comparison = compare(iff, answers, variable.name, context.host);
  const holds = comparison.missing.length === 0 && comparison.unexpected.length === 0;
  return { ...report, passed: holds !== negated, iff: comparison };
}

/** Why a failed assertion failed; `undefined` for assertions about values that cannot be handed in one by one. */
async function explain(
  { predicate, params }: PolicyTestAssertion,
  { machine, host }: Context,
  run: RunOptions,
): Promise<Explanation | undefined> {
  const args: CallArgument[] = [];
  for (const param of params) {
    const arg = argumentOf(param, host);
    if (arg === undefined) return undefined;
    args.push(arg);
  }
  try {
    return await settle((pace) => machine.inPieces.explain(predicate.text, args, { ...run, pace }), run, steady);
  } catch (error) {
    // The assertion has failed already; that it cannot be explained changes nothing about it.
    if (error instanceof ArcturusError) return undefined;
    throw error;
  }
}

function argumentOf({ term, pattern }: Parameter, host: Host): CallArgument | undefined {
  switch (term.kind) {
    case "string":
    case "integer":
    case "boolean":
      return term.value;
    case "entity":
      return term.id.kind === "string" ? { type: term.type.text, id: term.id.value } : undefined;
    case "constant":
      return host.reference(host.constant(term.name));
    case "variable":
      if (pattern === undefined) return open(term.name);
      return pattern.kind === "type-pattern" && pattern.fields === undefined
        ? open(term.name, pattern.type.text)
        : undefined;
    default:
      return undefined;
  }
}

/** `assert p(a, x: T)` as the goal `x matches T and p(a, x)`. */
function goalOf({ predicate, params, variable, span }: PolicyTestAssertion): Goal {
  const call: Condition = { kind: "call", name: predicate, args: params.map((param) => param.term), span };
  const matches = params.flatMap(matchOf);
  const condition: Condition = matches.length === 0 ? call : { kind: "and", items: [...matches, call], span };
  return { condition, source: span.source, variables: variable === undefined ? [] : [variable.name] };
}

function matchOf({ term, pattern, span }: Parameter): Condition[] {
  return pattern === undefined ? [] : [{ kind: "matches", term, pattern, exact: false, span }];
}

function compare(
  iff: readonly PlainValue[],
  answers: readonly Answer[],
  name: string,
  host: Host,
): NonNullable<AssertionReport["iff"]> {
  const expected = new Set(iff.map(polarText));
  const found = new Set(answers.map((answer) => (answer.has(name) ? answerText(answer.get(name), host) : "any")));
  return {
    expected: [...expected].sort(),
    missing: [...expected].filter((text) => !found.has(text)).sort(),
    unexpected: [...found].filter((text) => !expected.has(text)).sort(),
  };
}

function answerText(value: unknown, host: Host): string {
  if (typeof value === "number" && Number.isInteger(value)) return value.toString();
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "boolean") return polarText(value);
  const reference = host.reference(value);
  return reference === undefined ? String(value) : polarText(reference);
}

function polarText(value: PlainValue): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "object" ? `${value.type}{${quoted(value.id)}}` : value.toString();
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
