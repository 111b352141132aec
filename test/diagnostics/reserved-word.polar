new("document");
