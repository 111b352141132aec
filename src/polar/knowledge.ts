import type { Pattern, Term } from "./ast.js";
import { branches, commonSubtypes, isKnownType, isSubtype, type TypeTable } from "./type-table.js";

/** What is known about a value before anything runs. */
export interface Knowledge {
  /** The types it may be of; `undefined` when nothing is known. Empty: there is no such value. `nil` is a type of its own here. */
  readonly types: ReadonlySet<string> | undefined;
  /** If it is a string: the strings it may be; `undefined` for any. */
  readonly strings: ReadonlySet<string> | undefined;
}

/** What is known about the variables of a rule, by name; inside of branches and negations on top of what is known around them. */
export class Environment {
  readonly types: TypeTable;
  readonly #outer: Environment | undefined;
  /** Most rules have few variables: a search through them is faster than a Map, and one is not made for every branch. */
  readonly #names: string[] = [];
  readonly #knowledge: Knowledge[] = [];
  /** The index of each name, once there are many. */
  #indexes: Map<string, number> | undefined;

  constructor(types: TypeTable, outer?: Environment) {
    this.types = types;
    this.#outer = outer;
  }

  /** A place to note what holds in one branch only. */
  inner(): Environment {
    return new Environment(this.types, this);
  }

  get(name: string): Knowledge | undefined {
    for (let at: Environment | undefined = this; at !== undefined; at = at.#outer) {
      const index = at.#indexOf(name);
      if (index >= 0) return at.#knowledge[index];
    }
    return undefined;
  }

  set(name: string, known: Knowledge): void {
    const index = this.#indexOf(name);
    if (index >= 0) {
      this.#knowledge[index] = known;
      return;
    }
    this.#names.push(name);
    this.#knowledge.push(known);
    if (this.#indexes !== undefined) this.#indexes.set(name, this.#names.length - 1);
    else if (this.#names.length > few) this.#indexes = new Map(this.#names.map((other, i) => [other, i]));
  }

  #indexOf(name: string): number {
    return this.#indexes === undefined ? this.#names.indexOf(name) : (this.#indexes.get(name) ?? -1);
  }

  /** What was noted here and not further out. */
  own(): [string, Knowledge][] {
    return this.#names.map((name, i) => [name, this.#knowledge[i] as Knowledge]);
  }

  /** Whether something noted here cannot be. */
  isImpossible(): boolean {
    return this.#knowledge.some(isImpossible);
  }
}

const few = 8;

export const nothingKnown: Knowledge = { types: undefined, strings: undefined };

const cache = new Map<string, Knowledge>();
const stringCache = new Map<string, Knowledge>();

/** A value of one type. */
export function ofType(type: string): Knowledge {
  let known = cache.get(type);
  if (known === undefined) {
    // Policies come and go; what they called their types need not be kept for ever.
    if (cache.size > 10_000) cache.clear();
    cache.set(type, (known = { types: new Set([type]), strings: undefined }));
  }
  return known;
}

function ofLiteral(term: Extract<Term, { kind: "string" }>): Knowledge {
  let known = stringCache.get(term.value);
  if (known === undefined) {
    if (stringCache.size > 10_000) stringCache.clear();
    stringCache.set(term.value, (known = { types: stringTypes, strings: new Set([term.value]) }));
  }
  return known;
}

export const stringTypes: ReadonlySet<string> = new Set(["String"]);

export function isImpossible(knowledge: Knowledge): boolean {
  return knowledge.types !== undefined && knowledge.types.size === 0;
}

/** Whether there may be a value for which both hold. */
export function overlaps(table: TypeTable, a: Knowledge, b: Knowledge): boolean {
  if (a.types === undefined || b.types === undefined || a === b) return true;
  if (a.strings === undefined || b.strings === undefined) {
    const common = meetOfMany(table, a.types, b.types);
    if (common !== undefined) return common.size > 0;
  }
  for (const x of a.types) {
    for (const y of b.types) {
      if (x !== y && !isSubtype(table, x, y) && !isSubtype(table, y, x) && commonSubtypes(table, x, y).length === 0)
        continue;
      if (x !== "String" || a.strings === undefined || b.strings === undefined) return true;
      for (const string of a.strings) if (b.strings.has(string)) return true;
    }
  }
  return false;
}

function meetOfFew(table: TypeTable, a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  const types = new Set<string>();
  for (const x of a) {
    for (const y of b) {
      if (isSubtype(table, x, y)) types.add(x);
      else if (isSubtype(table, y, x)) types.add(y);
      else for (const common of commonSubtypes(table, x, y)) types.add(common);
    }
  }
  return types;
}

/** The same, by way of what stands above each; `undefined` where the sets are small, or types below both may have to be looked for. */
function meetOfMany(table: TypeTable, a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> | undefined {
  if (a.size * b.size < 64 || branches(table)) return undefined;
  const types = new Set<string>();
  for (const x of a) if (isBelowAny(table, x, b)) types.add(x);
  for (const y of b) if (isBelowAny(table, y, a)) types.add(y);
  return types;
}

function isBelowAny(table: TypeTable, type: string, types: ReadonlySet<string>): boolean {
  if (types.has(type)) return true;
  if (types.has("Actor") && isSubtype(table, type, "Actor")) return true;
  if (types.has("Resource") && isSubtype(table, type, "Resource")) return true;
  for (const above of table.get(type)?.ancestors ?? []) if (types.has(above)) return true;
  return false;
}

/** What is known when both hold. */
export function meet(table: TypeTable, a: Knowledge, b: Knowledge): Knowledge {
  if (a === b || b.types === undefined) return a;
  if (a.types === undefined) return b;
  const strings =
    a.strings === undefined ? b.strings : b.strings === undefined ? a.strings : intersect(a.strings, b.strings);
  const types = meetOfMany(table, a.types, b.types) ?? meetOfFew(table, a.types, b.types);
  if (strings?.size === 0) types.delete("String");
  if (strings === a.strings && sameSet(types, a.types)) return a;
  return { types, strings };
}

export function sameKnowledge(a: Knowledge, b: Knowledge): boolean {
  return a === b || (sameSet(a.types, b.types) && sameSet(a.strings, b.strings));
}

function sameSet(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.size !== b.size) return false;
  for (const x of a) if (!b.has(x)) return false;
  return true;
}

function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((x) => b.has(x)));
}

