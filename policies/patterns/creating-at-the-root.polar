# Creating something that has no parent.
#
# There is no resource to ask about yet, so the permission is a global one, and the question has two arguments:
# allow(User{"alice"}, "create_organization").

actor User {}

global {
  roles = ["owner", "staff"];
  permissions = ["create_organization", "close_platform"];

  "staff" if "owner";
  "create_organization" if "staff";
  "close_platform" if "owner";
}

# A paying customer may create organizations too.
has_permission(user: User, "create_organization") if
  is_paying(user);

test "staff and customers create organizations" {
  setup {
    has_role(User{"sven"}, "staff");
    is_paying(User{"cleo"});
  }

  assert allow(User{"sven"}, "create_organization");
  assert allow(User{"cleo"}, "create_organization");
  assert allow(user: User, "create_organization") iff user in [User{"sven"}, User{"cleo"}];
}

test "others do not, and nobody gets more than that" {
  setup {
    has_role(User{"sven"}, "staff");
  }

  assert_not allow(User{"visitor"}, "create_organization");
  assert allow(User{"sven"}, action: String) iff action in ["create_organization"];
}
