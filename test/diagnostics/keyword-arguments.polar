owns("alice", "diary");
allow(actor, "read", document) if owns(actor, thing: document);
