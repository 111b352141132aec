import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { ConfigError } from "../diagnostics/errors.js";
import type { Condition, DictionaryTerm, ListTerm, Term } from "./ast.js";
import { listed } from "./near.js";
import type { Policy, Rule } from "./policy.js";
import { createReport, inSourceOrder, type Report } from "./report.js";

/** Polar text to be listed among a policy's sources. */
export interface Prelude {
  readonly source: string;
  readonly filename: string;
}

/**
 * Roles that are defined by `resource(…)` rules, as in Oso's library 0.13 to 0.15 (reference, section 21.1). The policy writes, for
 * each type, `resource(_type: Page, "page", actions, roles) if actions = […] and roles = {…};`, nests resources with `parent_child`,
 * gives roles with `actor_has_role_for_resource`, and asks `allow(a, x, r) if role_allows(a, x, r);`.
 */
export const resourceRoles: Prelude & {
  /**
   * What is wrong with the role definitions of a loaded policy: a role that grants and implies nothing, an unknown key, a local
   * permission that is not among the actions. Definitions that are computed are not looked into.
   */
  check(policy: Policy): Diagnostic[];
} = {
  filename: "arcturus/resource-roles.polar",
  source: `# Roles defined per resource type. A definition is written
#   resource(_type: Page, "page", actions, roles) if actions = ["read"] and roles = { member: { permissions: ["read"] } };

declare parent_child(Resource, Resource);
declare actor_has_role_for_resource(Actor, String, Resource);

# Without any definition nothing is allowed.
resource(_, _, _, _) if false;

role_allows(actor, action, target) if
  resource(target, _, actions, roles) and
  action in actions and
  [role, definition] in roles and
  action in definition.permissions and
  resource_role_assumed(actor, role, target);

role_allows(actor, action, target) if
  resource(target, namespace, actions, _) and
  action in actions and
  resource_role_ancestor(parent, target) and
  resource(parent, _, _, roles) and
  [role, definition] in roles and
  permission in definition.permissions and
  permission.split(":") = [namespace, *rest] and
  action = rest.join(":") and
  resource_role_assumed(actor, role, parent);

# Given, implied by a role on the same resource, or implied by a role on an ancestor.
resource_role_assumed(actor, role, target) if
  actor_has_role_for_resource(actor, role, target);

resource_role_assumed(actor, role, target) if
  resource(target, _, _, roles) and
  [stronger, definition] in roles and
  role in definition.implies and
  resource_role_assumed(actor, stronger, target);

resource_role_assumed(actor, role, target) if
  resource(target, namespace, _, _) and
  resource_role_ancestor(parent, target) and
  resource(parent, _, _, roles) and
  [stronger, definition] in roles and
  implied in definition.implies and
  implied.split(":") = [namespace, *rest] and
  role = rest.join(":") and
  resource_role_assumed(actor, stronger, parent);

resource_role_ancestor(parent, child) if parent_child(parent, child);
resource_role_ancestor(ancestor, child) if parent_child(parent, child) and resource_role_ancestor(ancestor, parent);
`,
  check,
};

/**
 * Roles in organizations or other resources of one type, as in sqlalchemy-oso 0.4 to 0.7 (reference, section 21.2). The application
 * supplies `user_in_role(user: User, role: String, resource: T)` by rule or fact; the policy writes `role_allow(role: String, action,
 * resource)` rules, may add `resource_role_applies_to` rules and one fact `NAME_role_order(["strongest", …])`.
 * @throws ConfigError `config/prelude-name` when the type or the name cannot stand in Polar text
 */
