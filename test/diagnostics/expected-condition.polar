f(x) if x = 1 and "open";
