# Roles on an organization.
#
# The most common model of all: people belong to organizations, and their role there says what they may do.
# The application tells one fact per membership: has_role(User{"alice"}, "admin", Organization{"acme"}).

actor User {}

resource Organization {
  roles = ["admin", "member"];
  permissions = ["read", "add_member"];

  # What a member may do, an admin may do as well.
  "member" if "admin";

  "read" if "member";
  "add_member" if "admin";
}

test fixture acme {
  has_role(User{"alice"}, "admin", Organization{"acme"});
  has_role(User{"bob"}, "member", Organization{"acme"});
}

test "a member reads their organization" {
  setup {
    fixture acme;
  }

  assert allow(User{"bob"}, "read", Organization{"acme"});
  assert allow(User{"alice"}, "read", Organization{"acme"});
}

test "only an admin adds members" {
  setup {
    fixture acme;
  }

  assert allow(User{"alice"}, "add_member", Organization{"acme"});
  assert_not allow(User{"bob"}, "add_member", Organization{"acme"});
}

test "other organizations are closed" {
  setup {
    fixture acme;
  }

  assert_not allow(User{"alice"}, "read", Organization{"globex"});
  assert allow(User{"alice"}, "read", organization: Organization) iff
    organization in [Organization{"acme"}];
}
