import type { PlainValue, StoredFact } from "../../src/facts/value.js";
import type { Condition, Term } from "../../src/polar/ast.js";
import type { Policy, Rule } from "../../src/polar/policy.js";
import { variablesOf } from "../../src/polar/walk.js";
import {
  branches,
  keyOf,
  literal,
  type Model,
  matches,
  type Scene,
  type Tuple,
  valuesOf,
} from "./reference-evaluator.js";

/*
 * The reference evaluator again, for worlds that are too large for it: still bottom-up, still everything that follows, for
 * the same constructs; but a fact that is new is joined with what is there instead of trying all rules on everything again,
 * and facts are found by the values that are known. A test compares it with the plain one.
 */

/** Everything that holds. */
export interface Consequences {
  holds(predicate: string, args: Tuple): boolean;
  tuples(predicate: string, arity: number): Iterable<Tuple>;
  /** How many facts hold, derived ones among them. */
  readonly size: number;
  model(): Model;
}

/** @throws Error when the policy uses what the reference evaluator does not know, or is not stratified */
export function consequences(
  policy: Policy,
  facts: readonly StoredFact[],
  values: readonly PlainValue[] = [],
): Consequences {
  const world = new World(policy, [...values, ...valuesOf(policy, facts)]);
  const negates = world.negates;
  let certain: Relations = world.relations();
  for (;;) {
    const possible = world.leastModel(facts, certain);
    if (!negates) return world.answer(possible);
    const next = world.leastModel(facts, possible);
    if (size(next) === size(certain)) {
      if (size(possible) !== size(next)) throw new Error("the policy is not stratified");
      return world.answer(next);
    }
    certain = next;
  }
}

type Row = readonly number[];

class Relation {
  readonly rows: Row[] = [];
  readonly #keys = new Set<number>();
  readonly #base: number;
  readonly #indexes: { readonly mask: number; readonly rows: Map<number, Row[]> }[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  has(row: Row): boolean {
    return this.#keys.has(this.#key(row, -1));
  }

  add(row: Row): boolean {
    const key = this.#key(row, -1);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.rows.push(row);
    for (const index of this.#indexes) put(index.rows, this.#key(row, index.mask), row);
    return true;
  }

  /** The rows that agree with the operands where the bits of `mask` are set. */
  find(operands: readonly Operand[], mask: number, env: readonly number[]): readonly Row[] {
    if (mask === 0) return this.rows;
    let index = this.#indexes.find((one) => one.mask === mask);
    if (index === undefined) {
      index = { mask, rows: new Map() };
      for (const known of this.rows) put(index.rows, this.#key(known, mask), known);
      this.#indexes.push(index);
    }
    let key = 0;
    for (let i = 0; i < operands.length; i++) {
      key = key * this.#base + ((mask >> i) & 1 ? read(operands[i] as Operand, env) + 1 : 0);
    }
    return index.rows.get(key) ?? none;
  }

  /** Injective: `base` is above every value, and five of them fit into a safe integer. */
  #key(row: Row, mask: number): number {
    let key = 0;
    for (let i = 0; i < row.length; i++) key = key * this.#base + ((mask >> i) & 1 ? (row[i] as number) + 1 : 0);
    return key;
  }
}

const none: readonly Row[] = [];

function put(rows: Map<number, Row[]>, key: number, row: Row): void {
  const found = rows.get(key);
  if (found === undefined) rows.set(key, [row]);
  else found.push(row);
}

type Relations = ReadonlyMap<string, Relation>;

function size(relations: Relations): number {
  let sum = 0;
  for (const { rows } of relations.values()) sum += rows.length;
  return sum;
}

/** A place in the rule's environment, a value, or anything. */
type Operand =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "any" };

