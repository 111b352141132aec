# options: {"limits": {"nesting": 3}}
f(x) if ((((x = 1))));
