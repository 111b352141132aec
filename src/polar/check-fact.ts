import type { PlainValue, StoredFact } from "../facts/value.js";
import { describeSignature } from "./fact-signatures.js";
import { didYouMean, listed } from "./near.js";
import type { FactSignature, Policy, SignatureArgument } from "./policy.js";
import { arityMessage, nameKinds, neverFacts } from "./predicates.js";
import { isSubtype, type TypeTable } from "./type-table.js";

/** Why a fact cannot be told. */
export interface FactRefusal {
  readonly code: "facts/unknown-predicate" | "facts/wrong-arity" | "facts/wrong-type" | "facts/unknown-name";
  /** Contains `not used in policy`. */
  readonly message: string;
  readonly help: string | undefined;
}

/** An argument of a fact, or a wildcard: `undefined` for anything, `{ anyOf }` for anything of a type. */
export type CheckedArgument = PlainValue | undefined | { readonly anyOf: string };

type FactPolicy = Pick<Policy, "types" | "signatures">;

/**
 * Whether some rule of the policy could use the fact (reference, section 13.4); `undefined` when it could. Subtypes fit where their
 * supertypes do. Allocates nothing when the fact is fine.
 */
export function checkFact(
  policy: FactPolicy,
  fact: StoredFact | { readonly predicate: string; readonly args: readonly CheckedArgument[] },
): FactRefusal | undefined {
  const signatures = policy.signatures.get(fact.predicate);
  if (signatures !== undefined) {
    for (let i = 0; i < signatures.length; i++) {
      if (fits(policy.types, signatures[i] as FactSignature, fact.args)) return undefined;
    }
  }
  return refusal(policy, fact.predicate, fact.args, signatures ?? []);
}

function fits(types: TypeTable, signature: FactSignature, args: readonly CheckedArgument[]): boolean {
  if (signature.args.length !== args.length) return false;
  for (let i = 0; i < args.length; i++) {
    if (!fitsArgument(types, signature.args[i] as SignatureArgument, args[i], true)) return false;
  }
  return true;
}

function fitsArgument(types: TypeTable, expected: SignatureArgument, actual: CheckedArgument, names: boolean): boolean {
  if (actual === undefined || expected.kind === "any") return true;
  switch (typeof actual) {
    case "string":
      return expected.kind === "string" && (!names || expected.values === undefined || expected.values.has(actual));
    case "bigint":
      return expected.kind === "integer";
    case "boolean":
      return expected.kind === "boolean";
    default:
  }
  const type = "anyOf" in actual ? actual.anyOf : actual.type;
  switch (expected.kind) {
    case "entity":
      return isSubtype(types, type, expected.type);
    case "string":
      return type === "String";
    case "integer":
      return type === "Integer";
    case "boolean":
      return type === "Boolean";
  }
}

function refusal(
  policy: FactPolicy,
  predicate: string,
  args: readonly CheckedArgument[],
  signatures: readonly FactSignature[],
): FactRefusal {
  const text = describeFact(predicate, args);
  const used = listSignatures(signatures);
  if (signatures.length === 0) {
    return {
      code: "facts/unknown-predicate",
      message: `\`${text}\` is not used in policy: there are no facts \`${predicate}\``,
      help: neverFacts.has(predicate)
        ? `\`${predicate}\` is decided by rules; tell the facts that they ask for`
        : (didYouMean(predicate, policy.signatures.keys()) ?? `declare it: \`declare ${text};\``),
    };
  }
  const sameArity = signatures.filter((s) => s.args.length === args.length);
  if (sameArity.length === 0) {
    const arities = [...new Set(signatures.map((s) => s.args.length))].sort((a, b) => a - b);
    return {
      code: "facts/wrong-arity",
      message: `\`${text}\` is not used in policy: ${arityMessage(predicate, arities, args.length)}`,
      help: used,
    };
  }
  return unknownName(policy, predicate, args, sameArity, text) ?? wrongType(policy, args, sameArity, text, used);
}

/** The fact would fit but for the name of its role, permission or relation. */
function unknownName(
  policy: FactPolicy,
  predicate: string,
  args: readonly CheckedArgument[],
  signatures: readonly FactSignature[],
  text: string,
): FactRefusal | undefined {
  const kind = nameKinds.get(predicate);
  const name = args[1];
  if (kind === undefined || typeof name !== "string") return undefined;
  const place = kind === "relation" ? 0 : 2;
  const resource = args[place];
  // Signatures of this resource's type; it is the name that is wrong when none of them has it.
  const ofType = signatures.filter(
    (s) =>
      s.args[1]?.kind === "string" &&
      (args.length === 2 || fitsArgument(policy.types, s.args[place] as SignatureArgument, resource, false)),
  );
  const names = new Set(ofType.flatMap((s) => (s.args[1]?.kind === "string" ? [...(s.args[1].values ?? [name])] : [])));
  if (ofType.length === 0 || names.has(name)) return undefined;
  const owner = args.length === 2 ? "the `global` block" : `\`${typeText(resource)}\``;
  return {
    code: "facts/unknown-name",
    message: `\`${text}\` is not used in policy: ${owner} declares no ${kind} \`${name}\``,
    help: didYouMean(name, names) ?? `declared: ${listed(names)}`,
  };
}

function wrongType(
  policy: FactPolicy,
  args: readonly CheckedArgument[],
  signatures: readonly FactSignature[],
  text: string,
  used: string,
): FactRefusal {
  // The argument that the nearest signature objects to.
  let best = -1;
  for (const signature of signatures) {
    const first = args.findIndex(
      (arg, i) => !fitsArgument(policy.types, signature.args[i] as SignatureArgument, arg, true),
    );
    if (first > best) best = first;
  }
  const found = typeText(args[best]);
  const unknown = found !== undefined && !policy.types.has(found) && typeof args[best] === "object";
  return {
    code: "facts/wrong-type",
    message: unknown
      ? `\`${text}\` is not used in policy: there is no type \`${found}\``
      : `\`${text}\` is not used in policy: argument ${best + 1} cannot be of type \`${found}\``,
    help: (unknown ? didYouMean(found, policy.types.keys()) : undefined) ?? used,
  };
}

function listSignatures(signatures: readonly FactSignature[]): string {
  const all = [...new Set(signatures.map(describeSignature))];
  const shown = all.slice(0, 8).map((s) => `\`${s}\``);
  if (all.length > shown.length) shown.push(`${all.length - shown.length} more`);
  return `used: ${shown.join(", ")}`;
}

/** The fact's shape: `are_friends(Dog, User)`. */
function describeFact(predicate: string, args: readonly CheckedArgument[]): string {
  return `${predicate}(${args.map((arg) => typeText(arg) ?? "_").join(", ")})`;
}

function typeText(arg: CheckedArgument): string | undefined {
  if (arg === undefined) return undefined;
  switch (typeof arg) {
    case "string":
      return "String";
    case "bigint":
      return "Integer";
    case "boolean":
      return "Boolean";
    default:
      return "anyOf" in arg ? arg.anyOf : arg.type;
  }
}
