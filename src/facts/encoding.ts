import { isReference, type PlainValue, type StoredFact } from "./value.js";

/*
 * Facts as text: the arguments as one flat JSON array of type and value in turn,
 * `["User","alice","String","admin","Org","acme"]`. Types of the application can never be named String, Integer or
 * Boolean, so the text stands for exactly one list of arguments, and equal arguments have equal texts.
 */

export function encodeArguments(args: readonly PlainValue[]): string {
  return JSON.stringify(argumentParts(args));
}

/** Type and value of each argument in turn: what the encoded text holds. */
export function argumentParts(args: readonly PlainValue[]): string[] {
  const parts: string[] = [];
  for (const arg of args) {
    if (typeof arg === "string") parts.push("String", arg);
    else if (typeof arg === "bigint") parts.push("Integer", arg.toString());
    else if (typeof arg === "boolean") parts.push("Boolean", arg ? "true" : "false");
    else parts.push(arg.type, arg.id);
  }
  return parts;
}

/** The arguments of an encoded fact. @throws SyntaxError when the text was not made by `encodeArguments`. */
export function decodeArguments(text: string): PlainValue[] {
  const parts: unknown = JSON.parse(text);
  if (!Array.isArray(parts)) throw new SyntaxError("encoded arguments are not an array");
  return decodeParts(parts);
}

/** The same for an array that was parsed already. @throws SyntaxError */
export function decodeParts(parts: readonly unknown[]): PlainValue[] {
  if (parts.length === 0 || parts.length % 2 !== 0) throw new SyntaxError("encoded arguments do not come in pairs");
  const args: PlainValue[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const type = parts[i];
    const value = parts[i + 1];
    if (typeof type !== "string" || typeof value !== "string")
      throw new SyntaxError("encoded arguments are not strings");
    if (type === "String") args.push(value);
    else if (type === "Integer" && /^(0|-?[1-9][0-9]*)$/.test(value)) args.push(BigInt(value));
    else if (type === "Boolean" && (value === "true" || value === "false")) args.push(value === "true");
    else if (type === "Integer" || type === "Boolean" || type === "" || value === "") {
      throw new SyntaxError("an encoded argument has no such value");
    } else args.push({ type, id: value });
  }
  return args;
}

/** A text that two facts share exactly when they are the same fact. */
export function factKey(fact: StoredFact): string {
  return `${JSON.stringify(fact.predicate)}${encodeArguments(fact.args)}`;
}

/** Whether two values are the same value: entities by type and id, an Integer never equals a string or a boolean. */
export function sameValue(a: PlainValue, b: PlainValue): boolean {
  return a === b || (isReference(a) && isReference(b) && a.type === b.type && a.id === b.id);
}
