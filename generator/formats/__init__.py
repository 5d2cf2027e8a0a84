"""Word and Excel behind one protocol."""
