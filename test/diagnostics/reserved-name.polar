resource String {}
