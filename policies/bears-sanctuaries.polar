# bears.polar with sanctuaries: attributes of rows and roles from facts, in one policy.

actor User {}

resource Sanctuary {
  roles = ["director", "ranger"];

  "ranger" if "director";
}

resource Bear {
  relations = { sanctuary: Sanctuary };
}

allow(user: User, "create", _bear: Bear) if not user.is_banned;

allow(_: User, "index", _: User);

allow(user: User, "index", bear: Bear) if
  looks_after(user, bear) or
  bear.owner = user or
  is_attraction(bear);

# Owners delete their bears, but not from a sanctuary: that is its director's to do.
allow(user: User, "delete", bear: Bear) if
  bear.owner = user and
  not has_relation(bear, "sanctuary", _);
allow(user: User, "delete", bear: Bear) if directs(user, bear);

looks_after(user: User, bear: Bear) if
  has_relation(bear, "sanctuary", sanctuary) and
  has_role(user, "ranger", sanctuary);

directs(user: User, bear: Bear) if
  has_relation(bear, "sanctuary", sanctuary) and
  has_role(user, "director", sanctuary);

is_attraction(bear) if bear.species in ["panda", "polar"];
is_attraction(bear) if bear.name = "Smokey";

test "rangers look after the bears of their sanctuary, directors are rangers" {
  setup {
    has_role(User{"ranger"}, "ranger", Sanctuary{"bear-creek"});
    has_role(User{"director"}, "director", Sanctuary{"bear-creek"});
    has_relation(Bear{"yogi"}, "sanctuary", Sanctuary{"bear-creek"});
    has_relation(Bear{"kit"}, "sanctuary", Sanctuary{"cape-suzette"});
  }

  assert looks_after(User{"ranger"}, bear) iff bear in [Bear{"yogi"}];
  assert looks_after(User{"director"}, bear) iff bear in [Bear{"yogi"}];
  assert directs(User{"director"}, bear) iff bear in [Bear{"yogi"}];
  assert_not directs(User{"ranger"}, Bear{"yogi"});
  assert_not looks_after(User{"visitor"}, Bear{"yogi"});
}

test "a bear of no sanctuary is looked after by nobody" {
  setup {
    has_role(User{"ranger"}, "ranger", Sanctuary{"bear-creek"});
  }

  assert_not looks_after(User{"ranger"}, Bear{"paddington"});
}
