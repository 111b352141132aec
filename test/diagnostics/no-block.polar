actor User {}
resource Document {
  roles = ["reader"];
  relations = { folder: Resource };
  "reader" if "reader" on "folder";
}
