# Impersonation: the support team acts as a customer.
#
# It takes two things: the permission to impersonate this user, and the flag that one is doing so at the moment.
# Either alone is denied. The flag is a fact: told when the session starts, deleted when it ends; or given with the
# question, as a context fact.

global {
  roles = ["support"];
}

actor User {
  permissions = ["impersonate"];

  "impersonate" if global "support";
}

resource Account {
  permissions = ["read"];
  relations = { owner: User };

  "read" if "owner";
}

allow(user: User, action: String, resource: Resource) if
  has_permission(user, action, resource);

allow(user: User, action: String, resource: Resource) if
  customer matches User and
  is_impersonating(user, customer) and
  has_permission(user, "impersonate", customer) and
  has_permission(customer, action, resource);

test fixture accounts {
  has_relation(Account{"savings"}, "owner", User{"customer"});
}

test "support sees what the customer sees, while impersonating" {
  setup {
    fixture accounts;
    has_role(User{"sue"}, "support");
    is_impersonating(User{"sue"}, User{"customer"});
  }

  assert allow(User{"sue"}, "read", Account{"savings"});
  assert_not allow(User{"sue"}, "read", Account{"of somebody else"});
}

test "the permission alone is not enough" {
  setup {
    fixture accounts;
    has_role(User{"sue"}, "support");
  }

  assert allow(User{"sue"}, "impersonate", User{"customer"});
  assert_not allow(User{"sue"}, "read", Account{"savings"});
}

test "nor is the flag alone" {
  setup {
    fixture accounts;
    is_impersonating(User{"mallory"}, User{"customer"});
  }

  assert_not allow(User{"mallory"}, "read", Account{"savings"});
}