type Step =
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Operand[];
      readonly mask: number;
      readonly binds: readonly (readonly [index: number, slot: number, repeated: boolean])[];
    }
  | { readonly kind: "each"; readonly slot: number; readonly values: readonly number[] }
  | { readonly kind: "test"; readonly test: (env: readonly number[]) => boolean }
  | { readonly kind: "copy"; readonly slot: number; readonly from: Operand }
  | { readonly kind: "not"; readonly branches: readonly (readonly Step[])[] };

/** One branch of a rule, begun with a new fact for one of its calls (or with none). */
interface Plan {
  readonly name: string;
  readonly head: readonly Operand[];
  readonly given: (Step & { kind: "call" }) | undefined;
  readonly steps: readonly Step[];
  readonly slots: number;
}

class World {
  readonly negates: boolean;
  readonly #policy: Policy;
  readonly #values: readonly PlainValue[];
  readonly #codes: ReadonlyMap<string, number>;
  readonly #all: readonly number[];
  readonly #plans = new Map<string, Plan[]>();
  readonly #starts: Plan[] = [];

  constructor(policy: Policy, values: readonly PlainValue[]) {
    this.#policy = policy;
    const byKey = new Map(values.map((value) => [keyOf(value), value]));
    this.#values = [...byKey.values()];
    this.#codes = new Map([...byKey.keys()].map((key, i) => [key, i]));
    this.#all = this.#values.map((_, i) => i);
    if ((this.#values.length + 2) ** 5 > Number.MAX_SAFE_INTEGER) throw new Error("too many values");
    const rules = [...policy.rules.values()].flat();
    this.negates = rules.some((rule) =>
      branches(rule.body).some((branch) => branch.some(({ kind }) => kind === "not")),
    );
    for (const rule of rules) this.#compile(rule);
  }

  relations(): Map<string, Relation> {
    return new Map();
  }

  leastModel(facts: readonly StoredFact[], assumed: Relations): Relations {
    const relations = this.relations();
    const queue: { readonly name: string; readonly row: Row }[] = [];
    const add = (name: string, row: Row): void => {
      if (this.#relation(relations, name).add(row)) queue.push({ name, row });
    };
    for (const { predicate, args } of facts)
      add(
        `${predicate}/${args.length}`,
        args.map((arg) => this.#code(arg)),
      );
    const fire = (plan: Plan, env: number[]): void => {
      this.#run(plan.steps, 0, env, relations, assumed, () => {
        add(
          plan.name,
          plan.head.map((operand) => read(operand, env)),
        );
        return false;
      });
    };
    for (const plan of this.#starts) fire(plan, new Array<number>(plan.slots).fill(-1));
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const plan of this.#plans.get(next.name) ?? []) {
        const env = new Array<number>(plan.slots).fill(-1);
        const { given } = plan;
        if (given !== undefined && take(given, next.row, env)) fire(plan, env);
      }
    }
    return relations;
  }

  answer(relations: Relations): Consequences {
    const row = (args: Tuple): Row => args.map((arg) => this.#code(arg));
    return {
      size: size(relations),
      holds: (predicate, args) => relations.get(`${predicate}/${args.length}`)?.has(row(args)) ?? false,
      tuples: (predicate, arity) =>
        (relations.get(`${predicate}/${arity}`)?.rows ?? []).map((codes) => this.#decoded(codes)),
      model: () =>
        new Map(
          [...relations].map(([name, { rows }]) => {
            const tuples = rows.map((codes) => this.#decoded(codes));
            return [name, new Map(tuples.map((tuple) => [keyOf(tuple), tuple]))] as const;
          }),
        ),
    };
  }

  #relation(relations: Relations, name: string): Relation {
    let relation = relations.get(name);
    if (relation === undefined) {
      relation = new Relation(this.#values.length + 2);
      (relations as Map<string, Relation>).set(name, relation);
    }
    return relation;
  }

  #decoded(codes: Row): Tuple {
    return codes.map((code) => this.#values[code] as PlainValue);
  }

  #code(value: PlainValue): number {
    const code = this.#codes.get(keyOf(value));
    if (code === undefined) throw new Error(`${keyOf(value)} was not among the values`);
    return code;
  }

  /** True when `found` wants no more. */
  #run(
    steps: readonly Step[],
    at: number,
    env: number[],
    relations: Relations,
    assumed: Relations,
    found: () => boolean,
  ): boolean {
    const step = steps[at];
    if (step === undefined) return found();
    const next = (): boolean => this.#run(steps, at + 1, env, relations, assumed, found);
    switch (step.kind) {
      case "test":
        return step.test(env) && next();
      case "copy":
        env[step.slot] = read(step.from, env);
        return next();
      case "each":
        for (const value of step.values) {
          env[step.slot] = value;
          if (next()) return true;
        }
        return false;
      case "not": {
        const yes = (): boolean => true;
        return !step.branches.some((inner) => this.#run(inner, 0, env, assumed, assumed, yes)) && next();
      }
      case "call": {
        const relation = relations.get(step.name);
        if (relation === undefined) return false;
        const rows = relation.find(step.args, step.mask, env);
        // What is added meanwhile is met again as something new.
        const { length } = rows;
        for (let i = 0; i < length; i++) if (bind(step, rows[i] as Row, env) && next()) return true;
        return false;
      }
    }
  }

  #compile(rule: Rule): void {
    const patterns = rule.params.flatMap(({ term, pattern, span }): Condition[] =>
      pattern === undefined ? [] : [{ kind: "matches", term, pattern, exact: false, span }],
    );
    for (const branch of branches(rule.body)) {
      const conditions = [...patterns, ...branch];
      const calls = branch.filter((condition) => condition.kind === "call");
      const name = `${rule.name}/${rule.params.length}`;
      const begin = (given: Condition | undefined): Plan => {
        const rest = conditions.filter((condition) => condition !== given);
        const outside = new Set(variablesOf({ params: rule.params }).map((variable) => variable.name));
        const plan = new Planning(this.#policy, this.#values, this.#codes, this.#all);
        const first = given?.kind === "call" ? plan.call(given) : undefined;
        const steps = plan.order(rest, outside);
        for (const { term } of rule.params) if (term.kind === "variable") steps.push(...plan.enumerate(term.name));
        const head = rule.params.map(({ term }) => plan.operand(term));
        // A parameter `_` is anything.
        head.forEach((operand, i) => {
          if (operand.kind !== "any") return;
          const slot = plan.slots++;
          steps.push({ kind: "each", slot, values: plan.anyOf(rule.params[i]?.pattern) });
          head[i] = { kind: "slot", slot };
        });
        return { name, head, given: first, steps, slots: plan.slots };
      };
      if (calls.length === 0) this.#starts.push(begin(undefined));
      for (const call of calls) {
        const key = `${call.name.text}/${call.args.length}`;
        this.#plans.set(key, [...(this.#plans.get(key) ?? []), begin(call)]);
      }
    }
  }
}

/** Puts the conditions of a branch into an order in which what is known comes first. */
class Planning {
  slots = 0;
  readonly #policy: Policy;
  readonly #values: readonly PlainValue[];
  readonly #codes: ReadonlyMap<string, number>;
  readonly #all: readonly number[];
  readonly #names = new Map<string, number>();
  readonly #bound = new Set<number>();

  constructor(
    policy: Policy,
    values: readonly PlainValue[],
    codes: ReadonlyMap<string, number>,
    all: readonly number[],
  ) {
    this.#policy = policy;
    this.#values = values;
    this.#codes = codes;
    this.#all = all;
  }

  operand(term: Term): Operand {
    if (term.kind !== "variable") return { kind: "value", value: this.#codes.get(keyOf(literal(term))) as number };
    if (term.name === "_") return { kind: "any" };
    let slot = this.#names.get(term.name);
    if (slot === undefined) this.#names.set(term.name, (slot = this.slots++));
    return { kind: "slot", slot };
  }

  /** Binds what the call leaves open. */
  call({ name, args }: Condition & { kind: "call" }): Step & { kind: "call" } {
    const operands = args.map((arg) => this.operand(arg));
    let mask = 0;
    const binds: [number, number, boolean][] = [];
    const fresh = new Set<number>();
    operands.forEach((operand, i) => {
      if (this.#isKnown(operand)) mask |= 1 << i;
      else if (operand.kind === "slot") {
        binds.push([i, operand.slot, fresh.has(operand.slot)]);
        fresh.add(operand.slot);
      }
    });
    for (const slot of fresh) this.#bound.add(slot);
    return { kind: "call", name: `${name.text}/${args.length}`, args: operands, mask, binds };
  }

  /** `outside`: variables that also occur elsewhere, so that a `not` may not choose them. */
  order(conditions: readonly Condition[], outside: ReadonlySet<string>): Step[] {
    const left = [...conditions];
    const steps: Step[] = [];
    while (left.length > 0) {
      const scores = left.map((condition) => this.#readiness(condition, left, outside));
      const best = scores.indexOf(Math.max(...scores));
      const [condition] = left.splice(best, 1);
      steps.push(...this.#steps(condition as Condition, [...left], outside));
    }
    return steps;
  }

  /** Every value of the domain for a variable that nothing has bound. */
  enumerate(name: string): Step[] {
    const operand = this.operand({ kind: "variable", name } as Term);
    if (operand.kind !== "slot" || this.#bound.has(operand.slot)) return [];
    this.#bound.add(operand.slot);
    return [{ kind: "each", slot: operand.slot, values: this.#all }];
  }

  anyOf(pattern: (Condition & { kind: "matches" })["pattern"] | undefined, exact = false): readonly number[] {
    if (pattern === undefined) return this.#all;
    const scene = { policy: this.#policy } as Scene;
    return this.#all.filter((code) => matches(this.#values[code] as PlainValue, pattern, scene, exact));
  }

  #isKnown(operand: Operand): boolean {
    return operand.kind === "value" || (operand.kind === "slot" && this.#bound.has(operand.slot));
  }

  #known(term: Term): boolean {
    return this.#isKnown(this.operand(term));
  }

  #readiness(condition: Condition, left: readonly Condition[], outside: ReadonlySet<string>): number {
    switch (condition.kind) {
      case "matches":
        if (condition.term.kind === "variable" && condition.term.name === "_") return 90;
        return this.#known(condition.term) ? 100 : 1;
      case "compare": {
        const known = Number(this.#known(condition.left)) + Number(this.#known(condition.right));
        if (condition.operator === "=") return known === 2 ? 100 : known === 1 ? 95 : 0;
        return known === 2 ? 100 : -1;
      }
      case "in":
        return this.#known(condition.element) ? 100 : 40;
      case "term":
        return 95;
      case "not":
        return this.#outer(condition, left, outside).every((name) => this.#known(variable(name))) ? 90 : -2;
      case "call": {
        const known = condition.args.filter((arg) => this.#known(arg)).length;
        return known === condition.args.length ? 80 : 50 + known;
      }
      default:
        throw new Error(`\`${condition.kind}\` is not in the fragment`);
    }
  }

  #outer(condition: Condition, left: readonly Condition[], outside: ReadonlySet<string>): string[] {
    const elsewhere = new Set(
      left.filter((other) => other !== condition).flatMap((body) => variablesOf({ body }).map(({ name }) => name)),
    );
    return variablesOf({ body: condition })
      .map(({ name }) => name)
      .filter((name) => name !== "_")
      .filter((name) => outside.has(name) || elsewhere.has(name) || this.#known(variable(name)));
  }

  #steps(condition: Condition, left: readonly Condition[], outside: ReadonlySet<string>): Step[] {
    const values = this.#values;
    const { test, choose } = {
      test: testing,
      choose: (term: Term) => (term.kind === "variable" ? this.enumerate(term.name) : []),
    };
    switch (condition.kind) {
      case "call":
        return [this.call(condition)];
      case "matches": {
        const { term, pattern, exact } = condition;
        if (term.kind === "variable" && term.name === "_") return [];
        const fits = new Set(this.anyOf(pattern, exact));
        const steps = choose(term);
        const operand = this.operand(term);
        return [...steps, test((env) => fits.has(read(operand, env)))];
      }
      case "in": {
        if (condition.collection.kind !== "list") throw new Error("not in the fragment");
        const items = condition.collection.items.map((item) => this.#codes.get(keyOf(literal(item))) as number);
        const element = this.operand(condition.element);
        if (this.#isKnown(element)) return [test((env) => items.includes(read(element, env)))];
        if (element.kind !== "slot") return items.length > 0 ? [] : [test(() => false)];
        this.#bound.add(element.slot);
        return [{ kind: "each", slot: element.slot, values: items }];
      }
      case "term":
        return this.#equal(condition.term, { kind: "boolean", value: true } as Term);
      case "compare": {
        if (condition.operator === "=") return this.#equal(condition.left, condition.right);
        const steps = [...choose(condition.left), ...choose(condition.right)];
        const left_ = this.operand(condition.left);
        const right = this.operand(condition.right);
        const { operator } = condition;
        const value = (operand: Operand, env: readonly number[]): PlainValue =>
          values[read(operand, env)] as PlainValue;
        return [...steps, test((env) => compare(operator, value(left_, env), value(right, env)))];
      }
      case "not": {
        const steps = this.#outer(condition, left, outside).flatMap((name) => this.enumerate(name));
        const before = new Set(this.#bound);
        const inner = branches(condition.item).map((branch) => {
          const ordered = this.order(branch, outside);
          this.#bound.clear();
          for (const slot of before) this.#bound.add(slot);
          return ordered;
        });
        return [...steps, { kind: "not", branches: inner }];
      }
      default:
        throw new Error(`\`${condition.kind}\` is not in the fragment`);
    }
  }

  #equal(one: Term, two: Term): Step[] {
    const [known, other] = this.#known(one) ? [one, two] : [two, one];
    const steps = this.#known(known) || known.kind !== "variable" ? [] : this.enumerate(known.name);
    const from = this.operand(known);
    const to = this.operand(other);
    if (this.#isKnown(to)) return [...steps, testing((env) => read(from, env) === read(to, env))];
    if (to.kind !== "slot") return steps;
    this.#bound.add(to.slot);
    return [...steps, { kind: "copy", slot: to.slot, from }];
  }
}

function testing(test: (env: readonly number[]) => boolean): Step {
  return { kind: "test", test };
}

function variable(name: string): Term {
  return { kind: "variable", name } as Term;
}

function compare(operator: string, a: PlainValue, b: PlainValue): boolean {
  const same = keyOf(a) === keyOf(b);
  switch (operator) {
    case "==":
      return same;
    case "!=":
      return !same;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

function read(operand: Operand, env: readonly number[]): number {
  return operand.kind === "slot" ? (env[operand.slot] as number) : operand.kind === "value" ? operand.value : -1;
}

/** Like `bind`, with the values that are known compared too. */
function take(step: Step & { kind: "call" }, row: Row, env: number[]): boolean {
  for (let i = 0; i < row.length; i++) {
    if ((step.mask >> i) & 1 && read(step.args[i] as Operand, env) !== row[i]) return false;
  }
  return bind(step, row, env);
}

function bind(step: Step & { kind: "call" }, row: Row, env: number[]): boolean {
  for (const [i, slot, repeated] of step.binds) {
    const value = row[i] as number;
    if (repeated && env[slot] !== value) return false;
    env[slot] = value;
  }
  return true;
}
