owns("alice", "diary");
allow(actor, "read", document) if owns(actor, document, true);
