import type { Condition, Parameter, Pattern, Term } from "../../polar/ast.js";
import type { Policy, Rule } from "../../polar/policy.js";
import type { Types } from "../types.js";
import { type Clause, clausesOf } from "./clauses.js";
import { type Known, knownValue, meet, type TypeNames } from "./known.js";
import { type Shape, ShapeIndex } from "./shape-index.js";

/**
 * The clauses of a policy, found by what is known of a call's arguments. A question reaches few of the rules of a large policy:
 * rules are put in order when their predicate is first asked for, and made into clauses when they are first found.
 */
export class ClauseTable {
  readonly #policy: Policy;
  readonly #types: Types;
  readonly #definitions = new Map<string, (ShapeIndex<Definition> | undefined)[]>();
  #texts: ReadonlySet<string> | undefined;

  constructor(policy: Policy, types: Types) {
    this.#policy = policy;
    this.#types = types;
  }

  /** The clauses of the rules that can meet such arguments, and perhaps some of others. */
  find(predicate: string, args: readonly Known[]): Clause[] {
    const found: Clause[] = [];
    for (const definition of this.#definitionsOf(predicate, args.length).find(args)) {
      definition.clauses ??= clausesOf(definition.rule, this.#headOf(definition));
      for (const clause of definition.clauses) found.push(clause);
    }
    return found;
  }

  /** How many rules were made into clauses so far. */
  get flattened(): number {
    let count = 0;
    for (const arities of this.#definitions.values())
      for (const index of arities) for (const { clauses } of index?.things ?? []) if (clauses !== undefined) count++;
    return count;
  }

  /** The strings of the rules that a variable can be given or compared with. */
  texts(): ReadonlySet<string> {
    if (this.#texts === undefined) {
      const texts = new Set<string>();
      for (const rules of this.#policy.rules.values()) for (const rule of rules) addTexts(rule, texts);
      this.#texts = texts;
    }
    return this.#texts;
  }

  #definitionsOf(predicate: string, arity: number): ShapeIndex<Definition> {
    let arities = this.#definitions.get(predicate);
    if (arities === undefined) this.#definitions.set(predicate, (arities = []));
    let index = arities[arity];
    if (index === undefined) {
      index = arities[arity] = new ShapeIndex<Definition>(arity, (definition) => this.#headOf(definition));
      for (const rule of this.#policy.rules.get(`${predicate}/${arity}`) ?? []) {
        const name = rule.params[1]?.term;
        index.add({ rule, head: undefined, clauses: undefined }, name?.kind === "string" ? name.value : undefined);
      }
    }
    return index;
  }

  #headOf(definition: Definition): readonly Shape[] {
    return (definition.head ??= this.#shapesOf(definition.rule.params));
  }

  /** What a head says of its arguments outright. */
  #shapesOf(params: readonly Parameter[]): Shape[] {
    return params.map(({ term }): Shape => {
      if (term.kind === "variable") return { types: this.#typesOfVariable(term.name, params), text: undefined };
      if (term.kind === "string" || term.kind === "integer" || term.kind === "boolean") return knownValue(term.value);
      if (term.kind === "entity" && term.id.kind === "string")
        return knownValue({ type: term.type.text, id: term.id.value });
      return { types: undefined, text: undefined };
    });
  }

  /** A variable may stand in a head twice, each time with a type. */
  #typesOfVariable(name: string, params: readonly Parameter[]): TypeNames {
    let types: TypeNames;
    for (const { term, pattern } of params)
      if (term.kind === "variable" && term.name === name) types = meet(types, this.#typesOf(pattern));
    return types;
  }

  #typesOf(pattern: Pattern | undefined): TypeNames {
    if (pattern?.kind !== "type-pattern" || pattern.fields !== undefined) return undefined;
    return this.#types.within(pattern.type.text).names;
  }
}

interface Definition {
  readonly rule: Rule;
  head: readonly Shape[] | undefined;
  clauses: readonly Clause[] | undefined;
}

function addTexts(rule: Rule, texts: Set<string>): void {
  const see = (term: Term): void => {
    if (term.kind === "string") texts.add(term.value);
  };
  const walk = (condition: Condition): void => {
    switch (condition.kind) {
      case "and":
      case "or":
        for (const item of condition.items) walk(item);
        break;
      case "not":
        walk(condition.item);
        break;
      case "forall":
        walk(condition.condition);
        walk(condition.action);
        break;
      case "call":
        for (const arg of condition.args) see(arg);
        break;
      case "compare":
        if (condition.operator !== "=") break;
        see(condition.left);
        see(condition.right);
        break;
      case "in":
        if (condition.collection.kind === "list") for (const item of condition.collection.items) see(item);
        break;
      case "matches":
        if (condition.pattern.kind === "term-pattern") see(condition.pattern.term);
        break;
      default:
    }
  };
  for (const { term, pattern } of rule.params) {
    see(term);
    if (pattern?.kind === "term-pattern") see(pattern.term);
  }
  if (rule.body !== undefined) walk(rule.body);
}
