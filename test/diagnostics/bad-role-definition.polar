# options: {"roles": true}
actor User {}
resource Page {}
resource(_page: Page, "page", actions, roles) if
  actions = ["read"] and
  roles = { reader: { permissions: ["read", "write"] } };
allow(actor, action, page) if role_allows(actor, action, page);
