# Two layers: what may be asked at all, and what is shown of it.

actor User {}

# Whoever has not logged in.
actor Guest {}

# Request layer: an action for each method and path, about the actor alone.
global {
  permissions = ["GET /", "GET /whoami", "PUT /expenses/submit"];
}

has_permission(_: Actor, "GET /");
has_permission(_: User, "GET /whoami");
has_permission(_: Actor, "PUT /expenses/submit");

# Data layer: an organization is for its employees, an expense for its submitter.
resource Organization {
  permissions = ["read"];
  relations = { employee: User };

  "read" if "employee";
}

# "create" is asked about an expense that is not saved yet.
resource Expense {
  permissions = ["read", "create"];
  relations = { submitter: User };

  "read" if "submitter";
  "create" if "submitter";
}

# Told about every user. Nobody has a right by his title yet.
declare has_title(User, String);

test fixture expenses {
  has_relation(Organization{"foo"}, "employee", User{"alice"});
  has_relation(Organization{"foo"}, "employee", User{"cora"});
  has_relation(Organization{"bar"}, "employee", User{"matz"});
  has_title(User{"cora"}, "Accountant");

  has_relation(Expense{"trust-fund"}, "submitter", User{"cora"});
  has_relation(Expense{"pug-irony"}, "submitter", User{"alice"});
}

test "everybody is greeted and may submit, users are told who they are" {
  assert allow(User{"alice"}, "GET /");
  assert allow(Guest{"guest"}, "GET /");
  assert allow(Guest{"guest"}, "PUT /expenses/submit");
  assert allow(User{"alice"}, "GET /whoami");
  assert_not allow(Guest{"guest"}, "GET /whoami");
}

test "nothing else may be asked" {
  assert allow(User{"alice"}, operation) iff
    operation in ["GET /", "GET /whoami", "PUT /expenses/submit"];
  assert_not allow(User{"alice"}, "DELETE /expenses");
}

test "an expense is read by its submitter" {
  setup {
    fixture expenses;
  }

  assert allow(User{"alice"}, "read", expense: Expense) iff expense in [Expense{"pug-irony"}];
  assert_not allow(User{"alice"}, "read", Expense{"trust-fund"});
  assert_not allow(Guest{"guest"}, "read", Expense{"pug-irony"});
}

test "an accountant reads her own expenses only" {
  setup {
    fixture expenses;
  }

  assert allow(User{"cora"}, "read", expense: Expense) iff expense in [Expense{"trust-fund"}];
}

test "an expense is created by whoever submits it" {
  setup {
    has_relation(Expense{"unsaved"}, "submitter", User{"alice"});
  }

  assert allow(User{"alice"}, "create", Expense{"unsaved"});
  assert_not allow(User{"cora"}, "create", Expense{"unsaved"});
  assert_not allow(Guest{"guest"}, "create", Expense{"unsaved"});
}

test "an expense that nobody submits is created by nobody" {
  assert_not allow(User{"alice"}, "create", Expense{"unsaved"});
}

test "an organization is read by its employees" {
  setup {
    fixture expenses;
  }

  assert allow(User{"alice"}, "read", organization: Organization) iff
    organization in [Organization{"foo"}];
  assert allow(User{"matz"}, "read", Organization{"bar"});
  assert_not allow(Guest{"guest"}, "read", Organization{"foo"});
}
