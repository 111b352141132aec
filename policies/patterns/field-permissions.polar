# Fields as permissions.
#
# When the fields worth guarding are few and known, each is a permission: "email.read". `actions` then lists the fields
# that someone may read, in one question.

actor User {}

resource Person {
  roles = ["hr", "colleague"];
  permissions = ["name.read", "email.read", "salary.read", "email.update"];
  relations = { self: User };

  "hr" if "self";
  "colleague" if "hr";

  "name.read" if "colleague";
  "email.read" if "colleague";
  "salary.read" if "hr";
  "email.update" if "self";
}

test fixture people {
  has_relation(Person{"alice"}, "self", User{"alice"});
  has_role(User{"bob"}, "colleague", Person{"alice"});
  has_role(User{"hugo"}, "hr", Person{"alice"});
}

test "a colleague reads the harmless fields" {
  setup {
    fixture people;
  }

  assert allow(User{"bob"}, field: String, Person{"alice"}) iff
    field in ["name.read", "email.read"];
}

test "salaries are for human resources, and for oneself" {
  setup {
    fixture people;
  }

  assert allow(User{"hugo"}, "salary.read", Person{"alice"});
  assert allow(User{"alice"}, "salary.read", Person{"alice"});
  assert_not allow(User{"bob"}, "salary.read", Person{"alice"});
}

test "only oneself changes one's address" {
  setup {
    fixture people;
  }

  assert allow(User{"alice"}, "email.update", Person{"alice"});
  assert_not allow(User{"hugo"}, "email.update", Person{"alice"});
  assert_not allow(User{"stranger"}, field: String, Person{"alice"});
}
