actor User {}
resource Folder {}
resource Document {
  permissions = ["read"];
  relations = { folder: Folder };
  "read" if "folder";
}
