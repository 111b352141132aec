# Groups inside groups.
#
# A group can be a member of a group: has_role(Group{"compilers"}, "member", Group{"engineering"}). Membership is
# transitive, to any depth; two groups that contain each other have the same members.

actor User {}

actor Group {
  roles = ["member"];
}

resource Repository {
  roles = ["reader"];
  permissions = ["read"];

  "read" if "reader";
}

has_role(user: User, "member", outer: Group) if
  inner matches Group and
  has_role(user, "member", inner) and
  has_role(inner, "member", outer);

has_role(user: User, role: String, repository: Repository) if
  group matches Group and
  has_role(user, "member", group) and
  has_role(group, role, repository);

test "membership is transitive" {
  setup {
    has_role(User{"alice"}, "member", Group{"parsers"});
    has_role(Group{"parsers"}, "member", Group{"compilers"});
    has_role(Group{"compilers"}, "member", Group{"engineering"});
    has_role(Group{"engineering"}, "reader", Repository{"anvil"});
    has_role(Group{"parsers"}, "reader", Repository{"grammar"});
    has_role(User{"bob"}, "member", Group{"engineering"});
  }

  assert allow(User{"alice"}, "read", Repository{"anvil"});
  assert allow(User{"bob"}, "read", Repository{"anvil"});
  # Outwards only: a member of the outer group is not a member of the inner one.
  assert_not allow(User{"bob"}, "read", Repository{"grammar"});
  assert has_role(User{"alice"}, "member", group: Group) iff
    group in [Group{"parsers"}, Group{"compilers"}, Group{"engineering"}];
}

test "groups that contain each other have the same members" {
  setup {
    has_role(Group{"a"}, "member", Group{"b"});
    has_role(Group{"b"}, "member", Group{"c"});
    has_role(Group{"c"}, "member", Group{"a"});
    has_role(User{"alice"}, "member", Group{"a"});
    has_role(Group{"c"}, "reader", Repository{"anvil"});
  }

  assert allow(User{"alice"}, "read", Repository{"anvil"});
  assert has_role(User{"alice"}, "member", group: Group) iff
    group in [Group{"a"}, Group{"b"}, Group{"c"}];
  assert_not allow(User{"bob"}, "read", Repository{"anvil"});
}
