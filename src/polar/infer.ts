import type { CallCondition, Condition, Parameter, Term } from "./ast.js";
import {
  Environment,
  type Knowledge,
  knowledgeOf,
  knowledgeOfPattern,
  meet,
  nothingKnown,
  ofType,
  overlaps,
  sameKnowledge,
} from "./knowledge.js";
import type { TypeTable } from "./type-table.js";

/** One way in which a call can succeed: a signature, or the head of a rule. */
export interface Provider {
  readonly args: readonly Knowledge[];
}

/** What is known about the arguments of a predicate's answers; `undefined` when nothing is. */
export type Providers = (predicate: string, args: readonly Knowledge[]) => readonly Provider[] | undefined;

/** A call as it stands in a rule or a goal. */
export interface CallSite {
  readonly call: CallCondition;
  readonly args: readonly Knowledge[];
  /** Below a `not` or a `forall`. */
  readonly negated: boolean;
}

export interface Inference {
  readonly types: TypeTable;
  /** `undefined`: what calls say about their arguments does not count. */
  readonly providers: Providers | undefined;
}

/** What the head of a rule says about its variables. */
export function headEnvironment(inference: Inference, params: readonly Parameter[]): Environment {
  const environment = new Environment(inference.types);
  for (const param of params) {
    if (param.pattern === undefined) continue;
    narrow(inference, environment, param.term, knowledgeOfPattern(param.pattern, environment));
  }
  return environment;
}

/** What is known about each parameter of a head, from the head alone. */
export function headKnowledge(inference: Inference, params: readonly Parameter[]): Knowledge[] {
  const environment = headEnvironment(inference, params);
  return params.map((param) => {
    const known = knowledgeOf(param.term, environment);
    return param.pattern === undefined
      ? known
      : meet(inference.types, known, knowledgeOfPattern(param.pattern, environment));
  });
}

/**
 * The calls of a condition with what is known about their arguments from the whole conjunction they stand in, to their left and to
 * their right, outside of the negations around them. Adds to `environment` what the condition says about the variables outside of negations.
 */
export function inferCalls(inference: Inference, condition: Condition, environment: Environment): CallSite[] {
  const sites: CallSite[] = [];
  constrain(inference, condition, environment);
  visit(inference, condition, environment, false, sites);
  return sites;
}

/**
 * The calls of a condition with what is certain about their arguments whenever they run: from the head and from what stands to
 * their left. (A goal that waits runs later and then knows more.)
 */
export function inferCallsInOrder(inference: Inference, condition: Condition, environment: Environment): CallSite[] {
  const sites: CallSite[] = [];
  follow(inference, condition, environment, false, sites);
  return sites;
}

function visit(
  inference: Inference,
  condition: Condition,
  environment: Environment,
  negated: boolean,
  sites: CallSite[],
): void {
  switch (condition.kind) {
    case "and":
      for (const item of condition.items) visit(inference, item, environment, negated, sites);
      break;
    case "or":
      for (const item of condition.items) {
        const inside = environment.inner();
        constrain(inference, item, inside);
        visit(inference, item, inside, negated, sites);
      }
      break;
    case "not": {
      const inside = environment.inner();
      constrain(inference, condition.item, inside);
      visit(inference, condition.item, inside, true, sites);
      break;
    }
    case "forall": {
      const inside = environment.inner();
      constrain(inference, condition.condition, inside);
      visit(inference, condition.condition, inside, true, sites);
      constrain(inference, condition.action, inside);
      visit(inference, condition.action, inside, true, sites);
      break;
    }
    case "call":
      addSite(condition, environment, negated, sites);
      break;
    default:
  }
}

function follow(
  inference: Inference,
  condition: Condition,
  environment: Environment,
  negated: boolean,
  sites: CallSite[],
): void {
  switch (condition.kind) {
    case "and":
      for (const item of condition.items) follow(inference, item, environment, negated, sites);
      break;
    case "or": {
      const branches = condition.items.map((item) => {
        const inside = environment.inner();
        follow(inference, item, inside, negated, sites);
        return inside;
      });
      joinInto(environment, branches);
      break;
    }
    case "not":
      follow(inference, condition.item, environment.inner(), true, sites);
      break;
    case "forall": {
      const inside = environment.inner();
      follow(inference, condition.condition, inside, true, sites);
      follow(inference, condition.action, inside, true, sites);
      break;
    }
    case "call":
      addSite(condition, environment, negated, sites);
      constrainOnce(inference, condition, environment);
      break;
    default:
      constrainOnce(inference, condition, environment);
  }
}

function addSite(call: CallCondition, environment: Environment, negated: boolean, sites: CallSite[]): void {
  // With keyword arguments, which the parser has refused, it is not known what is called.
  if (call.keywords !== undefined && call.keywords.length > 0) return;
  sites.push({ call, args: call.args.map((arg) => knowledgeOf(arg, environment)), negated });
}

/**
 * Narrows the environment by a condition that holds, until nothing more follows. What the condition says itself comes before what
 * its calls imply, so that a call that contradicts it can be told.
 */
export function constrain(inference: Inference, condition: Condition, environment: Environment): void {
  constrainFully({ types: inference.types, providers: undefined }, condition, environment);
  if (inference.providers !== undefined) constrainFully(inference, condition, environment);
}

function constrainFully(inference: Inference, condition: Condition, environment: Environment): void {
  // Each round can only take types away; a chain of `x = y` needs one round for each link at most.
  for (let round = 0; round < 20; round++) {
    if (!constrainOnce(inference, condition, environment) || condition.kind !== "and") break;
  }
}

