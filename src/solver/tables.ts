import type { Frame } from "./bindings.js";
import type { Predicate } from "./code.js";
import { exactKey } from "./keys.js";
import type { Proof } from "./proof.js";
import type { Consumer } from "./search.js";
import type { State } from "./state.js";
import type { TypeSet } from "./types.js";
import { Dictionary, isGround, List, type Term, typeOf, Variable, variable } from "./values.js";

/** One answer to a call: what its open variables are. Variables in it are numbered from 0 on, with their constraints. */
export interface Answer {
  readonly values: readonly Term[];
  readonly types: readonly (TypeSet | undefined)[] | undefined;
  /** How many variables it has of its own. */
  readonly open: number;
  readonly proof: Proof | undefined;
  /** The facts that were assumed for it, in an explanation of a denial. */
  readonly missing: readonly Missing[];
}

/** A fact that is not there, with variables for what it may hold. */
export interface Missing {
  readonly predicate: string;
  readonly args: readonly Term[];
}

export const nothingMissing: readonly Missing[] = [];

/** A call as it looks from outside: arguments without a frame, variables numbered in order of appearance. */
export interface CanonicalCall {
  readonly key: string;
  readonly args: readonly Term[];
  readonly types: readonly (TypeSet | undefined)[] | undefined;
  /** The caller's variables by number. */
  readonly open: readonly Variable[];
}

/** The answers of one call variant, as far as they are known. */
export class Table {
  readonly predicate: Predicate | undefined;
  readonly call: CanonicalCall;
  readonly level: number;
  /** The table of an outer evaluation that this one stands before, until one of them is complete. */
  readonly shadowed: Table | undefined;
  /** Who asked first: for the stack of rules in errors. */
  readonly by: State | undefined;
  readonly answers: Answer[] = [];
  readonly consumers: Consumer[] = [];
  complete = false;
  #seen: Set<string> | undefined;
  #general: Answer[] | undefined;
  #assumed: Map<string, (readonly string[])[]> | undefined;

  constructor(
    predicate: Predicate | undefined,
    call: CanonicalCall,
    level: number,
    shadowed: Table | undefined,
    by: State | undefined,
  ) {
    this.predicate = predicate;
    this.call = call;
    this.level = level;
    this.shadowed = shadowed;
    this.by = by;
  }

