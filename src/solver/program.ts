import type { Goal, Policy, Rule } from "../polar/policy.js";
import type { GoalCode, Predicate, RuleCode, Step } from "./code.js";
import { compileGoal, compileRule, hasCut } from "./compile.js";
import type { Host } from "./create-host.js";
import { bySpecificity } from "./specificity.js";
import { createTypes, type Types } from "./types.js";
import { variable } from "./values.js";

export interface Program {
  readonly types: Types;
  predicate(name: string, arity: number): Predicate;
  goal(goal: Goal): GoalCode;
}

/** Compiles lazily, predicate by predicate; the program belongs to one policy and never changes in meaning. */
export function compile(policy: Policy, host: Host): Program {
  const types = createTypes(policy);
  const predicates = new Map<string, Predicate>();
  const goals = new WeakMap<Goal, GoalCode>();
  const program: Program = {
    types,
    predicate(name, arity) {
      const key = `${name}/${arity}`;
      const rules = policy.rules.get(key);
      const known = predicates.get(key);
      if (known !== undefined) return known;
      const told = policy.signatures.has(name);
      const predicate = new LazyPredicate(name, arity, rules ?? [], told, program, host);
      // What the policy never mentions is not kept: names may come from callers.
      if (rules !== undefined || told) predicates.set(key, predicate);
      return predicate;
    },
    goal(goal) {
      let code = goals.get(goal);
      if (code === undefined) {
        code = compileGoal(goal, program, host);
        goals.set(goal, code);
      }
      return code;
    },
  };
  return program;
}

class LazyPredicate implements Predicate {
  readonly name: string;
  readonly arity: number;
  readonly key: string;
  readonly cuts: boolean;
  readonly facts: Step | undefined;
  readonly #compile: () => readonly RuleCode[];
  #rules: readonly RuleCode[] | undefined;

  constructor(name: string, arity: number, rules: readonly Rule[], told: boolean, program: Program, host: Host) {
    this.name = name;
    this.arity = arity;
    this.key = `${name.length}:${name}/${arity}`;
    this.cuts = rules.some((rule) => hasCut(rule.body));
    const args = Array.from({ length: arity }, (_, i) => variable(i));
    this.facts = told ? { op: { kind: "facts", predicate: this, args, span: undefined }, next: undefined } : undefined;
    this.#compile = () => bySpecificity(rules, program.types).map((rule) => compileRule(rule, program, host));
  }

  get rules(): readonly RuleCode[] {
    this.#rules ??= this.#compile();
    return this.#rules;
  }
}
