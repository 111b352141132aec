# Roles that customers define themselves.
#
# A role is an entity: customers make roles, choose what each one grants, and give them to people. All of that is facts;
# the policy only says how the three belong together, and does not change when a role does.
#
#   has_role(User{"alice"}, Role{"acme-auditor"}, Organization{"acme"})     alice has the role in acme
#   grants_permission(Role{"acme-auditor"}, "read")                         what the role may do

actor User {}

resource Role {}

resource Organization {}

resource Repository {
  permissions = ["read", "write", "delete"];
  relations = { organization: Organization };
}

has_permission(user: User, action: String, repository: Repository) if
  organization matches Organization and
  role matches Role and
  has_relation(repository, "organization", organization) and
  has_role(user, role, organization) and
  grants_permission(role, action);

test fixture acme {
  has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
  has_role(User{"alice"}, Role{"acme-auditor"}, Organization{"acme"});
}

test "what the role grants decides" {
  setup {
    fixture acme;
    grants_permission(Role{"acme-auditor"}, "read");
  }

  assert allow(User{"alice"}, action: String, Repository{"anvil"}) iff action in ["read"];
  assert_not allow(User{"bob"}, "read", Repository{"anvil"});
}

test "changing what a role grants needs no new policy" {
  setup {
    fixture acme;
    grants_permission(Role{"acme-auditor"}, "read");
    grants_permission(Role{"acme-auditor"}, "delete");
  }

  assert allow(User{"alice"}, action: String, Repository{"anvil"}) iff action in ["delete", "read"];
}

test "a role that grants nothing is nothing" {
  setup {
    fixture acme;
  }

  assert_not allow(User{"alice"}, action: String, Repository{"anvil"});
}

test "a role in one organization says nothing about another" {
  setup {
    fixture acme;
    grants_permission(Role{"acme-auditor"}, "read");
    has_relation(Repository{"bird"}, "organization", Organization{"globex"});
  }

  assert_not allow(User{"alice"}, "read", Repository{"bird"});
}
