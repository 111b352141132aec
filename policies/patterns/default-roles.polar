# A default role for the members of an organization.
#
# Each organization chooses what its members get on every repository: one fact, has_default_role(org, "reader").
# Changing it changes every repository at once, and no role has to be told per member and repository.

actor User {}

resource Organization {
  roles = ["member"];
}

resource Repository {
  roles = ["editor", "reader"];
  permissions = ["read", "write"];
  relations = { organization: Organization };

  "reader" if "editor";
  "read" if "reader";
  "write" if "editor";
}

has_role(user: User, role: String, repository: Repository) if
  organization matches Organization and
  has_relation(repository, "organization", organization) and
  has_default_role(organization, role) and
  has_role(user, "member", organization);

test fixture organizations {
  has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
  has_relation(Repository{"bird"}, "organization", Organization{"globex"});
  has_role(User{"alice"}, "member", Organization{"acme"});
  has_role(User{"gus"}, "member", Organization{"globex"});
  has_default_role(Organization{"acme"}, "reader");
  has_default_role(Organization{"globex"}, "editor");
}

test "members get their organization's default role on each repository" {
  setup {
    fixture organizations;
  }

  assert allow(User{"alice"}, action: String, Repository{"anvil"}) iff action in ["read"];
  assert allow(User{"gus"}, action: String, Repository{"bird"}) iff action in ["read", "write"];
}

test "outsiders get nothing, and an organization without a default gives nothing" {
  setup {
    fixture organizations;
    has_relation(Repository{"quiet"}, "organization", Organization{"initech"});
    has_role(User{"ira"}, "member", Organization{"initech"});
  }

  assert_not allow(User{"alice"}, "read", Repository{"bird"});
  assert_not allow(User{"ira"}, "read", Repository{"quiet"});
}
