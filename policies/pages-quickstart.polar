# The pages of pages.polar, asked about as objects of the application: no facts. Goes together with the prelude
# resourceRoles, which says what `role_allows` means.

actor User {}
resource Page {}

allow(actor: User, action: String, page: Page) if role_allows(actor, action, page);

resource(_type: Page, "page", actions, roles) if
  actions = ["read", "write"] and
  roles = {
    guest: {permissions: ["read"]},
    admin: {permissions: ["write"], implies: ["guest"]},
  };

# A user knows his roles.
actor_has_role_for_resource(actor: User, name: String, page: Page) if
  role in actor.get_roles() and
  role.name = name and
  role.page = page.num;

# What becomes of a definition is the prelude's to test.

test "a page has two roles, of which one implies the other" {
  assert resource(
    Page{"0"},
    "page",
    ["read", "write"],
    {
      guest: {permissions: ["read"]},
      admin: {permissions: ["write"], implies: ["guest"]},
    }
  );
  assert_not resource(Page{"0"}, "page", ["read", "write", "delete"], _);
}

test "nothing but pages is a page" {
  assert resource(Page{"0"}, name: String, _, _) iff name in ["page"];
  assert_not resource(User{"alice"}, _, _, _);
}
