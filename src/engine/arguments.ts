import { types } from "node:util";
import { InputError } from "../diagnostics/errors.js";
import type { PlainValue, StoredFact, StoredPattern } from "../facts/index.js";
import { isPlainText } from "../facts/plain-text.js";
import { TypedObject } from "../solver/host.js";

/*
 * The border between callers and the engine: what comes in is read once, checked, and put into its inner form. Behind
 * it an Integer is a `bigint`, a reference is a plain object of two strings, and nothing needs to be checked again.
 * Reliability reference, sections 3.2 and 3.3.
 */

/** Bytes of UTF-8 that an id, a type, a predicate or a string in a fact may have. */
export const maximumBytes = 384;
/** Arguments that a fact may have. */
export const maximumArguments = 5;

/** How the objects of the application become references. */
export interface ObjectTypes {
  /** Whether the object is an instance of a declared class, or handed in together with its type. Never asked about plain objects. */
  isDeclared(value: object): boolean;
  /** The reference to a declared object; `undefined` when it has no id. */
  referenceTo(value: object): { readonly type: string; readonly id: string } | undefined;
}

/** Whether the value belongs to a fact (`facts/…` codes) or to a question (`input/…` codes). */
type Border = "facts" | "input";

/** The fact in its inner form. @throws InputError with a `facts/…` code */
export function storedFact(fact: unknown, objects: ObjectTypes): StoredFact {
  const [predicate, args] = predicateAndArguments(fact, "fact");
  checkArity(predicate, args);
  return { predicate, args: args.map((arg, i) => plainValue(arg, "facts", place(predicate, i), objects)) };
}

/** The pattern in its inner form: `null` is any value, `{ type }` any entity of the type. @throws InputError with a `facts/…` code */
export function storedPattern(pattern: unknown, objects: ObjectTypes): StoredPattern {
  const [predicate, args] = predicateAndArguments(pattern, "pattern");
  checkArity(predicate, args);
  return { predicate, args: args.map((arg, i) => patternArgument(arg, place(predicate, i), objects)) };
}

/** Patterns that together match what is asked for: a predicate alone stands for its facts of any number of arguments. */
export function readingPatterns(pattern: readonly unknown[], objects: ObjectTypes): StoredPattern[] {
  if (pattern.length !== 1) return [storedPattern(pattern, objects)];
  const [predicate] = predicateAndArguments(pattern, "pattern");
  return Array.from({ length: maximumArguments }, (_, i) => ({
    predicate,
    args: new Array<undefined>(i + 1).fill(undefined),
  }));
}

/**
 * An actor or a resource of a question: a plain value, or an object of a declared type, left as it is.
 * @throws InputError with an `input/…` code
 */
export function subject(value: unknown, what: string, objects: ObjectTypes): PlainValue | object {
  if (typeof value === "object" && value !== null) {
    const reference = plainReference(value, "input", what, objects);
    return reference ?? value;
  }
  return scalar(value, "input", what);
}

const { isProxy } = types;

/** Not under `node --disable-proto`. */
const protoIsReadable = ((): boolean => {
  try {
    // biome-ignore lint/suspicious/noProto: that is the question
    return ({} as { readonly __proto__?: unknown }).__proto__ === Object.prototype;
  } catch {
    return false;
  }
})();

/** Somebody may have put things there that look like everybody's type or id. */
const objectPrototype = Object.prototype as { readonly type?: unknown; readonly id?: unknown };

/**
 * Whether the `type` and `id` of a value may be read as those of a reference: a plain object with nothing unusual about it.
 * False means that `subject` has to look closer, not that anything is wrong.
 */
export function isReadable(value: unknown): value is { readonly type?: unknown; readonly id?: unknown } {
  if (typeof value !== "object" || value === null || isProxy(value)) return false;
  // Both are needed: an object with a `__proto__` of its own fails the first, one that only claims to inherit from nobody
  // the second. Reading it as a property is what makes the second one free: the engine then knows the shape of the object.
  if (protoIsReadable) {
    // biome-ignore lint/suspicious/noProto: see above
    if ((value as { readonly __proto__?: unknown }).__proto__ !== Object.prototype) return false;
  } else if (Object.hasOwn(value, "__proto__")) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return objectPrototype.type === undefined && objectPrototype.id === undefined;
}

