type first([item, *rest]);
allow(actor, "read", actor);
