# Roles that expire.
#
# The fact carries the second at which it ends (Unix time), the rule compares it with the clock. Nothing has to be
# deleted at midnight: an expired role simply grants nothing from then on.

actor User {}

resource Repository {
  roles = ["reader"];
  permissions = ["read"];

  "read" if "reader";
}

has_role(user: User, role: String, repository: Repository) if
  expiry matches Integer and
  has_role_until(user, role, repository, expiry) and
  expiry > @current_unix_time;

test "valid before its end" {
  # 27 March 2127
  setup {
    has_role_until(User{"alice"}, "reader", Repository{"anvil"}, 4961779200);
  }

  assert allow(User{"alice"}, "read", Repository{"anvil"});
  assert_not allow(User{"alice"}, "read", Repository{"rocket"});
}

test "denied after its end" {
  # 9 September 2001
  setup {
    has_role_until(User{"alice"}, "reader", Repository{"anvil"}, 1000000000);
  }

  assert_not allow(User{"alice"}, "read", Repository{"anvil"});
}

test "a role without an end stays" {
  setup {
    has_role(User{"alice"}, "reader", Repository{"anvil"});
    has_role_until(User{"alice"}, "reader", Repository{"anvil"}, 1000000000);
  }

  assert allow(User{"alice"}, "read", Repository{"anvil"});
}
