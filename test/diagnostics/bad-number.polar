is_large(size) if size > 9999999999999999999;
