# The answers of beatles.polar, in the older style: rules per role instead of blocks. Goes together with the prelude
# orgRoles({ type: "Organization", name: "organization" }), which calls what is defined here.

actor User {}

# Whoever is logged in may ask who that is.
allow(_: User, "whoami");

# And may read oneself.
allow(user: User, "READ", user: User);

resource Organization {
  roles = ["OWNER", "MEMBER", "BILLING"];
}

resource Repository {
  relations = { organization: Organization };
}

# Who has which role is told as facts, the same as for beatles.polar.
user_in_role(user: User, role: String, org: Organization) if has_role(user, role, org);

# An owner has what the roles to the right of OWNER have. An order is one line: with BILLING in it, either MEMBER would have
# what BILLING has or the other way round. So the one thing that an owner has from BILLING stands in a rule of its own.
organization_role_order(["OWNER", "MEMBER"]);

role_allow("MEMBER", "READ", _: Organization);
role_allow("BILLING", "READ", _: Organization);
role_allow("MEMBER", "LIST_REPOS", _: Organization);
role_allow("BILLING", "READ_BILLING", _: Organization);
role_allow("OWNER", "READ_BILLING", _: Organization);
role_allow("OWNER", "CREATE_ROLE", _: Organization);

role_allow("MEMBER", "READ", _: Repository);

# The roles of an organization count for its repositories.
resource_role_applies_to(repo: Repository, org: Organization) if
  has_relation(repo, "organization", org);

# And for whoever has a role there.
resource_role_applies_to(user: User, org: Organization) if has_role(user, _, org);

role_allow("MEMBER", "READ", _: User);
role_allow("BILLING", "READ", _: User);

# What follows asks about the rules of this file alone; what the prelude makes of them is tested together with the example.

test "each role has what is written for it" {
  assert role_allow("MEMBER", action: String, Organization{"beatles"}) iff
    action in ["READ", "LIST_REPOS"];
  assert role_allow("BILLING", action: String, Organization{"beatles"}) iff
    action in ["READ", "READ_BILLING"];
  assert role_allow("OWNER", action: String, Organization{"beatles"}) iff
    action in ["READ_BILLING", "CREATE_ROLE"];
  assert role_allow(role: String, "READ", Repository{"abbey-road"}) iff role in ["MEMBER"];
  assert role_allow(role: String, "READ", User{"paul"}) iff role in ["MEMBER", "BILLING"];
  assert organization_role_order(["OWNER", "MEMBER"]);
}

test "the roles of an organization count for its repositories and its members" {
  setup {
    has_relation(Repository{"abbey-road"}, "organization", Organization{"beatles"});
    has_role(User{"paul"}, "MEMBER", Organization{"beatles"});
  }

  assert resource_role_applies_to(Repository{"abbey-road"}, org: Organization) iff
    org in [Organization{"beatles"}];
  assert resource_role_applies_to(User{"paul"}, org: Organization) iff
    org in [Organization{"beatles"}];
  assert_not resource_role_applies_to(User{"admin"}, Organization{"beatles"});
  assert_not resource_role_applies_to(Repository{"demo-tape"}, Organization{"beatles"});
}

test "a user has the roles that are told, and no others" {
  setup {
    has_role(User{"paul"}, "MEMBER", Organization{"beatles"});
  }

  assert user_in_role(User{"paul"}, role: String, Organization{"beatles"}) iff role in ["MEMBER"];
  assert_not user_in_role(User{"paul"}, "MEMBER", Organization{"monsters"});
}

test "without a role there is nothing but oneself" {
  assert allow(User{"admin"}, "whoami");
  assert allow(User{"admin"}, "READ", User{"admin"});
  assert_not allow(User{"admin"}, "READ", User{"john"});
}
