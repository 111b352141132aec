# Ownership: the one who made a thing may do more with it.
#
# Two ways to say it. A *relation* when the owner is a property of the thing (one column of its table); a *role* when
# the owner is one role among others that people can be given.

actor User {}

resource Repository {
  roles = ["maintainer"];
}

# The creator as a relation: has_relation(Issue{"1"}, "creator", User{"alice"}).
resource Issue {
  permissions = ["update", "close"];
  relations = { repository: Repository, creator: User };

  "update" if "creator";
  "close" if "creator";
  "close" if "maintainer" on "repository";
}

# The creator as a role: has_role(User{"alice"}, "creator", Snippet{"1"}).
resource Snippet {
  roles = ["creator", "collaborator"];
  permissions = ["update", "delete"];

  "collaborator" if "creator";
  "update" if "collaborator";
  "delete" if "creator";
}

test fixture issue {
  has_relation(Issue{"1"}, "repository", Repository{"anvil"});
  has_relation(Issue{"1"}, "creator", User{"alice"});
  has_role(User{"mia"}, "maintainer", Repository{"anvil"});
}

test "the creator of an issue updates and closes it" {
  setup {
    fixture issue;
  }

  assert allow(User{"alice"}, action: String, Issue{"1"}) iff action in ["update", "close"];
}

test "a maintainer closes issues but does not update them" {
  setup {
    fixture issue;
  }

  assert allow(User{"mia"}, "close", Issue{"1"});
  assert_not allow(User{"mia"}, "update", Issue{"1"});
}

test "a creator role does the same, and others can be given less" {
  setup {
    has_role(User{"alice"}, "creator", Snippet{"1"});
    has_role(User{"bob"}, "collaborator", Snippet{"1"});
  }

  assert allow(User{"alice"}, "delete", Snippet{"1"});
  assert allow(User{"bob"}, "update", Snippet{"1"});
  assert_not allow(User{"bob"}, "delete", Snippet{"1"});
  assert_not allow(User{"mallory"}, action: String, Snippet{"1"});
}
