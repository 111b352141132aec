import { Dictionary, Entity, Instance, List, type Term, Variable } from "./values.js";

/** A term as Polar text, for `print`, messages and derivations. Unbound variables are `_`. */
export function show(term: Term): string {
  switch (typeof term) {
    case "string":
      return showString(term);
    case "bigint":
    case "boolean":
      return String(term);
    case "number":
      return showFloat(term);
    default:
      break;
  }
  if (term === null) return "nil";
  if (term instanceof Variable) return "_";
  if (term instanceof Entity) return `${term.type}{${showString(term.id)}}`;
  if (term instanceof List) {
    const items = term.items.map(show);
    if (term.rest !== undefined) items.push("*_");
    return `[${items.join(", ")}]`;
  }
  if (term instanceof Dictionary) {
    return `{${[...term.entries].map(([key, value]) => `${key}: ${show(value)}`).join(", ")}}`;
  }
  return term instanceof Instance && term.type !== undefined ? `${term.type}{…}` : "{…}";
}

export function showCall(name: string, args: readonly Term[]): string {
  return `${name}(${args.map(show).join(", ")})`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

function showString(text: string): string {
  return `"${text.replace(/["\\\n\r\t\0]/g, (c) => escapes[c] as string)}"`;
}

function showFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}
