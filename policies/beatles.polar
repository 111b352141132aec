# Who may do what in organizations: three roles, one of which has what the others have.

actor User {
  permissions = ["READ"];
}

global {
  permissions = ["whoami"];
}

# Whoever is logged in may ask who that is.
has_permission(_: User, "whoami");

resource Organization {
  roles = ["OWNER", "MEMBER", "BILLING"];
  permissions = ["READ", "LIST_REPOS", "READ_BILLING", "CREATE_ROLE"];

  # An owner is also a member and pays the bills. Members and billing have nothing of each other.
  "MEMBER" if "OWNER";
  "BILLING" if "OWNER";

  "READ" if "MEMBER";
  "READ" if "BILLING";
  "LIST_REPOS" if "MEMBER";
  "READ_BILLING" if "BILLING";
  "CREATE_ROLE" if "OWNER";
}

resource Repository {
  permissions = ["READ"];
  relations = { organization: Organization };

  "READ" if "LIST_REPOS" on "organization";
}

# One reads oneself, and the members of organizations that one may read.
has_permission(user: User, "READ", user: User);
has_permission(user: User, "READ", member: User) if
  is_member(member, organization) and
  has_permission(user, "READ", organization);

is_member(user: User, organization: Organization) if has_role(user, _, organization);

test fixture beatles {
  has_role(User{"john"}, "OWNER", Organization{"beatles"});
  has_role(User{"paul"}, "MEMBER", Organization{"beatles"});
  has_role(User{"ringo"}, "BILLING", Organization{"beatles"});
  has_role(User{"mike"}, "OWNER", Organization{"monsters"});
  has_relation(Repository{"abbey-road"}, "organization", Organization{"beatles"});
  has_relation(Repository{"paperwork"}, "organization", Organization{"monsters"});
}

test "an owner may do all that there is to do" {
  setup {
    fixture beatles;
  }

  assert allow(User{"john"}, action: String, Organization{"beatles"}) iff
    action in ["READ", "LIST_REPOS", "READ_BILLING", "CREATE_ROLE"];
}

test "a member reads and lists repositories" {
  setup {
    fixture beatles;
  }

  assert allow(User{"paul"}, action: String, Organization{"beatles"}) iff
    action in ["READ", "LIST_REPOS"];
}

test "billing reads the address, and no repositories" {
  setup {
    fixture beatles;
  }

  assert allow(User{"ringo"}, action: String, Organization{"beatles"}) iff
    action in ["READ", "READ_BILLING"];
  assert_not allow(User{"ringo"}, "READ", Repository{"abbey-road"});
}

test "no role reaches into another organization" {
  setup {
    fixture beatles;
  }

  assert allow(User{"john"}, "READ", org: Organization) iff org in [Organization{"beatles"}];
  assert allow(User{"paul"}, "READ", repo: Repository) iff repo in [Repository{"abbey-road"}];
  assert allow(User{"mike"}, "READ", repo: Repository) iff repo in [Repository{"paperwork"}];
}

test "a repository of no organization is nobody's" {
  setup {
    fixture beatles;
  }

  assert_not allow(User{"john"}, "READ", Repository{"demo-tape"});
}

test "without a role there is nothing but to ask who one is" {
  setup {
    fixture beatles;
  }

  assert allow(User{"admin"}, "whoami");
  assert_not allow(User{"admin"}, "READ", Organization{"beatles"});
  assert_not allow(User{"admin"}, "CREATE_ROLE", Organization{"monsters"});
  assert_not allow(User{"admin"}, "READ", Repository{"abbey-road"});
}

test "users read themselves and whoever has a role where they read" {
  setup {
    fixture beatles;
  }

  assert allow(User{"john"}, "READ", user: User) iff
    user in [User{"john"}, User{"paul"}, User{"ringo"}];
  assert allow(User{"ringo"}, "READ", user: User) iff
    user in [User{"john"}, User{"paul"}, User{"ringo"}];
  assert allow(User{"mike"}, "READ", user: User) iff user in [User{"mike"}];
  assert allow(User{"admin"}, "READ", User{"admin"});
  assert_not allow(User{"admin"}, "READ", User{"john"});
  assert_not allow(User{"john"}, "READ", User{"admin"});
}

test "a user without a role and the members are strangers to each other" {
  setup {
    has_role(User{"john"}, "OWNER", Organization{"beatles"});
  }

  assert_not allow(User{"paul"}, "READ", Organization{"beatles"});
  assert_not allow(User{"paul"}, "READ", User{"john"});
  assert_not allow(User{"john"}, "READ", User{"paul"});
}
