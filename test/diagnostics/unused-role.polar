actor User {}
resource Document { roles = ["reader", "guest"]; permissions = ["read"]; "read" if "reader"; }
