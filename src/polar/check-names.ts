import type { StringTerm, Term } from "./ast.js";
import type { CallSite } from "./infer.js";
import type { Knowledge } from "./knowledge.js";
import { didYouMean, listed } from "./near.js";
import type { TypeInfo } from "./policy.js";
import { nameKinds } from "./predicates.js";
import type { Report } from "./report.js";
import type { TypeTable } from "./type-table.js";

/** The types and the global block, against which names are checked. */
export interface Declared {
  readonly types: TypeTable;
  readonly global: TypeInfo | undefined;
  /** Types may be unknown for the reason that they do not exist, which was reported. */
  readonly isBroken?: boolean;
}

/** Checks the name literal of a call of has_role, has_permission or has_relation. */
export function checkNameOfCall(site: CallSite, declared: Declared, report: Report): void {
  checkName(site.call.name.text, site.call.args, site.args, declared, report);
}

/**
 * The name in has_role, has_permission, has_relation must be declared: for the type of the resource or a supertype where that is
 * known, else by some block, and for two arguments by `global` (reference, section 12).
 */
export function checkName(
  predicate: string,
  args: readonly Term[],
  known: readonly Knowledge[],
  declared: Declared,
  report: Report,
): void {
  const kind = nameKinds.get(predicate);
  const name = args[1];
  if (kind === undefined || name?.kind !== "string" || args.length > 3) return;
  if (args.length === 2) {
    if (kind !== "relation") checkGlobalName(kind, name, declared, report);
    return;
  }
  const types = (kind === "relation" ? known[0] : known[2])?.types;
  const open = types === undefined || types.size === 0 || types.has("Actor") || types.has("Resource");
  if (open && declared.isBroken === true) return;
  const candidates = open ? [...declared.types.values()] : [...types].flatMap((t) => declared.types.get(t) ?? []);
  if (candidates.some((type) => namesOf(type, kind).has(name.value))) return;
  const all = new Set(candidates.flatMap((type) => [...namesOf(type, kind).keys()]));
  const message = open
    ? `no block declares a ${kind} \`${name.value}\``
    : `\`${[...types].join("` or `")}\` has no ${kind} \`${name.value}\``;
  report.error(`polar/unknown-${kind}`, name.span, message, { help: helpFor(name.value, all, kind) });
}

function checkGlobalName(kind: "role" | "permission", name: StringTerm, declared: Declared, report: Report): void {
  const names =
    declared.global === undefined
      ? new Set<string>()
      : kind === "role"
        ? declared.global.roles
        : declared.global.permissions;
  if (names.has(name.value)) return;
  report.error(`polar/unknown-${kind}`, name.span, `there is no global ${kind} \`${name.value}\``, {
    help:
      declared.global === undefined
        ? `declare it: \`global { ${kind}s = ["${name.value}"]; }\``
        : helpFor(name.value, names, kind),
  });
}

function namesOf(
  type: TypeInfo,
  kind: "role" | "permission" | "relation",
): { has(name: string): boolean; keys(): Iterable<string> } {
  return kind === "role" ? type.roles : kind === "permission" ? type.permissions : type.relations;
}

function helpFor(name: string, declared: ReadonlySet<string>, kind: string): string {
  return (
    didYouMean(name, declared) ??
    (declared.size === 0 ? `no ${kind}s are declared there` : `declared: ${listed(declared)}`)
  );
}
