import { describe, expect, it } from "vitest";
import { errorsOf, policyOf, ruleText, shorthandOf } from "./policies.js";

const users = "actor User {}\n";

describe("shorthand stands for rules", () => {
  it("permissions and roles of the same resource", () => {
    expect(
      shorthandOf(`${users}resource Org {
        roles = ["admin", "member"]; permissions = ["read", "peek"];
        "read" if "member"; "peek" if "read"; "member" if "admin"; "admin" if "peek"; "read" if "admin" on resource;
      }`),
    ).toEqual([
      'has_permission(actor: Actor, "read", resource: Org) if has_role(actor, "member", resource);',
      'has_permission(actor: Actor, "peek", resource: Org) if has_permission(actor, "read", resource);',
      'has_role(actor: Actor, "member", resource: Org) if has_role(actor, "admin", resource);',
      'has_role(actor: Actor, "admin", resource: Org) if has_permission(actor, "peek", resource);',
      'has_permission(actor: Actor, "read", resource: Org) if has_role(actor, "admin", resource);',
    ]);
  });

  it("a relation to an actor, resource first", () => {
    expect(
      shorthandOf(`${users}resource Doc { roles = ["reader"]; relations = { owner: User }; "reader" if "owner"; }`),
    ).toEqual(['has_role(actor: Actor, "reader", resource: Doc) if has_relation(resource, "owner", actor);']);
  });

  it("roles, permissions and relations of a related resource", () => {
    expect(
      shorthandOf(`${users}
        resource Org { roles = ["member"]; permissions = ["see"]; relations = { founder: User }; }
        resource Repo { roles = ["a", "b", "c"]; relations = { org: Org };
          "a" if "member" on "org"; "b" if "see" on "org"; "c" if "founder" on "org"; }`),
    ).toEqual([
      'has_role(actor: Actor, "a", resource: Repo) if org matches Org and has_relation(resource, "org", org) and has_role(actor, "member", org);',
      'has_role(actor: Actor, "b", resource: Repo) if org matches Org and has_relation(resource, "org", org) and has_permission(actor, "see", org);',
      'has_role(actor: Actor, "c", resource: Repo) if org matches Org and has_relation(resource, "org", org) and has_relation(org, "founder", actor);',
    ]);
  });

  it("one rule for each role that both sides declare", () => {
    expect(
      shorthandOf(`${users}
        resource Org { roles = ["member", "admin", "auditor"]; }
        resource Repo { roles = ["admin", "member", "reader"]; relations = { org: Org }; role if role on "org"; }`),
    ).toEqual([
      'has_role(actor: Actor, "admin", resource: Repo) if org matches Org and has_relation(resource, "org", org) and has_role(actor, "admin", org);',
      'has_role(actor: Actor, "member", resource: Repo) if org matches Org and has_relation(resource, "org", org) and has_role(actor, "member", org);',
    ]);
  });

  it("one rule for each permission that both sides declare", () => {
    expect(
      shorthandOf(`${users}
        resource Dir { permissions = ["read", "list"]; relations = { parent: Dir }; permission if permission on "parent"; }`),
    ).toHaveLength(2);
  });

  it("global roles and permissions", () => {
    expect(
      shorthandOf(`${users}
        global { roles = ["root", "staff"]; permissions = ["stats"]; "staff" if "root"; "stats" if "staff"; }
        resource Org { roles = ["root", "admin"]; permissions = ["audit"];
          "admin" if global "root"; "audit" if global "stats"; role if global role; }`),
    ).toEqual([
      'has_role(actor: Actor, "staff") if has_role(actor, "root");',
      'has_permission(actor: Actor, "stats") if has_role(actor, "staff");',
      'has_role(actor: Actor, "admin", resource: Org) if has_role(actor, "root");',
      'has_permission(actor: Actor, "audit", resource: Org) if has_permission(actor, "stats");',
      'has_role(actor: Actor, "root", resource: Org) if has_role(actor, "root");',
    ]);
  });

  it("calls, `and`, `or` and parentheses", () => {
    expect(
      shorthandOf(`${users}
        resource Org { roles = ["owner"]; }
        resource Issue { permissions = ["share"]; relations = { org: Org, author: User };
          "share" if ("author" or "owner" on "org") and is_open(resource, true) and is_trusted(actor); }`),
    ).toEqual([
      'has_permission(actor: Actor, "share", resource: Issue) if ' +
        '(has_relation(resource, "author", actor) or org matches Org and has_relation(resource, "org", org) and has_role(actor, "owner", org)) ' +
        "and is_open(resource, true) and is_trusted(actor);",
    ]);
  });

  it("gives each related resource a variable of its own, also beside constants and relations called like a parameter", () => {
    const rules = shorthandOf(
      `${users}
        resource Org { roles = ["member"]; }
        resource Doc { permissions = ["read"]; relations = { actor: Org, org: Org };
          "read" if "member" on "actor" and "member" on "org" and "member" on "org" and known(resource, org); }` +
        "declare known(Doc, Org);",
      { constants: ["org"] },
    );
    expect(rules).toEqual([
      'has_permission(actor: Actor, "read", resource: Doc) if ' +
        'actor_2 matches Org and has_relation(resource, "actor", actor_2) and has_role(actor, "member", actor_2) and ' +
        'org_2 matches Org and has_relation(resource, "org", org_2) and has_role(actor, "member", org_2) and ' +
        'org_3 matches Org and has_relation(resource, "org", org_3) and has_role(actor, "member", org_3) and known(resource, org);',
    ]);
  });

  it("keeps `actor` and `resource` the parameters when constants have these names", () => {
    const [rule] = [
      ...policyOf(`${users}resource Doc { permissions = ["read"]; "read" if owns(actor, resource); }`, {
        constants: ["actor", "resource"],
      }).rules.values(),
    ].flat();
    expect(rule?.body).toMatchObject({ kind: "call", args: [{ kind: "variable" }, { kind: "variable" }] });
  });

  it("points at the shorthand as it was written", () => {
    const text = `${users}resource Org { roles = ["admin", "member"];\n  "member" if "admin"; }`;
    const rule = [...policyOf(text).rules.values()].flat().find((r) => r.origin === "shorthand");
    expect(text.slice(rule?.head.start, rule?.head.end)).toBe('"member" if "admin";');
  });

  it("puts shorthand behind the written rules", () => {
    const policy = policyOf(`${users}resource Org { roles = ["a", "b"]; "a" if "b"; } has_role(_: User, "a", _: Org);`);
    expect(policy.rules.get("has_role/3")?.map((rule) => rule.origin)).toEqual(["written", "shorthand"]);
  });
});

