"""Two contents matched and compared: by what things are, never by where they stand."""
