actor User {}
allow(user: Usr, "read", _document) if user = user;
