import type { Span } from "../diagnostics/source.js";
import type { DeclareStatement } from "./ast.js";
import {
  type CallSite,
  constrain,
  headEnvironment,
  headKnowledge,
  type Inference,
  inferCalls,
  type Provider,
} from "./infer.js";
import {
  type Environment,
  type Knowledge,
  knowledgeOf,
  knowledgeOfPattern,
  meet,
  nothingKnown,
  ofType,
} from "./knowledge.js";
import type { FactSignature, Policy, Rule, SignatureArgument, TypeInfo } from "./policy.js";
import { maxFactArguments, nameKinds, neverFacts, type PredicateTable, predicateKey } from "./predicates.js";
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

/** Signatures of one policy; more are a mistake or an attack. */
const maxSignatures = 50_000;

/** The signatures that blocks give (reference, section 13.3). */
export function builtinSignatures(types: TypeTable, global: TypeInfo | undefined): FactSignature[] {
  const actor: SignatureArgument = { kind: "entity", type: "Actor" };
  const found: FactSignature[] = [];
  const add = (predicate: string, ...args: SignatureArgument[]): void => {
    found.push({ predicate, args, span: undefined });
  };
  for (const type of types.values()) {
    const self: SignatureArgument = { kind: "entity", type: type.name };
    if (type.roles.size > 0) add("has_role", actor, { kind: "string", values: type.roles }, self);
    if (type.permissions.size > 0) add("has_permission", actor, { kind: "string", values: type.permissions }, self);
    for (const [name, related] of type.relations) {
      add("has_relation", self, { kind: "string", values: new Set([name]) }, { kind: "entity", type: related });
    }
  }
  if (global !== undefined && global.roles.size > 0) add("has_role", actor, { kind: "string", values: global.roles });
  if (global !== undefined && global.permissions.size > 0) {
    add("has_permission", actor, { kind: "string", values: global.permissions });
  }
  return found;
}

/** The signature of a `declare`; the types are checked elsewhere. */
export function declaredSignature(statement: DeclareStatement): FactSignature {
  return {
    predicate: statement.name.text,
    args: statement.types.map((t) => signatureArgument(t.text) ?? { kind: "entity", type: t.text }),
    span: statement.span,
  };
}

/** `undefined` for types whose values cannot be arguments of facts. */
export function signatureArgument(type: string): SignatureArgument | undefined {
  switch (type) {
    case "String":
      return { kind: "string", values: undefined };
    case "Integer":
      return { kind: "integer" };
    case "Boolean":
      return { kind: "boolean" };
    case "Float":
    case "List":
    case "Dictionary":
    case "nil":
      return undefined;
    default:
      return { kind: "entity", type };
  }
}

/** A predicate of one arity, while its signatures are being inferred. */
class Entry {
  readonly providers: Provider[] = [];
  /** For predicates whose second argument is a name: providers by that name, and those that leave it open. */
  readonly byName: Map<string, Provider[]> | undefined;
  readonly open: Provider[] = [];
  readonly #keys = new Set<string>();
  /** By argument: the types that the uses of this predicate say it has. */
  readonly positions: Set<string>[] = [];
  /** Rules that call it. */
  readonly callers = new Set<Rule>();

  constructor(named: boolean) {
    this.byName = named ? new Map() : undefined;
  }

  /** Answers whether it was new. */
  add(args: readonly Knowledge[]): boolean {
    const key = shapeOf(args);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    const provider = { args };
    this.providers.push(provider);
    const names = args[1]?.strings;
    if (this.byName === undefined || names === undefined) this.open.push(provider);
    else {
      for (const name of names) {
        const list = this.byName.get(name);
        if (list === undefined) this.byName.set(name, [provider]);
        else list.push(provider);
      }
    }
    for (const [i, arg] of args.entries()) this.addPosition(i, arg.types);
    return true;
  }

  /** Whether a call with arguments of exactly these types says nothing new. */
  knows(args: readonly Knowledge[]): boolean {
    return this.#keys.has(shapeOf(args));
  }

