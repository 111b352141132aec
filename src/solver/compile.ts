import type { Span } from "../diagnostics/source.js";
import type { Condition, DotTerm, ListTerm, Parameter, Pattern, PatternField, Term as Syntax } from "../polar/ast.js";
import type { Goal, Rule } from "../polar/policy.js";
import { variablesOf, walkCondition } from "../polar/walk.js";
import type { Filter, GoalCode, Op, RuleCode, Step } from "./code.js";
import type { Host } from "./create-host.js";
import type { Program } from "./program.js";
import { typeSet } from "./types.js";
import { Dictionary, Entity, List, type Term, type Value, type Variable, variable } from "./values.js";

export function hasCut(condition: Condition | undefined): boolean {
  let found = false;
  if (condition !== undefined) {
    walkCondition(condition, {
      condition: (inner) => {
        if (inner.kind === "cut") found = true;
      },
    });
  }
  return found;
}

export function compileRule(rule: Rule, program: Program, host: Host): RuleCode {
  const compiler = new Compiler(program, host, rule.params, rule.body, []);
  compiler.bindParameters(rule.params);
  for (const [i, param] of rule.params.entries()) compiler.parameter(i, param);
  const head = compiler.take();
  if (rule.body !== undefined) compiler.condition(rule.body);
  const body = compiler.take();
  return {
    rule,
    filters: rule.params.map((param) => compiler.filter(param)),
    slots: compiler.slots,
    start: chain([...head, ...body], undefined),
  };
}

export function compileGoal(goal: Goal, program: Program, host: Host): GoalCode {
  const compiler = new Compiler(program, host, [], goal.condition, goal.variables);
  compiler.condition(goal.condition);
  return {
    start: chain(compiler.take(), undefined),
    variables: goal.variables.map((name) => ({ name, slot: compiler.named(name) })),
    slots: compiler.slots,
    cuts: hasCut(goal.condition),
  };
}

function chain(ops: readonly Draft[], next: Step | undefined): Step | undefined {
  let step = next;
  for (let i = ops.length - 1; i >= 0; i--) step = (ops[i] as Draft)(step);
  return step;
}

/** An operation that learns late what follows it: branches of an `or` continue with it. */
type Draft = (next: Step | undefined) => Step;

/** One rule or goal on its way to a chain of steps. */
class Compiler {
  slots = 0;
  readonly #program: Program;
  readonly #host: Host;
  readonly #names = new Map<string, Variable>();
  readonly #parameters = new Set<string>();
  /** Variables that are part of the answer, wherever they occur. */
  readonly #asked: ReadonlySet<string>;
  /** How often each variable occurs in the whole rule. */
  readonly #occurrences = new Map<string, number>();
  readonly #cuts: boolean;
  #ops: Draft[] = [];

  constructor(
    program: Program,
    host: Host,
    params: readonly Parameter[],
    body: Condition | undefined,
    asked: readonly string[],
  ) {
    this.#asked = new Set(asked);
    this.#program = program;
    this.#host = host;
    this.#cuts = hasCut(body);
    for (const { name } of variablesOf({ params, body })) {
      this.#occurrences.set(name, (this.#occurrences.get(name) ?? 0) + 1);
    }
  }

  take(): Draft[] {
    const ops = this.#ops;
    this.#ops = [];
    return ops;
  }

  named(name: string): Variable {
    if (name === "_") return this.#fresh();
    let slot = this.#names.get(name);
    if (slot === undefined) {
      slot = this.#fresh();
      this.#names.set(name, slot);
    }
    return slot;
  }

