# Depending on the state of the resource: comment on an issue only while it is open.
#
# The state is a fact with a Boolean. Asking for `false` denies as well when nothing was told at all; `not is_closed(…)`
# would allow then.

actor User {}

resource Repository {
  roles = ["reader"];
}

resource Issue {
  permissions = ["read", "comment"];
  relations = { repository: Repository };

  "read" if "reader" on "repository";
  "comment" if "reader" on "repository" and is_closed(resource, false);
}

test fixture issues {
  has_role(User{"alice"}, "reader", Repository{"anvil"});
  has_relation(Issue{"open"}, "repository", Repository{"anvil"});
  has_relation(Issue{"done"}, "repository", Repository{"anvil"});
  has_relation(Issue{"unknown"}, "repository", Repository{"anvil"});
  is_closed(Issue{"open"}, false);
  is_closed(Issue{"done"}, true);
}

test "comments while it is open" {
  setup {
    fixture issues;
  }

  assert allow(User{"alice"}, "comment", issue: Issue) iff issue in [Issue{"open"}];
  assert_not allow(User{"stranger"}, "comment", Issue{"open"});
}

test "none after that, though it can still be read" {
  setup {
    fixture issues;
  }

  assert_not allow(User{"alice"}, "comment", Issue{"done"});
  assert allow(User{"alice"}, "read", Issue{"done"});
  assert_not allow(User{"alice"}, "comment", Issue{"unknown"});
}
