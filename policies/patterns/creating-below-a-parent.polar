# Creating something below a parent.
#
# The thing does not exist yet, its parent does: creating is a permission on the parent.

actor User {}

resource Organization {
  roles = ["admin", "member"];
  permissions = ["create_repository"];

  "member" if "admin";
  "create_repository" if "admin";
}

resource Repository {
  permissions = ["create_issue"];
  relations = { organization: Organization };

  "create_issue" if "member" on "organization";
}

test fixture acme {
  has_role(User{"alice"}, "admin", Organization{"acme"});
  has_role(User{"bob"}, "member", Organization{"acme"});
  has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
}

test "an admin creates repositories, a member does not" {
  setup {
    fixture acme;
  }

  assert allow(User{"alice"}, "create_repository", Organization{"acme"});
  assert_not allow(User{"bob"}, "create_repository", Organization{"acme"});
  assert_not allow(User{"alice"}, "create_repository", Organization{"globex"});
}

test "members create issues in the repositories of their organization" {
  setup {
    fixture acme;
  }

  assert allow(User{"bob"}, "create_issue", Repository{"anvil"});
  assert_not allow(User{"stranger"}, "create_issue", Repository{"anvil"});
}