  #fresh(): Variable {
    return variable(this.slots++);
  }

  #emit(op: Op): void {
    this.#ops.push((next) => ({ op, next }));
  }

  // --- heads -------------------------------------------------------------------------------------------------------

  /** The first slots are the parameters; one that is a plain variable gives its name to the slot. */
  bindParameters(params: readonly Parameter[]): void {
    this.slots = params.length;
    for (const [i, { term }] of params.entries()) {
      if (term.kind !== "variable" || term.name === "_") continue;
      this.#parameters.add(term.name);
      if (!this.#names.has(term.name)) this.#names.set(term.name, variable(i));
    }
  }

  parameter(index: number, param: Parameter): void {
    const slot = variable(index);
    if (param.term.kind !== "variable") {
      const term = this.term(param.term);
      this.#emit({ kind: "unify", left: slot, right: term, condition: false, span: param.span });
    } else if (param.term.name !== "_") {
      const name = this.named(param.term.name);
      if (name !== slot) this.#emit({ kind: "unify", left: slot, right: name, condition: false, span: param.span });
    }
    if (param.pattern !== undefined) this.#pattern(slot, param.pattern, false);
  }

  filter(param: Parameter): Filter {
    if (param.pattern === undefined) {
      const value = this.#constantOf(param.term);
      return value === undefined ? undefined : { value };
    }
    if (param.pattern.kind === "type-pattern") return { set: this.#program.types.within(param.pattern.type.text) };
    if (param.pattern.kind === "term-pattern") {
      const value = this.#constantOf(param.pattern.term);
      return value === undefined ? undefined : { value };
    }
    return undefined;
  }

  #constantOf(term: Syntax): Value | undefined {
    switch (term.kind) {
      case "integer":
      case "float":
      case "string":
      case "boolean":
        return term.value;
      case "nil":
        return null;
      case "entity":
        return new Entity(term.type.text, entityId(term.id.value));
      case "constant":
        return this.#host.constant(term.name);
      default:
        return undefined;
    }
  }

  // --- terms -------------------------------------------------------------------------------------------------------

  /** The term itself; what has to be computed is computed by goals emitted before it. */
  term(term: Syntax): Term {
    switch (term.kind) {
      case "variable":
        return this.named(term.name);
      case "list": {
        const items = term.items.map((item) => this.term(item));
        return new List(items, this.#rest(term.rest));
      }
      case "dictionary":
        return new Dictionary(term.entries.map((entry) => [entry.key.text, this.term(entry.value)] as const));
      case "arithmetic": {
        const left = this.term(term.left);
        const right = this.term(term.right);
        const out = this.#fresh();
        this.#emit({ kind: "arithmetic", operator: term.operator, left, right, out, span: term.span });
        return out;
      }
      case "dot":
        return this.#dot(term);
      case "new": {
        const args = term.args.map((arg) => this.term(arg));
        const out = this.#fresh();
        this.#emit({ kind: "new", type: term.type.text, args, out, span: term.span });
        return out;
      }
      case "now": {
        const out = this.#fresh();
        this.#emit({ kind: "now", out, span: term.span });
        return out;
      }
      default:
        return this.#constantOf(term) as Value;
    }
  }

  #rest(rest: ListTerm["rest"]): Variable | undefined {
    if (rest === undefined) return undefined;
    const slot = rest.kind === "variable" ? this.named(rest.name) : this.#fresh();
    if (rest.kind === "constant") {
      this.#emit({ kind: "unify", left: slot, right: this.term(rest), condition: false, span: rest.span });
    }
    this.#emit({ kind: "type", term: slot, set: listType, span: rest.span });
    return slot;
  }

  #dot(term: DotTerm): Variable {
    const target = this.term(term.target);
    const member = term.member.kind === "name" ? term.member.text : this.term(term.member);
    const args = term.args?.map((arg) => this.term(arg));
    const out = this.#fresh();
    this.#emit({ kind: "dot", target, member, args, out, span: term.span });
    return out;
  }

  // --- patterns ----------------------------------------------------------------------------------------------------

  #pattern(target: Term, pattern: Pattern, exact: boolean): void {
    switch (pattern.kind) {
      case "term-pattern": {
        const term = this.term(pattern.term);
        this.#emit({ kind: "unify", left: target, right: term, condition: false, span: pattern.span });
        break;
      }
      case "type-pattern": {
        const types = this.#program.types;
        const set = exact ? types.exactly(pattern.type.text) : types.within(pattern.type.text);
        this.#emit({ kind: "type", term: target, set, span: pattern.span });
        this.#fields(target, pattern.fields ?? []);
        break;
      }
      case "dictionary-pattern":
        this.#emit({ kind: "record", target, span: pattern.span });
        this.#fields(target, pattern.fields);
        break;
      case "list-pattern": {
        const items = pattern.items.map(() => this.#fresh());
        const rest = this.#rest(pattern.rest);
        this.#emit({ kind: "unify", left: target, right: new List(items, rest), condition: false, span: pattern.span });
        for (const [i, item] of pattern.items.entries()) this.#pattern(items[i] as Term, item, false);
        break;
      }
    }
  }

  #fields(target: Term, fields: readonly PatternField[]): void {
    for (const { key, pattern } of fields) {
      const out = this.#fresh();
      this.#emit({ kind: "field", target, key: key.text, out, span: key.span });
      this.#pattern(out, pattern, false);
    }
  }

  // --- conditions --------------------------------------------------------------------------------------------------

  condition(condition: Condition): void {
    const scoped = condition.parens === true && hasCut(condition);
    if (scoped || (condition.kind === "or" && hasCut(condition))) {
      this.#emit({ kind: "enter", span: condition.span });
      this.#inner(condition);
      this.#emit({ kind: "leave", span: condition.span });
    } else {
      this.#inner(condition);
    }
  }

  #inner(condition: Condition): void {
    switch (condition.kind) {
      case "and":
        for (const item of condition.items) this.condition(item);
        break;
      case "or":
        this.#or(condition.items, condition.span);
        break;
      case "not":
        this.#not([condition.item], condition.span);
        break;
      case "forall": {
        const { action } = condition;
        const span = condition.span;
        this.#not([condition.condition, { kind: "not", item: action, span: action.span }], span);
        break;
      }
      case "compare":
        this.#compare(condition);
        break;
      case "in": {
        const element = this.term(condition.element);
        const collection = this.term(condition.collection);
        this.#emit({ kind: "in", element, collection, span: condition.span });
        break;
      }
      case "matches":
        this.#pattern(this.term(condition.term), condition.pattern, condition.exact);
        break;
      case "call": {
        const args = condition.args.map((arg) => this.term(arg));
        const predicate = this.#program.predicate(condition.name.text, args.length);
        this.#emit({ kind: "call", predicate, args, whole: this.#cuts, span: condition.span });
        break;
      }
      case "cut":
        this.#emit({ kind: "cut", span: condition.span });
        break;
      case "print": {
        const args = condition.args.map((arg) => this.term(arg));
        this.#emit({ kind: "print", args, span: condition.span });
        break;
      }
      case "debug":
        break;
      case "term": {
        const computed = condition.term.kind === "dot" || condition.term.kind === "arithmetic";
        this.#emit({ kind: "test", term: this.term(condition.term), computed, span: condition.span });
        break;
      }
    }
  }

  #compare(condition: Condition & { kind: "compare" }): void {
    const { operator, span } = condition;
    if (operator === ":=") {
      if (condition.left.kind !== "variable") return;
      const name = condition.left.name;
      const value = this.term(condition.right);
      const target = this.named(name);
      this.#emit({ kind: "assign", target, value, parameter: this.#parameters.has(name), span });
      return;
    }
    const left = this.term(condition.left);
    const right = this.term(condition.right);
    if (operator === "=") this.#emit({ kind: "unify", left, right, condition: true, span });
    else this.#emit({ kind: "compare", operator, left, right, span });
  }

  #or(branches: readonly Condition[], span: Span): void {
    const before = this.take();
    const drafts = branches.map((branch) => {
      // Parentheses around a whole branch add nothing: a cut in it commits to the branch.
      if (branch.kind === "or") this.condition(branch);
      else this.#inner(branch);
      return this.take();
    });
    this.#ops = before;
    const outside = this.#alsoOutside(branches);
    const live = [...outside.keys()].filter((name) => outside.get(name) === true || this.#asked.has(name));
    const join: Op = { kind: "join", live: live.map((name) => this.named(name)), span };
    this.#ops.push((next) => {
      const after = next === undefined ? undefined : { op: join, next };
      const chains = drafts.map((draft) => chain(draft, after));
      return { op: { kind: "or", branches: chains, joins: after !== undefined, span }, next: undefined };
    });
  }

  /** The variables of some conditions, and whether each also occurs elsewhere in the rule. */
  #alsoOutside(conditions: readonly Condition[]): ReadonlyMap<string, boolean> {
    const inside = new Map<string, number>();
    for (const item of conditions) {
      for (const { name } of variablesOf({ body: item })) {
        if (name !== "_") inside.set(name, (inside.get(name) ?? 0) + 1);
      }
    }
    return new Map([...inside].map(([name, count]) => [name, count < (this.#occurrences.get(name) ?? 0)]));
  }

  #not(items: readonly Condition[], span: Span): void {
    const before = this.take();
    for (const item of items) this.condition(item);
    const body = chain(this.take(), undefined);
    this.#ops = before;
    const outside = this.#alsoOutside(items);
    const outer = [...outside.keys()].filter((name) => outside.get(name) === true).map((name) => this.named(name));
    this.#emit({ kind: "not", body, outer, span });
  }
}

const listType = typeSet(["List"]);

function entityId(value: string | bigint | number | boolean): string {
  return String(value);
}
