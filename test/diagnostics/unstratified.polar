actor User {}
trusted(user: User) if member(user) and not suspect(user);
suspect(user: User) if reported(user) and not trusted(user);