/** An action, the name of a type: any text. @throws InputError */
export function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new InputError(`input/bad-${what}`, `the ${what} must be a string, not ${describe(value)}`);
}

function predicateAndArguments(fact: unknown, what: string): readonly [string, readonly unknown[]] {
  if (!Array.isArray(fact) || types.isProxy(fact)) {
    throw new InputError(
      "facts/bad-fact",
      `a ${what} is an array of a predicate and its arguments, not ${describe(fact)}`,
    );
  }
  const [predicate, ...args]: unknown[] = fact;
  if (typeof predicate !== "string") {
    throw new InputError(
      "facts/bad-fact",
      `a ${what} begins with the name of its predicate, not with ${describe(predicate)}`,
    );
  }
  checkText(predicate, "facts", "the predicate");
  checkNotEmpty(predicate, "facts", "the predicate");
  return [predicate, args];
}

function checkArity(predicate: string, args: readonly unknown[]): void {
  if (args.length >= 1 && args.length <= maximumArguments) return;
  throw new InputError(
    "facts/wrong-arity",
    `a fact has 1 to ${maximumArguments} arguments, \`${predicate}\` was given ${args.length}`,
  );
}

function patternArgument(value: unknown, what: () => string, objects: ObjectTypes): StoredPattern["args"][number] {
  if (value === null) return undefined;
  if (isAnyOf(value)) {
    const type = value.type;
    if (typeof type !== "string") throw notAValue(value, "facts", what());
    checkText(type, "facts", `the type of ${what()}`);
    checkNotEmpty(type, "facts", `the type of ${what()}`);
    return { anyOf: type };
  }
  return plainValue(value, "facts", what, objects);
}

/** `{ type }` without an id. An `id` that is there but holds `undefined` is what `{ type, id: row.id }` gives by mistake. */
function isAnyOf(value: unknown): value is { readonly type: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    isPlain(value) &&
    Object.hasOwn(value, "type") &&
    !Object.hasOwn(value, "id")
  );
}

function plainValue(value: unknown, border: Border, what: () => string, objects: ObjectTypes): PlainValue {
  if (typeof value === "object" && value !== null) {
    const reference = plainReference(value, border, what, objects);
    if (reference !== undefined) return reference;
    const found = objects.referenceTo(value);
    if (found === undefined) throw notAValue(value, border, what());
    return checkedReference(found.type, found.id, border, what);
  }
  const plain = scalar(value, border, what);
  if (typeof plain === "string") checkLength(plain, border, what);
  return plain;
}

/**
 * The reference that a plain object stands for, `undefined` for an object of a declared type.
 * @throws InputError for everything else
 */
function plainReference(
  value: object,
  border: Border,
  what: string | (() => string),
  objects: ObjectTypes,
): { readonly type: string; readonly id: string } | undefined {
  if (types.isProxy(value)) throw notAValue(value, border, name(what));
  if (!isPlain(value)) {
    if (value instanceof TypedObject) checkTyped(value, border, what);
    if (objects.isDeclared(value)) return undefined;
    throw notAValue(value, border, name(what));
  }
  if (Object.hasOwn(value, "__proto__")) throw notAValue(value, border, name(what));
  const type: unknown = Object.hasOwn(value, "type") ? (value as { readonly type: unknown }).type : undefined;
  const id: unknown = Object.hasOwn(value, "id") ? (value as { readonly id: unknown }).id : undefined;
  return checkedReference(type, id, border, what);
}

/** An object with its type: the type is a name, and the id, if there is one, an id like any other. */
function checkTyped(value: TypedObject, border: Border, what: string | (() => string)): void {
  const { type, id, object } = value as { readonly type: unknown; readonly id: unknown; readonly object: unknown };
  checkedReference(type, id === undefined ? "none" : id, border, what);
  if (typeof object !== "object" || object === null || types.isProxy(object)) {
    throw notAValue(object, border, `the object of ${name(what)}`);
  }
}

