import type { Span } from "../diagnostics/source.js";
import type { Parameter, Pattern, PatternField, RuleTypeStatement, Term } from "./ast.js";
import type { Rule } from "./policy.js";
import type { Report } from "./report.js";
import { isKnownType, isSubtype, type TypeTable } from "./type-table.js";
import { walkParameters } from "./walk.js";

/** A `type` head, resolved. */
export interface RuleType {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly head: Span;
  /** Something in it is wrong and was reported, so nothing can be held against it. */
  readonly broken: boolean;
}

/** What one parameter of a rule must be: a parameter of a `type` head, or one of the types of a built-in head. */
type Expected = Parameter | { readonly kind: "one-of"; readonly types: readonly string[] };

const actor: Expected = { kind: "one-of", types: ["Actor"] };
const resource: Expected = { kind: "one-of", types: ["Resource"] };
const name: Expected = { kind: "one-of", types: ["String"] };
/** A role may be an entity too, so that roles can be made at run time. */
const role: Expected = { kind: "one-of", types: ["String", "Resource"] };

const builtin: ReadonlyMap<string, readonly (readonly Expected[])[]> = new Map([
  [
    "has_role",
    [
      [actor, role, resource],
      [actor, role],
    ],
  ],
  [
    "has_permission",
    [
      [actor, name, resource],
      [actor, name],
    ],
  ],
  ["has_relation", [[resource, name, resource]]],
]);

/** A dot or a `*rest` in a `type` head constrains nothing (`polar/bad-rule-type`). */
export function checkRuleType(type: RuleTypeStatement, report: Report): void {
  const refuse = (span: Span, message: string): void => {
    report.error("polar/bad-rule-type", span, message, { help: "a `type` head holds types, literals and names" });
  };
  const refuseTerm = (term: Term): void => {
    if (term.kind === "dot") refuse(term.span, "a `type` head has no dots");
    else if (term.kind === "arithmetic") refuse(term.span, "a `type` head has no arithmetic");
    else if (term.kind === "new") refuse(term.span, "a `type` head makes no objects");
    else if (term.kind === "list" && term.rest !== undefined) refuse(term.rest.span, "a `type` head has no `*rest`");
  };
  const refusePattern = (pattern: Pattern): void => {
    if (pattern.kind === "list-pattern" && pattern.rest !== undefined) {
      refuse(pattern.rest.span, "a `type` head has no `*rest`");
    }
  };
  walkParameters(type.params, { term: refuseTerm, pattern: refusePattern });
}

/**
 * Each rule fits at least one of the `type` heads of its name, the built-in ones included (reference, section 15.3). A name without
 * `type` heads is free. Answers whether the rule fits.
 */
export function checkRuleAgainstTypes(
  rule: Rule,
  written: readonly RuleType[],
  types: TypeTable,
  report: Report,
): boolean {
  const own = builtin.get(rule.name) ?? [];
  if ((own.length === 0 && written.length === 0) || written.some((type) => type.broken)) return true;
  const reasons: { reason: string; span: Span | undefined }[] = [];
  for (const candidate of own) {
    const reason = misfit(rule.params, candidate, types);
    if (reason === undefined) return true;
    reasons.push({ reason, span: undefined });
  }
  for (const candidate of written) {
    const reason = misfit(rule.params, candidate.params, types);
    if (reason === undefined) return true;
    reasons.push({ reason, span: candidate.head });
  }
  // Of several heads, those of the rule's own arity say more.
  const arity = "argument";
  const telling = reasons.filter((r) => r.reason.startsWith(arity));
  const [first] = telling.length > 0 ? telling : reasons;
  report.error("polar/rule-type-mismatch", rule.head, `the rule does not fit \`${rule.name}\`: ${first?.reason}`, {
    help: own.length === 0 ? undefined : helpForBuiltin(rule, types),
    related: reasons.flatMap((r) => (r.span === undefined ? [] : [{ message: r.reason, span: r.span }])),
  });
  return false;
}

/** Most often it is a block that is missing; else the head is shown as it should be. */
function helpForBuiltin(rule: Rule, types: TypeTable): string {
  for (const [i, { pattern }] of rule.params.entries()) {
    if (pattern?.kind !== "type-pattern" || types.get(pattern.type.text)?.kind !== "host") continue;
    const keyword = i === 0 && rule.name !== "has_relation" ? "actor" : "resource";
    return `declare it: \`${keyword} ${pattern.type.text} { … }\``;
  }
  return `it is written ${describeBuiltin(rule.name, rule.params.length)}`;
}

function describeBuiltin(predicate: string, arity: number): string {
  if (predicate === "has_relation") return '`has_relation(x: Resource, "name", y: Resource)`';
  const what = predicate === "has_role" ? "role" : "permission";
  return arity === 2 ? `\`${predicate}(a: Actor, "${what}")\`` : `\`${predicate}(a: Actor, "${what}", x: Resource)\``;
}

/** Why the parameters do not fit, or `undefined` when they do. */
function misfit(params: readonly Parameter[], expected: readonly Expected[], types: TypeTable): string | undefined {
  if (params.length !== expected.length) {
    return `it has ${params.length} parameter${params.length === 1 ? "" : "s"} and not ${expected.length}`;
  }
  for (const [i, param] of params.entries()) {
    const wanted = expected[i] as Expected;
    const fits =
      wanted.kind === "one-of"
        ? wanted.types.some((type) => isOfType(param, type, types))
        : fitsParameter(param, wanted, types);
    if (!fits) return `argument ${i + 1}, \`${textOf(param.span)}\`, is not ${describe(wanted)}`;
  }
  return undefined;
}

