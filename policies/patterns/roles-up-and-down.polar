# Roles that flow up a tree, and others that flow down it.
#
# Whoever is a member of a team is a member of the unit above it, up to the top. An admin of a unit, the other way round,
# is an admin of everything below it. The two directions meet (an admin is a member) and still end: the answers are the
# least set that the rules allow, whatever the order.

actor User {}

resource Unit {
  roles = ["admin", "member"];
  permissions = ["read", "configure"];
  relations = { parent: Unit };

  "member" if "admin";
  "admin" if "admin" on "parent";

  "read" if "member";
  "configure" if "admin";
}

# Upwards there is no shorthand: the relation is read from its other end.
has_role(user: User, "member", parent: Unit) if
  child matches Unit and
  has_relation(child, "parent", parent) and
  has_role(user, "member", child);

test fixture company {
  has_relation(Unit{"engineering"}, "parent", Unit{"company"});
  has_relation(Unit{"sales"}, "parent", Unit{"company"});
  has_relation(Unit{"compilers"}, "parent", Unit{"engineering"});
}

test "a member of a team is a member of every unit above it" {
  setup {
    fixture company;
    has_role(User{"alice"}, "member", Unit{"compilers"});
  }

  assert allow(User{"alice"}, "read", unit: Unit) iff
    unit in [Unit{"compilers"}, Unit{"engineering"}, Unit{"company"}];
}

test "siblings get nothing" {
  setup {
    fixture company;
    has_role(User{"alice"}, "member", Unit{"compilers"});
    has_role(User{"bob"}, "admin", Unit{"engineering"});
  }

  assert_not allow(User{"alice"}, "read", Unit{"sales"});
  assert_not allow(User{"bob"}, "read", Unit{"sales"});
}

test "an admin configures what is below, and only reads what is above" {
  setup {
    fixture company;
    has_role(User{"bob"}, "admin", Unit{"engineering"});
  }

  assert allow(User{"bob"}, "configure", unit: Unit) iff
    unit in [Unit{"engineering"}, Unit{"compilers"}];
  assert allow(User{"bob"}, "read", Unit{"company"});
  assert_not allow(User{"bob"}, "configure", Unit{"company"});
}

test "a unit that is its own ancestor ends too" {
  setup {
    has_relation(Unit{"a"}, "parent", Unit{"b"});
    has_relation(Unit{"b"}, "parent", Unit{"a"});
    has_role(User{"alice"}, "member", Unit{"a"});
  }

  assert allow(User{"alice"}, "read", unit: Unit) iff unit in [Unit{"a"}, Unit{"b"}];
  assert_not allow(User{"alice"}, "configure", Unit{"a"});
}
