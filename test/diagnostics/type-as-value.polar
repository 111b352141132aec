actor User {}
is_user(x) if x = User;
