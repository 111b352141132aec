actor User {}
allow(User{1}, "read", _document);
