# Public and private resources.
#
# A fact with one argument is a flag: told when the repository is made public, deleted when it is private again.
# A fact with a Boolean says the same when both values are worth recording.

actor User {}

resource Repository {
  roles = ["writer", "reader"];
  permissions = ["read", "write"];

  "reader" if "writer";
  "read" if "reader";
  "read" if is_public(resource);
  "write" if "writer";
}

resource Document {
  roles = ["reader"];
  permissions = ["read"];

  "read" if "reader";
}

has_permission(_: User, "read", document: Document) if
  is_public(document, true);

test "anyone reads what is public" {
  setup {
    is_public(Repository{"anvil"});
  }

  assert allow(User{"anyone"}, "read", Repository{"anvil"});
  assert_not allow(User{"anyone"}, "write", Repository{"anvil"});
}

test "what is private needs a role" {
  setup {
    is_public(Repository{"anvil"});
    has_role(User{"alice"}, "reader", Repository{"secret"});
  }

  assert allow(User{"alice"}, "read", Repository{"secret"});
  assert_not allow(User{"bob"}, "read", Repository{"secret"});
  assert allow(User{"alice"}, "read", repository: Repository) iff
    repository in [Repository{"anvil"}, Repository{"secret"}];
}

test "a Boolean fact: only true is public" {
  setup {
    is_public(Document{"manual"}, true);
    is_public(Document{"draft"}, false);
  }

  assert allow(User{"anyone"}, "read", Document{"manual"});
  assert_not allow(User{"anyone"}, "read", Document{"draft"});
  assert_not allow(User{"anyone"}, "read", Document{"never mentioned"});
}
