import type { Value } from "../../engine/types.js";
import { type FactPatternArgument, isReference } from "../../facts/index.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import { jsonReplacer, parsePattern, polarValue, writeLine, writeValue } from "../values.js";
import { requirePolicy, withEngine } from "../with-engine.js";
import type { ReadingFlags } from "./authorize.js";

export async function query(
  predicate: string,
  args: readonly string[],
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  if (!/^[\p{L}_][\p{L}\p{N}_:]*\??$/u.test(predicate)) throw new UsageError(`\`${predicate}\` is no predicate's name`);
  const pattern = args.map(parsePattern);
  const answers = await withEngine(flags, terminal, (engine) => engine.query(goalOf(predicate, pattern)));
  const rows = answers.map((answer) => pattern.map((arg, i) => argumentOf(arg, answer[variable(i)])));
  if (flags.json) {
    terminal.out(
      JSON.stringify(
        rows.map((row) => [predicate, ...row]),
        jsonReplacer,
        2,
      ),
    );
  } else if (rows.length > 0) {
    terminal.out(
      rows
        .map((row) => writeLine([predicate, ...row.map(written)]))
        .sort()
        .join("\n"),
    );
  }
  return rows.length > 0 ? 0 : 1;
}

/** The goal as Polar text: each wildcard becomes a variable, `User:_` one that matches the type. */
function goalOf(predicate: string, pattern: readonly FactPatternArgument[]): string {
  const types = pattern.flatMap((arg, i) =>
    isOpen(arg) && arg !== null ? [`${variable(i)} matches ${arg.type}`] : [],
  );
  const args = pattern.map((arg, i) => (isOpen(arg) ? variable(i) : polarValue(arg)));
  return [...types, `${predicate}(${args.join(", ")})`].join(" and ");
}

const variable = (index: number): string => `argument${index + 1}`;

function isOpen(arg: FactPatternArgument): arg is null | { readonly type: string; readonly id?: undefined } {
  return arg === null || (typeof arg === "object" && !isReference(arg));
}

/** What stands at a wildcard's place in an answer; a variable that stayed unbound means any, of its type if it has one. */
function argumentOf(arg: FactPatternArgument, value: Value | undefined): Value {
  return value ?? (arg as Value);
}

function written(value: Value): string {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") {
    return writeValue(value);
  }
  if (typeof value === "number") return Number.isInteger(value) ? writeValue(value) : String(value);
  if (!Array.isArray(value) && typeof (value as { type?: unknown }).type === "string") {
    return writeValue(value as { type: string });
  }
  return JSON.stringify(value, jsonReplacer);
}
