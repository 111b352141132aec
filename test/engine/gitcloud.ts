import { createEngine, type Engine, type EngineOptions, entity, type Fact, type Reference } from "arcturus";

/** A policy with most of what policies have: global roles, roles on two levels, recursion, negation, a public flag. */
export const gitcloud = `
  actor User {}
  global { roles = ["auditor"]; permissions = ["read_audit_log"]; "read_audit_log" if "auditor"; }
  resource Org {
    roles = ["admin", "member"];
    permissions = ["read", "create_repo"];
    "member" if "admin";
    "read" if "member";
    "create_repo" if "admin";
  }
  resource Repo {
    roles = ["admin", "reader"];
    permissions = ["read", "delete"];
    relations = { org: Org, parent: Repo };
    "reader" if "admin";
    "reader" if "member" on "org";
    "admin" if "admin" on "org";
    "reader" if "reader" on "parent";
    "read" if "reader";
    "delete" if "admin";
  }
  allow(actor, action, resource) if has_permission(actor, action, resource) and not is_banned(actor);
  allow(actor, action) if has_permission(actor, action);
  has_permission(_: User, "read", repo: Repo) if is_public(repo);
  declare is_banned(User);
`;

export const ann: Reference = entity("User", "ann");
export const bob: Reference = entity("User", "bob");
export const eve: Reference = entity("User", "eve");
export const acme: Reference = entity("Org", "acme");
export const anvil: Reference = entity("Repo", "anvil");
export const rocket: Reference = entity("Repo", "rocket");

/** ann administers acme, bob is a member, anvil belongs to acme, rocket is below anvil. */
export const facts: readonly Fact[] = [
  ["has_role", ann, "admin", acme],
  ["has_role", bob, "member", acme],
  ["has_relation", anvil, "org", acme],
  ["has_relation", rocket, "parent", anvil],
];

export const silent: { info(message: string): void; warn(message: string): void } = {
  info: () => {},
  warn: () => {},
};

/** An engine with the policy and the facts above. */
export async function gitcloudEngine(options: EngineOptions = {}): Promise<Engine> {
  const engine = await createEngine({ policy: gitcloud, logger: silent, ...options });
  await engine.bulkTell(facts);
  return engine;
}
