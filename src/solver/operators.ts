import type { ArithmeticTerm, CompareCondition } from "../polar/ast.js";
import { sameInstance, scalarsEqual } from "./bindings.js";
import { fault } from "./fault.js";
import { Dictionary, Entity, fitsInteger, Instance, kindOf, List, type Value } from "./values.js";

export type Comparison = Exclude<CompareCondition["operator"], "=" | ":=">;

/** Polar reference, section 7. */
export function compare(operator: Comparison, left: Value, right: Value): boolean {
  if (operator === "==") return equal(operator, left, right);
  if (operator === "!=") return !equal(operator, left, right);
  if (isNumber(left) && isNumber(right)) return ordered(operator, left, right);
  if (typeof left === "string" && typeof right === "string") return ordered(operator, compareText(left, right), 0);
  if (typeof left === "boolean" && typeof right === "boolean") return ordered(operator, Number(left), Number(right));
  return mismatch(operator, left, right);
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function ordered(operator: Comparison, left: bigint | number, right: bigint | number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}

function equal(operator: Comparison, left: Value, right: Value): boolean {
  if (isNumber(left) && isNumber(right)) return scalarsEqual(left, right);
  if (left === null || right === null) return left === right;
  if (left instanceof Entity && right instanceof Entity) return left.type === right.type && left.id === right.id;
  if (left instanceof Instance && right instanceof Instance) return sameInstance(left, right);
  if (left instanceof Entity || left instanceof Instance || right instanceof Entity || right instanceof Instance) {
    return false;
  }
  if (left instanceof List || left instanceof Dictionary || right instanceof List || right instanceof Dictionary) {
    return mismatch(operator, left, right);
  }
  return typeof left === typeof right ? left === right : mismatch(operator, left, right);
}

function mismatch(operator: string, left: Value, right: Value): never {
  return fault("engine/type-mismatch", `\`${operator}\` is not defined between ${kindOf(left)} and ${kindOf(right)}`);
}

/** By code point; JavaScript's own order differs beyond the basic plane. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // A surrogate stands for a code point above every unit that is none.
    const xs = x >= 0xd800 && x <= 0xdfff;
    const ys = y >= 0xd800 && y <= 0xdfff;
    if (xs !== ys) return xs ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** Polar reference, section 7. */
export function arithmetic(operator: ArithmeticTerm["operator"], left: Value, right: Value): Value {
  if (!isNumber(left) || !isNumber(right)) {
    return fault("engine/type-mismatch", `\`${operator}\` is not defined between ${kindOf(left)} and ${kindOf(right)}`);
  }
  if (typeof left === "bigint" && typeof right === "bigint" && operator !== "/") {
    return integerArithmetic(operator, left, right);
  }
  const a = Number(left);
  const b = Number(right);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "rem":
      return a % b;
    case "mod": {
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
    }
  }
}

function integerArithmetic(operator: ArithmeticTerm["operator"], a: bigint, b: bigint): bigint {
  if ((operator === "mod" || operator === "rem") && b === 0n) {
    return fault("engine/arithmetic", `\`${a} ${operator} 0\` has no value`);
  }
  const result = integerResult(operator, a, b);
  if (!fitsInteger(result)) {
    return fault("engine/arithmetic", `\`${a} ${operator} ${b}\` is beyond 64 bits`);
  }
  return result;
}

function integerResult(operator: ArithmeticTerm["operator"], a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "mod": {
      const rest = a % b;
      return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
    }
    default:
      return a % b;
  }
}
