import type { Span } from "../diagnostics/source.js";
import { builtinSignatures, knowledgeOfArgument, mayBeInFact } from "./fact-signatures.js";
import { type CallSite, constrain, headEnvironment, headKnowledge, type Inference, inferCalls } from "./infer.js";
import { type Environment, type Knowledge, knowledgeOf, knowledgeOfPattern, meet, nothingKnown } from "./knowledge.js";
import type { FactSignature, Policy, Rule, TypeInfo } from "./policy.js";
import { type PredicateUses, UsesTable } from "./predicate-uses.js";
import { maxFactArguments, nameKinds, neverFacts, type PredicateTable } from "./predicates.js";
import { SignatureCollector } from "./signature-collector.js";
import { isSubtype, type TypeTable } from "./type-table.js";

/** What inference found out about a policy's predicates. */
export interface SignatureInference {
  /** For looking into conditions further: rules and goals, with the signatures of all predicates known. */
  readonly inference: Inference;
  /** By predicate, all arities: what may be told (reference, section 13). */
  readonly signatures: ReadonlyMap<string, readonly FactSignature[]>;
  /** Calls that could be looked up nowhere: no rule, no `declare`, no signature that could be inferred. In order. */
  readonly unresolved: readonly Unresolved[];
  /** Calls of predicates that exist with other arities only. */
  readonly wrongArity: readonly CallSite[];
  /** Fact predicates known from their uses alone, with their first use. */
  readonly inferred: ReadonlyMap<string, CallSite>;
  /** Calls in the bodies of the rules that were looked into, in order. */
  readonly sites: ReadonlyMap<Rule, readonly CallSite[]>;
  readonly environments: ReadonlyMap<Rule, Environment>;
  /** Whether there were more combinations of types than can be kept; where. */
  readonly overflow: Span | undefined;
}

export interface Unresolved {
  readonly rule: Rule;
  readonly site: CallSite;
  /** Index of the first argument whose type is not known or cannot be that of a fact. */
  readonly argument: number | undefined;
}

/**
 * Infers what the facts of a policy look like (reference, section 13.2): from each call in the body of a rule, from heads, from
 * `declare` and from the blocks. What is learnt about one predicate may say something about another, so it goes on until nothing
 * new is learnt; knowledge about a predicate only ever grows.
 */
export function inferSignatures(input: {
  readonly rules: readonly Rule[];
  readonly types: TypeTable;
  readonly global: TypeInfo | undefined;
  readonly declared: readonly FactSignature[];
  /** The predicates of the rules and the declarations. */
  readonly predicates: PredicateTable;
  /** Unknown arguments may be anything, except below a `not`. */
  readonly lenient: boolean;
}): SignatureInference {
  const { rules, types, predicates } = input;
  const uses = new UsesTable();
  /** The rule that is being looked into. */
  let reader: Rule | undefined;
  const inference: Inference = {
    types,
    providers: (predicate, args) => {
      if (reader !== undefined) uses.of(predicate, args.length).readers.add(reader);
      return uses.get(predicate, args.length)?.providersFor(args);
    },
  };

  // Shorthand says itself of which type everything is.
  const bare: Inference = { types, providers: undefined };
  const builtin = builtinSignatures(types, input.global);
  for (const { predicate, args } of builtin) uses.of(predicate, args.length).addNew(args.map(knowledgeOfArgument));
  for (const { predicate, args } of input.declared) uses.of(predicate, args.length).add(args.map(knowledgeOfArgument));
  for (const rule of rules) {
    // What shorthand says of has_role and its like, the blocks have said already.
    if (rule.origin === "shorthand") continue;
    uses.of(rule.name, rule.params.length).add(simplified(rule.name, headKnowledge(inference, rule.params)));
  }

  const sites = new Map<Rule, readonly CallSite[]>();
  const environments = new Map<Rule, Environment>();
  const pending = new Set<Rule>();
  for (const rule of rules) {
    if (rule.body === undefined || (rule.origin !== "written" && !callsFacts(rule))) continue;
    pending.add(rule);
  }
  const worthwhile = [...pending];
  for (const rule of pending) {
    pending.delete(rule);
    reader = rule;
    const environment = headEnvironment(inference, rule.params);
    const found = inferCalls(
      rule.origin === "shorthand" ? bare : inference,
      rule.body as NonNullable<Rule["body"]>,
      environment,
    );
    sites.set(rule, found);
    environments.set(rule, environment);
    for (const { call, args } of found) {
      const name = call.name.text;
      if (!mayAddShape(types, name, args) || predicates.hasOtherArity(name, args.length)) continue;
      const entry = uses.of(name, args.length);
      if (entry.knows(args)) continue;
      if (args.some((arg) => arg.types === undefined)) entry.readers.add(rule);
      let changed = false;
      for (let i = 0; i < args.length; i++) if (entry.addPosition(i, args[i]?.types)) changed = true;
      const full = filled(entry, args, input.lenient);
      if (full !== undefined && entry.add(simplified(name, full))) changed = true;
      if (!changed) continue;
      for (const other of entry.readers) pending.add(other);
      // Who looks again will be among them again.
      entry.readers.clear();
    }
  }
  reader = undefined;

  const collector = new SignatureCollector(builtin, input.declared);
  const unresolved: Unresolved[] = [];
  const wrongArity: CallSite[] = [];
  const inferred = new Map<string, CallSite>();
  for (const rule of worthwhile) {
    for (const site of sites.get(rule) ?? []) {
      const { call, args } = site;
      if (predicates.hasOtherArity(call.name.text, args.length)) {
        wrongArity.push(site);
        continue;
      }
      const entry = uses.of(call.name.text, args.length);
      if (!mayAddShape(types, call.name.text, args)) continue;
      const full = args.length > maxFactArguments ? undefined : filled(entry, args, input.lenient && !site.negated);
      if (full !== undefined && args.length > 0) {
        collector.add(call.name.text, full, call.span);
        const known = predicates.has(call.name.text, args.length);
        if (!known && !inferred.has(call.name.text)) inferred.set(call.name.text, site);
      } else if (!predicates.has(call.name.text, args.length))
        unresolved.push({ rule, site, argument: firstUnknown(entry, args) });
    }
  }
  for (const rule of rules) addHead(rule, environments.get(rule), inference, input.lenient, collector);
  return {
    inference,
    signatures: collector.signatures,
    unresolved,
    wrongArity,
    inferred,
    sites,
    environments,
    overflow: collector.overflow,
  };
}

