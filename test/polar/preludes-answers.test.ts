import { describe, expect, it } from "vitest";
import { createEngine, type Engine, entity, type Reference } from "../../src/index.js";
import { orgRoles, resourceRoles } from "../../src/polar/preludes.js";

const user = (id: string): Reference => entity("User", id);

describe("resourceRoles", () => {
  const organization = entity("Org", "acme");
  const repository = entity("Repo", "web");
  const issue = entity("Issue", "1");

  async function engineOf(): Promise<Engine> {
    const policy = `actor User {} resource Org {} resource Repo {} resource Issue {}
      resource(_org: Org, "org", actions, roles) if actions = ["invite"] and roles = {
        member: { permissions: ["repo:read"] },
        owner: { permissions: ["invite"], implies: ["member", "repo:writer"] } };
      resource(_repo: Repo, "repo", actions, roles) if actions = ["read", "push"] and roles = {
        reader: { permissions: ["read", "issue:view"] },
        writer: { permissions: ["push"], implies: ["reader"] } };
      resource(_issue: Issue, "issue", actions, roles) if actions = ["view", "close"] and roles = {
        closer: { permissions: ["close"] } };
      allow(a, x, r) if role_allows(a, x, r);`;
    const engine = await createEngine({ policy: [{ source: policy, filename: "policy.polar" }, resourceRoles] });
    await engine.bulkTell([
      ["parent_child", organization, repository],
      ["parent_child", repository, issue],
      ["actor_has_role_for_resource", user("ann"), "owner", organization],
      ["actor_has_role_for_resource", user("bob"), "member", organization],
      ["actor_has_role_for_resource", user("cy"), "reader", repository],
      ["actor_has_role_for_resource", user("dee"), "closer", issue],
    ]);
    return engine;
  }

  it.each([
    [
      "an owner has what implied roles on the repository give, down to its issues",
      "ann",
      ["invite"],
      ["push", "read"],
      ["view"],
    ],
    ["a member has the permissions on repositories that the role names, and no role there", "bob", [], ["read"], []],
    ["a reader sees the issues", "cy", [], ["read"], ["view"]],
    ["roles do not reach upwards", "dee", [], [], ["close"]],
    ["who has no role may do nothing", "eve", [], [], []],
  ])("%s", async (_, id, onOrganization, onRepository, onIssue) => {
    const engine = await engineOf();
    expect(await engine.actions(user(id), organization)).toEqual(onOrganization);
    expect(await engine.actions(user(id), repository)).toEqual(onRepository);
    expect(await engine.actions(user(id), issue)).toEqual(onIssue);
    expect(await engine.list(user(id), "read", "Repo")).toEqual(onRepository.includes("read") ? ["web"] : []);
    await engine.close();
  });
});

describe("resourceRoles grant no more than is said", () => {
  it.each([
    ["an action that the resource does not have, by a role on its parent", "ann", "fly"],
    ["an action of another namespace, by a role on its parent", "ann", "close"],
    ["a role of another namespace, implied on the parent", "bob", "push"],
    ["an action that only the parent has", "bob", "invite"],
    ["an action that the resource does not have, by a role on it", "cy", "fly"],
    ["an action by a role on another parent", "dee", "read"],
  ])("%s", async (_, id, action) => {
    const policy = `actor User {} resource Org {} resource Repo {}
      resource(_org: Org, "org", actions, roles) if actions = ["invite"] and roles = {
        member: { permissions: ["repo:read", "repo:fly", "issue:close"] },
        owner: { permissions: ["invite"], implies: ["member", "team:writer"] } };
      resource(_repo: Repo, "repo", actions, roles) if actions = ["read", "push", "close"] and roles = {
        writer: { permissions: ["push", "fly"] } };
      allow(a, x, r) if role_allows(a, x, r);`;
    const engine = await createEngine({ policy: [{ source: policy, filename: "policy.polar" }, resourceRoles] });
    const [repo, org] = [entity("Repo", "web"), entity("Org", "acme")];
    await engine.bulkTell([
      ["parent_child", org, repo],
      ["parent_child", entity("Org", "other"), entity("Repo", "other")],
      ["actor_has_role_for_resource", user("ann"), "member", org],
      ["actor_has_role_for_resource", user("bob"), "owner", org],
      ["actor_has_role_for_resource", user("cy"), "writer", repo],
      ["actor_has_role_for_resource", user("dee"), "owner", entity("Org", "other")],
    ]);
    expect(await engine.authorize(user(id), action, repo)).toBe(false);
    // What they do have.
    expect(await engine.actions(user("ann"), repo)).toEqual(["read"]);
    expect(await engine.actions(user("bob"), repo)).toEqual(["read"]);
    expect(await engine.actions(user("cy"), repo)).toEqual(["push"]);
    await engine.close();
  });
});

describe("orgRoles", () => {
  const organization = entity("Organization", "acme");
  const repository = entity("Repo", "web");

  async function engineOf(order: string): Promise<Engine> {
    const policy = `actor User {} resource Organization {} resource Repo {}
      ${order}
      role_allow("member", "read", _: Repo); role_allow("owner", "push", _: Repo); role_allow("guest", "peek", _: Repo);
      role_allow("owner", "invite", _: Organization);
      resource_role_applies_to(repo: Repo, org: Organization) if belongs(repo, org);`;
    const prelude = orgRoles({ type: "Organization", name: "organization" });
    const engine = await createEngine({ policy: [{ source: policy, filename: "policy.polar" }, prelude] });
    await engine.bulkTell([
      ["belongs", repository, organization],
      ["user_in_role", user("ann"), "owner", organization],
      ["user_in_role", user("bob"), "member", organization],
      ["user_in_role", user("cy"), "guest", organization],
      ["user_in_role", user("dee"), "owner", entity("Organization", "elsewhere")],
    ]);
    return engine;
  }

  it.each([
    ["an owner has what the roles to the right may do", "ann", ["invite"], ["push", "read"]],
    ["a member does not have what owners may do", "bob", [], ["read"]],
    ["a role outside of the order inherits nothing", "cy", [], ["peek"]],
    ["who has no role may do nothing", "eve", [], []],
    ["an owner of another organization may do nothing here", "dee", [], []],
  ])("%s", async (_, id, onOrganization, onRepository) => {
    const engine = await engineOf('organization_role_order(["owner", "member"]);');
    expect(await engine.actions(user(id), organization)).toEqual(onOrganization);
    expect(await engine.actions(user(id), repository)).toEqual(onRepository);
    expect(await engine.actions(user(id), entity("Repo", "other"))).toEqual([]);
    await engine.close();
  });

  it("without an order no role inherits", async () => {
    const engine = await engineOf("");
    expect(await engine.actions(user("ann"), repository)).toEqual(["push"]);
    await engine.close();
  });
});
