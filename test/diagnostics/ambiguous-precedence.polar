allow(actor, action, _document) if actor = "root" or actor = "guest" and action = "read";
