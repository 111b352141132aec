allow(actor, "read", document) if actor = document, true;