describe("subtypes", () => {
  const items = `${users}
    resource Folder { roles = ["viewer", "commenter"]; }
    resource Item { roles = ["viewer"]; permissions = ["view"]; relations = { folder: Folder }; "view" if "viewer"; role if role on "folder"; }
    resource Doc extends Item { roles = ["commenter"]; permissions = ["comment"]; "comment" if "commenter" or "view"; }`;

  it("inherit what their supertypes declare", () => {
    const doc = policyOf(items).types.get("Doc");
    expect([...(doc?.roles ?? [])]).toEqual(["commenter", "viewer"]);
    expect([...(doc?.permissions ?? [])]).toEqual(["comment", "view"]);
    expect(doc?.relations.get("folder")).toBe("Folder");
    expect(doc?.ancestors).toEqual(["Doc", "Item"]);
  });

  it("inherit `role if role on …` for the roles that they add", () => {
    const roles = shorthandOf(items).filter((rule) => rule.startsWith("has_role"));
    expect(roles.map((rule) => rule.split(" if ")[0])).toEqual([
      'has_role(actor: Actor, "viewer", resource: Item)',
      'has_role(actor: Actor, "commenter", resource: Doc)',
    ]);
  });
});

describe("the default allow rules", () => {
  const allow = (text: string): string[] => [
    ...(policyOf(text).rules.get("allow/3") ?? []).map(ruleText),
    ...(policyOf(text).rules.get("allow/2") ?? []).map(ruleText),
  ];

  it("ask for permissions when there are blocks", () => {
    expect(allow(users)).toEqual([
      "allow(actor, action, resource) if has_permission(actor, action, resource);",
      "allow(actor, action) if has_permission(actor, action);",
    ]);
  });

  it("are both gone with the first own rule", () => {
    expect(allow(`${users} allow(_: User, "ping");`)).toEqual(['allow(_#1: User, "ping");']);
    expect(allow("f(1);")).toEqual([]);
  });
});

