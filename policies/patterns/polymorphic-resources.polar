# Kinds of things that share their rules.
#
# A type that extends another one inherits its roles, permissions, relations and rules, and rules written for the
# general type accept it. What only the special type has is written in its own block.

actor User {}

resource Organization {
  roles = ["member"];
}

resource Item {
  roles = ["editor", "viewer"];
  permissions = ["read", "write"];
  relations = { organization: Organization };

  "viewer" if "member" on "organization";
  "viewer" if "editor";
  "read" if "viewer";
  "write" if "editor";
}

resource Doc extends Item {}

resource Sheet extends Item {
  permissions = ["recalculate"];

  "recalculate" if "editor";
}

# Written once for every kind of item:
has_role(user: User, "editor", item: Item) if
  has_author(item, user);

test fixture items {
  has_relation(Doc{"plan"}, "organization", Organization{"acme"});
  has_relation(Sheet{"budget"}, "organization", Organization{"acme"});
  has_role(User{"alice"}, "member", Organization{"acme"});
}

test "roles and shorthand rules are inherited" {
  setup {
    fixture items;
  }

  assert allow(User{"alice"}, "read", Doc{"plan"});
  assert allow(User{"alice"}, "read", Sheet{"budget"});
  assert_not allow(User{"alice"}, "write", Doc{"plan"});
  assert_not allow(User{"bob"}, "read", Doc{"plan"});
}

test "so are rules written for the general type" {
  setup {
    fixture items;
    has_author(Doc{"plan"}, User{"bob"});
  }

  assert allow(User{"bob"}, action: String, Doc{"plan"}) iff action in ["read", "write"];
  assert_not allow(User{"bob"}, "read", Sheet{"budget"});
}

test "a special type may have more" {
  setup {
    fixture items;
    has_role(User{"carol"}, "editor", Sheet{"budget"});
  }

  assert allow(User{"carol"}, action: String, Sheet{"budget"}) iff
    action in ["read", "recalculate", "write"];
  assert allow(User{"carol"}, "read", sheet: Sheet) iff sheet in [Sheet{"budget"}];
}
