actor User {}
resource Document { permissions = ["read"]; }
allow(user: User, "read", document: Document) if has_permission(user, "raed", document);
