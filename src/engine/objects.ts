import type { Reference } from "../facts/index.js";
import { TypedObject, type TypeOptions } from "../solver/host.js";
import type { ObjectTypes } from "./arguments.js";

/** Which objects belong to a type: instances of the declared classes, and objects handed in together with their type. */
export function objectTypes(
  types: Readonly<Record<string, TypeOptions>>,
  reference: (value: object) => Reference | undefined,
): ObjectTypes {
  const prototypes = new Set<unknown>();
  for (const { class: declared } of Object.values(types)) {
    if (declared !== undefined) prototypes.add(declared.prototype);
  }
  return {
    isDeclared(value) {
      if (value instanceof TypedObject) return true;
      if (prototypes.size === 0) return false;
      let prototype: unknown = Object.getPrototypeOf(value);
      while (prototype !== null) {
        if (prototypes.has(prototype)) return true;
        prototype = Object.getPrototypeOf(prototype);
      }
      return false;
    },
    referenceTo: reference,
  };
}
