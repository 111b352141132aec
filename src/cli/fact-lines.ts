import type { Fact, FactArgument } from "../facts/index.js";
import { UsageError } from "./usage-error.js";
import { parseValue } from "./values.js";

/*
 * Facts in a file, one a line: ["has_role",{"type":"User","id":"alice"},"admin",{"type":"Organization","id":"acme"}].
 * An Integer that JSON's readers would round is written {"type":"Integer","id":"9007199254740993"}.
 */

export function factLine(fact: Fact): string {
  return JSON.stringify(fact, (_key, value: unknown) => {
    if (typeof value !== "bigint") return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : { type: "Integer", id: String(value) };
  });
}

/** Reads lines of facts; empty lines are skipped. @throws UsageError naming the line that is no fact */
export function parseFactLines(text: string, file: string): Fact[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === "" ? [] : [parseLine(line, `${file}:${index + 1}`)]));
}

function parseLine(line: string, place: string): Fact {
  let fact: unknown;
  try {
    fact = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(fact) || typeof fact[0] !== "string") {
    throw new UsageError(`${place}: a fact is an array that begins with the predicate's name`);
  }
  const [predicate, ...args] = fact as [string, ...unknown[]];
  return [predicate, ...args.map((arg) => argument(arg, place))];
}

function argument(value: unknown, place: string): FactArgument {
  if (typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value))
    return value as FactArgument;
  if (typeof value === "object" && value !== null) {
    const { type, id } = value as { readonly type?: unknown; readonly id?: unknown };
    if (typeof type === "string" && typeof id === "string") {
      return type === "Integer" || type === "Boolean" || type === "String" ? parseValue(`${type}:${id}`) : { type, id };
    }
  }
  throw new UsageError(
    `${place}: ${JSON.stringify(value)} cannot be an argument of a fact`,
    'arguments are strings, Booleans, Integers and { "type", "id" }',
  );
}
