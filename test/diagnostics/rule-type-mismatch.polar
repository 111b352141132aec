actor User {}
resource Document { roles = ["reader"]; }
has_role(user, "reader", document: Document) if user = document;
