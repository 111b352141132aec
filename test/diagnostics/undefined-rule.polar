allow(actor, "read", document) if owns(actor, document);
