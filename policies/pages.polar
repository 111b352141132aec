# Pages have guests and admins. Repositories have contributors, maintainers and admins, and some are public.

actor User {}

resource Page {
  roles = ["guest", "admin"];
  permissions = ["read", "write"];

  "read" if "guest";
  "write" if "admin";

  "guest" if "admin";
}

resource Repository {
  roles = ["contributor", "maintainer", "admin"];
  permissions = ["read", "push", "delete"];

  "read" if "contributor";
  "push" if "maintainer";
  "delete" if "admin";

  # Each role has what the one before it has.
  "contributor" if "maintainer";
  "maintainer" if "admin";
}

# Every user reads public repositories.
has_permission(_: User, "read", repo: Repository) if is_public(repo);

test fixture pages {
  has_role(User{"alice"}, "guest", Page{"0"});
  has_role(User{"alice"}, "admin", Page{"1"});
  has_role(User{"bob"}, "admin", Page{"2"});
}

test "guests read, admins also write" {
  setup {
    fixture pages;
  }

  assert allow(User{"alice"}, action: String, Page{"0"}) iff action in ["read"];
  assert allow(User{"alice"}, action: String, Page{"1"}) iff action in ["read", "write"];
  assert_not allow(User{"alice"}, "write", Page{"0"});
}

test "a page is read by those who have a role on it" {
  setup {
    fixture pages;
  }

  assert allow(User{"alice"}, "read", page: Page) iff page in [Page{"0"}, Page{"1"}];
  assert allow(User{"bob"}, "read", page: Page) iff page in [Page{"2"}];
  assert_not allow(User{"carol"}, "read", Page{"0"});
}

test fixture repositories {
  has_role(User{"larry"}, "admin", Repository{"gmail"});
  has_role(User{"anne"}, "maintainer", Repository{"react"});
  has_role(User{"graham"}, "contributor", Repository{"oso"});
  is_public(Repository{"react"});
}

test "each role on a repository has what the one before it has" {
  setup {
    fixture repositories;
  }

  assert allow(User{"graham"}, action: String, Repository{"oso"}) iff action in ["read"];
  assert allow(User{"anne"}, action: String, Repository{"react"}) iff action in ["read", "push"];
  assert allow(User{"larry"}, action: String, Repository{"gmail"}) iff
    action in ["read", "push", "delete"];
}

test "a public repository is read by every user, and only read" {
  setup {
    fixture repositories;
  }

  assert allow(User{"larry"}, "read", repo: Repository) iff
    repo in [Repository{"gmail"}, Repository{"react"}];
  assert allow(User{"stranger"}, action: String, Repository{"react"}) iff action in ["read"];
  assert_not allow(User{"stranger"}, "read", Repository{"oso"});
}
