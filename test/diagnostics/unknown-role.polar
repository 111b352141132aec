actor User {}
resource Document { roles = ["reader"]; }
has_role(_: User, "raeder", _: Document);
