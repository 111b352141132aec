import type { DeclareStatement } from "./ast.js";
import { type Knowledge, nothingKnown, ofType, stringTypes } from "./knowledge.js";
import type { FactSignature, SignatureArgument, TypeInfo } from "./policy.js";
import type { TypeTable } from "./type-table.js";

/** The signatures that blocks give (reference, section 13.3). */
export function builtinSignatures(types: TypeTable, global: TypeInfo | undefined): FactSignature[] {
  const actor: SignatureArgument = { kind: "entity", type: "Actor" };
  const found: FactSignature[] = [];
  const add = (predicate: string, ...args: SignatureArgument[]): void => {
    found.push({ predicate, args, span: undefined });
  };
  for (const type of types.values()) {
    const self: SignatureArgument = { kind: "entity", type: type.name };
    if (type.roles.size > 0) add("has_role", actor, { kind: "string", values: type.roles }, self);
    if (type.permissions.size > 0) add("has_permission", actor, { kind: "string", values: type.permissions }, self);
    for (const [name, related] of type.relations) {
      add("has_relation", self, { kind: "string", values: new Set([name]) }, { kind: "entity", type: related });
    }
  }
  if (global !== undefined && global.roles.size > 0) add("has_role", actor, { kind: "string", values: global.roles });
  if (global !== undefined && global.permissions.size > 0) {
    add("has_permission", actor, { kind: "string", values: global.permissions });
  }
  return found;
}

/** The signature of a `declare`; the types are checked elsewhere. */
export function declaredSignature(statement: DeclareStatement): FactSignature {
  return {
    predicate: statement.name.text,
    args: statement.types.map((t) => signatureArgument(t.text) ?? { kind: "entity", type: t.text }),
    span: statement.span,
  };
}

/** `undefined` for types whose values cannot be arguments of facts. */
export function signatureArgument(type: string): SignatureArgument | undefined {
  if (!mayBeInFact(type)) return undefined;
  switch (type) {
    case "String":
      return { kind: "string", values: undefined };
    case "Integer":
      return { kind: "integer" };
    case "Boolean":
      return { kind: "boolean" };
    default:
      return { kind: "entity", type };
  }
}

/** Whether values of this type can be arguments of facts. */
export function mayBeInFact(type: string): boolean {
  return type !== "Float" && type !== "List" && type !== "Dictionary" && type !== "nil";
}

/** What a fact's argument is known to be. */
export function knowledgeOfArgument(arg: SignatureArgument): Knowledge {
  switch (arg.kind) {
    case "entity":
      return ofType(arg.type);
    case "string":
      return arg.values === undefined ? ofType("String") : { types: stringTypes, strings: arg.values };
    case "integer":
      return ofType("Integer");
    case "boolean":
      return ofType("Boolean");
    case "any":
      return nothingKnown;
  }
}

/** The type of an argument, with the strings that it may be. */
export function signatureText(arg: SignatureArgument): string {
  switch (arg.kind) {
    case "entity":
      return arg.type;
    case "string":
      return arg.values === undefined ? "String" : [...arg.values].map((v) => JSON.stringify(v)).join("|");
    case "integer":
      return "Integer";
    case "boolean":
      return "Boolean";
    case "any":
      return "_";
  }
}

/** A signature as it is written: `has_role(Actor, String, Org)`. */
export function describeSignature(signature: FactSignature): string {
  const args = signature.args.map((arg) => (arg.kind === "string" ? "String" : signatureText(arg)));
  return `${signature.predicate}(${args.join(", ")})`;
}
