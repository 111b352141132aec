import { LimitError } from "../diagnostics/errors.js";
import { fault } from "./fault.js";
import { identity } from "./structure.js";
import type { TypeSet } from "./types.js";
import { Dictionary, Entity, fitsInteger, Instance, List, type Term, Variable } from "./values.js";

/**
 * Terms as text, for maps. Injective: lengths stand before texts, so no two different terms share a key whatever their ids
 * hold. Variables are written by number, with their constraint, so terms that differ in names only are equal.
 */
export function exactKey(term: Term, types: readonly (TypeSet | undefined)[] | undefined): string {
  return keyOf(term, types, true);
}

/** Like `exactKey`, but what is equal has one key: 1 and 1.0, value objects of equal structure. */
export function looseKey(term: Term, types: readonly (TypeSet | undefined)[] | undefined): string {
  return keyOf(term, types, false);
}

function keyOf(term: Term, types: readonly (TypeSet | undefined)[] | undefined, exact: boolean): string {
  switch (typeof term) {
    case "string":
      return `s${term.length}:${term}`;
    case "bigint":
      return `i${term};`;
    case "boolean":
      return term ? "t" : "f";
    case "number":
      if (!exact && Number.isInteger(term)) {
        const integer = BigInt(term);
        if (fitsInteger(integer)) return `i${integer};`;
      }
      return `d${term === 0 ? 0 : term};`;
    default:
      break;
  }
  if (term === null) return "n";
  if (term instanceof Entity) return `e${term.type.length}:${term.type}${term.id.length}:${term.id}`;
  if (term instanceof Variable) return `v${term.slot},${types?.[term.slot]?.key ?? ""};`;
  if (term instanceof List) {
    let key = "[";
    for (const item of term.items) key += keyOf(item, types, exact);
    return term.rest === undefined ? `${key}]` : `${key}*${keyOf(term.rest, types, exact)}]`;
  }
  if (term instanceof Dictionary) {
    let key = "{";
    for (const [name, value] of term.entries) key += `${name.length}:${name}${keyOf(value, types, exact)}`;
    return `${key}}`;
  }
  if (term instanceof Instance) return exact ? `o${identity(term.object)};` : `o${structureOf(term)}`;
  return fault("engine/not-a-value", "a value of an unknown kind");
}

/** What is too large to compare is equal to itself only. */
function structureOf(instance: Instance): string {
  try {
    return `${instance.structure.length}:${instance.structure}`;
  } catch (error) {
    if (error instanceof LimitError) return `${identity(instance.object)};`;
    throw error;
  }
}