function describe(expected: Expected): string {
  if (expected.kind === "one-of") return `known to be ${expected.types.map((t) => `\`${t}\``).join(" or ")}`;
  return `known to be \`${textOf(expected.pattern?.span ?? expected.span)}\``;
}

function fitsParameter(param: Parameter, expected: Parameter, types: TypeTable): boolean {
  if (param.term.kind === "constant") return true;
  if (expected.pattern === undefined) return fitsTerm(param, expected.term, types);
  return fitsPattern(param, expected.pattern, types);
}

function fitsTerm(param: Parameter, expected: Term, types: TypeTable): boolean {
  if (expected.kind === "variable") return true;
  const term = param.pattern?.kind === "term-pattern" ? param.pattern.term : param.term;
  return sameTerm(term, expected, types);
}

function fitsPattern(param: Parameter, expected: Pattern, types: TypeTable): boolean {
  switch (expected.kind) {
    case "term-pattern":
      return fitsTerm(param, expected.term, types);
    case "type-pattern":
      return isOfType(param, expected.type.text, types) && hasFields(param, expected.fields ?? [], types);
    case "dictionary-pattern":
      return hasFields(param, expected.fields, types);
    case "list-pattern":
      return fitsList(param, expected.items, types);
  }
}

function fitsList(param: Parameter, expected: readonly Pattern[], types: TypeTable): boolean {
  const { term, pattern, span } = param;
  const items: Parameter[] =
    pattern?.kind === "list-pattern"
      ? pattern.items.map((p) => asParameter(p, span))
      : term.kind === "list"
        ? term.items.map((t) => ({ kind: "parameter", term: t, pattern: undefined, span }))
        : [];
  const isList = pattern?.kind === "list-pattern" || term.kind === "list";
  return (
    isList && items.length === expected.length && items.every((p, i) => fitsPattern(p, expected[i] as Pattern, types))
  );
}

/** Whether a parameter can only be of the type: by its pattern, or because it is a literal of it. */
function isOfType(param: Parameter, type: string, types: TypeTable): boolean {
  const { pattern } = param;
  if (pattern !== undefined && pattern.kind !== "term-pattern") {
    if (pattern.kind === "type-pattern") {
      // A type that does not exist was reported; nothing follows from it.
      return !isKnownType(types, pattern.type.text) || isSubtype(types, pattern.type.text, type);
    }
    return type === (pattern.kind === "list-pattern" ? "List" : "Dictionary");
  }
  const term = pattern?.term ?? param.term;
  switch (term.kind) {
    case "integer":
    case "now":
      return type === "Integer";
    case "float":
      return type === "Float";
    case "string":
      return type === "String";
    case "boolean":
      return type === "Boolean";
    case "list":
      return type === "List";
    case "dictionary":
      return type === "Dictionary";
    case "entity":
    case "new":
      return !isKnownType(types, term.type.text) || isSubtype(types, term.type.text, type);
    case "constant":
      // What it stands for is known to the host alone.
      return true;
    default:
      return false;
  }
}

/** Whether the rule's parameter demands at least these fields. */
function hasFields(param: Parameter, expected: readonly PatternField[], types: TypeTable): boolean {
  if (expected.length === 0) return true;
  const { pattern, term, span } = param;
  const fields = new Map<string, Parameter>();
  if (pattern?.kind === "type-pattern" || pattern?.kind === "dictionary-pattern") {
    for (const { key, pattern: p } of pattern.fields ?? []) fields.set(key.text, asParameter(p, span));
  } else if (term.kind === "dictionary") {
    for (const { key, value } of term.entries) {
      fields.set(key.text, { kind: "parameter", term: value, pattern: undefined, span });
    }
  }
  return expected.every(({ key, pattern: p }) => {
    const field = fields.get(key.text);
    return field !== undefined && fitsPattern(field, p, types);
  });
}

function asParameter(pattern: Pattern, span: Span): Parameter {
  if (pattern.kind === "term-pattern") return { kind: "parameter", term: pattern.term, pattern: undefined, span };
  return { kind: "parameter", term: { kind: "variable", name: "_", span }, pattern, span };
}

function sameTerm(a: Term, b: Term, types: TypeTable): boolean {
  if (b.kind === "variable" || a.kind === "constant" || b.kind === "constant") return true;
  switch (b.kind) {
    case "integer":
    case "float":
    case "string":
    case "boolean":
      return a.kind === b.kind && a.value === b.value;
    case "entity":
      return a.kind === "entity" && a.type.text === b.type.text && a.id.value === b.id.value;
    case "list":
      return (
        a.kind === "list" &&
        a.items.length === b.items.length &&
        a.items.every((x, i) => sameTerm(x, b.items[i] as Term, types))
      );
    case "dictionary": {
      if (a.kind !== "dictionary" || a.entries.length !== b.entries.length) return false;
      return b.entries.every((e) =>
        a.entries.some((x) => x.key.text === e.key.text && sameTerm(x.value, e.value, types)),
      );
    }
    default:
      return a.kind === b.kind;
  }
}

function textOf(span: Span): string {
  return span.source.text.slice(span.start, span.end).replace(/\s+/g, " ");
}
