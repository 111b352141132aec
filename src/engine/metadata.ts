import { createHash } from "node:crypto";
import type { Condition, Pattern, Term } from "../polar/ast.js";
import type { FactSignature, Policy, Rule, SignatureArgument, TypeInfo } from "../polar/policy.js";
import { anything, type Bindings, type Known, known, knownKey, knowsOf, meetHead } from "./reachable-rules.js";
import type { Misfits, PolicyMetadata, TypeMetadata } from "./types.js";

/** What tools need to know about a policy. Costs a walk over its rules per type: made once per policy, when first asked for. */
export function describePolicy(policy: Policy, misfits: Misfits): PolicyMetadata {
  const grantable = new GrantableActions(policy);
  const types: Record<string, TypeMetadata> = Object.create(null) as Record<string, TypeMetadata>;
  for (const info of policy.types.values()) types[info.name] = describeType(policy, info, grantable);
  return {
    hash: policyHash(policy),
    types,
    // No type can have the empty name.
    otherTypes: describeActions(policy, "", grantable),
    globalActions: grantable.globally(),
    globalRoles: sorted(policy.global?.roles ?? []),
    globalPermissions: sorted(policy.global?.permissions ?? []),
    warnings: policy.warnings,
    misfits,
  };
}

function policyHash(policy: Policy): string {
  const hash = createHash("sha256");
  for (const source of policy.sources) hash.update(JSON.stringify([source.name, source.text]));
  return hash.digest("hex").slice(0, 32);
}

