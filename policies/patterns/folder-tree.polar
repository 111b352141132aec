# Roles that flow down a tree.
#
# A folder lies in a repository or in another folder, a file in a folder; a role given anywhere holds for everything
# below. The depth of the tree does not matter, and a cycle in the data (a mistake, surely) does no harm.

actor User {}

resource Repository {
  roles = ["reader"];
}

resource Folder {
  roles = ["reader"];
  permissions = ["read"];
  relations = { repository: Repository, parent: Folder };

  role if role on "repository";
  role if role on "parent";
  "read" if "reader";
}

resource File {
  roles = ["reader"];
  permissions = ["read"];
  relations = { folder: Folder };

  role if role on "folder";
  "read" if "reader";
}

test fixture tree {
  has_relation(Folder{"src"}, "repository", Repository{"anvil"});
  has_relation(Folder{"core"}, "parent", Folder{"src"});
  has_relation(Folder{"docs"}, "repository", Repository{"anvil"});
  has_relation(File{"main.c"}, "folder", Folder{"core"});
  has_relation(File{"readme"}, "folder", Folder{"docs"});
}

test "a reader of the repository reads a file two folders down" {
  setup {
    fixture tree;
    has_role(User{"alice"}, "reader", Repository{"anvil"});
  }

  assert allow(User{"alice"}, "read", File{"main.c"});
  assert allow(User{"alice"}, "read", file: File) iff file in [File{"main.c"}, File{"readme"}];
}

test "a reader of one folder reads what is below it, and nothing beside or above it" {
  setup {
    fixture tree;
    has_role(User{"bob"}, "reader", Folder{"src"});
  }

  assert allow(User{"bob"}, "read", Folder{"core"});
  assert allow(User{"bob"}, "read", File{"main.c"});
  assert_not allow(User{"bob"}, "read", File{"readme"});
  assert_not allow(User{"bob"}, "read", Folder{"docs"});
  assert_not has_role(User{"bob"}, "reader", Repository{"anvil"});
}

test "a cycle of folders ends" {
  setup {
    has_relation(Folder{"a"}, "parent", Folder{"b"});
    has_relation(Folder{"b"}, "parent", Folder{"a"});
    has_role(User{"alice"}, "reader", Folder{"a"});
  }

  assert allow(User{"alice"}, "read", folder: Folder) iff folder in [Folder{"a"}, Folder{"b"}];
  assert_not allow(User{"bob"}, "read", Folder{"a"});
}