/** Answers whether anything became known. */
function constrainOnce(inference: Inference, condition: Condition, environment: Environment): boolean {
  switch (condition.kind) {
    case "and": {
      let changed = false;
      for (const item of condition.items) if (constrainOnce(inference, item, environment)) changed = true;
      return changed;
    }
    case "or": {
      // Once is enough here: going round is for the outermost conjunction, or nesting would multiply the rounds.
      const branches = condition.items.map((item) => {
        const inside = environment.inner();
        constrainOnce(inference, item, inside);
        return inside;
      });
      return joinInto(environment, branches);
    }
    case "compare":
      if (condition.operator !== "=" && condition.operator !== ":=" && condition.operator !== "==") return false;
      return equate(inference, condition.left, condition.right, environment);
    case "in": {
      const { element, collection } = condition;
      if (collection.kind !== "list" || collection.rest !== undefined) return false;
      let known: Knowledge | undefined;
      if (collection.items.length > 0) {
        const gathered = new Gathered();
        for (const item of collection.items) gathered.add(knowledgeOf(item, environment));
        known = gathered.result();
      }
      if (known !== undefined && isNumeric(known) && isNumeric(knowledgeOf(element, environment))) return false;
      return narrow(inference, environment, element, known ?? { types: new Set(), strings: undefined });
    }
    case "matches":
      if (condition.pattern.kind === "term-pattern") {
        return equate(inference, condition.term, condition.pattern.term, environment);
      }
      return narrow(inference, environment, condition.term, knowledgeOfPattern(condition.pattern, environment));
    case "call":
      return constrainByCall(inference, condition, environment);
    case "term":
      return narrow(inference, environment, condition.term, ofType("Boolean"));
    default:
      return false;
  }
}

function equate(inference: Inference, left: Term, right: Term, environment: Environment): boolean {
  const a = knowledgeOf(left, environment);
  const b = knowledgeOf(right, environment);
  // `1.0 = 1` holds, so equal numbers need not be of one type.
  if (isNumeric(a) && isNumeric(b)) return false;
  const changed = narrow(inference, environment, left, b);
  return narrow(inference, environment, right, a) || changed;
}

function isNumeric(knowledge: Knowledge): boolean {
  return knowledge.types?.has("Integer") === true || knowledge.types?.has("Float") === true;
}

function constrainByCall(inference: Inference, condition: CallCondition, environment: Environment): boolean {
  // Nothing can be learnt about arguments whose type is known exactly.
  if (inference.providers === undefined || isKnownExactly(condition, environment)) return false;
  const args = condition.args.map((arg) => knowledgeOf(arg, environment));
  const providers = inference.providers(condition.name.text, args);
  if (providers === undefined || providers.length === 0) return false;
  // Only variables of which more could be known.
  const open = [...args.keys()].filter((i) => condition.args[i]?.kind === "variable" && !isExact(args[i]));
  const learnt = new Map(open.map((i) => [i, new Gathered()]));
  let possible = false;
  for (const provider of providers) {
    if (!args.every((arg, i) => overlaps(inference.types, arg, provider.args[i] ?? nothingKnown))) continue;
    possible = true;
    for (const [i, gathered] of learnt) {
      gathered.add(meet(inference.types, args[i] as Knowledge, provider.args[i] ?? nothingKnown));
    }
  }
  if (!possible) return false;
  let changed = false;
  for (const [i, gathered] of learnt) {
    if (narrow(inference, environment, condition.args[i] as Term, gathered.result())) changed = true;
  }
  return changed;
}

function isKnownExactly({ args }: CallCondition, environment: Environment): boolean {
  for (const arg of args) if (arg.kind === "variable" && !isExact(environment.get(arg.name))) return false;
  return true;
}

/** What is known when one of many things holds: `join`, without a new set for each of them. */
class Gathered {
  readonly #types = new Set<string>();
  readonly #strings = new Set<string>();
  #anyType = false;
  #anyString = false;

  add({ types, strings }: Knowledge): void {
    if (types === undefined) this.#anyType = true;
    if (this.#anyType) return;
    for (const type of types ?? []) this.#types.add(type);
    if (strings !== undefined) for (const string of strings) this.#strings.add(string);
    else if (types?.has("String") === true) this.#anyString = true;
  }

  result(): Knowledge {
    if (this.#anyType) return nothingKnown;
    const strings = this.#anyString || !this.#types.has("String") ? undefined : this.#strings;
    return { types: this.#types, strings };
  }
}

function isExact(knowledge: Knowledge | undefined): boolean {
  if (knowledge?.types === undefined || knowledge.types.size > 1) return false;
  for (const type of knowledge.types) return type !== "Actor" && type !== "Resource";
  return true;
}

function narrow(inference: Inference, environment: Environment, term: Term, by: Knowledge): boolean {
  if (term.kind !== "variable" || by.types === undefined) return false;
  const before = environment.get(term.name);
  const after = before === undefined ? by : meet(inference.types, before, by);
  if (before !== undefined && sameKnowledge(before, after)) return false;
  environment.set(term.name, after);
  return true;
}

/** Keeps what all branches that can hold agree on. */
function joinInto(environment: Environment, branches: readonly Environment[]): boolean {
  const possible = branches.filter((branch) => !branch.isImpossible());
  const first = possible[0];
  if (first === undefined) return false;
  let changed = false;
  for (const [name, known] of first.own()) {
    let all = known;
    if (possible.length > 1) {
      const gathered = new Gathered();
      for (const branch of possible) gathered.add(branch.get(name) ?? nothingKnown);
      all = gathered.result();
    }
    if (all.types === undefined) continue;
    const before = environment.get(name);
    if (before !== undefined && sameKnowledge(before, all)) continue;
    environment.set(name, all);
    changed = true;
  }
  return changed;
}
