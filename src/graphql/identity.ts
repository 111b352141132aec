import type { GuardSettings } from "./options.js";

/** What an object is called; `undefined` when it has no id. */
export type IdReader = (instance: unknown) => string | undefined;

/** How the objects of a type are identified: `types[T].id` of the layer, then of the engine, then the property `id`. */
export function idReader(type: string, settings: GuardSettings): IdReader {
  const own = Object.hasOwn(settings.types, type) ? settings.types[type]?.id : undefined;
  const engineTypes = settings.engine.types;
  const shared = engineTypes !== undefined && Object.hasOwn(engineTypes, type) ? engineTypes[type]?.id : undefined;
  const id: string | ((object: never) => unknown) = own ?? shared ?? "id";
  if (typeof id === "function") return (instance) => idText(id(instance as never));
  if (id === "id") return idProperty;
  return (instance) =>
    typeof instance === "object" && instance !== null
      ? idText((instance as { readonly [property: string]: unknown })[id])
      : undefined;
}

/** The usual one. Written out it is read faster than a property that a variable names. */
function idProperty(instance: unknown): string | undefined {
  return typeof instance === "object" && instance !== null
    ? idText((instance as { readonly id?: unknown }).id)
    : undefined;
}

/** The id as text. Only an integer becomes text; anything else that is no string is no id. */
export function idText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value).toString() : undefined;
}

const maximumBytes = 384;

/** Whether a resource can have this id at all; what clients make up need not reach the engine. Reliability reference, section 3.2. */
export function isPossibleId(id: string): boolean {
  if (id === "" || id.length > maximumBytes) return false;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    if (code === 0 || code > 0x7f) return isPossibleText(id);
  }
  return true;
}

function isPossibleText(id: string): boolean {
  let bytes = 0;
  for (const character of id) {
    const code = character.codePointAt(0)!;
    if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) return false;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes <= maximumBytes;
}
