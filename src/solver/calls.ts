import { Frame, scalarsEqual } from "./bindings.js";
import type { Filter } from "./code.js";
import { type CanonicalCall, renameTerm } from "./tables.js";
import type { TypeSet } from "./types.js";
import { Entity, isGround, List, type Term, typeOf, Variable, variable } from "./values.js";

/** A frame whose first slots are the arguments of a call, and the terms in it that stand for the call's open variables. */
export function enterCall(call: CanonicalCall, slots: number): { frame: Frame; open: readonly Term[] } {
  const values = new Array<Term | undefined>(slots);
  if (call.open.length === 0) {
    for (const [i, arg] of call.args.entries()) values[i] = arg;
    return { frame: new Frame(values, undefined), open: call.open };
  }
  const open: Variable[] = [];
  let types: (TypeSet | undefined)[] | undefined;
  const place = (number: number, slot: Variable): Variable => {
    open[number] = slot;
    const type = call.types?.[number];
    if (type !== undefined) (types ??= [])[slot.slot] = type;
    return slot;
  };
  for (const [i, arg] of call.args.entries()) {
    if (arg instanceof Variable) {
      const known = open[arg.slot];
      if (known === undefined) place(arg.slot, variable(i));
      else values[i] = known;
    } else if (isGround(arg)) {
      values[i] = arg;
    } else {
      values[i] = renameTerm(arg, ({ slot }) => {
        const known = open[slot];
        if (known !== undefined) return known;
        values.push(undefined);
        return place(slot, variable(values.length - 1));
      });
    }
  }
  return { frame: new Frame(values, types), open };
}

/** Whether the head of a rule can fit at all; what it says no to costs no frame. */
export function applies(filters: readonly Filter[], call: CanonicalCall): boolean {
  for (let i = 0; i < filters.length; i++) {
    const filter = filters[i];
    if (filter === undefined) continue;
    const arg = call.args[i] as Term;
    if (arg instanceof Variable) continue;
    if ("set" in filter) {
      const type = typeOf(arg);
      if (type === undefined || !filter.set.names.has(type)) return false;
    } else if (!maybeEqual(filter.value, arg)) {
      return false;
    }
  }
  return true;
}

function maybeEqual(a: Term, b: Term): boolean {
  if (a instanceof Entity) return b instanceof Entity && a.id === b.id && a.type === b.type;
  if (typeof a === "object" && a !== null) return a instanceof List === b instanceof List;
  if (b instanceof Variable) return true;
  return scalarsEqual(a as Exclude<Term, Variable>, b);
}
