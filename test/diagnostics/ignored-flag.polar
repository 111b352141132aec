@slow allow(actor, "read", document) if actor = document;
