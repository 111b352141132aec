is_open("office");
