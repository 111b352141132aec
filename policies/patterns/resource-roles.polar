# Roles on a resource, together with the roles of the organization it belongs to.
#
# `role if role on "organization"` hands every role down that both types declare. A role may also be told for one
# repository alone; it then holds there and nowhere else.

actor User {}

resource Organization {
  roles = ["admin", "member"];

  "member" if "admin";
}

resource Repository {
  roles = ["admin", "member"];
  permissions = ["read", "delete"];
  relations = { organization: Organization };

  role if role on "organization";
  "member" if "admin";

  "read" if "member";
  "delete" if "admin";
}

test fixture two_organizations {
  has_relation(Repository{"anvils"}, "organization", Organization{"acme"});
  has_relation(Repository{"rockets"}, "organization", Organization{"acme"});
  has_relation(Repository{"secrets"}, "organization", Organization{"globex"});
  has_role(User{"alice"}, "member", Organization{"acme"});
}

test "an organization's member reads its repositories" {
  setup {
    fixture two_organizations;
  }

  assert allow(User{"alice"}, "read", Repository{"anvils"});
  assert_not allow(User{"alice"}, "delete", Repository{"anvils"});
}

test "an admin of one repository deletes it, though only a member of the organization" {
  setup {
    fixture two_organizations;
    has_role(User{"alice"}, "admin", Repository{"anvils"});
  }

  assert allow(User{"alice"}, "delete", Repository{"anvils"});
  assert_not allow(User{"alice"}, "delete", Repository{"rockets"});
}

test "the repositories of another organization stay closed" {
  setup {
    fixture two_organizations;
  }

  assert_not allow(User{"alice"}, "read", Repository{"secrets"});
  assert allow(User{"alice"}, "read", repository: Repository) iff
    repository in [Repository{"anvils"}, Repository{"rockets"}];
}
