# Who may do what in GitCloud: organizations own repositories, repositories hold issues.

actor User {
  permissions = ["read", "read_profile", "impersonate", "lock", "ban"];

  # Buttons for the staff, on every user's profile.
  "impersonate" if global "admin";
  "lock" if global "admin";
  "ban" if global "admin";
}

# Nobody logged in. No rule grants a visitor anything.
actor Visitor {}

global {
  roles = ["admin"];
  permissions = ["create_org"];
}

# Every user may found an organization, and see that another user exists; a profile is for its owner alone.
has_permission(_: User, "create_org");
has_permission(_: User, "read", _: User);
has_permission(user: User, "read_profile", user: User);

resource Org {
  roles = ["admin", "member"];
  permissions = [
    "view",
    "create_repos",
    "view_members",
    "create_role_assignment",
    "delete_role_assignment",
  ];

  "member" if "admin";

  "view" if "member";
  "create_repos" if "member";
  "view_members" if "member";
  "create_role_assignment" if "admin";
  "delete_role_assignment" if "admin";
}

resource Repo {
  roles = ["reader", "editor", "maintainer", "admin"];
  permissions = [
    "view",
    "create_issues",
    "manage_jobs",
    "view_members",
    "create_role_assignment",
    "delete_role_assignment",
    "delete",
  ];
  relations = { parent: Org };

  # An organization's people reach its repositories.
  "reader" if "member" on "parent";
  "admin" if "admin" on "parent";

  # Each role has what the one below it has.
  "reader" if "editor";
  "editor" if "maintainer";
  "maintainer" if "admin";

  "view" if "reader";
  "create_issues" if "reader";
  "manage_jobs" if "editor";
  "view_members" if "maintainer";
  "create_role_assignment" if "admin";
  "delete_role_assignment" if "admin";
  "delete" if "admin";
}

# Whoever is logged in sees public repositories; their issues stay with the readers.
has_permission(_: User, "view", repo: Repo) if is_public(repo);

resource Issue {
  roles = ["creator"];
  permissions = ["view", "comment", "close"];
  relations = { parent: Repo };

  "view" if "reader" on "parent";
  "close" if "creator";
  "close" if "admin" on "parent";
}

# Comments while the issue is open. That it is open has to be known: no fact, no comment.
has_permission(actor: Actor, "comment", issue: Issue) if
  is_closed(issue, false) and has_permission(actor, "view", issue);

test fixture gitcloud {
  has_role(User{"john"}, "admin", Org{"beatles"});
  has_role(User{"paul"}, "member", Org{"beatles"});
  has_role(User{"mike"}, "admin", Org{"monsters"});

  has_relation(Repo{"abbey-road"}, "parent", Org{"beatles"});
  has_relation(Repo{"paperwork"}, "parent", Org{"monsters"});
  is_public(Repo{"abbey-road"});

  has_relation(Issue{"because"}, "parent", Repo{"abbey-road"});
  has_role(User{"paul"}, "creator", Issue{"because"});
  is_closed(Issue{"because"}, false);
  has_relation(Issue{"here-comes-the-sun"}, "parent", Repo{"abbey-road"});
  is_closed(Issue{"here-comes-the-sun"}, true);
  has_relation(Issue{"lost-slide"}, "parent", Repo{"paperwork"});
  is_closed(Issue{"lost-slide"}, false);
}

test "an organization is seen by its people only" {
  setup {
    fixture gitcloud;
  }

  assert allow(User{"paul"}, "view", org: Org) iff org in [Org{"beatles"}];
  assert allow(User{"mike"}, "view", org: Org) iff org in [Org{"monsters"}];
  assert_not allow(User{"sully"}, "view", Org{"monsters"});
}

test "members look, admins hand out roles" {
  setup {
    fixture gitcloud;
  }

  assert allow(User{"paul"}, "view_members", Org{"beatles"});
  assert_not allow(User{"paul"}, "create_role_assignment", Org{"beatles"});
  assert allow(User{"john"}, "create_role_assignment", Org{"beatles"});
  assert allow(User{"john"}, "delete_role_assignment", Repo{"abbey-road"});
  assert_not allow(User{"john"}, "create_role_assignment", Org{"monsters"});
}

test "roles on a repository include the ones below" {
  setup {
    fixture gitcloud;
    has_role(User{"sully"}, "editor", Repo{"paperwork"});
    has_role(User{"celia"}, "maintainer", Repo{"paperwork"});
  }

  assert allow(User{"sully"}, "view", Repo{"paperwork"});
  assert allow(User{"sully"}, "manage_jobs", Repo{"paperwork"});
  assert_not allow(User{"sully"}, "view_members", Repo{"paperwork"});
  assert allow(User{"celia"}, "view_members", Repo{"paperwork"});
  assert_not allow(User{"celia"}, "delete", Repo{"paperwork"});
  assert allow(User{"mike"}, "delete", Repo{"paperwork"});
}

test "jobs are for editors, reading is not enough" {
  setup {
    fixture gitcloud;
    has_role(User{"sully"}, "editor", Repo{"paperwork"});
  }

  assert allow(User{"sully"}, "manage_jobs", repo: Repo) iff repo in [Repo{"paperwork"}];
  assert_not allow(User{"paul"}, "manage_jobs", Repo{"abbey-road"});
}

test "a public repository is seen by every user, and by nobody else" {
  setup {
    fixture gitcloud;
  }

  assert allow(User{"mike"}, "view", repo: Repo) iff
    repo in [Repo{"abbey-road"}, Repo{"paperwork"}];
  assert allow(User{"stranger"}, "view", repo: Repo) iff repo in [Repo{"abbey-road"}];
  assert_not allow(Visitor{"anonymous"}, "view", Repo{"abbey-road"});
}

test "a public repository does not show its issues" {
  setup {
    fixture gitcloud;
  }

  assert_not allow(User{"stranger"}, "view", Issue{"because"});
  assert_not allow(User{"stranger"}, "create_issues", Repo{"abbey-road"});
  assert allow(User{"paul"}, "create_issues", Repo{"abbey-road"});
}

test "an issue is closed by its creator and by admins" {
  setup {
    fixture gitcloud;
  }

  assert allow(User{"paul"}, "close", issue: Issue) iff issue in [Issue{"because"}];
  assert allow(User{"john"}, "close", Issue{"because"});
  assert_not allow(User{"mike"}, "close", Issue{"because"});
}

test "comments end when the issue is closed" {
  setup {
    fixture gitcloud;
    has_relation(Issue{"unsorted"}, "parent", Repo{"abbey-road"});
  }

  assert allow(User{"paul"}, "comment", issue: Issue) iff issue in [Issue{"because"}];
  assert allow(User{"paul"}, "view", Issue{"here-comes-the-sun"});
  assert_not allow(User{"paul"}, "comment", Issue{"unsorted"});
}

test "a profile is private, and the staff's buttons are the staff's" {
  setup {
    fixture gitcloud;
    has_role(User{"admin"}, "admin");
  }

  assert allow(User{"paul"}, "read", User{"john"});
  assert allow(User{"paul"}, "read_profile", user: User) iff user in [User{"paul"}];
  assert allow(User{"admin"}, "ban", User{"paul"});
  assert_not allow(User{"admin"}, "read_profile", User{"paul"});
  assert_not allow(User{"john"}, "ban", User{"paul"});
}

test "every user founds organizations, a visitor does not" {
  assert allow(User{"anybody"}, "create_org");
  assert_not allow(Visitor{"anonymous"}, "create_org");
  assert_not allow(Visitor{"anonymous"}, "read", User{"john"});
}
