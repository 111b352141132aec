actor User {}
resource Document { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
test fixture readers { has_role(User{"alice"}, "reader", Document{"diary"}); }
