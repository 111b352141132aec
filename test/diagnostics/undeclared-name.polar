actor User {}
resource Document {
  permissions = ["read"];
  "read" if "reader";
}
