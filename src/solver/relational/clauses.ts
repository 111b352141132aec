import type { PlainValue } from "../../facts/index.js";
import type { Condition, MatchesCondition, Parameter, Pattern, Term } from "../../polar/ast.js";
import type { Rule } from "../../polar/policy.js";
import type { Shape } from "./shape-index.js";

/*
 * Rules in their flat form: a disjunction in a body makes several clauses, heads are plain arguments, patterns are goals.
 * What this solver does not evaluate becomes the goal `other`; whoever can reach one must ask the machine.
 */

export type Argument =
  | { readonly kind: "variable"; readonly index: number }
  | { readonly kind: "constant"; readonly value: PlainValue };

export type Goal =
  | { readonly kind: "call"; readonly predicate: string; readonly args: readonly Argument[] }
  | { readonly kind: "type"; readonly variable: number; readonly type: string; readonly exact: boolean }
  | { readonly kind: "unify"; readonly left: Argument; readonly right: Argument }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  /** A variable as a condition: it is true, or becomes true. */
  | { readonly kind: "truth"; readonly variable: number }
  | { readonly kind: "in"; readonly element: Argument; readonly values: readonly PlainValue[] }
  /** `outer`: variables that must be bound before it runs; every other variable in it is its own. */
  | { readonly kind: "not"; readonly alternatives: readonly (readonly Goal[])[]; readonly outer: readonly number[] }
  /** The end of a branch of a disjunction, where nothing may wait any more. */
  | { readonly kind: "branch-end" }
  | { readonly kind: "fail" }
  | { readonly kind: "other" };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Operand = Argument | { readonly kind: "now" };

export interface Clause {
  readonly rule: Rule;
  readonly predicate: string;
  readonly params: readonly Argument[];
  /** What the head says outright of each argument. */
  readonly head: readonly Shape[];
  readonly goals: readonly Goal[];
  /** How many of the goals come from patterns in the head: they are the first. */
  readonly headGoals: number;
  /** Number of variables. */
  readonly variables: number;
}

/** More clauses than this out of one rule: too many, the machine evaluates it. */
const mostBranches = 256;

/** The clauses of a rule. */
export function clausesOf(rule: Rule, headShapes: readonly Shape[]): Clause[] {
  const flattening = new Flattening(rule);
  const params = rule.params.map((parameter) => flattening.parameter(parameter));
  const bodies = rule.body === undefined ? [[]] : flattening.condition(rule.body);
  const head: Goal[] = flattening.headGoals;
  const goals = bodies.length > mostBranches ? [[other]] : bodies;
  return goals.map((body) => ({
    rule,
    predicate: rule.name,
    params,
    head: headShapes,
    goals: [...head, ...body],
    headGoals: head.length,
    variables: flattening.variables,
  }));
}

const other: Goal = { kind: "other" };

