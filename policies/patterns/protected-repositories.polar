# Switching a default off for single resources.
#
# Members read every repository of their organization, except those that are protected. A role that someone was given
# on the repository itself is untouched by that: only the default asks `not is_protected(…)`.

actor User {}

resource Organization {
  roles = ["member"];
}

resource Repository {
  roles = ["reader"];
  permissions = ["read"];
  relations = { organization: Organization };

  "read" if "reader";
}

has_role(user: User, "reader", repository: Repository) if
  organization matches Organization and
  has_relation(repository, "organization", organization) and
  has_role(user, "member", organization) and
  not is_protected(repository);

test fixture acme {
  has_relation(Repository{"anvil"}, "organization", Organization{"acme"});
  has_relation(Repository{"payroll"}, "organization", Organization{"acme"});
  has_role(User{"alice"}, "member", Organization{"acme"});
  has_role(User{"petra"}, "member", Organization{"acme"});
  is_protected(Repository{"payroll"});
}

test "members read what is not protected" {
  setup {
    fixture acme;
  }

  assert allow(User{"alice"}, "read", repository: Repository) iff
    repository in [Repository{"anvil"}];
}

test "protection denies the default" {
  setup {
    fixture acme;
  }

  assert_not allow(User{"alice"}, "read", Repository{"payroll"});
}

test "explicit roles stay" {
  setup {
    fixture acme;
    has_role(User{"petra"}, "reader", Repository{"payroll"});
  }

  assert allow(User{"petra"}, "read", Repository{"payroll"});
  assert_not allow(User{"alice"}, "read", Repository{"payroll"});
}
