# The answers of beatles.polar, in the older style: rules per role instead of blocks. Goes together with the prelude
# orgRoles({ type: "Organization", name: "organization" }), which calls what is defined here.

actor User {}

# Whoever is logged in may ask who that is.
allow(_: User, "whoami");

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
