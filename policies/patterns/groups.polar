# Groups: a role given to a group reaches its members.
#
# A group is an actor, so it can have roles, and has a role of its own that says who belongs to it.

actor User {}

actor Group {
  roles = ["member"];
}

resource Repository {
  roles = ["admin", "reader"];
  permissions = ["read", "delete"];

  "reader" if "admin";
  "read" if "reader";
  "delete" if "admin";
}

has_role(user: User, role: String, repository: Repository) if
  group matches Group and
  has_role(user, "member", group) and
  has_role(group, role, repository);

test fixture engineering {
  has_role(User{"alice"}, "member", Group{"engineering"});
  has_role(User{"bob"}, "member", Group{"marketing"});
  has_role(Group{"engineering"}, "reader", Repository{"anvil"});
}

test "a role given to a group reaches its members" {
  setup {
    fixture engineering;
  }

  assert allow(User{"alice"}, "read", Repository{"anvil"});
  assert allow(Group{"engineering"}, "read", Repository{"anvil"});
}

test "and nobody else, and no other role" {
  setup {
    fixture engineering;
  }

  assert_not allow(User{"bob"}, "read", Repository{"anvil"});
  assert_not allow(User{"alice"}, "delete", Repository{"anvil"});
  assert allow(User{"alice"}, "read", repository: Repository) iff
    repository in [Repository{"anvil"}];
}
