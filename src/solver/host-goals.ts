import type { Op } from "./code.js";
import { fault } from "./fault.js";
import type { Reading } from "./host-memo.js";
import { readMember } from "./members.js";
import type { Search } from "./search.js";
import type { State } from "./state.js";
import { Dictionary, Entity, Instance, kindOf, List, type Term, type Value, Variable } from "./values.js";
import { wait } from "./waiting.js";

/** A dot, with or without arguments (Polar reference, section 9). */
export function member(search: Search, state: State, op: Op & { kind: "dot" }): boolean {
  const { frame } = state;
  const target = frame.deref(op.target);
  if (target instanceof Variable) return wait(state, op);
  if (target instanceof Dictionary) return dictionaryMember(search, state, op, target);
  const name = frame.deref(op.member);
  const args = known(state, op.args ?? []);
  if (name instanceof Variable || args === undefined) return wait(state, op);
  if (typeof name !== "string")
    return fault("engine/type-mismatch", `a member's name is a String, and this is ${kindOf(name)}`);
  const given = op.args === undefined ? undefined : args;
  if (target instanceof Entity || target instanceof Instance) {
    const { memo } = search.around;
    const reading = given === undefined ? memo.read(target, name) : memo.call(target, name, given);
    return received(search, state, op.out, reading);
  }
  if (typeof target === "string") return frame.unify(op.out, readMember(target, name, given));
  if (target instanceof List) {
    if (!frame.isKnown(target)) return wait(state, op);
    return frame.unify(op.out, readMember(closed(state, target) as List, name, given));
  }
  return fault("engine/unknown-member", `${kindOf(target)} has no members, so no \`${name}\``);
}

function dictionaryMember(search: Search, state: State, op: Op & { kind: "dot" }, target: Dictionary): boolean {
  const { frame } = state;
  if (op.args !== undefined) return fault("engine/unknown-member", "a Dictionary has no methods");
  const key = frame.deref(op.member);
  if (typeof key === "string") {
    const value = target.entries.get(key);
    return value !== undefined && frame.unify(op.out, value);
  }
  if (!(key instanceof Variable)) {
    return fault("engine/type-mismatch", `a key is a String, and this is ${kindOf(key)}`);
  }
  const entries = [...target.entries];
  return alternatives(search, state, entries, (to, [name, value]) => {
    return to.frame.unify(key, name) && to.frame.unify(op.out, value);
  });
}

/** A field of a pattern. */
export function field(search: Search, state: State, op: Op & { kind: "field" }): boolean {
  const { frame } = state;
  const target = frame.deref(op.target);
  if (target instanceof Variable) return wait(state, op);
  if (target instanceof Dictionary) {
    const value = target.entries.get(op.key);
    return value !== undefined && frame.unify(op.out, value);
  }
  if (!(target instanceof Entity || target instanceof Instance)) return false;
  return received(search, state, op.out, search.around.memo.read(target, op.key));
}

/** `in` (Polar reference, section 8). */
export function element(search: Search, state: State, op: Op & { kind: "in" }): boolean {
  const { frame } = state;
  const collection = frame.deref(op.collection);
  if (collection instanceof Variable) return wait(state, op);
  if (typeof collection === "string") return oneOf(search, state, op, [...collection]);
  if (collection instanceof List) {
    const list = frame.flatten(collection);
    if (list === undefined) return false;
    return list.rest === undefined ? oneOf(search, state, op, list.items) : wait(state, op);
  }
  if (collection instanceof Dictionary) {
    const pairs = [...collection.entries].map(([key, value]) => new List([key, value]));
    return oneOf(search, state, op, pairs);
  }
  if (collection instanceof Entity || collection instanceof Instance) {
    const items = search.around.memo.iterate(collection, (count) => search.countElements(count));
    if (items === "pending") return pending(search);
    if (items !== undefined) return oneOf(search, state, op, items);
  }
  return fault("engine/not-iterable", `${kindOf(collection)} cannot stand right of \`in\``);
}

function oneOf(search: Search, state: State, op: Op & { kind: "in" }, items: readonly Term[]): boolean {
  const { frame } = state;
  const item = op.element;
  search.note(state, { kind: "builtin", span: op.span });
  if (frame.isKnown(item)) {
    // Comparing what is known binds nothing, so no branch is needed until an element has variables.
    const open: Term[] = [];
    for (const candidate of items) {
      if (!frame.isKnown(candidate)) open.push(candidate);
      else if (frame.unify(item, candidate)) return true;
    }
    return alternatives(search, state, open, (to, candidate) => to.frame.unify(item, candidate));
  }
  return alternatives(search, state, items, (to, candidate) => to.frame.unify(item, candidate));
}

/** One branch per item. */
function alternatives<T>(
  search: Search,
  state: State,
  items: readonly T[],
  take: (to: State, item: T) => boolean,
): boolean {
  if (items.length === 0) return false;
  let next = 0;
  search.choose(
    state,
    () => next + 1 < items.length,
    (to) => take(to, items[next++] as T),
  );
  return false;
}

/** `new T(…)` */
export function construct(search: Search, state: State, op: Op & { kind: "new" }): boolean {
  const args = known(state, op.args);
  if (args === undefined) return wait(state, op);
  return received(search, state, op.out, search.around.memo.construct(op.type, args));
}

function received(search: Search, state: State, out: Variable, reading: Reading): boolean {
  if (reading.kind === "pending") return pending(search);
  return state.frame.unify(out, reading.value);
}

/** The branch ends here; the question will be asked again when the application has answered. */
function pending(search: Search): false {
  search.pending++;
  return false;
}

function known(state: State, args: readonly Term[]): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const arg of args) {
    if (!state.frame.isKnown(arg)) return undefined;
    values.push(closed(state, arg));
  }
  return values;
}

/** A known term with everything put in. */
function closed(state: State, term: Term): Value {
  return state.frame.resolve(term, (slot) => slot) as Value;
}
