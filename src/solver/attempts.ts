import { locationOf } from "../diagnostics/diagnostic.js";
import { EvaluationError, LimitError } from "../diagnostics/errors.js";
import type { PlainValue, StoredPattern } from "../facts/value.js";
import type { FactSignature, Policy } from "../polar/policy.js";
import type { Predicate } from "./code.js";
import { argsOf, goalOf, listed, textOf } from "./derivation.js";
import type { Attempt } from "./explanation.js";
import type { Premise } from "./proof.js";
import { Search, type Surroundings } from "./search.js";
import { showCall } from "./show.js";
import { type Answer, type CanonicalCall, type Missing, missingKey, type Table } from "./tables.js";
import { ruleText } from "./trace.js";
import type { Types } from "./types.js";
import { Entity, type Term, Variable } from "./values.js";

/** How many facts may be missing at once, at most; larger sets are no help. */
const mostMissing = 3;
const mostAttempts = 20;
/** Looking for what is missing is a service, not an answer: it stops after this many steps. */
const steps = 30_000;

/**
 * What would have been enough for a call that was denied: the smallest sets of facts, each with the rule that needs them.
 * Every set was tried: with these facts the call holds. Pauses like a search.
 */
export function* attempts(
  policy: Policy,
  predicate: Predicate,
  call: CanonicalCall,
  around: Surroundings,
): Generator<undefined, readonly Attempt[]> {
  const found: { table: Table; answer: Answer }[] = [];
  const limits = { ...around.limits, steps: Math.min(steps, around.limits.steps) };
  const fits = (wanted: Predicate, args: readonly Term[]): boolean => canBeTold(policy, around.types, wanted, args);
  for (let most = 1; most <= mostMissing; most++) {
    const search = new Search({ ...around, limits, mode: "all", record: true, assume: { most, fits } });
    const root = search.open(predicate, call, undefined);
    search.produce(root, predicate);
    try {
      while (!search.run(root)) yield;
    } catch (error) {
      // Out of steps or time: what was found so far is still true.
      if (!(error instanceof LimitError)) throw error;
      most = mostMissing;
    }
    for (const answer of root.answers) {
      if (answer.missing.length > 0 && !isCovered(answer, found)) found.push({ table: root, answer });
    }
    if (found.length >= mostAttempts || (most === 2 && found.length > 0)) break;
  }
  const enough: typeof found = [];
  for (const one of found) {
    if (yield* wouldHold(policy, predicate, call, around, one.answer.missing)) enough.push(one);
  }
  return enough
    .sort(
      ({ answer: a }, { answer: b }) =>
        a.missing.length - b.missing.length || holes(a) - holes(b) || relations(a) - relations(b),
    )
    .slice(0, mostAttempts)
    .map(({ table, answer }) => attemptOf(table, answer));
}

/** Whether a smaller set is there already. */
function isCovered(answer: Answer, found: readonly { readonly answer: Answer }[]): boolean {
  const keys = answer.missing.map((missing) => missingKey(missing, undefined));
  return found.some((other) => other.answer.missing.every((missing) => keys.includes(missingKey(missing, undefined))));
}

function holes({ missing }: Answer): number {
  return missing.flatMap(({ args }) => args).filter((arg) => arg instanceof Variable).length;
}

/** Somebody is given a role more easily than a thing is put elsewhere. */
function relations({ missing }: Answer): number {
  return missing.filter(({ predicate }) => predicate === "has_relation").length;
}

/** Facts that someone could tell, with one hole at most. Permissions are granted by rules where there are rules. */
function canBeTold(policy: Policy, types: Types, predicate: Predicate, args: readonly Term[]): boolean {
  if (predicate.name === "has_permission" && predicate.rules.length > 0) return false;
  if (args.filter((arg) => arg instanceof Variable).length > 1) return false;
  if (!args.some((arg) => arg instanceof Entity)) return false;
  const signatures = policy.signatures.get(predicate.name) ?? [];
  return signatures.some((signature) => suits(signature, types, args));
}

function suits(signature: FactSignature, types: Types, args: readonly Term[]): boolean {
  return (
    signature.args.length === args.length &&
    signature.args.every((wanted, i) => {
      const arg = args[i];
      if (arg instanceof Variable) return wanted.kind === "entity";
      if (wanted.kind === "entity") return arg instanceof Entity && types.isSubtype(arg.type, wanted.type);
      if (wanted.kind === "integer") return typeof arg === "bigint";
      if (wanted.kind === "boolean") return typeof arg === "boolean";
      if (wanted.kind === "any") return true;
      return typeof arg === "string" && wanted.values?.has(arg) !== false;
    })
  );
}

/** Tries the facts: holes are filled with entities that nobody else is. */
function* wouldHold(
  policy: Policy,
  predicate: Predicate,
  call: CanonicalCall,
  around: Surroundings,
  missing: readonly Missing[],
): Generator<undefined, boolean> {
  const contextFacts = new Map(around.contextFacts);
  for (const fact of missing) {
    const args = filled(policy, around.types, fact);
    if (args === undefined) return false;
    const key = `${fact.predicate}/${args.length}`;
    contextFacts.set(key, [...(contextFacts.get(key) ?? []), args]);
  }
  const search = new Search({ ...around, contextFacts, mode: "first" });
  const root = search.open(predicate, call, undefined);
  search.produce(root, predicate);
  try {
    while (!search.run(root)) yield;
  } catch (error) {
    // With these facts the question would end in an error, which is no help either.
    if (error instanceof EvaluationError || error instanceof LimitError) return false;
    throw error;
  }
  return search.pending === 0 && root.answers.length > 0;
}

function filled(policy: Policy, types: Types, { predicate, args }: Missing): StoredPattern["args"] | undefined {
  const signature = policy.signatures.get(predicate)?.find((one) => suits(one, types, args));
  return signature?.args.map((wanted, i): PlainValue => {
    const arg = args[i];
    if (arg instanceof Variable) return { type: wanted.kind === "entity" ? wanted.type : "", id: `\0${arg.slot}` };
    return arg as PlainValue;
  });
}

/** The rule that needs the facts: the innermost one that needs them all. */
function attemptOf(root: Table, answer: Answer): Attempt {
  let table = root;
  let current = answer;
  for (;;) {
    const needing = listed(current.proof?.premises).filter(
      (premise) => premise.kind === "answer" && premise.answer.missing.length > 0,
    );
    const [only] = needing;
    if (only?.kind !== "answer" || only.answer.missing.length < current.missing.length) break;
    // A fact that is missing itself has no rule: the one that asks for it is meant.
    if (only.answer.proof?.rule === undefined) break;
    table = only.table;
    current = only.answer;
  }
  const rule = current.proof?.rule?.rule;
  return {
    goal: goalOf(table, current),
    rule: rule === undefined ? showCall(table.predicate?.name ?? "", argsOf(table, current)) : ruleText(rule),
    location: rule === undefined ? nowhere : locationOf(rule.head),
    missing: answer.missing.map(({ predicate, args }) => showCall(predicate, args)),
    holds: listed(current.proof?.premises).flatMap(holding),
  };
}

const nowhere = { source: "", line: 1, column: 1, endLine: 1, endColumn: 1 };

function holding(premise: Premise): string[] {
  switch (premise.kind) {
    case "answer":
      return premise.answer.missing.length > 0 ? [] : [goalOf(premise.table, premise.answer)];
    case "fact":
      return [showCall(premise.predicate, premise.args)];
    case "missing":
      return [];
    default:
      return premise.span === undefined ? [] : [textOf(premise.span)];
  }
}