  addPosition(index: number, types: ReadonlySet<string> | undefined): boolean {
    const position = (this.positions[index] ??= new Set());
    const before = position.size;
    for (const type of types ?? []) if (signatureArgument(type) !== undefined) position.add(type);
    return position.size > before;
  }

  providersFor(args: readonly Knowledge[]): readonly Provider[] {
    const names = args[1]?.strings;
    if (this.byName === undefined || names === undefined || names.size !== 1) return this.providers;
    const [name] = names;
    const found = this.byName.get(name as string);
    if (found === undefined) return this.open;
    return this.open.length === 0 ? found : [...found, ...this.open];
  }
}

function shapeOf(args: readonly Knowledge[]): string {
  let text = "";
  for (const arg of args) text += `${textOf(arg)},`;
  return text;
}

function textOf(known: Knowledge): string {
  if (known.types === undefined) return "?";
  let types = "";
  if (known.types.size === 1) for (const type of known.types) types = type;
  else types = [...known.types].sort().join("|");
  return known.strings === undefined ? types : `${types}=${JSON.stringify([...known.strings].sort())}`;
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
  const isWrongArity = (name: string, arity: number): boolean =>
    !predicates.has(name, arity) && predicates.arities(name) !== undefined;
  const entries = new Map<string, Entry>();
  const entryOf = (name: string, arity: number): Entry => {
    const key = predicateKey(name, arity);
    let entry = entries.get(key);
    if (entry === undefined) entries.set(key, (entry = new Entry(nameKinds.has(name) && arity > 1)));
    return entry;
  };
  const inference: Inference = {
    types,
    providers: (predicate, args) => entries.get(predicate)?.providersFor(args),
  };

  // Shorthand says itself of which type everything is.
  const bare: Inference = { types, providers: () => undefined };
  const given = [...builtinSignatures(types, input.global), ...input.declared];
  for (const signature of given) {
    const entry = entryOf(signature.predicate, signature.args.length);
    entry.add(signature.args.map(knowledgeOfArgument));
  }
  for (const rule of rules) {
    const entry = entryOf(rule.name, rule.params.length);
    // What shorthand says of has_role and its like, the blocks have said already.
    if (rule.origin !== "shorthand") entry.add(simplified(rule.name, headKnowledge(inference, rule.params)));
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
    const environment = headEnvironment(inference, rule.params);
    const found = inferCalls(
      rule.origin === "shorthand" ? bare : inference,
      rule.body as NonNullable<Rule["body"]>,
      environment,
    );
    sites.set(rule, found);
    environments.set(rule, environment);
    for (const { call, args } of found) {
      const entry = entryOf(call.name.text, args.length);
      entry.callers.add(rule);
      if (!mayAddShape(types, call.name.text, args) || isWrongArity(call.name.text, args.length)) continue;
      if (entry.knows(args)) continue;
      let changed = false;
      for (const [i, arg] of args.entries()) if (entry.addPosition(i, arg.types)) changed = true;
      const full = filled(entry, args, input.lenient);
      if (full !== undefined && entry.add(simplified(call.name.text, full))) changed = true;
      if (changed) for (const caller of entry.callers) pending.add(caller);
    }
  }

  const collector = new Collector(given);
  const unresolved: Unresolved[] = [];
  const wrongArity: CallSite[] = [];
  const inferred = new Map<string, CallSite>();
  for (const rule of worthwhile) {
    for (const site of sites.get(rule) ?? []) {
      const { call, args } = site;
      if (isWrongArity(call.name.text, args.length)) {
        wrongArity.push(site);
        continue;
      }
      const entry = entryOf(call.name.text, args.length);
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
  collector: Collector,
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
function filled(entry: Entry, args: readonly Knowledge[], lenient: boolean): Knowledge[] | undefined {
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
  return new Set([...known.types].filter((type) => signatureArgument(type) !== undefined));
}

function firstUnknown(entry: Entry, args: readonly Knowledge[]): number | undefined {
  const index = args.findIndex((arg, i) => {
    if (arg.types === undefined) return (entry.positions[i]?.size ?? 0) === 0;
    return arg.types.size > 0 && factTypes(arg)?.size === 0;
  });
  return index < 0 ? undefined : index;
}

function knowledgeOfArgument(arg: SignatureArgument): Knowledge {
  switch (arg.kind) {
    case "entity":
      return ofType(arg.type);
    case "string":
      return arg.values === undefined ? ofType("String") : { types: new Set(["String"]), strings: arg.values };
    case "integer":
      return ofType("Integer");
    case "boolean":
      return ofType("Boolean");
    case "any":
      return nothingKnown;
  }
}

/** Gathers signatures, each once. */
class Collector {
  readonly signatures = new Map<string, FactSignature[]>();
  readonly #keys = new Set<string>();
  readonly #shapes = new Set<string>();
  overflow: Span | undefined;

  constructor(given: readonly FactSignature[]) {
    for (const signature of given) this.#push(signature);
  }

  /** Adds a signature for every combination of the arguments' types. */
  add(predicate: string, args: readonly Knowledge[], span: Span): void {
    const shape = `${predicate}(${shapeOf(args)}`;
    if (this.#shapes.has(shape)) return;
    this.#shapes.add(shape);
    let combinations: SignatureArgument[][] = [[]];
    for (const arg of args) {
      const choices: SignatureArgument[] =
        arg.types === undefined ? [{ kind: "any" }] : [...arg.types].flatMap((type) => signatureArgument(type) ?? []);
      if (combinations.length * choices.length + this.#keys.size > maxSignatures) {
        this.overflow ??= span;
        return;
      }
      combinations = combinations.flatMap((before) => choices.map((choice) => [...before, choice]));
    }
    for (const combination of combinations) this.#push({ predicate, args: combination, span });
  }

  #push(signature: FactSignature): void {
    const key = `${signature.predicate}(${signature.args.map(signatureText).join(",")})`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const list = this.signatures.get(signature.predicate);
    if (list === undefined) this.signatures.set(signature.predicate, [signature]);
    else list.push(signature);
  }
}

function signatureText(arg: SignatureArgument): string {
  switch (arg.kind) {
    case "entity":
      return arg.type;
    case "string":
      return arg.values === undefined ? "String" : [...arg.values].map((v) => JSON.stringify(v)).join("|");
    case "integer":
      return "Integer";
    case "boolean":
      return "Boolean";
    case "any":
      return "_";
  }
}

/** A signature as it is written: `has_role(Actor, String, Org)`. */
export function describeSignature(signature: FactSignature): string {
  const args = signature.args.map((arg) => (arg.kind === "string" ? "String" : signatureText(arg)));
  return `${signature.predicate}(${args.join(", ")})`;
}

const inferences = new WeakMap<object, Inference>();

/** What a loaded policy knows about its predicates, for looking into goals. */
export function inferenceOf(policy: Pick<Policy, "types" | "rules" | "signatures">): Inference {
  let inference = inferences.get(policy);
  if (inference === undefined) {
    const entries = new Map<string, Entry>();
    const entryOf = (name: string, arity: number): Entry => {
      const key = predicateKey(name, arity);
      let entry = entries.get(key);
      if (entry === undefined) entries.set(key, (entry = new Entry(nameKinds.has(name) && arity > 1)));
      return entry;
    };
    inference = { types: policy.types, providers: (predicate, args) => entries.get(predicate)?.providersFor(args) };
    for (const signatures of policy.signatures.values()) {
      for (const { predicate, args } of signatures) entryOf(predicate, args.length).add(args.map(knowledgeOfArgument));
    }
    for (const rules of policy.rules.values()) {
      for (const rule of rules) {
        if (rule.origin === "shorthand") continue;
        entryOf(rule.name, rule.params.length).add(simplified(rule.name, headKnowledge(inference, rule.params)));
      }
    }
    inferences.set(policy, inference);
  }
  return inference;
}
