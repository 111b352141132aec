actor User {}
allow(user: User, "read", document) if owns(user, document);
allow(someone: User, "read", thing) if owns(someone, thing);
declare owns(User, User);
