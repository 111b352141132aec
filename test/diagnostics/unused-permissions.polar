actor User {}
resource Document { permissions = ["read"]; roles = ["reader"]; "read" if "reader"; }
allow(user: User, "read", document: Document) if owns(user, document);
