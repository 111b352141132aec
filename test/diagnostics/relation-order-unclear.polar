actor User {}
resource Folder { relations = { parent: Folder }; }
has_relation(child: Folder, "parent", parent: Folder) if parent = child.parent;
