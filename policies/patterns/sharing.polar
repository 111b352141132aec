# Sharing: people give each other access.
#
# Whether someone may invite is a permission like any other. The application asks for it, then tells the new role:
# nothing else is needed, the guest has access from the next question on.

actor User {}

resource Repository {
  roles = ["admin", "reader"];
  permissions = ["read", "invite"];

  "reader" if "admin";
  "read" if "reader";
  "invite" if "admin";
}

test "an admin may invite, a reader may not" {
  setup {
    has_role(User{"alice"}, "admin", Repository{"anvil"});
    has_role(User{"bob"}, "reader", Repository{"anvil"});
  }

  assert allow(User{"alice"}, "invite", Repository{"anvil"});
  assert_not allow(User{"bob"}, "invite", Repository{"anvil"});
  assert_not allow(User{"guest"}, "read", Repository{"anvil"});
}

test "the new role grants at once" {
  setup {
    has_role(User{"alice"}, "admin", Repository{"anvil"});
    # What the application tells after alice's invitation:
    has_role(User{"guest"}, "reader", Repository{"anvil"});
  }

  assert allow(User{"guest"}, "read", Repository{"anvil"});
  assert_not allow(User{"guest"}, "invite", Repository{"anvil"});
  assert_not allow(User{"guest"}, "read", Repository{"rocket"});
}
