import type { Location } from "../../src/diagnostics/diagnostic.js";
import { locationOf } from "../../src/diagnostics/diagnostic.js";
import { Source, type Span } from "../../src/diagnostics/source.js";
import type { Fact, PlainValue, StoredFact } from "../../src/facts/value.js";
import type { CallCondition, Condition, Term } from "../../src/polar/ast.js";
import { parseGoalText } from "../../src/polar/parser.js";
import type { Policy, Rule } from "../../src/polar/policy.js";
import type { Derivation, Explanation } from "../../src/solver/explanation.js";
import { stored } from "./fact-list.js";
import { type Consequences, consequences } from "./quick-reference.js";
import {
  type Bindings,
  branches,
  holds,
  keyOf,
  literal,
  type Model,
  matches,
  type Scene,
  solve,
  type Tuple,
  unifyAll,
  valueIn,
} from "./reference-evaluator.js";

/*
 * Reads explanations again, knowing nothing of how they were found. A derivation is followed from the question down: each
 * step has to be an instance of the rule of the policy that stands at its place, with the children as the calls of one
 * branch of its body; each leaf a fact that is there. What a rule asks besides calls is worked out anew.
 */

/** What an explanation is judged by. */
export interface Evidence {
  readonly policy: Policy;
  readonly facts: readonly Fact[];
  readonly contextFacts?: readonly Fact[];
  /** Values that variables may stand for, besides those of the policy and the facts. */
  readonly values?: readonly PlainValue[];
}

/** The call that an explanation is about, e.g. `allow` with an actor, an action and a resource. */
export interface Question {
  readonly predicate: string;
  readonly args: Tuple;
}

/** Why the explanation is not to be believed; `undefined` when it is. */
export type Refusal = string | undefined;

