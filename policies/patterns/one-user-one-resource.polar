# One user, one resource.
#
# When a thing belongs to exactly one person, no role is needed: the relation is the permission.

actor User {}

resource Account {
  permissions = ["read", "withdraw"];
  relations = { owner: User };

  "read" if "owner";
  "withdraw" if "owner";
}

test "the owner, and only the owner" {
  setup {
    has_relation(Account{"savings"}, "owner", User{"alice"});
    has_relation(Account{"current"}, "owner", User{"bob"});
  }

  assert allow(User{"alice"}, "withdraw", Account{"savings"});
  assert_not allow(User{"bob"}, "withdraw", Account{"savings"});
  assert_not allow(User{"bob"}, "read", Account{"savings"});
  assert allow(User{"alice"}, "read", account: Account) iff account in [Account{"savings"}];
}
