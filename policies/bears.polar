# Who may do what with bears. Nothing is stored for this policy: it reads the application's own objects.
# In the application species have names, and `Species.panda` can be written for "panda".

actor User {}
resource Bear {}

# The bear that somebody creates becomes his own.
allow(user: User, "create", _bear: Bear) if not user.is_banned;

allow(_: User, "index", _: User);

allow(user: User, "index", bear: Bear) if
  bear.owner = user or
  is_attraction(bear);

# Bears that everybody may see.
is_attraction(bear) if bear.species in ["panda", "polar"];
is_attraction(bear) if bear.name = "Smokey";

allow(user: User, "delete", bear: Bear) if bear.owner = user;

test "pandas, polar bears and Smokey are for everybody" {
  assert is_attraction({name: "Po", species: "panda"});
  assert is_attraction({name: "Jake", species: "polar"});
  assert is_attraction({name: "Smokey", species: "black"});
}

test "other bears are not" {
  assert_not is_attraction({name: "Yogi", species: "brown"});
  assert_not is_attraction({name: "smokey", species: "black"});
}

test "users see each other" {
  assert allow(User{"agnes"}, "index", User{"dana"});
}

test "there is nothing else to do with a bear or a user" {
  assert_not allow(User{"agnes"}, "pet", Bear{"13"});
  assert_not allow(User{"agnes"}, "delete", User{"dana"});
  assert_not allow(User{"agnes"}, "create", User{"dana"});
}
