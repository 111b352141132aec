actor User {}
resource Document {}
is_suspended(User{"mallory"});
allow(user: User, "read", document: Document) if owns(user, document) and not is_suspendet(user);
