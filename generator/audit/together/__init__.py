"""What several numbers of one name, table or set of files say of one another."""
