# Banning someone, whatever roles they have.
#
# The ban stands in `allow` itself, so that no rule, now or later, gets past it. The first rule named allow replaces the
# built-in ones, of three arguments and of two; a policy with global permissions needs both.

actor User {}

global {
  permissions = ["create_organization"];
}

resource Organization {
  roles = ["member"];
  permissions = ["read"];

  "read" if "member";
}

has_permission(_: User, "create_organization");

allow(user: User, action: String, resource: Resource) if
  has_permission(user, action, resource) and
  not is_banned(user);

allow(user: User, action: String) if
  has_permission(user, action) and
  not is_banned(user);

test fixture members {
  has_role(User{"alice"}, "member", Organization{"acme"});
  has_role(User{"mallory"}, "member", Organization{"acme"});
}

test "a ban outweighs every role" {
  setup {
    fixture members;
    is_banned(User{"mallory"});
  }

  assert has_permission(User{"mallory"}, "read", Organization{"acme"});
  assert_not allow(User{"mallory"}, "read", Organization{"acme"});
  assert_not allow(User{"mallory"}, "create_organization");
}

test "everybody else is untouched" {
  setup {
    fixture members;
    is_banned(User{"mallory"});
  }

  assert allow(User{"alice"}, "read", Organization{"acme"});
  assert allow(User{"alice"}, "create_organization");
}

test "without the ban, mallory reads again" {
  setup {
    fixture members;
  }

  assert allow(User{"mallory"}, "read", Organization{"acme"});
}
