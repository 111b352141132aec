# Everyone.
#
# `_` in the head of a rule without a body is a wildcard: any user, any organization. `list` answers `["*"]`.

actor User {}

resource Organization {
  roles = ["admin"];
  permissions = ["read", "delete"];

  "delete" if "admin";
}

has_permission(_: User, "read", _: Organization);

test "everyone reads every organization" {
  assert allow(User{"anyone"}, "read", Organization{"any"});
}

test "and does nothing else there" {
  setup {
    has_role(User{"alice"}, "admin", Organization{"acme"});
  }

  assert_not allow(User{"anyone"}, "delete", Organization{"any"});
  assert allow(User{"alice"}, "delete", organization: Organization) iff
    organization in [Organization{"acme"}];
}
