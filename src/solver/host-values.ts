import type { Reference } from "../facts/value.js";
import { fault } from "./fault.js";
import type { HostTypeInfo } from "./host-types.js";
import { fitsInteger, type Value } from "./values.js";

/*
 * Which JavaScript values can be Polar values, and as what (Polar reference, section 4).
 */

export function fromNumber(input: number): Value {
  if (!Number.isInteger(input)) return input;
  const integer = BigInt(input);
  return fitsInteger(integer) ? integer : input;
}

/** A plain `{ type, id }`; each of the two is read once, whatever getters stand behind them. */
export function plainReference(input: unknown): Reference | undefined {
  if (typeof input !== "object" || input === null || !isPlain(input)) return undefined;
  const { type, id } = input as { type?: unknown; id?: unknown };
  return typeof type === "string" && typeof id === "string" ? { type, id } : undefined;
}

export function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

export function entityKey(type: string, id: string): string {
  return `${type.length}:${type}${id}`;
}

export function anonymousType(name: string): HostTypeInfo {
  return {
    name,
    prototype: undefined,
    construct: undefined,
    readId: (object) => Reflect.get(object, "id", object),
    idProperty: "id",
    fields: undefined,
    relations: new Map(),
    load: undefined,
    extends: [],
  };
}

/** Built-in objects that would pass for data and are none. Iterables may be asked with `in`. */
export function refuseExotic(object: object): void {
  if (typeof (object as { then?: unknown }).then === "function") {
    fault("engine/not-a-value", "a promise or another object with `then` is not a value here");
  }
  const exotic =
    object instanceof Date ||
    object instanceof RegExp ||
    object instanceof String ||
    object instanceof Number ||
    object instanceof Boolean ||
    object instanceof Error ||
    object instanceof ArrayBuffer ||
    object instanceof WeakMap ||
    object instanceof WeakSet ||
    ArrayBuffer.isView(object);
  if (exotic) fault("engine/not-a-value", `a ${object.constructor.name} is not a value; declare a type for it`);
}