/** What is known about a term, given what is known about the variables. */
export function knowledgeOf(term: Term, environment: Environment): Knowledge {
  switch (term.kind) {
    case "variable":
      return environment.get(term.name) ?? nothingKnown;
    case "integer":
    case "now":
      return ofType("Integer");
    case "float":
      return ofType("Float");
    case "string":
      return ofLiteral(term);
    case "boolean":
      return ofType("Boolean");
    case "nil":
      return ofType("nil");
    case "entity":
    case "new":
      return ofNamed(term.type.text, environment.types);
    case "list":
      return ofType("List");
    case "dictionary":
      return ofType("Dictionary");
    case "arithmetic":
      return arithmetic(term, environment);
    case "constant":
    case "dot":
      return nothingKnown;
  }
}

/** A type that does not exist was reported, and says nothing. */
function ofNamed(type: string, types: TypeTable): Knowledge {
  return isKnownType(types, type) ? ofType(type) : nothingKnown;
}

/** Of Integers an Integer, except by `/`; as soon as a Float takes part a Float. */
function arithmetic(term: Extract<Term, { kind: "arithmetic" }>, environment: Environment): Knowledge {
  if (term.operator === "/") return ofType("Float");
  const sides = [knowledgeOf(term.left, environment), knowledgeOf(term.right, environment)];
  if (sides.some((side) => side.types?.size === 1 && side.types.has("Float"))) return ofType("Float");
  if (sides.every((side) => side.types?.size === 1 && side.types.has("Integer"))) return ofType("Integer");
  return nothingKnown;
}

/** What a value is known to be that matches the pattern; a pattern of fields alone says nothing, objects of the host have fields too. */
export function knowledgeOfPattern(pattern: Pattern, environment: Environment): Knowledge {
  switch (pattern.kind) {
    case "term-pattern":
      return knowledgeOf(pattern.term, environment);
    case "type-pattern":
      return ofNamed(pattern.type.text, environment.types);
    case "list-pattern":
      return ofType("List");
    case "dictionary-pattern":
      return nothingKnown;
  }
}
