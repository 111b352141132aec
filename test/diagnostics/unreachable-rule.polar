actor User {}
resource Document {}
allow(user: User, "read", document: Document) if user matches Document and owns(user, document);
