actor User {}
resource Folder {}
resource Document { relations = { folder: Folder }; }
has_relation(folder: Folder, "folder", document: Document) if contains(folder, document);
