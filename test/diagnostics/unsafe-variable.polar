owns("alice", "diary");
allow(actor, "read", document) if owns(actor, documnt) and document = document;
