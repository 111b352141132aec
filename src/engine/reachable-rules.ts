import type { Condition, Parameter, Pattern, Term } from "../polar/ast.js";
import type { Policy, Rule } from "../polar/policy.js";

/*
 * What is known about an argument before any fact is: enough to tell which rules a question can reach. Everything here
 * errs towards "possible".
 */

export type Known =
  /** Anything at all. */
  | { readonly kind: "anything" }
  /** Exactly this string. */
  | { readonly kind: "text"; readonly text: string }
  /** An entity or object: of this very type when `exact`, else of the type or a subtype. */
  | { readonly kind: "entity"; readonly type: string; readonly exact: boolean };

export const anything: Known = { kind: "anything" };

/** What is known of each variable of a rule once its head has met the arguments of a call. */
export type Bindings = Map<string, Known>;

/** The rules of a predicate, in the policy's order. */
export function rulesOf(policy: Policy, predicate: string, arity: number): readonly Rule[] {
  return policy.rules.get(`${predicate}/${arity}`) ?? [];
}

/** The bindings of a rule for a call, `undefined` when its head cannot fit. */
export function meetHead(policy: Policy, rule: Rule, args: readonly Known[]): Bindings | undefined {
  const bindings: Bindings = new Map();
  for (const [i, parameter] of rule.params.entries()) {
    if (!meetParameter(policy, parameter, args[i] ?? anything, bindings)) return undefined;
  }
  if (rule.body !== undefined) refine(policy, rule.body, bindings);
  return bindings;
}

/** What is known of a term under the bindings. */
export function known(term: Term, bindings: Bindings): Known {
  switch (term.kind) {
    case "variable":
      return bindings.get(term.name) ?? anything;
    case "string":
      return { kind: "text", text: term.value };
    case "entity":
      return { kind: "entity", type: term.type.text, exact: true };
    default:
      return anything;
  }
}

/** A text that is the same for equal knowledge. */
export function knownKey(value: Known): string {
  if (value.kind === "anything") return "*";
  return value.kind === "text" ? JSON.stringify(value.text) : `${value.exact ? "=" : "<"}${value.type}`;
}

export function knowsOf(policy: Policy, value: Known, type: string): boolean {
  if (value.kind === "anything") return true;
  if (value.kind === "text") return type === "String";
  return compatible(policy, value, type);
}

function meetParameter(policy: Policy, parameter: Parameter, arg: Known, bindings: Bindings): boolean {
  const { term, pattern } = parameter;
  if (term.kind === "variable") {
    const refined = pattern === undefined ? arg : meetPattern(policy, pattern, arg);
    if (refined === undefined) return false;
    const earlier = bindings.get(term.name);
    const both = earlier === undefined ? refined : meet(policy, earlier, refined);
    if (both === undefined) return false;
    bindings.set(term.name, both);
    return true;
  }
  return meetTerm(policy, term, arg);
}

function meetTerm(policy: Policy, term: Term, arg: Known): boolean {
  if (arg.kind === "anything") return true;
  switch (term.kind) {
    case "string":
      return arg.kind === "text" && arg.text === term.value;
    case "entity":
      return arg.kind === "entity" && compatible(policy, arg, term.type.text);
    case "variable":
    case "constant":
    case "dot":
    case "new":
      return true;
    default:
      // Numbers, booleans, nil, lists, dictionaries, arithmetic: neither a string nor an entity.
      return false;
  }
}

function meetPattern(policy: Policy, pattern: Pattern, arg: Known): Known | undefined {
  switch (pattern.kind) {
    case "term-pattern":
      if (!meetTerm(policy, pattern.term, arg)) return undefined;
      return pattern.term.kind === "string" || pattern.term.kind === "entity" ? known(pattern.term, new Map()) : arg;
    case "type-pattern":
      return meetType(policy, arg, pattern.type.text);
    case "dictionary-pattern":
      return arg.kind === "text" ? undefined : arg;
    case "list-pattern":
      return arg.kind === "anything" ? arg : undefined;
  }
}

function meetType(policy: Policy, arg: Known, type: string): Known | undefined {
  if (arg.kind === "text") return type === "String" ? arg : undefined;
  if (type === "Actor" || type === "Resource") {
    if (arg.kind === "anything") return arg;
    return compatible(policy, arg, type) ? arg : undefined;
  }
  if (arg.kind === "anything") return { kind: "entity", type, exact: false };
  if (!compatible(policy, arg, type)) return undefined;
  return arg.exact || isSubtype(policy, arg.type, type) ? arg : { kind: "entity", type, exact: false };
}

function meet(policy: Policy, a: Known, b: Known): Known | undefined {
  if (a.kind === "anything") return b;
  if (b.kind === "anything") return a;
  if (a.kind === "text" || b.kind === "text") {
    return a.kind === "text" && b.kind === "text" && a.text === b.text ? a : undefined;
  }
  if (b.exact) return compatible(policy, a, b.type) ? b : undefined;
  return meetType(policy, a, b.type);
}

/** `x matches T` anywhere in the conjunction that is the body says what x is. */
function refine(policy: Policy, condition: Condition, bindings: Bindings): void {
  if (condition.kind === "and") for (const item of condition.items) refine(policy, item, bindings);
  if (condition.kind !== "matches" || condition.term.kind !== "variable") return;
  const refined = meetPattern(policy, condition.pattern, bindings.get(condition.term.name) ?? anything);
  if (refined !== undefined) bindings.set(condition.term.name, refined);
}

function compatible(policy: Policy, value: Known & { readonly kind: "entity" }, type: string): boolean {
  if (isSubtype(policy, value.type, type)) return true;
  if (value.exact) return false;
  // Some subtype of both may exist only as long as one is below the other, or a third type extends both.
  if (isSubtype(policy, type, value.type)) return true;
  for (const info of policy.types.values()) {
    if (info.ancestors.includes(value.type) && isSubtype(policy, info.name, type)) return true;
  }
  return false;
}

function isSubtype(policy: Policy, type: string, above: string): boolean {
  if (type === above) return true;
  const info = policy.types.get(type);
  // A type that the policy does not declare: only rules for anything, or for it by name, can apply. It may be an actor.
  if (info === undefined) return false;
  if (above === "Resource") return info.kind !== "host" || hasBlock(policy, info.ancestors);
  if (above === "Actor") return info.ancestors.some((name) => policy.types.get(name)?.kind === "actor");
  return info.ancestors.includes(above);
}

function hasBlock(policy: Policy, names: readonly string[]): boolean {
  return names.some((name) => policy.types.get(name)?.kind !== "host");
}
