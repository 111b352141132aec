actor User {}
resource Document { roles = ["reader"]; permissions = ["read", "print"]; "read" if "reader"; }
