import { Frame } from "./bindings.js";
import { fault } from "./fault.js";
import { kindOf, List, type Term, type Value } from "./values.js";

/*
 * The members of strings and lists: the whole of what a policy can do to them (Polar reference, section 9). They take
 * and give plain values.
 */

type Method<T> = (self: T, args: readonly Value[]) => Value;

const stringMethods: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["startsWith", (self, args) => self.startsWith(text("startsWith", args))],
  ["endsWith", (self, args) => self.endsWith(text("endsWith", args))],
  ["includes", (self, args) => self.includes(text("includes", args))],
  ["indexOf", (self, args) => BigInt(self.indexOf(text("indexOf", args)))],
  ["split", (self, args) => new List(self.split(text("split", args)))],
  ["slice", (self, args) => self.slice(...range(args))],
  ["toLowerCase", (self, args) => none("toLowerCase", args, () => self.toLowerCase())],
  ["toUpperCase", (self, args) => none("toUpperCase", args, () => self.toUpperCase())],
  ["trim", (self, args) => none("trim", args, () => self.trim())],
  ["trimStart", (self, args) => none("trimStart", args, () => self.trimStart())],
  ["trimEnd", (self, args) => none("trimEnd", args, () => self.trimEnd())],
]);

const listMethods: ReadonlyMap<string, Method<List>> = new Map<string, Method<List>>([
  ["includes", (self, args) => position(self, one("includes", args)) >= 0],
  ["indexOf", (self, args) => BigInt(position(self, one("indexOf", args)))],
  ["slice", (self, args) => new List(self.items.slice(...range(args)))],
  ["join", (self, args) => self.items.map(piece).join(text("join", args))],
]);

/** `args` is `undefined` for a member read without parentheses. A list has no variables in it here. */
export function readMember(self: string | List, name: string, args: readonly Value[] | undefined): Value {
  if (name === "length" && args === undefined) {
    return BigInt(typeof self === "string" ? self.length : self.items.length);
  }
  if (typeof self === "string") return call(self, stringMethods.get(name), name, args);
  return call(self, listMethods.get(name), name, args);
}

function call<T extends string | List>(
  self: T,
  method: Method<T> | undefined,
  name: string,
  args: readonly Value[] | undefined,
): Value {
  if (method === undefined) {
    const how = args === undefined ? name : `${name}()`;
    return fault("engine/unknown-member", `${kindOf(self)} has no member \`${how}\``);
  }
  if (args === undefined) {
    return fault("engine/not-a-value", `\`${name}\` is a method of ${kindOf(self)}: call it with \`${name}(…)\``);
  }
  return method(self, args);
}

function text(name: string, args: readonly Value[]): string {
  const value = args[0];
  if (args.length !== 1 || typeof value !== "string") {
    return fault("engine/type-mismatch", `\`${name}\` takes one String`);
  }
  return value;
}

function one(name: string, args: readonly Value[]): Value {
  if (args.length !== 1) return fault("engine/type-mismatch", `\`${name}\` takes one argument`);
  return args[0] as Value;
}

function none<T>(name: string, args: readonly Value[], read: () => T): T {
  if (args.length !== 0) return fault("engine/type-mismatch", `\`${name}\` takes no argument`);
  return read();
}

function range(args: readonly Value[]): [number, number?] {
  const [from, to] = args;
  if (typeof from === "bigint" && args.length === 1) return [Number(from)];
  if (typeof from === "bigint" && typeof to === "bigint" && args.length === 2) return [Number(from), Number(to)];
  return fault("engine/type-mismatch", "`slice` takes one or two Integers");
}

function position(list: List, value: Value): number {
  const frame = new Frame([], undefined);
  return list.items.findIndex((item) => frame.unify(item, value));
}

function piece(item: Term): string {
  if (typeof item === "string") return item;
  if (typeof item === "bigint" || typeof item === "number" || typeof item === "boolean") return String(item);
  return fault("engine/type-mismatch", "`join` takes a List of strings, numbers and booleans");
}
