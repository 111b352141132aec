# Fields as a question of their own: allow_field(actor, action, resource, field).
#
# When there are many fields, or they differ from type to type, the field is an argument. A rule may name the fields or
# leave them open.

actor User {}

resource Account {
  roles = ["admin"];
  relations = { owner: User };
}

# An admin: any field.
allow_field(user: User, "read", account: Account, _field: String) if
  has_role(user, "admin", account);

# The owner: these.
allow_field(user: User, "read", account: Account, field: String) if
  has_relation(account, "owner", user) and
  field in ["name", "balance"];

test fixture account {
  has_role(User{"root"}, "admin", Account{"1"});
  has_relation(Account{"1"}, "owner", User{"alice"});
}

test "an admin reads any field" {
  setup {
    fixture account;
  }

  assert allow_field(User{"root"}, "read", Account{"1"}, "name");
  assert allow_field(User{"root"}, "read", Account{"1"}, "risk_score");
  assert_not allow_field(User{"root"}, "update", Account{"1"}, "name");
}

test "the owner reads the declared fields" {
  setup {
    fixture account;
  }

  assert allow_field(User{"alice"}, "read", Account{"1"}, field: String) iff
    field in ["name", "balance"];
  assert_not allow_field(User{"alice"}, "read", Account{"1"}, "risk_score");
}

test "a visitor reads none" {
  setup {
    fixture account;
  }

  assert_not allow_field(User{"visitor"}, "read", Account{"1"}, field: String);
}
