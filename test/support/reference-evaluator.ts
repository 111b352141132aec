import { isReference, type PlainValue, type StoredFact } from "../../src/facts/value.js";
import type { CompareCondition, Condition, Pattern, Term } from "../../src/polar/ast.js";
import type { Policy, Rule } from "../../src/polar/policy.js";

/*
 * What a policy means, as slowly and plainly as possible: every fact that follows is written out, over a finite set of
 * values, until nothing new follows. No goal direction, no index, no table, no early exit.
 *
 * It knows rules over entities, strings, Integers and Booleans with `and`, `or`, `not`, `forall`, `=`, comparisons, `in` over a
 * list of literals, `matches T` and the time. A variable that nothing binds stands for each value of the set in turn.
 */

export type Tuple = readonly PlainValue[];

/** By predicate and arity, e.g. `has_role/3`. */
export type Model = ReadonlyMap<string, ReadonlyMap<string, Tuple>>;

export function keyOf(value: PlainValue | Tuple): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? { integer: String(v) } : v));
}

/**
 * Everything that holds. Negation is settled by alternation: what surely holds and what possibly holds, each computed from
 * the other, until they stop changing. A stratified policy leaves no difference between the two.
 */
export function evaluate(policy: Policy, facts: readonly StoredFact[], values: readonly PlainValue[]): Model {
  const domain = [...new Map([...values, ...valuesOf(policy, facts)].map((v) => [keyOf(v), v])).values()];
  let certain: Model = new Map();
  for (;;) {
    const possible = leastModel(policy, facts, domain, certain);
    const next = leastModel(policy, facts, domain, possible);
    if (size(next) === size(certain)) {
      if (size(possible) !== size(next)) throw new Error("the policy is not stratified");
      return next;
    }
    certain = next;
  }
}

export function holds(model: Model, predicate: string, args: Tuple): boolean {
  return model.get(`${predicate}/${args.length}`)?.has(keyOf(args)) ?? false;
}

export type Bindings = ReadonlyMap<string, PlainValue>;
export interface Scene {
  readonly policy: Policy;
  readonly domain: readonly PlainValue[];
  readonly model: Map<string, Map<string, Tuple>>;
  /** What a negated call is judged by. */
  readonly assumed: Model;
}

function leastModel(
  policy: Policy,
  facts: readonly StoredFact[],
  domain: readonly PlainValue[],
  assumed: Model,
): Model {
  const model = new Map<string, Map<string, Tuple>>();
  const scene = { policy, domain, model, assumed };
  const add = (name: string, args: Tuple): boolean => {
    const key = `${name}/${args.length}`;
    const tuples = model.get(key) ?? new Map<string, Tuple>();
    model.set(key, tuples);
    const before = tuples.size;
    tuples.set(keyOf(args), args);
    return tuples.size > before;
  };
  for (const { predicate, args } of facts) add(predicate, args);
  for (let grown = true; grown; ) {
    grown = false;
    for (const rule of [...policy.rules.values()].flat()) {
      for (const args of consequences(rule, scene)) grown = add(rule.name, args) || grown;
    }
  }
  return model;
}

/** The heads of a rule for every way to make its body true. */
function consequences(rule: Rule, scene: Scene): Tuple[] {
  const heads: Tuple[] = [];
  for (const branch of branches(rule.body)) {
    const tests = branch.filter(isTest);
    const binders = branch.filter((condition) => !isTest(condition));
    for (const bindings of solve(binders, [new Map()], scene)) {
      let partial: { bindings: Bindings; args: Tuple }[] = [{ bindings, args: [] }];
      for (const { term, pattern } of rule.params) {
        partial = partial.flatMap(({ bindings: b, args }) =>
          each(term, b, scene)
            .filter(({ value }) => pattern === undefined || matches(value, pattern, scene))
            .map(({ value, bindings: next }) => ({ bindings: next, args: [...args, value] })),
        );
      }
      // Tests come last: what they ask about may be bound by the head alone.
      for (const { bindings: b, args } of partial) if (solve(tests, [b], scene).length > 0) heads.push(args);
    }
  }
  return heads;
}

/** Disjunctive normal form: lists of conditions without `and` and `or`. */
export function branches(condition: Condition | undefined): Condition[][] {
  if (condition === undefined) return [[]];
  if (condition.kind === "or") return condition.items.flatMap(branches);
  if (condition.kind === "forall") return [[withoutForall(condition)]];
  if (condition.kind !== "and") return [[condition]];
  return condition.items.reduce<Condition[][]>(
    (lists, item) => lists.flatMap((list) => branches(item).map((branch) => [...list, ...branch])),
    [[]],
  );
}

/** There is none of those for which the other does not hold. */
function withoutForall({ condition, action, span }: Extract<Condition, { kind: "forall" }>): Condition {
  return { kind: "not", item: { kind: "and", items: [condition, { kind: "not", item: action, span }], span }, span };
}

/** Everything that binds comes first, everything that tests last: in what order they are written makes no difference. */
export function solve(branch: readonly Condition[], start: Bindings[], scene: Scene): Bindings[] {
  const ordered = [...branch.filter((c) => !isTest(c)), ...branch.filter(isTest)];
  return ordered.reduce((all, c) => all.flatMap((b) => satisfy(c, b, scene)), start);
}