/** Judges explanations of one world. */
export class Replay {
  readonly #evidence: Evidence;
  readonly #facts: ReadonlyMap<"store" | "context", ReadonlySet<string>>;
  #model: Model | undefined;
  #known: Scene | undefined;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    const keys = (facts: readonly Fact[]): ReadonlySet<string> =>
      new Set(facts.map(stored).map((fact) => keyOf([fact.predicate, ...fact.args])));
    this.#facts = new Map([
      ["store", keys(evidence.facts)],
      ["context", keys(evidence.contextFacts ?? [])],
    ]);
  }

  explanation(question: Question, explanation: Explanation): Refusal {
    const { allowed, derivation, attempts } = explanation;
    if (allowed) {
      if (attempts.length > 0) return "it is allowed, and yet something is missing";
      return derivation === undefined ? "it is allowed without a proof" : this.derivation(question, derivation);
    }
    if (derivation !== undefined) {
      const refusal = this.derivation(question, derivation);
      return refusal === undefined ? "it is denied with a complete proof" : `it is denied with a proof: ${refusal}`;
    }
    if (holds(this.model, question.predicate, question.args)) return "it is denied, and yet it follows";
    for (const attempt of attempts) {
      const refusal = this.#attempt(question, attempt);
      if (refusal !== undefined) return `${attempt.rule}: ${refusal}`;
    }
    return undefined;
  }

  derivation({ predicate, args }: Question, derivation: Derivation): Refusal {
    return this.#node(derivation, predicate, args);
  }

  /** Everything that follows, by the reference evaluator. */
  get model(): Model {
    return (this.#model ??= this.#with([]).model());
  }

  #with(more: readonly StoredFact[]): Consequences {
    const { policy, facts, contextFacts = [], values = [] } = this.#evidence;
    return consequences(policy, [...[...facts, ...contextFacts].map(stored), ...more], values);
  }

  get #scene(): Scene {
    return (this.#known ??= this.#makeScene());
  }

  #makeScene(): Scene {
    const { policy, facts, contextFacts = [], values = [] } = this.#evidence;
    const { model } = this;
    const told = [...facts, ...contextFacts].flatMap((fact) => stored(fact).args);
    const found = [...model.values()].flatMap((tuples) => [...tuples.values()].flat());
    const domain = [...new Map([...values, ...told, ...found].map((v) => [keyOf(v), v])).values()];
    return { policy, domain, model: model as Scene["model"], assumed: model };
  }

  #node(node: Derivation, predicate: string, args: Tuple): Refusal {
    const call = callOf(node.goal);
    if (call === undefined) return `\`${node.goal}\` is no call`;
    if (call.name.text !== predicate || !covers(call.args, args)) {
      return `\`${node.goal}\` does not say that ${predicate}(${args.map(keyOf).join(", ")}) holds`;
    }
    switch (node.kind) {
      case "fact":
        return this.#fact(node, predicate, args);
      case "rule":
        return this.#step(node, predicate, args);
      default:
        return `\`${node.goal}\` is a call, and is said to hold by itself`;
    }
  }

  #fact(node: Derivation & { kind: "fact" }, predicate: string, args: Tuple): Refusal {
    const key = keyOf([predicate, ...args]);
    const told = stored(node.fact);
    if (keyOf([told.predicate, ...told.args]) !== key) return `the fact of \`${node.goal}\` says something else`;
    if (node.stored !== "policy") {
      return this.#facts.get(node.stored)?.has(key) === true
        ? undefined
        : `no fact \`${node.goal}\` in the ${node.stored}`;
    }
    const rules = this.#rulesAt(predicate, args.length, node.location).filter((rule) => rule.body === undefined);
    const fits = rules.some((rule) => this.#enter(rule, args) !== undefined);
    return fits ? undefined : `no fact \`${node.goal}\` at that place of the policy`;
  }

  #step(node: Derivation & { kind: "rule" }, predicate: string, args: Tuple): Refusal {
    if (node.folded === true) return `\`${node.goal}\` is folded: its premises are not there`;
    const rules = this.#rulesAt(predicate, args.length, node.location).filter((rule) => ruleText(rule) === node.rule);
    if (rules.length === 0) return `no rule \`${node.rule}\` at that place of the policy`;
    let refusal: Refusal;
    for (const rule of rules) {
      const start = this.#enter(rule, args);
      if (start === undefined) {
        refusal ??= `the head of \`${node.rule}\` does not fit \`${node.goal}\``;
        continue;
      }
      for (const branch of branches(rule.body)) {
        const found = this.#instance(branch, start, node.premises);
        if (found === undefined) return undefined;
        refusal ??= `\`${node.goal}\` by \`${node.rule}\`: ${found}`;
      }
    }
    return refusal;
  }

  /** The bindings that the head of a rule makes; `undefined` when it does not fit. */
  #enter(rule: Rule, args: Tuple): Bindings | undefined {
    const [bindings] = unifyAll(
      rule.params.map(({ term }) => term),
      args,
      new Map(),
    );
    const scene = { policy: this.#evidence.policy } as Scene;
    const fits = rule.params.every(
      ({ pattern }, i) => pattern === undefined || matches(args[i] as PlainValue, pattern, scene),
    );
    return fits ? bindings : undefined;
  }

  /** Whether the premises make this branch of a body true. */
  #instance(branch: readonly Condition[], start: Bindings, premises: readonly Derivation[]): Refusal {
    const calls = branch.filter((condition) => condition.kind === "call");
    const others = branch.filter((condition) => condition.kind !== "call");
    const children = premises.filter(({ kind }) => kind === "fact" || kind === "rule");
    if (children.length !== calls.length) return `${calls.length} calls, ${children.length} proofs`;
    const said = premises.filter((p) => !children.includes(p)).map((p) => `${p.kind} ${p.goal} ${placeOf(p.location)}`);
    const wanted = others.flatMap(remark);
    if (said.sort().join("\n") !== wanted.sort().join("\n")) {
      return `it has to hold that ${wanted.join(", ") || "nothing"}; what is said is ${said.join(", ") || "nothing"}`;
    }
    let bindings = start;
    for (const [i, call] of calls.entries()) {
      const next = bind(call, children[i] as Derivation, bindings);
      if (next === undefined) return `\`${children[i]?.goal}\` is not what \`${textOf(call.span)}\` asks`;
      bindings = next;
    }
    const solutions = others.length === 0 ? [bindings] : solve(others, [bindings], this.#scene);
    if (solutions.length === 0) return "a condition does not hold";
    let refusal: Refusal;
    for (const solution of solutions) {
      refusal = this.#children(calls, children, solution);
      if (refusal === undefined) return undefined;
    }
    return refusal;
  }

  /** Follows the proofs of the calls, with one value for each variable that is still open. */
  #children(calls: readonly CallCondition[], children: readonly Derivation[], bindings: Bindings): Refusal {
    const open = calls.flatMap(({ args }) => args).find((arg) => isOpen(arg, bindings));
    if (open?.kind === "variable")
      return this.#any((value) => this.#children(calls, children, new Map([...bindings, [open.name, value]])));
    for (const [i, { name, args }] of calls.entries()) {
      const child = children[i] as Derivation;
      const refusal = this.#call(child, name.text, args, bindings, []);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Each `_` of a call is what the child says there, or any value if it leaves it open too. */
  #call(child: Derivation, name: string, args: readonly Term[], bindings: Bindings, known: PlainValue[]): Refusal {
    if (known.length === args.length) return this.#node(child, name, known);
    const term = args[known.length] as Term;
    const next = (value: PlainValue): Refusal => this.#call(child, name, args, bindings, [...known, value]);
    const value = valueIn(term, bindings) ?? valueIn(callOf(child.goal)?.args[known.length] as Term, new Map());
    return value === undefined ? this.#any(next) : next(value);
  }

  #any(attempt: (value: PlainValue) => Refusal): Refusal {
    let refusal: Refusal = "there is no value to try";
    for (const value of this.#scene.domain) {
      refusal = attempt(value);
      if (refusal === undefined) return undefined;
    }
    return refusal;
  }

  #attempt({ predicate, args }: Question, attempt: Explanation["attempts"][number]): Refusal {
    if (attempt.missing.length === 0) return "nothing is missing";
    const rules = [...this.#evidence.policy.rules.values()].flat();
    const here = rules.filter((rule) => placeOf(locationOf(rule.head)) === placeOf(attempt.location));
    if (!here.some((rule) => ruleText(rule) === attempt.rule)) return "no such rule at that place of the policy";
    const facts = attempt.missing.map(factOf);
    if (facts.every((fact) => fact !== undefined && this.#isTold(fact))) return "all that is missing is there";
    for (const goal of attempt.holds) {
      const fact = factOf(goal);
      if (fact !== undefined && !holds(this.model, fact.predicate, fact.args)) return `\`${goal}\` does not hold`;
    }
    if (!facts.every((fact) => fact !== undefined)) return undefined;
    return this.#with(facts).holds(predicate, args) ? undefined : `${attempt.missing.join(", ")}: not enough`;
  }

  #isTold({ predicate, args }: StoredFact): boolean {
    const key = keyOf([predicate, ...args]);
    return [...this.#facts.values()].some((facts) => facts.has(key));
  }

  #rulesAt(predicate: string, arity: number, location: Location | undefined): Rule[] {
    const rules = this.#evidence.policy.rules.get(`${predicate}/${arity}`) ?? [];
    return rules.filter((rule) => placeOf(locationOf(rule.head)) === placeOf(location));
  }
}

