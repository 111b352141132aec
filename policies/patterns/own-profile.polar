# One's own profile.
#
# The same variable twice in a head: the actor and the resource are the same user. No fact is needed.

actor User {
  permissions = ["read_profile", "edit_profile"];
}

has_permission(_: User, "read_profile", _: User);
has_permission(user: User, "edit_profile", user: User);

test "everyone edits their own profile, and nobody else's" {
  assert allow(User{"alice"}, "edit_profile", User{"alice"});
  assert_not allow(User{"alice"}, "edit_profile", User{"bob"});
  assert allow(User{"alice"}, "edit_profile", profile: User) iff profile in [User{"alice"}];
}

test "profiles are open to read" {
  assert allow(User{"alice"}, "read_profile", User{"bob"});
}
