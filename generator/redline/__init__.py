"""花脸稿: two versions of a document as one, with what changed as tracked changes."""