/** What a derivation has to say about a condition that is no call. */
function remark(condition: Condition): string[] {
  if (condition.kind === "matches") return [];
  const kind = condition.kind === "not" || condition.kind === "forall" ? "negation" : "builtin";
  return [`${kind} ${textOf(condition.span)} ${placeOf(locationOf(condition.span))}`];
}

function bind(call: CallCondition, child: Derivation, bindings: Bindings): Bindings | undefined {
  const goal = callOf(child.goal);
  if (goal === undefined || goal.name.text !== call.name.text || goal.args.length !== call.args.length)
    return undefined;
  let result = bindings;
  for (const [i, term] of call.args.entries()) {
    const said = valueIn(goal.args[i] as Term, new Map());
    if (said === undefined) continue;
    const next = unifyAll([term], [said], result)[0];
    if (next === undefined) return undefined;
    result = next;
  }
  return result;
}

function isOpen(term: Term, bindings: Bindings): boolean {
  return term.kind === "variable" && term.name !== "_" && !bindings.has(term.name);
}

/** A goal of a derivation is Polar text, with `_` for what may be anything. */
function callOf(goal: string): CallCondition | undefined {
  const { condition } = parseGoalText(new Source("goal", goal));
  return condition?.kind === "call" ? condition : undefined;
}

/** The fact that is written; `undefined` when it has a hole or is no fact. */
function factOf(goal: string): StoredFact | undefined {
  const call = callOf(goal);
  const args = call?.args.map((arg) => valueIn(arg, new Map()));
  if (call === undefined || args === undefined || args.includes(undefined)) return undefined;
  return { predicate: call.name.text, args: args as PlainValue[] };
}

function covers(said: readonly Term[], args: Tuple): boolean {
  return (
    said.length === args.length &&
    said.every((term, i) => term.kind === "variable" || keyOf(literal(term)) === keyOf(args[i] as PlainValue))
  );
}

function placeOf(location: Location | undefined): string {
  if (location === undefined) return "nowhere";
  const { source, line, column, endLine, endColumn } = location;
  return `${source}:${line}:${column}-${endLine}:${endColumn}`;
}

function ruleText(rule: Rule): string {
  if (rule.origin === "default") {
    const args = rule.params.length === 2 ? "(a, p)" : "(a, p, x)";
    return `allow${args} if has_permission${args}`;
  }
  const text = textOf(rule.span).replace(/\s*;$/, "");
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

function textOf({ source, start, end }: Span): string {
  return source.text.slice(start, end).replace(/\s+/g, " ").trim();
}
