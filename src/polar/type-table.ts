import { listed, nearest } from "./near.js";
import type { TypeInfo } from "./policy.js";

/** Types of plain values and collections (reference, section 4). */
export const builtinTypes: ReadonlySet<string> = new Set([
  "Integer",
  "Float",
  "String",
  "Boolean",
  "List",
  "Dictionary",
]);

/** The declared types by name. */
export type TypeTable = ReadonlyMap<string, TypeInfo>;

/** Whether a pattern may name this type: declared, built in, `Actor` or `Resource`. */
export function isKnownType(types: TypeTable, name: string): boolean {
  return types.has(name) || builtinTypes.has(name) || name === "Actor" || name === "Resource";
}

/** Whether everything of type `sub` is of type `sup`; every type is a subtype of itself. */
export function isSubtype(types: TypeTable, sub: string, sup: string): boolean {
  if (sub === sup) return true;
  const info = types.get(sub);
  if (info === undefined) return sub === "Actor" && sup === "Resource";
  if (sup === "Actor") return info.kind === "actor";
  if (sup === "Resource") return info.kind !== "host";
  return info.ancestors.includes(sup);
}

/** Whether something can be of both types. */
export function typesOverlap(types: TypeTable, a: string, b: string): boolean {
  return isSubtype(types, a, b) || isSubtype(types, b, a) || commonSubtypes(types, a, b).length > 0;
}

/** The types that are below both, when neither is below the other. */
export function commonSubtypes(types: TypeTable, a: string, b: string): readonly string[] {
  if (!branches(types) || builtinTypes.has(a) || builtinTypes.has(b)) return none;
  const found: string[] = [];
  for (const name of types.keys()) if (isSubtype(types, name, a) && isSubtype(types, name, b)) found.push(name);
  return found;
}

const none: readonly string[] = [];
const branching = new WeakMap<TypeTable, boolean>();

/** Whether any type has supertypes of which neither is above the other; without that, common subtypes need not be looked for. */
export function branches(types: TypeTable): boolean {
  let answer = branching.get(types);
  if (answer === undefined) {
    answer = [...types.values()].some(
      (type) => type.extends.length > 1 || type.extends.some((parent) => types.get(parent)?.kind !== type.kind),
    );
    branching.set(types, answer);
  }
  return answer;
}

/** What to say about a type that nothing provides. */
export function unknownTypeHelp(types: TypeTable, name: string): string {
  const near = nearest(name, [...types.keys(), ...builtinTypes, "Actor", "Resource"]);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const some = [...types.keys()];
  return some.length === 0
    ? `declare it: \`resource ${name} {}\` or \`actor ${name} {}\`; a type of application objects stands in the option \`types\``
    : `declared types are ${listed(some)}; declare it with \`resource ${name} {}\` or \`actor ${name} {}\`, or in the option \`types\` if its objects are the application's`;
}
