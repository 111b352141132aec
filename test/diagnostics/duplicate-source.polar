# options: {"twice": true}
allow(actor, "read", actor);
