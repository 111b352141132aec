import { plain } from "../diagnostics/display.js";
import { entity, type FactArgument, type FactPatternArgument, isReference, type Reference } from "../facts/index.js";
import { UsageError } from "./usage-error.js";

/*
 * Values as they are written on a command line: `User:alice` is a reference, `User:_` any User, `_` anything, a bare word
 * a string. `Integer:7`, `Boolean:true` and `String:a:b` are plain values, as `Integer{7}` is in Polar.
 */

/** The part before the first colon, when it can be a type's name; everything behind it is the id, colons included. */
const typed = /^([\p{L}_][\p{L}\p{N}_]*(?:::[\p{L}_][\p{L}\p{N}_]*)*):(?!:)(.*)$/su;

/** A value where one is needed: an argument of `tell`, an actor, a resource. */
export function parseValue(text: string): FactArgument {
  const value = parsePattern(text);
  if (value === null || (typeof value === "object" && !isReference(value))) {
    throw new UsageError(
      `\`${text}\` stands for any value, and a single one is needed here`,
      "write an id, e.g. User:alice",
    );
  }
  return value;
}

/** A value or a wildcard: an argument of `delete`, `get` and `query`. */
export function parsePattern(text: string): FactPatternArgument {
  if (text === "_") return null;
  const [, type, id] = typed.exec(text) ?? [];
  if (type === undefined || id === undefined) return text;
  switch (type) {
    case "String":
      return id;
    case "Integer":
      return parseInteger(id);
    case "Boolean":
      if (id === "true" || id === "false") return id === "true";
      throw new UsageError(`\`${text}\` is no Boolean`, "write Boolean:true or Boolean:false");
    default:
      if (id === "") throw new UsageError(`\`${text}\` has no id`, `write ${type}:_ for any ${type}`);
      return id === "_" ? { type } : entity(type, id);
  }
}

/** Who asks, or what is asked about: a reference, never a bare word. */
export function parseReference(text: string, role: string): Reference {
  const value = parseValue(text);
  if (isReference(value)) return value;
  throw new UsageError(`\`${text}\` is no ${role}`, "references are written with their type, e.g. User:alice");
}

function parseInteger(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new UsageError(`\`Integer:${text}\` is no Integer`, "write digits, e.g. Integer:7");
  return BigInt(text);
}

/** The way back: what `parsePattern` reads as the same value. */
export function writeValue(value: FactPatternArgument): string {
  if (value === null) return "_";
  switch (typeof value) {
    case "object":
      return `${value.type}:${value.id ?? "_"}`;
    case "string":
      return value === "_" || typed.test(value) || value === "" ? `String:${value}` : value;
    case "boolean":
      return `Boolean:${value}`;
    default:
      return `Integer:${value}`;
  }
}

/** A line of words for people and for the shell: quoted where a shell would split them, nothing invisible left as it is. */
export function writeLine(words: readonly string[]): string {
  return words.map((word) => quoted(plain(word))).join(" ");
}

function quoted(word: string): string {
  return /^[\p{L}\p{M}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

/** A value as Polar text, e.g. `User{"alice"}`. */
export function polarValue(value: FactArgument): string {
  switch (typeof value) {
    case "object":
      return `${value.type}{${polarString(value.id)}}`;
    case "string":
      return polarString(value);
    default:
      return String(value);
  }
}

/** A string literal of Polar; only what would end the literal or the line is escaped. */
export function polarString(text: string): string {
  const escapes: Record<string, string> = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\0": "\\0",
  };
  return `"${text.replace(/["\\\n\r\t\0]/g, (c) => escapes[c] ?? c)}"`;
}

/** For JSON.stringify: integers that JSON cannot hold exactly become decimal strings. */
export function jsonReplacer(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