function describeType(policy: Policy, info: TypeInfo, grantable: GrantableActions): TypeMetadata {
  return {
    kind: info.kind === "global" ? "resource" : info.kind,
    roles: sorted(info.roles),
    permissions: sorted(info.permissions),
    relations: Object.fromEntries([...info.relations].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...describeActions(policy, info.name, grantable),
  };
}

function describeActions(
  policy: Policy,
  type: string,
  grantable: GrantableActions,
): Pick<TypeMetadata, "actions" | "objectActions"> {
  const actions = grantable.on(type);
  const reads = (action: Known): boolean =>
    new ObjectReading(policy).possible("allow", [anything, action, { kind: "entity", type, exact: true }]);
  if (actions === "*") return { actions, objectActions: reads(anything) ? "*" : [] };
  return { actions, objectActions: actions.filter((action) => reads({ kind: "text", text: action })) };
}

// --- actions ----------------------------------------------------------------------------------------------------------

/** Strings that an argument may have; `undefined` when it may have any. */
type Texts = ReadonlySet<string> | undefined;

/**
 * Which actions some rule could grant: the least fixpoint of "a call's argument may be this string", from `allow`
 * through every predicate that its action is handed to.
 */
class GrantableActions {
  readonly #policy: Policy;
  readonly #found = new Map<string, { readonly compute: () => Texts; texts: Texts }>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  on(type: string): readonly string[] | "*" {
    return this.#solve("allow", [anything, anything, { kind: "entity", type, exact: true }], 1);
  }

  globally(): readonly string[] | "*" {
    return this.#solve("allow", [anything, anything], 1);
  }

  #solve(predicate: string, args: readonly Known[], index: number): readonly string[] | "*" {
    this.#ask(predicate, args, index);
    for (let changed = true; changed; ) {
      changed = false;
      const before = this.#found.size;
      for (const entry of [...this.#found.values()]) {
        const texts = entry.compute();
        if (texts?.size !== entry.texts?.size) changed = true;
        entry.texts = texts;
      }
      if (this.#found.size > before) changed = true;
    }
    const texts = this.#ask(predicate, args, index);
    return texts === undefined ? "*" : sorted(texts);
  }

  /** What is known so far; the question is remembered and answered in the next round. */
  #ask(predicate: string, args: readonly Known[], index: number): Texts {
    const key = `${predicate}#${index}(${args.map(knownKey).join(",")})`;
    const entry = this.#found.get(key);
    if (entry !== undefined) return entry.texts;
    this.#found.set(key, { compute: () => this.#compute(predicate, args, index), texts: new Set() });
    return new Set();
  }

  #compute(predicate: string, args: readonly Known[], index: number): Texts {
    const all = new Set<string>();
    for (const rule of rulesOf(this.#policy, predicate, args.length)) {
      const texts = this.#grantedBy(rule, args, index);
      if (texts === undefined) return undefined;
      for (const text of texts) all.add(text);
    }
    for (const signature of this.#policy.signatures.get(predicate) ?? []) {
      if (signature.args.length !== args.length || !fitsSignature(this.#policy, signature, args)) continue;
      const argument = signature.args[index];
      if (argument?.kind === "any") return undefined;
      if (argument?.kind !== "string") continue;
      if (argument.values === undefined) return undefined;
      for (const text of argument.values) all.add(text);
    }
    return all;
  }

  #grantedBy(rule: Rule, args: readonly Known[], index: number): Texts {
    const bindings = meetHead(this.#policy, rule, args);
    const parameter = rule.params[index];
    if (bindings === undefined || parameter === undefined) return new Set();
    const { term } = parameter;
    if (term.kind === "string") return new Set([term.value]);
    if (term.kind !== "variable") return term.kind === "constant" || term.kind === "dot" ? undefined : new Set();
    const value = bindings.get(term.name);
    if (value?.kind === "text") return new Set([value.text]);
    if (value?.kind === "entity") return value.type === "String" ? undefined : new Set();
    return rule.body === undefined ? undefined : this.#textsOf(term.name, rule.body, bindings);
  }

  /** Strings that the variable may have where the condition holds. */
  #textsOf(name: string, condition: Condition, bindings: Bindings): Texts {
    const is = (term: Term): boolean => term.kind === "variable" && term.name === name;
    switch (condition.kind) {
      case "and":
        return smallest(condition.items.map((item) => this.#textsOf(name, item, bindings)));
      case "or":
        return union(condition.items.map((item) => this.#textsOf(name, item, bindings)));
      case "compare":
        if (condition.operator !== "=" && condition.operator !== "==" && condition.operator !== ":=") return undefined;
        if (is(condition.left)) return literalTexts(condition.right);
        return is(condition.right) ? literalTexts(condition.left) : undefined;
      case "in":
        if (!is(condition.element) || condition.collection.kind !== "list" || condition.collection.rest !== undefined) {
          return undefined;
        }
        return union(condition.collection.items.map(literalTexts));
      case "matches":
        if (!is(condition.term) || condition.pattern.kind !== "term-pattern") return undefined;
        return literalTexts(condition.pattern.term);
      case "call": {
        const args = condition.args.map((arg) => known(arg, bindings));
        return smallest(condition.args.flatMap((arg, i) => (is(arg) ? [this.#ask(condition.name.text, args, i)] : [])));
      }
      default:
        return undefined;
    }
  }
}

function literalTexts(term: Term): Texts {
  if (term.kind === "string") return new Set([term.value]);
  if (term.kind === "variable" || term.kind === "constant" || term.kind === "dot") return undefined;
  return new Set();
}

function smallest(sets: readonly Texts[]): Texts {
  let best: Texts;
  for (const set of sets) if (set !== undefined && (best === undefined || set.size < best.size)) best = set;
  return best;
}

function union(sets: readonly Texts[]): Texts {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set) all.add(text);
  }
  return all;
}

function fitsSignature(policy: Policy, signature: FactSignature, args: readonly Known[]): boolean {
  return signature.args.every((argument, i) => fitsArgument(policy, argument, args[i] ?? anything));
}

function fitsArgument(policy: Policy, argument: SignatureArgument, value: Known): boolean {
  if (argument.kind === "any" || value.kind === "anything") return true;
  if (value.kind === "text") return argument.kind === "string" && (argument.values?.has(value.text) ?? true);
  return argument.kind === "entity" && knowsOf(policy, value, argument.type);
}

// --- properties ---------------------------------------------------------------------------------------------------------

/** Whether a question may read a property of an object that is not the actor, or one reached from the actor. */
class ObjectReading {
  readonly #policy: Policy;
  readonly #seen = new Set<string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** The first argument is the actor: its properties may be read, since questions always name it. */
  possible(predicate: string, args: readonly Known[]): boolean {
    return this.#call(predicate, args, [true]);
  }

  #call(predicate: string, args: readonly Known[], given: readonly boolean[]): boolean {
    const key = `${predicate}(${args.map((arg, i) => `${given[i] === true ? "!" : ""}${knownKey(arg)}`).join(",")})`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return rulesOf(this.#policy, predicate, args.length).some((rule) => this.#rule(rule, args, given));
  }

  #rule(rule: Rule, args: readonly Known[], given: readonly boolean[]): boolean {
    const bindings = meetHead(this.#policy, rule, args);
    if (bindings === undefined) return false;
    // Variables that stand for the actor or for what its properties hold.
    const own = new Set<string>();
    for (const [i, parameter] of rule.params.entries()) {
      if (given[i] === true && parameter.term.kind === "variable") own.add(parameter.term.name);
    }
    const isOwn = (term: Term): boolean => !reads(term, own) && isGiven(term, own);
    if (rule.body !== undefined) spread(rule.body, own);
    for (const parameter of rule.params) {
      const isActor = parameter.term.kind === "variable" && own.has(parameter.term.name);
      if (reads(parameter.term, own)) return true;
      if (!isActor && parameter.pattern !== undefined && hasFields(parameter.pattern)) return true;
    }
    return rule.body !== undefined && this.#condition(rule.body, bindings, own, isOwn);
  }

  #condition(condition: Condition, bindings: Bindings, own: Set<string>, isOwn: (term: Term) => boolean): boolean {
    const inside = (item: Condition): boolean => this.#condition(item, bindings, own, isOwn);
    switch (condition.kind) {
      case "and":
      case "or":
        return condition.items.some(inside);
      case "not":
        return inside(condition.item);
      case "forall":
        return inside(condition.condition) || inside(condition.action);
      case "compare":
        return reads(condition.left, own) || reads(condition.right, own);
      case "in":
        return reads(condition.element, own) || reads(condition.collection, own);
      case "matches":
        return reads(condition.term, own) || (hasFields(condition.pattern) && !isOwn(condition.term));
      case "call":
        return (
          condition.args.some((arg) => reads(arg, own)) ||
          this.#call(
            condition.name.text,
            condition.args.map((arg) => known(arg, bindings)),
            condition.args.map(isOwn),
          )
        );
      case "term":
        return reads(condition.term, own);
      case "print":
        return condition.args.some((arg) => reads(arg, own));
      case "cut":
      case "debug":
        return false;
    }
  }
}

/** `x = actor.team`, `x in actor.teams`: x holds what the actor's properties hold. */
function spread(condition: Condition, own: Set<string>): void {
  if (condition.kind === "and") for (const item of condition.items) spread(item, own);
  if (condition.kind === "compare" && (condition.operator === "=" || condition.operator === ":=")) {
    if (condition.left.kind === "variable" && isGiven(condition.right, own)) own.add(condition.left.name);
    else if (condition.right.kind === "variable" && isGiven(condition.left, own)) own.add(condition.right.name);
  }
  if (condition.kind === "in" && condition.element.kind === "variable" && isGiven(condition.collection, own)) {
    own.add(condition.element.name);
  }
}

/** Whether the term is the actor, or a dot that starts at it. */
function isGiven(term: Term, own: ReadonlySet<string>): boolean {
  if (term.kind === "variable") return own.has(term.name);
  return term.kind === "dot" && isGiven(term.target, own);
}

/** Whether the term has a dot on something other than the actor. */
function reads(term: Term, own: ReadonlySet<string>): boolean {
  switch (term.kind) {
    case "dot":
      return !isGiven(term.target, own) || (term.args?.some((arg) => reads(arg, own)) ?? false);
    case "list":
      return term.items.some((item) => reads(item, own));
    case "dictionary":
      return term.entries.some((entry) => reads(entry.value, own));
    case "new":
      return term.args.some((arg) => reads(arg, own));
    case "arithmetic":
      return reads(term.left, own) || reads(term.right, own);
    default:
      return false;
  }
}

function hasFields(pattern: Pattern): boolean {
  if (pattern.kind === "type-pattern") return pattern.fields !== undefined && pattern.fields.length > 0;
  if (pattern.kind === "list-pattern") return pattern.items.some(hasFields);
  return pattern.kind === "dictionary-pattern";
}

function rulesOf(policy: Policy, predicate: string, arity: number): readonly Rule[] {
  return policy.rules.get(`${predicate}/${arity}`) ?? [];
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