function checkedReference(
  type: unknown,
  id: unknown,
  border: Border,
  what: string | (() => string),
): { readonly type: string; readonly id: string } {
  if (typeof type !== "string" || id === undefined || id === null) {
    throw new InputError(
      `${border}/bad-value`,
      `${name(what)} must be a reference { type, id }, an object of a declared type, a string, a boolean or an integer`,
    );
  }
  let text: string;
  if (typeof id === "string") text = id;
  else if (typeof id === "number" || typeof id === "bigint") text = integer(id, border, what).toString();
  else
    throw new InputError(
      `${border}/bad-value`,
      `the id of ${name(what)} must be a string or an integer, not ${describe(id)}`,
    );
  if (!isPlainText(type)) checkName(type, border, () => `the type of ${name(what)}`);
  if (!isPlainText(text)) checkName(text, border, () => `the id of ${name(what)}`);
  return { type, id: text };
}

function checkName(value: string, border: Border, what: () => string): void {
  checkText(value, border, what);
  checkNotEmpty(value, border, what);
  checkLength(value, border, what);
}

function scalar(value: unknown, border: Border, what: string | (() => string)): string | bigint | boolean {
  switch (typeof value) {
    case "string":
      if (!isPlainText(value)) checkText(value, border, what);
      return value;
    case "boolean":
      return value;
    case "number":
    case "bigint":
      return integer(value, border, what);
    default:
      throw notAValue(value, border, name(what));
  }
}

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

function integer(value: number | bigint, border: Border, what: string | (() => string)): bigint {
  if (typeof value === "bigint") {
    if (value >= smallest && value <= largest) return value;
    throw new InputError(`${border}/bad-integer`, `${name(what)} does not fit into 64 bits`);
  }
  // BigInt(-0) is 0n.
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new InputError(
    `${border}/bad-integer`,
    `${name(what)} must be an integer within ±(2^53-1), not \`${value}\`; larger ones can be given as a bigint`,
  );
}

function checkText(value: string, border: Border, what: string | (() => string)): void {
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0) throw new InputError(`${border}/nul`, `${name(what)} contains a NUL character`);
    if (c < 0xd800 || c > 0xdfff) continue;
    const next = c <= 0xdbff ? value.charCodeAt(i + 1) : Number.NaN;
    if (!(next >= 0xdc00 && next <= 0xdfff)) {
      throw new InputError(`${border}/lone-surrogate`, `${name(what)} contains half of a surrogate pair`);
    }
    i++;
  }
}

function checkNotEmpty(value: string, border: Border, what: string | (() => string)): void {
  if (value === "") throw new InputError(`${border}/empty`, `${name(what)} is empty`);
}

function checkLength(value: string, border: Border, what: string | (() => string)): void {
  // A UTF-16 code unit takes three bytes at most.
  if (value.length * 3 <= maximumBytes) return;
  const bytes = utf8Length(value);
  if (bytes > maximumBytes) {
    throw new InputError(
      `${border}/too-long`,
      `${name(what)} has ${bytes} bytes in UTF-8, ${maximumBytes} are allowed`,
    );
  }
}

function utf8Length(value: string): number {
  let bytes = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The last case is a plain object of another realm.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notAValue(value: unknown, border: Border, what: string): InputError {
  return new InputError(`${border}/bad-value`, `${what} cannot be ${describe(value)}`);
}

/** What a value is, without running any code of it. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  if (types.isProxy(value)) return "a Proxy";
  if (Array.isArray(value)) return "an array";
  if (types.isPromise(value)) return "a promise";
  if (types.isBoxedPrimitive(value)) return "a boxed primitive";
  const made: unknown = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) ?? {}, "constructor")?.value;
  if (typeof made !== "function" || made === Object) return "an object that is not a reference";
  return `an instance of \`${made.name}\`, which is not of a declared type`;
}

function name(what: string | (() => string)): string {
  return typeof what === "string" ? what : what();
}

function place(predicate: string, index: number): () => string {
  return () => `argument ${index + 1} of \`${predicate}\``;
}
