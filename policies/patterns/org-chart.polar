# An organization chart: every manager up the chain sees what belongs to their reports.
#
# One fact per person, has_relation(User{"rita"}, "manager", User{"max"}): rita's manager is max.

actor User {
  roles = ["supervisor"];
  permissions = ["read_profile"];
  relations = { manager: User };

  "supervisor" if "manager";
  "supervisor" if "supervisor" on "manager";
  "read_profile" if "supervisor";
}

resource Review {
  permissions = ["read"];
  relations = { about: User };

  "read" if "about";
  "read" if "supervisor" on "about";
}

test fixture company {
  has_relation(User{"max"}, "manager", User{"clara"});
  has_relation(User{"rita"}, "manager", User{"max"});
  has_relation(User{"sam"}, "manager", User{"max"});
  has_relation(Review{"2026"}, "about", User{"rita"});
}

test "every manager up the chain sees the report" {
  setup {
    fixture company;
  }

  assert allow(User{"max"}, "read_profile", User{"rita"});
  assert allow(User{"clara"}, "read_profile", User{"rita"});
  assert allow(User{"clara"}, "read", Review{"2026"});
  assert allow(user: User, "read", Review{"2026"}) iff
    user in [User{"rita"}, User{"max"}, User{"clara"}];
}

test "a sibling does not, and nobody looks upwards" {
  setup {
    fixture company;
  }

  assert_not allow(User{"sam"}, "read_profile", User{"rita"});
  assert_not allow(User{"sam"}, "read", Review{"2026"});
  assert_not allow(User{"rita"}, "read_profile", User{"max"});
}
