# Roles that hold everywhere.
#
# A global role belongs to no resource: has_role(User{"root"}, "superadmin") has two arguments. Since a superadmin is an
# admin of every organization, `list` answers `["*"]` for one: every organization there is or will be.

actor User {}

global {
  roles = ["superadmin"];
  permissions = ["see_metrics"];

  "see_metrics" if "superadmin";
}

resource Organization {
  roles = ["admin", "member"];
  permissions = ["read", "delete"];

  "admin" if global "superadmin";
  "member" if "admin";

  "read" if "member";
  "delete" if "admin";
}

test fixture people {
  has_role(User{"root"}, "superadmin");
  has_role(User{"alice"}, "member", Organization{"acme"});
}

test "a superadmin is an admin everywhere" {
  setup {
    fixture people;
  }

  assert allow(User{"root"}, "delete", Organization{"acme"});
  assert allow(User{"root"}, "delete", Organization{"founded tomorrow"});
  assert allow(User{"root"}, "see_metrics");
}

test "nobody else is" {
  setup {
    fixture people;
  }

  assert allow(User{"alice"}, "read", organization: Organization) iff
    organization in [Organization{"acme"}];
  assert_not allow(User{"alice"}, "delete", Organization{"acme"});
  assert_not allow(User{"alice"}, "see_metrics");
}
