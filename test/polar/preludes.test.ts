import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import { orgRoles, type Prelude, resourceRoles } from "../../src/polar/preludes.js";

function load(text: string, ...preludes: Prelude[]): Policy {
  const sources = [new Source("policy.polar", text), ...preludes.map((p) => new Source(p.filename, p.source))];
  const { policy, diagnostics } = loadPolicy(sources);
  expect(diagnostics.filter((d) => d.severity !== "hint").map((d) => `${d.source}:${d.line} ${d.message}`)).toEqual([]);
  return policy as Policy;
}

describe("resourceRoles", () => {
  const types = "actor User {} resource Org {} resource Repo {}\nallow(a, x, r) if role_allows(a, x, r);\n";
  const check = (roles: string, actions = '["read"]'): string[] => {
    const rule = `resource(_org: Org, "org", actions, roles) if actions = ${actions} and roles = ${roles};`;
    return resourceRoles.check(load(types + rule, resourceRoles)).map((d) => `${d.line}:${d.column} ${d.message}`);
  };

  it("loads beside a policy, without anything to say about it", () => {
    const policy = load(
      `${types}
       resource(_org: Org, "org", actions, roles) if actions = ["invite"] and
         roles = { member: { permissions: ["repo:read"] }, owner: { permissions: ["invite"], implies: ["member", "repo:writer"] } };
       resource(_repo: Repo, "repo", actions, roles) if actions = ["read", "push"] and
         roles = { reader: { permissions: ["read"] }, writer: { permissions: ["push"], implies: ["reader"] } };
       parent_child(parent: Org, repo: Repo) if repo.org = parent;
       actor_has_role_for_resource(actor: Actor, role: String, resource: Resource) if given(actor, role, resource);`,
      resourceRoles,
    );
    expect(resourceRoles.check(policy)).toEqual([]);
  });

  it("takes parents and roles from facts, and needs neither", () => {
    const policy = load(types, resourceRoles);
    expect(policy.signatures.has("parent_child")).toBe(true);
    expect(policy.signatures.has("actor_has_role_for_resource")).toBe(true);
  });

  it.each([
    ["a role that grants nothing", "{ idle: {} }", "3:80 the role `idle` grants and implies nothing"],
    ["another key", '{ odd: { grants: ["read"] } }', "3:87 a role has no `grants`"],
    [
      "an action that is not declared",
      '{ w: { permissions: ["read", "write"] } }',
      "3:107 `write` is not among the actions",
    ],
    [
      "what is wrong with the second role",
      '{ v: { permissions: ["read"] }, w: { permissions: ["write"] } }',
      "3:129 `write` is not among the actions",
    ],
    ["permissions that are no list", '{ w: { permissions: "read" } }', "3:98 `permissions` is a list of strings"],
    ["permissions that are no strings", "{ w: { permissions: [1] } }", "3:99 `permissions` is a list of strings"],
    ["a role that is no dictionary", '{ w: ["read"] }', "3:83 the role `w` is not a dictionary"],
  ])("refuses %s", (_, roles, problem) => {
    expect(check(roles)).toEqual([problem]);
  });

  it("does not look into namespaced permissions and computed definitions", () => {
    expect(check('{ w: { permissions: ["repo:write"], implies: ["repo:writer"] } }')).toEqual([]);
    expect(check("definitions and definitions = 1")).toEqual([]);
  });
});

describe("orgRoles", () => {
  it("loads beside a policy, for several types at once", () => {
    load(
      `actor User {} resource Organization {} resource Team {} resource Repo {}
       organization_role_order(["owner", "member"]);
       role_allow("member", "read", _: Repo); role_allow("owner", "push", _: Repo);
       resource_role_applies_to(repo: Repo, org: Organization) if org = repo.organization;`,
      orgRoles({ type: "Organization", name: "organization" }),
      orgRoles({ type: "Team", name: "team" }),
    );
  });

  it("refuses names that are no names", () => {
    expect(() => orgRoles({ type: "Organization", name: "x; allow(_, _, _)" })).toThrow("cannot be a name");
    expect(() => orgRoles({ type: "", name: "x" })).toThrow("cannot be a name");
  });
});
