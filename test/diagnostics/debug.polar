allow(actor, "read", document) if debug() and actor = document;