  /** Whether the answer was new: neither there already nor a special case of one that is. */
  add(answer: Answer): boolean {
    if (answer.missing.length > 0) return this.#addAssumed(answer);
    if (this.call.open.length === 0) {
      if (this.#seen !== undefined) return false;
      this.#seen = new Set();
      this.answers.push(answer);
      return true;
    }
    let key = "";
    for (const value of answer.values) key += exactKey(value, answer.types);
    this.#seen ??= new Set();
    if (this.#seen.has(key)) return false;
    if (this.#general?.some((general) => subsumes(general, answer))) return false;
    this.#seen.add(key);
    this.answers.push(answer);
    if (answer.open > 0) (this.#general ??= []).push(answer);
    return true;
  }

  /** An answer under assumptions is new unless the same answer is there under some of them. */
  #addAssumed(answer: Answer): boolean {
    let key = "";
    for (const value of answer.values) key += exactKey(value, answer.types);
    const assumed = answer.missing.map((missing) => missingKey(missing, answer.types));
    this.#assumed ??= new Map();
    const known = this.#assumed.get(key) ?? [];
    if (known.some((other) => other.every((fact) => assumed.includes(fact)))) return false;
    this.#assumed.set(key, [...known, assumed]);
    this.answers.push(answer);
    return true;
  }
}

/** Equal for equal facts with equal holes. */
export function missingKey({ predicate, args }: Missing, types: Answer["types"]): string {
  return `${predicate.length}:${predicate}${args.map((arg) => exactKey(arg, types)).join("")}`;
}

const noVariables: readonly Variable[] = [];

/** The call that a goal makes, freed from its frame. Calls that differ only in the names of variables have one key. */
export function canonicalCall(predicate: Predicate, args: readonly Term[], frame: Frame): CanonicalCall {
  let key = predicate.key;
  let open: Variable[] | undefined;
  let types: (TypeSet | undefined)[] | undefined;
  const number = (slot: Variable): Variable => {
    open ??= [];
    let index = open.indexOf(slot);
    if (index < 0) {
      index = open.length;
      open.push(slot);
      const type = frame.typeOf(slot);
      if (type !== undefined) (types ??= [])[index] = type;
    }
    return variable(index);
  };
  const closed: Term[] = [];
  for (const arg of args) {
    const value = frame.deref(arg);
    const resolved = value instanceof Variable || !isGround(value) ? frame.resolve(value, number) : value;
    closed.push(resolved);
    key += exactKey(resolved, types);
  }
  return { key, args: closed, types, open: open ?? noVariables };
}

/** What a proved goal says about the open variables of its call. */
export function closeAnswer({ frame, open, missing: assumed }: State, proof: Proof | undefined): Answer {
  if (open.length === 0 && assumed.length === 0) {
    return { values: open, types: undefined, open: 0, proof, missing: nothingMissing };
  }
  const slots: Variable[] = [];
  let types: (TypeSet | undefined)[] | undefined;
  const number = (slot: Variable): Variable => {
    let index = slots.indexOf(slot);
    if (index < 0) {
      index = slots.length;
      slots.push(slot);
      const type = frame.typeOf(slot);
      if (type !== undefined) (types ??= [])[index] = type;
    }
    return variable(index);
  };
  const values = open.map((term) => frame.resolve(term, number));
  const missing = assumed.map(({ predicate, args }) => ({
    predicate,
    args: args.map((arg) => frame.resolve(arg, number)),
  }));
  return { values, types, open: slots.length, proof, missing };
}

/** Unifies the caller's variables with an answer. */
export function applyAnswer(state: State, open: readonly Variable[], answer: Answer): boolean {
  const { frame } = state;
  if (answer.missing.length > 0) return applyAssumed(state, open, answer);
  if (answer.open === 0) {
    for (const [i, slot] of open.entries()) if (!frame.unify(slot, answer.values[i] as Term)) return false;
    return true;
  }
  const rename = freshNames(frame, answer);
  for (const [i, slot] of open.entries()) {
    if (!frame.unify(slot, renameTerm(answer.values[i] as Term, rename))) return false;
  }
  return true;
}

/** The answer's facts join those that the branch has assumed already. */
function applyAssumed(state: State, open: readonly Variable[], answer: Answer): boolean {
  const { frame } = state;
  const rename = freshNames(frame, answer);
  for (const [i, slot] of open.entries()) {
    if (!frame.unify(slot, renameTerm(answer.values[i] as Term, rename))) return false;
  }
  for (const { predicate, args } of answer.missing) {
    assume(state, { predicate, args: args.map((arg) => renameTerm(arg, rename)) });
  }
  return true;
}

/** Adds a fact to what a branch assumes, unless it is there. */
export function assume(state: State, missing: Missing): void {
  const { frame } = state;
  const key = (fact: Missing): string => {
    const args = fact.args.map((arg) => frame.resolve(arg, (slot) => slot));
    return missingKey({ predicate: fact.predicate, args }, frame.types);
  };
  const own = key(missing);
  if (!state.missing.some((other) => key(other) === own)) state.missing = [...state.missing, missing];
}

function freshNames(frame: Frame, answer: Answer): (slot: Variable) => Variable {
  const fresh: Variable[] = [];
  return ({ slot }) => {
    fresh[slot] ??= frame.fresh(answer.types?.[slot]);
    return fresh[slot];
  };
}

/** A term with its variables replaced. */
export function renameTerm(term: Term, rename: (slot: Variable) => Term): Term {
  if (term instanceof Variable) return rename(term);
  if (isGround(term)) return term;
  if (term instanceof List) {
    const rest = term.rest === undefined ? undefined : rename(term.rest);
    const items = term.items.map((item) => renameTerm(item, rename));
    if (rest instanceof List) return new List([...items, ...rest.items], rest.rest);
    return new List(items, rest instanceof Variable ? rest : undefined);
  }
  const entries = [...(term as Dictionary).entries];
  return new Dictionary(entries.map(([key, value]) => [key, renameTerm(value, rename)] as const));
}

/** Whether every instance of `special` is one of `general`. */
export function subsumes(general: Answer, special: Answer): boolean {
  if (general.open === 0) return false;
  const bound: (Term | undefined)[] = [];
  const match = (pattern: Term, term: Term): boolean => {
    if (pattern instanceof Variable) {
      const known = bound[pattern.slot];
      if (known !== undefined) return exactKey(known, special.types) === exactKey(term, special.types);
      if (!within(general.types?.[pattern.slot], term, special.types)) return false;
      bound[pattern.slot] = term;
      return true;
    }
    if (isGround(pattern)) return isGround(term) && exactKey(pattern, undefined) === exactKey(term, undefined);
    if (pattern instanceof List) {
      if (!(term instanceof List) || term.rest !== undefined || pattern.rest !== undefined) return false;
      return (
        pattern.items.length === term.items.length && pattern.items.every((p, i) => match(p, term.items[i] as Term))
      );
    }
    if (!(pattern instanceof Dictionary && term instanceof Dictionary)) return false;
    if (pattern.entries.size !== term.entries.size) return false;
    for (const [key, value] of pattern.entries) {
      const other = term.entries.get(key);
      if (other === undefined || !match(value, other)) return false;
    }
    return true;
  };
  return general.values.every((value, i) => match(value, special.values[i] as Term));
}

function within(set: TypeSet | undefined, term: Term, types: readonly (TypeSet | undefined)[] | undefined): boolean {
  if (set === undefined) return true;
  if (term instanceof Variable) {
    const own = types?.[term.slot];
    if (own === undefined) return false;
    for (const name of own.names) if (!set.names.has(name)) return false;
    return true;
  }
  const type = typeOf(term);
  return type !== undefined && set.names.has(type);
}
