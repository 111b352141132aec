import { locationOf } from "../diagnostics/diagnostic.js";
import type { Condition, Term } from "../polar/ast.js";
import { describeSignature } from "../polar/fact-signatures.js";
import type { FactSignature, Policy, Rule, SignatureArgument } from "../polar/policy.js";
import { headText } from "../solver/trace.js";
import { anything, type Bindings, type Known, known, knownKey, knowsOf, meetHead, rulesOf } from "./reachable-rules.js";
import type { GrantQuestion, Grants } from "./types.js";

/** Strings that an argument may have; `undefined` when it may have any. */
type Texts = ReadonlySet<string> | undefined;

/**
 * Which actions some rule could grant: the least fixpoint of "a call's argument may be this string", from `allow`
 * through every predicate that its action is handed to.
 */
export class GrantableActions {
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

  /** What could grant this action: the rules that settle it, and the facts that are it. Sound in one direction: none, never. */
  grants({ action, actorType, resource }: GrantQuestion): Grants {
    const actor: Known = actorType === undefined ? anything : { kind: "entity", type: actorType, exact: true };
    const args: Known[] = [actor, { kind: "text", text: action }];
    if (typeof resource === "string") args.push({ kind: "text", text: resource });
    else if (resource !== undefined) args.push({ kind: "entity", type: resource.type, exact: true });
    const found = { rules: new Set<Rule>(), facts: new Set<string>() };
    this.#collect("allow", args, 1, found, new Set());
    const rules = [...found.rules]
      .sort((a, b) => a.order - b.order)
      .map((rule) => ({ rule: headText(rule).replace(/\s*;$/, ""), ...locationOf(rule.head) }));
    return { rules, facts: sorted(found.facts) };
  }

  /** Follows the action from rule to rule, as far as it is handed on. */
  #collect(
    predicate: string,
    args: readonly Known[],
    index: number,
    found: { readonly rules: Set<Rule>; readonly facts: Set<string> },
    seen: Set<string>,
  ): void {
    const key = `${predicate}#${index}(${args.map(knownKey).join(",")})`;
    if (seen.has(key)) return;
    seen.add(key);
    const action = args[index];
    const open = args.map((arg, i) => (i === index ? anything : arg));
    this.#solve(predicate, open, index);
    for (const rule of rulesOf(this.#policy, predicate, args.length)) {
      const bindings = meetHead(this.#policy, rule, args);
      if (bindings === undefined) continue;
      const texts = this.#grantedBy(rule, open, index);
      if (texts !== undefined && action?.kind === "text" && !texts.has(action.text)) continue;
      const name = rule.params[index]?.term;
      const handsOn = (variable: string, body: Condition): boolean =>
        rule.origin === "default" || this.#handsOn(variable, body);
      if (name?.kind !== "variable" || rule.body === undefined || !handsOn(name.name, rule.body)) {
        found.rules.add(rule);
        continue;
      }
      for (const call of callsWith(name.name, rule.body)) {
        const handed = call.args.map((arg) => known(arg, bindings));
        for (const [i, arg] of call.args.entries()) {
          if (arg.kind === "variable" && arg.name === name.name) this.#collect(call.name.text, handed, i, found, seen);
        }
      }
    }
    for (const signature of this.#policy.signatures.get(predicate) ?? []) {
      if (signature.args.length !== args.length || !fitsSignature(this.#policy, signature, args)) continue;
      found.facts.add(describeSignature(signature));
    }
  }

  /** Whether the condition leaves it to other rules which value the variable may have. */
  #handsOn(name: string, condition: Condition): boolean {
    switch (condition.kind) {
      case "and":
        return condition.items.some((item) => this.#handsOn(name, item));
      case "or":
        return condition.items.every((item) => this.#handsOn(name, item));
      case "call":
        return (
          condition.args.some((arg) => arg.kind === "variable" && arg.name === name) &&
          rulesOf(this.#policy, condition.name.text, condition.args.length).length > 0
        );
      default:
        return false;
    }
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

type Call = Condition & { readonly kind: "call" };

/** The calls that have to hold and take the variable. */
function callsWith(name: string, condition: Condition): readonly Call[] {
  if (condition.kind === "and" || condition.kind === "or") return condition.items.flatMap((i) => callsWith(name, i));
  if (condition.kind !== "call") return [];
  return condition.args.some((arg) => arg.kind === "variable" && arg.name === name) ? [condition] : [];
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

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