/** Heads count as uses too: who asks about a derived predicate may tell facts of it as well. */
function addHead(
  rule: Rule,
  known: Environment | undefined,
  inference: Inference,
  lenient: boolean,
  collector: SignatureCollector,
): void {
  if (rule.origin !== "written" || rule.params.length === 0 || rule.params.length > maxFactArguments) return;
  const environment = known ?? headEnvironment(inference, rule.params);
  if (known === undefined && rule.body !== undefined) constrain(inference, rule.body, environment);
  const args = rule.params.map((param) => {
    const term = knowledgeOf(param.term, environment);
    if (param.pattern === undefined) return term;
    return meet(inference.types, term, knowledgeOfPattern(param.pattern, environment));
  });
  if (!mayAddShape(inference.types, rule.name, args)) return;
  if (!lenient && args.some((arg) => arg.types === undefined)) return;
  collector.add(rule.name, args, rule.head);
}

/** Whether calling it says anything about facts: `allow` is never one, and what the blocks declare is not made wider by its uses. */
function mayAddShape(types: TypeTable, name: string, args: readonly Knowledge[]): boolean {
  if (neverFacts.has(name)) return false;
  if (!nameKinds.has(name)) return true;
  const [, second, third] = args;
  if (name === "has_relation" || second?.types === undefined || second.types.has("String")) {
    if (args.length !== 3 || third?.types === undefined) return false;
    return name !== "has_relation" && ![...third.types].some((type) => isSubtype(types, type, "Resource"));
  }
  return true;
}

function callsFacts(rule: Rule): boolean {
  return rule.origin === "shorthand" && rule.body !== undefined && mentionsOther(rule.body);
}

function mentionsOther(condition: NonNullable<Rule["body"]>): boolean {
  if (condition.kind === "and" || condition.kind === "or") return condition.items.some(mentionsOther);
  return (
    condition.kind === "call" &&
    condition.name.text !== "has_role" &&
    condition.name.text !== "has_permission" &&
    condition.name.text !== "has_relation"
  );
}

/** Strings are told apart only where they are names that blocks declare. */
function simplified(name: string, args: readonly Knowledge[]): Knowledge[] {
  return args.map((arg, i) => {
    if (arg.strings === undefined || (i === 1 && nameKinds.has(name))) return arg;
    return { types: arg.types, strings: undefined };
  });
}

/** The arguments with what the predicate's other uses say in place of what is not known; `undefined` if some stay unknown. */
function filled(entry: PredicateUses, args: readonly Knowledge[], lenient: boolean): Knowledge[] | undefined {
  const full: Knowledge[] = [];
  for (const [i, arg] of args.entries()) {
    const own = factTypes(arg);
    const types = own !== undefined && own.size > 0 ? own : arg.types === undefined ? entry.positions[i] : undefined;
    if (types !== undefined && types.size > 0) full.push({ types: new Set(types), strings: undefined });
    else if (arg.types?.size === 0) full.push(arg);
    else if (lenient) full.push(nothingKnown);
    else return undefined;
  }
  return full;
}

function factTypes(known: Knowledge): Set<string> | undefined {
  if (known.types === undefined) return undefined;
  return new Set([...known.types].filter(mayBeInFact));
}

function firstUnknown(entry: PredicateUses, args: readonly Knowledge[]): number | undefined {
  const index = args.findIndex((arg, i) => {
    if (arg.types === undefined) return (entry.positions[i]?.size ?? 0) === 0;
    return arg.types.size > 0 && factTypes(arg)?.size === 0;
  });
  return index < 0 ? undefined : index;
}

const inferences = new WeakMap<object, Inference>();

/** What a loaded policy knows about its predicates, for looking into goals. */
export function inferenceOf(policy: Pick<Policy, "types" | "rules" | "signatures">): Inference {
  let inference = inferences.get(policy);
  if (inference === undefined) {
    const uses = new UsesTable();
    const providers: Inference["providers"] = (predicate, args) => uses.get(predicate, args.length)?.providersFor(args);
    inference = { types: policy.types, providers };
    for (const signatures of policy.signatures.values()) {
      for (const { predicate, args } of signatures) uses.of(predicate, args.length).add(args.map(knowledgeOfArgument));
    }
    for (const rules of policy.rules.values()) {
      for (const rule of rules) {
        if (rule.origin === "shorthand") continue;
        uses.of(rule.name, rule.params.length).add(simplified(rule.name, headKnowledge(inference, rule.params)));
      }
    }
    inferences.set(policy, inference);
  }
  return inference;
}
