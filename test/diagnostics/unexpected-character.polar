allow(_actor, 'read', _document);
