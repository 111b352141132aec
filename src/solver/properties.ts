import { Fault, fault } from "./fault.js";
import type { HostTypeInfo, HostTypes } from "./host-types.js";
import { Entity } from "./values.js";

/*
 * Which members of an application object a policy can reach (Polar reference, section 9): declared names, or the object's
 * own data and what its declared class chain defines. Nothing of Object.prototype, whatever was added to it since.
 */

/** Captured once, so that a polluted prototype cannot widen or narrow it. */
const unreachable: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "constructor",
  "prototype",
  "__proto__",
]);

export interface Property {
  readonly value: unknown;
  /** The type that the host declares for it. */
  readonly declared?: string | undefined;
}

export function readProperty(
  info: HostTypeInfo | undefined,
  types: HostTypes,
  object: object,
  name: string,
  owner: string,
): Property {
  if (unreachable.has(name)) return missing(name, owner);
  const relation = info?.relations.get(name);
  if (info !== undefined && relation !== undefined) {
    const loaded = ownValue(object, name, owner);
    if (loaded !== undefined) return { value: loaded, declared: relation.type };
    if (relation.kind === "one") return { value: relatedOne(info, types, object, name, owner) };
    return fault("engine/missing-property", `relation \`${name}\` of ${owner} is not loaded`);
  }
  const field = info?.fields?.get(name);
  if (field !== undefined) {
    const value = chainValue(object, object, name, owner);
    if (value === undefined) return field.optional ? { value: null } : missing(name, owner);
    return { value: dataOnly(value, name, owner), declared: field.type };
  }
  if (info?.fields === undefined && Object.hasOwn(object, name)) {
    return { value: dataOnly(present(ownValue(object, name, owner), name, owner), name, owner) };
  }
  const member = classMember(info, name);
  if (member === undefined) return missing(name, owner);
  return { value: dataOnly(present(memberValue(member, object, name, owner), name, owner), name, owner) };
}

/** A method of the declared class chain; without declared fields also a function among the object's own data. */
export function resolveMethod(
  info: HostTypeInfo | undefined,
  object: object,
  name: string,
  owner: string,
): (...args: unknown[]) => unknown {
  if (unreachable.has(name) || info === undefined) return missing(name, owner);
  let value: unknown;
  if (Object.hasOwn(object, name) && (info.fields === undefined || info.fields.has(name))) {
    value = ownValue(object, name, owner);
  } else {
    const member = classMember(info, name);
    if (member === undefined) return missing(name, owner);
    value = memberValue(member, object, name, owner);
  }
  if (typeof value !== "function" || isClass(value)) {
    return fault("engine/not-a-value", `\`${name}\` of ${owner} is not a method`);
  }
  return value as (...args: unknown[]) => unknown;
}

/** The id of an object as text; `undefined` for a value object. */
export function readId(info: HostTypeInfo, object: object): string | undefined {
  let id: unknown;
  try {
    id = info.readId(object);
  } catch (error) {
    if (error instanceof Fault) throw error;
    return fault("engine/host-error", `the id of an object of type \`${info.name}\` could not be read`, error);
  }
  if (id === undefined || id === null) return undefined;
  if (typeof id === "string" && id !== "") return id;
  if (typeof id === "bigint" || (typeof id === "number" && Number.isSafeInteger(id))) return String(id);
  return fault("engine/not-a-value", `the id of an object of type \`${info.name}\` is neither a text nor an integer`);
}

function relatedOne(info: HostTypeInfo, types: HostTypes, object: object, name: string, owner: string): unknown {
  const relation = info.relations.get(name);
  if (relation === undefined) return missing(name, owner);
  const target = types.byName.get(relation.type);
  const key = target?.idProperty ?? "id";
  if (relation.to !== key) {
    return fault("engine/missing-property", `relation \`${name}\` of ${owner} is not loaded`);
  }
  const id = chainValue(object, object, relation.from, owner);
  if (id === null) return null;
  if (id === undefined) return missing(relation.from, owner);
  if (typeof id === "string" && id !== "") return new Entity(relation.type, id);
  if (typeof id === "bigint" || (typeof id === "number" && Number.isSafeInteger(id))) {
    return new Entity(relation.type, String(id));
  }
  return fault("engine/not-a-value", `\`${relation.from}\` of ${owner} is neither a text nor an integer`);
}

/** What the declared class chain has under a name. With declared fields only methods count, so that no other getter even runs. */
function classMember(info: HostTypeInfo | undefined, name: string): PropertyDescriptor | undefined {
  const member = info?.prototype === undefined ? undefined : memberOf(info.prototype, name);
  if (info?.fields === undefined || info.fields.has(name)) return member;
  return typeof member?.value === "function" ? member : undefined;
}

/** The member as the chain from `start` on defines it, read on `object`. */
function chainValue(start: object, object: object, name: string, owner: string): unknown {
  const member = memberOf(start, name);
  return member === undefined ? undefined : memberValue(member, object, name, owner);
}

function memberOf(start: object, name: string): PropertyDescriptor | undefined {
  for (let p: object | null = start; p !== null && !isRoot(p); p = Object.getPrototypeOf(p)) {
    const found = Object.getOwnPropertyDescriptor(p, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberValue(member: PropertyDescriptor, object: object, name: string, owner: string): unknown {
  const { get, set } = member;
  if (get === undefined && set === undefined) return member.value;
  return read(name, owner, () => (get === undefined ? undefined : Reflect.apply(get, object, [])));
}

/** The top of every chain: the one Object.prototype of this realm or of another. */
function isRoot(prototype: object): boolean {
  return prototype === Object.prototype || (Object.getPrototypeOf(prototype) === null && isForeignRoot(prototype));
}

function isForeignRoot(prototype: object): boolean {
  return Object.hasOwn(prototype, "hasOwnProperty") && Object.hasOwn(prototype, "isPrototypeOf");
}

function ownValue(object: object, name: string, owner: string): unknown {
  if (!Object.hasOwn(object, name)) return undefined;
  return read(name, owner, () => Reflect.get(object, name, object));
}

function read(name: string, owner: string, get: () => unknown): unknown {
  try {
    return get();
  } catch (error) {
    return fault("engine/host-error", `\`${name}\` of ${owner} could not be read`, error);
  }
}

function present(value: unknown, name: string, owner: string): unknown {
  return value === undefined ? missing(name, owner) : value;
}

function dataOnly(value: unknown, name: string, owner: string): unknown {
  if (typeof value !== "function") return value;
  return fault("engine/not-a-value", `\`${name}\` of ${owner} is a method: call it with \`${name}(…)\``);
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function missing(name: string, owner: string): never {
  return fault("engine/missing-property", `${owner} has no property \`${name}\``);
}