function isTest(condition: Condition): boolean {
  return condition.kind === "not" || (condition.kind === "compare" && condition.operator !== "=");
}

function satisfy(condition: Condition, bindings: Bindings, scene: Scene): Bindings[] {
  switch (condition.kind) {
    case "call":
      return [...(scene.model.get(`${condition.name.text}/${condition.args.length}`)?.values() ?? [])].flatMap(
        (tuple) => unifyAll(condition.args, tuple, bindings),
      );
    case "compare":
      return condition.operator === "=" ? equate(condition, bindings, scene) : compare(condition, bindings);
    case "in": {
      if (condition.collection.kind !== "list") throw new Error("not in the fragment");
      return condition.collection.items.flatMap((item) => unifyAll([condition.element], [literal(item)], bindings));
    }
    case "matches":
      return each(condition.term, bindings, scene)
        .filter(({ value }) => matches(value, condition.pattern, scene, condition.exact))
        .map((found) => found.bindings);
    case "not": {
      const inner = { ...scene, model: scene.assumed as Scene["model"] };
      return branches(condition.item).some((branch) => solve(branch, [bindings], inner).length > 0) ? [] : [bindings];
    }
    case "term":
      return unifyAll([condition.term], [true], bindings);
    default:
      throw new Error(`\`${condition.kind}\` is not in the fragment`);
  }
}

function equate(condition: CompareCondition, bindings: Bindings, scene: Scene): Bindings[] {
  return each(condition.left, bindings, scene).flatMap(({ value, bindings: b }) =>
    unifyAll([condition.right], [value], b),
  );
}

function compare({ operator, left, right }: CompareCondition, bindings: Bindings): Bindings[] {
  const a = valueIn(left, bindings);
  const b = valueIn(right, bindings);
  if (a === undefined || b === undefined) throw new Error("nothing binds a compared variable");
  const same = keyOf(a) === keyOf(b);
  const held =
    operator === "=="
      ? same
      : operator === "!="
        ? !same
        : operator === "<"
          ? a < b
          : operator === "<="
            ? a <= b
            : operator === ">"
              ? a > b
              : a >= b;
  return held ? [bindings] : [];
}

export function unifyAll(terms: readonly Term[], values: Tuple, bindings: Bindings): Bindings[] {
  let result = bindings;
  for (const [i, term] of terms.entries()) {
    const value = values[i] as PlainValue;
    const known = valueIn(term, result);
    if (known === undefined) {
      if (term.kind === "variable" && term.name !== "_") result = new Map([...result, [term.name, value]]);
    } else if (keyOf(known) !== keyOf(value)) return [];
  }
  return [result];
}

/** The values that a term may have: one, or all of the domain for a variable that nothing has bound. */
function each(term: Term, bindings: Bindings, scene: Scene): { value: PlainValue; bindings: Bindings }[] {
  const known = valueIn(term, bindings);
  if (known !== undefined) return [{ value: known, bindings }];
  return scene.domain.map((value) => ({ value, bindings: unifyAll([term], [value], bindings)[0] ?? bindings }));
}

/** `exact`: `matches!`, the very type. */
export function matches(value: PlainValue, pattern: Pattern, { policy }: Scene, exact = false): boolean {
  if (pattern.kind === "term-pattern") return keyOf(literal(pattern.term)) === keyOf(value);
  if (pattern.kind !== "type-pattern" || pattern.fields !== undefined) throw new Error("not in the fragment");
  const name = pattern.type.text;
  if (typeof value === "string") return name === "String";
  if (typeof value === "bigint") return name === "Integer";
  if (typeof value === "boolean") return name === "Boolean";
  if (exact) return name === value.type;
  const ancestors = policy.types.get(value.type)?.ancestors ?? [];
  if (ancestors.includes(name)) return true;
  const kinds = ancestors.map((ancestor) => policy.types.get(ancestor)?.kind);
  return name === "Actor" ? kinds.includes("actor") : name === "Resource" && kinds.some((kind) => kind !== "host");
}

export function valueIn(term: Term, bindings: Bindings): PlainValue | undefined {
  return term.kind === "variable" ? bindings.get(term.name) : literal(term);
}

/** When the tests began: facts about times are far from it. */
const now = BigInt(Math.floor(Date.now() / 1000));

export function literal(term: Term): PlainValue {
  switch (term.kind) {
    case "now":
      return now;
    case "string":
    case "integer":
    case "boolean":
      return term.value;
    case "entity":
      return { type: term.type.text, id: String(term.id.value) };
    default:
      throw new Error(`\`${term.kind}\` is not in the fragment`);
  }
}

function size(model: Model): number {
  return [...model.values()].reduce((sum, tuples) => sum + tuples.size, 0);
}

/** Every value that the facts or the rules mention. */
export function valuesOf(policy: Policy, facts: readonly StoredFact[]): PlainValue[] {
  const found: PlainValue[] = facts.flatMap(({ args }) => args);
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind } = node as { kind?: unknown };
    if (kind === "string" || kind === "integer" || kind === "boolean" || kind === "entity" || kind === "now") {
      found.push(literal(node as Term));
    }
    for (const [key, child] of Object.entries(node)) if (key !== "span" && key !== "head") visit(child);
  };
  for (const rule of [...policy.rules.values()].flat()) visit([rule.params, rule.body]);
  return found.filter((value) => typeof value !== "object" || isReference(value));
}
