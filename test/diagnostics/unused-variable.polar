actor User {}
allow(user: User, action, _resource) if is_admin(user);
