import { LimitError } from "../diagnostics/errors.js";
import { Fault, fault } from "./fault.js";
import { fitsInteger } from "./values.js";

const deepest = 8;
const most = 1_000;

const classes = new WeakMap<object, number>();
const identities = new WeakMap<object, number>();
let counter = 0;

/**
 * Class and own data of a value object as text: equal texts, equal objects (Polar reference, section 4). `entity` names
 * an inner object that is an entity. Bounded: 8 levels, 1,000 members. What has no data to compare is equal to itself only.
 */
export function describeStructure(object: object, entity: (object: object) => string | undefined): string {
  let members = 0;
  const describe = (value: unknown, depth: number): string => {
    if (++members > most) throw new LimitError("structure", most, "members of a value object");
    switch (typeof value) {
      case "string":
        return `s${value.length}:${value}`;
      case "bigint":
        return `i${value};`;
      case "boolean":
        return value ? "t" : "f";
      case "number":
        if (Number.isInteger(value) && fitsInteger(BigInt(value))) return `i${BigInt(value)};`;
        return `d${value};`;
      case "undefined":
        return "u";
      case "object":
        return value === null ? "n" : inner(value, depth);
      default:
        return `#${identity(value as object)};`;
    }
  };
  const inner = (value: object, depth: number): string => {
    if (depth > deepest) throw new LimitError("structure", deepest, "levels of a value object");
    if (depth > 0) {
      const known = entity(value);
      if (known !== undefined) return `e${known.length}:${known}`;
    }
    if (Array.isArray(value)) return `[${value.map((item: unknown) => describe(item, depth + 1)).join("")}]`;
    const prototype: object | null = Object.getPrototypeOf(value);
    if (value instanceof Date) return `D${value.getTime()};`;
    if (ArrayBuffer.isView(value) || Symbol.iterator in value || Symbol.asyncIterator in value)
      return `#${identity(value)};`;
    let text = `${prototype === null || prototype === Object.prototype ? "" : numbered(classes, prototype)}{`;
    for (const key of Object.keys(value).sort()) {
      text += `${key.length}:${key}${describe(ownMember(value, key), depth + 1)}`;
    }
    return `${text}}`;
  };
  return inner(object, 0);
}

function ownMember(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key, object);
  } catch (error) {
    if (error instanceof Fault) throw error;
    return fault("engine/host-error", `\`${key}\` of a value object could not be read`, error);
  }
}

/** A number of its own for every object. */
export function identity(object: object): number {
  return numbered(identities, object);
}

function numbered(map: WeakMap<object, number>, object: object): number {
  const known = map.get(object);
  if (known !== undefined) return known;
  map.set(object, ++counter);
  return counter;
}
