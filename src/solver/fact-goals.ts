import type { Span } from "../diagnostics/source.js";
import type { StoredPattern } from "../facts/value.js";
import { type Frame, scalarsEqual } from "./bindings.js";
import type { Predicate } from "./code.js";
import type { Search } from "./search.js";
import type { State } from "./state.js";
import { assume } from "./tables.js";
import { Entity, fitsInteger, type Term, Variable } from "./values.js";

/** One branch per fact, stored or of the context, that fits. */
export function callFacts(
  search: Search,
  state: State,
  predicate: Predicate,
  args: readonly Term[],
  span: Span | undefined,
): boolean {
  const { frame } = state;
  const found = matches(search, frame, predicate, args);
  if (search.around.assume !== undefined) return callOrAssume(search, state, predicate, args, span);
  const take = (to: State, fact: Match): boolean => {
    if (!unifyFact(search, to.frame, args, fact.args)) return false;
    if (search.around.record) {
      const known = args.map((arg) => to.frame.resolve(arg, (slot) => slot));
      search.note(to, { kind: "fact", predicate: predicate.name, args: known, stored: fact.stored, span });
    }
    return true;
  };
  if (args.every((arg) => frame.isKnown(arg))) {
    for (const fact of found) if (take(state, fact)) return true;
    return false;
  }
  let current = found.next();
  if (current.done === true) return false;
  let upcoming = found.next();
  if (upcoming.done === true) return take(state, current.value);
  let pulled = true;
  search.choose(
    state,
    () => {
      if (!pulled) upcoming = found.next();
      pulled = false;
      return upcoming.done !== true;
    },
    (to) => {
      const fact = current.value as Match;
      current = upcoming;
      return take(to, fact);
    },
  );
  return false;
}

/** Like `callFacts`, with one branch more: the fact that is not there, should it be one that could be told. */
function callOrAssume(
  search: Search,
  state: State,
  predicate: Predicate,
  args: readonly Term[],
  span: Span | undefined,
): boolean {
  const resolve = (to: State): Term[] => args.map((arg) => to.frame.resolve(arg, (slot) => slot));
  const known = resolve(state);
  let held = false;
  for (const fact of matches(search, state.frame, predicate, args)) {
    const to = state.branch();
    if (!unifyFact(search, to.frame, args, fact.args)) continue;
    held = true;
    const premise = { kind: "fact", predicate: predicate.name, args: resolve(to), stored: fact.stored, span } as const;
    search.note(to, premise);
    search.push(to);
  }
  const ground = known.every((arg) => state.frame.isKnown(arg));
  if ((held && ground) || search.around.assume?.fits(predicate, known) !== true) return false;
  search.note(state, { kind: "missing", predicate: predicate.name, args: known, span });
  assume(state, { predicate: predicate.name, args: known });
  return search.affordable(state);
}

/** Whether a fact fits, for a `not`. */
export function hasFact(search: Search, frame: Frame, predicate: Predicate, args: readonly Term[]): boolean {
  for (const fact of matches(search, frame, predicate, args)) {
    if (unifyFact(search, frame.copy(), args, fact.args)) return true;
  }
  return false;
}

interface Match {
  readonly args: StoredPattern["args"];
  readonly stored: "store" | "context";
}

function* matches(
  search: Search,
  frame: Frame,
  predicate: Predicate,
  args: readonly Term[],
): Generator<Match, undefined> {
  const { facts, contextFacts } = search.around;
  const given = contextFacts.size === 0 ? undefined : contextFacts.get(`${predicate.name}/${predicate.arity}`);
  if (given !== undefined) {
    for (const fact of given) if (mayFit(frame, args, fact)) yield { args: fact, stored: "context" };
  }
  if (predicate.facts === undefined) return;
  const pattern: StoredPattern["args"][number][] = [];
  for (const arg of args) {
    const part = patternOf(frame, arg);
    if (part === impossible) return;
    pattern.push(part);
  }
  for (const fact of facts.match(predicate.name, pattern)) yield { args: fact, stored: "store" };
}

const impossible = Symbol("no fact can hold this");

const plainTypes: ReadonlySet<string> = new Set(["Integer", "Float", "String", "Boolean", "List", "Dictionary"]);

/** What a stored fact must hold at this place. */
function patternOf(frame: Frame, arg: Term): StoredPattern["args"][number] | typeof impossible {
  const value = frame.deref(arg);
  switch (typeof value) {
    case "string":
    case "bigint":
    case "boolean":
      return value;
    case "number": {
      if (!Number.isInteger(value)) return impossible;
      const integer = BigInt(value);
      return fitsInteger(integer) ? integer : impossible;
    }
    default:
      break;
  }
  if (value instanceof Entity) return value;
  if (!(value instanceof Variable)) return impossible;
  const names = frame.typeOf(value)?.names;
  if (names?.size !== 1) return undefined;
  const [only] = names;
  return only === undefined || plainTypes.has(only) ? undefined : { anyOf: only };
}

/** A quick no; saves a frame. */
function mayFit(frame: Frame, args: readonly Term[], fact: StoredPattern["args"]): boolean {
  return args.every((arg, i) => {
    const value = frame.deref(arg);
    const stored = fact[i];
    if (value instanceof Variable || stored === undefined) return true;
    if (typeof stored !== "object") return scalarsEqual(value, stored);
    if (!(value instanceof Entity)) return false;
    return "id" in stored ? stored.type === value.type && stored.id === value.id : true;
  });
}

function unifyFact(search: Search, frame: Frame, args: readonly Term[], fact: StoredPattern["args"]): boolean {
  for (let i = 0; i < args.length; i++) {
    const stored = fact[i];
    if (stored === undefined) continue;
    const arg = args[i] as Term;
    if (typeof stored === "object" && "anyOf" in stored) {
      if (!frame.constrain(arg, search.around.types.within(stored.anyOf))) return false;
    } else if (!frame.unify(arg, typeof stored === "object" ? new Entity(stored.type, stored.id) : stored)) {
      return false;
    }
  }
  return true;
}
