import { isReference } from "../facts/value.js";
import type { Filter } from "./filter.js";

/**
 * A filter as a function over one object: a reference, or an object whose id `options.id` reads. Objects of another type,
 * as far as they say one, and objects without an id never pass.
 * @param options.id the id of an object; by default its `id` property
 */
export function toPredicate(
  filter: Filter,
  options: { readonly id?: (object: never) => string | number | bigint | null | undefined } = {},
): (object: object) => boolean {
  switch (filter.kind) {
    case "all":
      return () => true;
    case "none":
      return () => false;
    case "where": {
      const { ids, type } = filter.condition;
      const allowed = new Set(ids);
      const read = options.id as ((object: object) => unknown) | undefined;
      return (object) => {
        if (read === undefined && isReference(object)) return object.type === type && allowed.has(object.id);
        const id = read === undefined ? (object as { readonly id?: unknown }).id : read(object);
        return isAllowed(id, allowed);
      };
    }
  }
}

function isAllowed(id: unknown, allowed: ReadonlySet<string>): boolean {
  if (typeof id === "string") return allowed.has(id);
  if (typeof id === "bigint" || Number.isSafeInteger(id)) return allowed.has(String(id));
  return false;
}
