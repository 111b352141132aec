actor User {}
resource Document { relations = { owner: User }; }
allow(user: User, "read", document: Document) if has_relation(document, "author", user);