describe("shorthand that stands for nothing is refused", () => {
  const org = (shorthand: string): string[] =>
    errorsOf(
      `${users}
      global { roles = ["root"]; }
      resource Team { roles = ["lead"]; relations = { boss: User, above: Team }; }
      resource Org { roles = ["admin", "lead"]; permissions = ["read"]; relations = { team: Team, owner: User, odd: Odd }; ${shorthand} }`,
      {
        types: [{ name: "Odd", extends: [], constructible: true }],
      },
    );

  it.each([
    ['"owner" if "admin";', "polar/bad-shorthand"],
    ['"read" if "team";', "polar/bad-shorthand"],
    ['"read" if "admin" on "lead";', "polar/bad-shorthand"],
    ['"read" if "above" on "team";', "polar/bad-shorthand"],
    ["role if role;", "polar/bad-shorthand"],
    ['role if "admin";', "polar/bad-shorthand"],
    ['"read" if role on "team";', "polar/bad-shorthand"],
    ['role if permission on "team";', "polar/bad-shorthand"],
    ['role if role on "team" and permission on "team";', "polar/bad-shorthand"],
    ['"read" if f(actor, other);', "polar/bad-shorthand"],
    ['"read" if f(actor, [1, other]);', "polar/bad-shorthand"],
    ['"read" if f({of: resource.owner, by: other.name});', "polar/bad-shorthand"],
    ['"raed" if "admin";', "polar/undeclared-name"],
    ['"read" if "admni";', "polar/undeclared-name"],
    ['"read" if "leed" on "team";', "polar/undeclared-name"],
    ['"read" if "lead" on "teem";', "polar/undeclared-name"],
    ['"read" if global "roof";', "polar/undeclared-name"],
    ['"read" if "lead" on "odd";', "polar/no-block"],
  ])("%s", (shorthand, code) => {
    expect(org(shorthand)).toEqual([code]);
  });

  it.each([
    ['"root" if "root" on "x";', "polar/bad-shorthand"],
    ['"root" if "root" on resource;', "polar/bad-shorthand"],
    ['"root" if f(resource);', "polar/bad-shorthand"],
    ["relations = { x: User };", "polar/bad-declaration"],
  ])("in a global block: %s", (item, code) => {
    expect(errorsOf(`${users} global { roles = ["root"]; ${item} }`)).toEqual([code]);
  });

  it("a relation to a class below a type with a block is fine", () => {
    const text = `${users} resource Org { roles = ["a"]; }
      resource Repo { roles = ["b"]; relations = { org: Premium }; "b" if "a" on "org"; }`;
    const types = [
      { name: "Org", extends: [], constructible: true },
      { name: "Premium", extends: ["Org"], constructible: true },
    ];
    expect(errorsOf(text, { types })).toEqual([]);
    expect(shorthandOf(text, { types })).toEqual([
      'has_role(actor: Actor, "b", resource: Repo) if org matches Premium and has_relation(resource, "org", org) and has_role(actor, "a", org);',
    ]);
  });

  it("a relation to another relation's actor is fine", () => {
    expect(org('"read" if "boss" on "team";')).toEqual([]);
  });
});
