resource Document {
  roles = { reader: Document };
}
