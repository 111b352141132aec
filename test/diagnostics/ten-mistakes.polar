actor User {}
resource Org {
  roles = ["admin", "member"];
  permissions = ["read", "invite"];
  relations = { parent: Orgg };
  "member" if "admni";
  "read" if "member" on "admin";
}
allow(user: User, "read", org: Org) if has_role(user, "mebmer", org);
allow(user: Usr, "invite", _org: Org) if is_admin(user, user, user);
is_admin(_: User);
open(org) if status(org) = "open";
visible(org: Org) if is_public(orgg) and not archived(org);
archived(org: Org) if old(org) and visible(org);
test "a member reads" { setup { has_role(User{"a"}, "member", Org{7}); } assert allow(User{"a"}, "read", Org{"o"}); }
