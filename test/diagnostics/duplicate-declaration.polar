resource Document {
  roles = ["reader"];
  permissions = ["reader"];
}