class Flattening {
  readonly headGoals: Goal[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #occurrences = new Map<string, number>();
  variables = 0;

  constructor(rule: Rule) {
    for (const parameter of rule.params) countParameter(parameter, this.#occurrences);
    if (rule.body !== undefined) countCondition(rule.body, this.#occurrences);
  }

  parameter(parameter: Parameter): Argument {
    const argument = this.#argument(parameter.term);
    if (argument === undefined) {
      this.headGoals.push(other);
      return { kind: "variable", index: this.variables++ };
    }
    if (parameter.pattern !== undefined) this.headGoals.push(this.#pattern(argument, parameter.pattern, false));
    return argument;
  }

  /** The alternatives of a condition, each a conjunction. */
  condition(condition: Condition): Goal[][] {
    switch (condition.kind) {
      case "and":
        return this.#conjunction(condition.items);
      case "or": {
        const branches: Goal[][] = [];
        for (const item of condition.items)
          for (const goals of this.condition(item)) branches.push([...goals, { kind: "branch-end" }]);
        return branches;
      }
      case "not":
        return [[this.#not([condition.item], condition)]];
      case "forall": {
        const inner = this.#not([condition.action], condition.action);
        const alternatives = this.condition(condition.condition).map((goals) => [...goals, inner]);
        return [[this.#negation(alternatives, condition)]];
      }
      case "call": {
        const args: Argument[] = [];
        for (const term of condition.args) {
          const argument = this.#argument(term);
          if (argument === undefined) return [[other]];
          args.push(argument);
        }
        return [[{ kind: "call", predicate: condition.name.text, args }]];
      }
      case "compare":
        return [[this.#compare(condition.operator, condition.left, condition.right)]];
      case "in": {
        const element = this.#argument(condition.element);
        if (element === undefined || condition.collection.kind !== "list" || condition.collection.rest !== undefined)
          return [[other]];
        const values: PlainValue[] = [];
        for (const item of condition.collection.items) {
          const value = this.#argument(item);
          if (value?.kind !== "constant") return [[other]];
          values.push(value.value);
        }
        return [[{ kind: "in", element, values }]];
      }
      case "matches":
        return [[this.#matches(condition)]];
      case "term":
        if (condition.term.kind === "variable") {
          const variable = this.#argument(condition.term);
          return variable?.kind === "variable" ? [[{ kind: "truth", variable: variable.index }]] : [[other]];
        }
        if (condition.term.kind !== "boolean") return [[other]];
        return [condition.term.value ? [] : [{ kind: "fail" }]];
      case "cut":
      case "print":
      case "debug":
        return [[other]];
    }
  }

  #conjunction(items: readonly Condition[]): Goal[][] {
    let branches: Goal[][] = [[]];
    for (const item of items) {
      const next = this.condition(item);
      if (branches.length * next.length > mostBranches) return [[other]];
      branches = branches.flatMap((left) => next.map((right) => [...left, ...right]));
    }
    return branches;
  }

  #not(items: readonly Condition[], whole: Condition): Goal {
    return this.#negation(this.#conjunction(items), whole);
  }

  #negation(alternatives: Goal[][], whole: Condition): Goal {
    const inside = new Map<string, number>();
    countCondition(whole, inside);
    const outer: number[] = [];
    for (const [name, count] of inside) if (count < this.#occurrences.get(name)!) outer.push(this.#variable(name));
    return { kind: "not", alternatives, outer };
  }

  #compare(operator: string, left: Term, right: Term): Goal {
    if (operator === ":=") return other;
    const operands = [left, right].map((term): Operand | undefined =>
      term.kind === "now" ? { kind: "now" } : this.#argument(term),
    );
    const [a, b] = operands;
    if (a === undefined || b === undefined) return other;
    if (operator !== "=") return { kind: "compare", operator: operator as Comparison, left: a, right: b };
    if (a.kind === "now" || b.kind === "now") return other;
    return { kind: "unify", left: a, right: b };
  }

  #matches(condition: MatchesCondition): Goal {
    const argument = this.#argument(condition.term);
    return argument === undefined ? other : this.#pattern(argument, condition.pattern, condition.exact);
  }

  #pattern(argument: Argument, pattern: Pattern, exact: boolean): Goal {
    if (pattern.kind === "term-pattern") {
      const right = this.#argument(pattern.term);
      return right === undefined ? other : { kind: "unify", left: argument, right };
    }
    if (pattern.kind !== "type-pattern" || pattern.fields !== undefined || argument.kind !== "variable") return other;
    return { kind: "type", variable: argument.index, type: pattern.type.text, exact };
  }

  #argument(term: Term): Argument | undefined {
    switch (term.kind) {
      case "variable":
        return { kind: "variable", index: term.name === "_" ? this.variables++ : this.#variable(term.name) };
      case "integer":
      case "string":
      case "boolean":
        return { kind: "constant", value: term.value };
      case "entity":
        // Other kinds of ids are rare enough to be left to the machine.
        if (term.id.kind !== "string") return undefined;
        return { kind: "constant", value: { type: term.type.text, id: term.id.value } };
      default:
        return undefined;
    }
  }

  #variable(name: string): number {
    let index = this.#indexes.get(name);
    if (index === undefined) this.#indexes.set(name, (index = this.variables++));
    return index;
  }
}

// --- counting where variables stand, to know which are local to a negation ---

type Counts = Map<string, number>;

function countParameter(parameter: Parameter, counts: Counts): void {
  countTerm(parameter.term, counts);
  if (parameter.pattern !== undefined) countPattern(parameter.pattern, counts);
}

function countCondition(condition: Condition, counts: Counts): void {
  switch (condition.kind) {
    case "and":
    case "or":
      for (const item of condition.items) countCondition(item, counts);
      return;
    case "not":
      countCondition(condition.item, counts);
      return;
    case "forall":
      countCondition(condition.condition, counts);
      countCondition(condition.action, counts);
      return;
    case "call":
    case "print":
    case "debug":
      for (const term of condition.args) countTerm(term, counts);
      return;
    case "compare":
      countTerm(condition.left, counts);
      countTerm(condition.right, counts);
      return;
    case "in":
      countTerm(condition.element, counts);
      countTerm(condition.collection, counts);
      return;
    case "matches":
      countTerm(condition.term, counts);
      countPattern(condition.pattern, counts);
      return;
    case "term":
      countTerm(condition.term, counts);
      return;
    case "cut":
      return;
  }
}

function countPattern(pattern: Pattern, counts: Counts): void {
  if (pattern.kind === "term-pattern") countTerm(pattern.term, counts);
  else if (pattern.kind === "list-pattern") for (const item of pattern.items) countPattern(item, counts);
  else for (const field of pattern.fields ?? []) countPattern(field.pattern, counts);
}

function countTerm(term: Term, counts: Counts): void {
  switch (term.kind) {
    case "variable":
      // Each `_` is a variable of its own, never shared.
      if (term.name !== "_") counts.set(term.name, (counts.get(term.name) ?? 0) + 1);
      return;
    case "list":
      for (const item of term.items) countTerm(item, counts);
      if (term.rest !== undefined) countTerm(term.rest, counts);
      return;
    case "dictionary":
      for (const entry of term.entries) countTerm(entry.value, counts);
      return;
    case "new":
      for (const item of term.args) countTerm(item, counts);
      return;
    case "dot":
      countTerm(term.target, counts);
      if (term.member.kind === "variable") countTerm(term.member, counts);
      for (const item of term.args ?? []) countTerm(item, counts);
      return;
    case "arithmetic":
      countTerm(term.left, counts);
      countTerm(term.right, counts);
      return;
    default:
      return;
  }
}
