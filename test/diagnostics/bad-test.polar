actor User {}
resource Document { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
test "readers read" {
  setup { fixture readers; }
  assert allow(User{"alice"}, "read", Document{"diary"});
}
