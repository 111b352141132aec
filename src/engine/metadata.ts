import { createHash } from "node:crypto";
import type { Condition, Pattern, Term } from "../polar/ast.js";
import type { Policy, Rule, TypeInfo } from "../polar/policy.js";
import type { GrantableActions } from "./grantable-actions.js";
import { anything, type Bindings, type Known, known, knownKey, meetHead, rulesOf } from "./reachable-rules.js";
import type { Misfits, PolicyMetadata, TypeMetadata } from "./types.js";

/** What tools need to know about a policy. Costs a walk over its rules per type: made once per policy, when first asked for. */
export function describePolicy(policy: Policy, misfits: Misfits, grantable: GrantableActions): PolicyMetadata {
  const types: Record<string, TypeMetadata> = Object.create(null) as Record<string, TypeMetadata>;
  for (const info of policy.types.values()) types[info.name] = describeType(policy, info, grantable);
  return {
    hash: policyHash(policy),
    types,
    // No type can have the empty name.
    otherTypes: describeActions(policy, "", grantable),
    globalActions: grantable.globally(),
    globalRoles: sorted(policy.global?.roles ?? []),
    globalPermissions: sorted(policy.global?.permissions ?? []),
    warnings: policy.warnings,
    misfits,
  };
}

function policyHash(policy: Policy): string {
  const hash = createHash("sha256");
  for (const source of policy.sources) hash.update(JSON.stringify([source.name, source.text]));
  return hash.digest("hex").slice(0, 32);
}

function describeType(policy: Policy, info: TypeInfo, grantable: GrantableActions): TypeMetadata {
  return {
    kind: info.kind === "global" ? "resource" : info.kind,
    roles: sorted(info.roles),
    permissions: sorted(info.permissions),
    relations: Object.fromEntries([...info.relations].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...describeActions(policy, info.name, grantable),
  };
}

function describeActions(
  policy: Policy,
  type: string,
  grantable: GrantableActions,
): Pick<TypeMetadata, "actions" | "objectActions"> {
  const actions = grantable.on(type);
  const reads = (action: Known): boolean =>
    new ObjectReading(policy).possible("allow", [anything, action, { kind: "entity", type, exact: true }]);
  if (actions === "*") return { actions, objectActions: reads(anything) ? "*" : [] };
  return { actions, objectActions: actions.filter((action) => reads({ kind: "text", text: action })) };
}

// --- properties ---------------------------------------------------------------------------------------------------------

/** Whether a question may read a property of an object that is not the actor, or one reached from the actor. */
class ObjectReading {
  readonly #policy: Policy;
  readonly #seen = new Set<string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** The first argument is the actor: its properties may be read, since questions always name it. */
  possible(predicate: string, args: readonly Known[]): boolean {
    return this.#call(predicate, args, [true]);
  }

  #call(predicate: string, args: readonly Known[], given: readonly boolean[]): boolean {
    const key = `${predicate}(${args.map((arg, i) => `${given[i] === true ? "!" : ""}${knownKey(arg)}`).join(",")})`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return rulesOf(this.#policy, predicate, args.length).some((rule) => this.#rule(rule, args, given));
  }

  #rule(rule: Rule, args: readonly Known[], given: readonly boolean[]): boolean {
    const bindings = meetHead(this.#policy, rule, args);
    if (bindings === undefined) return false;
    // Variables that stand for the actor or for what its properties hold.
    const own = new Set<string>();
    for (const [i, parameter] of rule.params.entries()) {
      if (given[i] === true && parameter.term.kind === "variable") own.add(parameter.term.name);
    }
    const isOwn = (term: Term): boolean => !reads(term, own) && isGiven(term, own);
    if (rule.body !== undefined) spread(rule.body, own);
    for (const parameter of rule.params) {
      const isActor = parameter.term.kind === "variable" && own.has(parameter.term.name);
      if (reads(parameter.term, own)) return true;
      if (!isActor && parameter.pattern !== undefined && hasFields(parameter.pattern)) return true;
    }
    return rule.body !== undefined && this.#condition(rule.body, bindings, own, isOwn);
  }

  #condition(condition: Condition, bindings: Bindings, own: Set<string>, isOwn: (term: Term) => boolean): boolean {
    const inside = (item: Condition): boolean => this.#condition(item, bindings, own, isOwn);
    switch (condition.kind) {
      case "and":
      case "or":
        return condition.items.some(inside);
      case "not":
        return inside(condition.item);
      case "forall":
        return inside(condition.condition) || inside(condition.action);
      case "compare":
        return reads(condition.left, own) || reads(condition.right, own);
      case "in":
        return reads(condition.element, own) || reads(condition.collection, own);
      case "matches":
        return reads(condition.term, own) || (hasFields(condition.pattern) && !isOwn(condition.term));
      case "call":
        return (
          condition.args.some((arg) => reads(arg, own)) ||
          this.#call(
            condition.name.text,
            condition.args.map((arg) => known(arg, bindings)),
            condition.args.map(isOwn),
          )
        );
      case "term":
        return reads(condition.term, own);
      case "print":
        return condition.args.some((arg) => reads(arg, own));
      case "cut":
      case "debug":
        return false;
    }
  }
}

/** `x = actor.team`, `x in actor.teams`: x holds what the actor's properties hold. */
function spread(condition: Condition, own: Set<string>): void {
  if (condition.kind === "and") for (const item of condition.items) spread(item, own);
  if (condition.kind === "compare" && (condition.operator === "=" || condition.operator === ":=")) {
    if (condition.left.kind === "variable" && isGiven(condition.right, own)) own.add(condition.left.name);
    else if (condition.right.kind === "variable" && isGiven(condition.left, own)) own.add(condition.right.name);
  }
  if (condition.kind === "in" && condition.element.kind === "variable" && isGiven(condition.collection, own)) {
    own.add(condition.element.name);
  }
}

/** Whether the term is the actor, or a dot that starts at it. */
function isGiven(term: Term, own: ReadonlySet<string>): boolean {
  if (term.kind === "variable") return own.has(term.name);
  return term.kind === "dot" && isGiven(term.target, own);
}

/** Whether the term has a dot on something other than the actor. */
function reads(term: Term, own: ReadonlySet<string>): boolean {
  switch (term.kind) {
    case "dot":
      return !isGiven(term.target, own) || (term.args?.some((arg) => reads(arg, own)) ?? false);
    case "list":
      return term.items.some((item) => reads(item, own));
    case "dictionary":
      return term.entries.some((entry) => reads(entry.value, own));
    case "new":
      return term.args.some((arg) => reads(arg, own));
    case "arithmetic":
      return reads(term.left, own) || reads(term.right, own);
    default:
      return false;
  }
}

function hasFields(pattern: Pattern): boolean {
  if (pattern.kind === "type-pattern") return pattern.fields !== undefined && pattern.fields.length > 0;
  if (pattern.kind === "list-pattern") return pattern.items.some(hasFields);
  return pattern.kind === "dictionary-pattern";
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