export function orgRoles(options: { readonly type: string; readonly name: string }): Prelude {
  const { type, name } = options;
  for (const word of [type, name]) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(word)) {
      throw new ConfigError("config/prelude-name", `\`${word}\` cannot be a name in Polar`);
    }
  }
  return {
    filename: `arcturus/${name}-roles.polar`,
    source: `# Roles in resources of type ${type}.

declare user_in_role(User, String, ${type});

allow(user, action, resource) if
  target matches ${type} and
  resource_role_applies_to(resource, target) and
  user_in_role(user, role, target) and
  ${name}_role_includes(role, included) and
  role_allow(included, action, resource);

resource_role_applies_to(target: ${type}, target);

# A role includes itself and the roles that stand to its right in the order.
${name}_role_includes(role, role);
${name}_role_includes(role, included) if ${name}_role_order(order) and ${name}_role_after(role, included, order);

${name}_role_after(role, included, [role, *weaker]) if included in weaker;
${name}_role_after(role, included, [_, *others]) if ${name}_role_after(role, included, others);

${name}_role_order([]);
`,
  };
}

function check(policy: Policy): Diagnostic[] {
  const report = createReport();
  for (const rule of policy.rules.get("resource/4") ?? []) {
    if (rule.span.source.name !== resourceRoles.filename) checkDefinition(rule, report);
  }
  return inSourceOrder(report.diagnostics, policy.sources);
}

const keys = ["permissions", "implies"];

function checkDefinition(rule: Rule, report: Report): void {
  const [, , third, fourth] = rule.params.map((param) => definitionOf(param.term, rule.body));
  const actions = third?.kind === "list" && third.rest === undefined ? stringsOf(third) : undefined;
  if (fourth?.kind !== "dictionary") return;
  const bad = (term: { readonly span: Term["span"] }, message: string, help?: string): void =>
    report.error("polar/bad-role-definition", term.span, message, { help });
  for (const { key: role, value } of fourth.entries) {
    if (value.kind !== "dictionary") {
      if (isLiteral(value))
        bad(value, `the role \`${role.text}\` is not a dictionary`, "write `{ permissions: […], implies: […] }`");
      continue;
    }
    for (const { key } of value.entries) {
      if (!keys.includes(key.text)) bad(key, `a role has no \`${key.text}\``, `it has ${listed(keys)}`);
    }
    if (value.entries.length === 0) {
      bad(role, `the role \`${role.text}\` grants and implies nothing`, "give it `permissions` or `implies`");
    }
    checkPermissions(value, actions, bad);
  }
}

function checkPermissions(
  definition: DictionaryTerm,
  actions: ReadonlySet<string> | undefined,
  bad: (term: Term, message: string, help?: string) => void,
): void {
  for (const { key, value } of definition.entries) {
    if (!keys.includes(key.text)) continue;
    if (value.kind !== "list") {
      if (isLiteral(value)) bad(value, `\`${key.text}\` is a list of strings`);
      continue;
    }
    for (const item of value.items) {
      if (item.kind !== "string") {
        if (isLiteral(item)) bad(item, `\`${key.text}\` is a list of strings`);
      } else if (
        key.text === "permissions" &&
        actions !== undefined &&
        !item.value.includes(":") &&
        !actions.has(item.value)
      ) {
        bad(
          item,
          `\`${item.value}\` is not among the actions`,
          actions.size === 0 ? undefined : `they are ${listed(actions)}`,
        );
      }
    }
  }
}

/** What a parameter stands for: itself, or the one thing that the body says it equals. */
function definitionOf(term: Term, body: Condition | undefined): Term {
  if (term.kind !== "variable" || body === undefined) return term;
  const items = body.kind === "and" ? body.items : [body];
  for (const item of items) {
    if (item.kind !== "compare" || (item.operator !== "=" && item.operator !== ":=")) continue;
    if (item.left.kind === "variable" && item.left.name === term.name) return item.right;
    if (item.right.kind === "variable" && item.right.name === term.name) return item.left;
  }
  return term;
}

function stringsOf(list: ListTerm): ReadonlySet<string> | undefined {
  if (!list.items.every((item) => item.kind === "string")) return undefined;
  return new Set(list.items.map((item) => (item.kind === "string" ? item.value : "")));
}

function isLiteral(term: Term): boolean {
  return term.kind !== "variable" && term.kind !== "dot" && term.kind !== "constant";
}
