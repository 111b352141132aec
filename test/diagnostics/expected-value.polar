f(x) if x = (1 = 1);
