"""YAML as nodes of text with positions: encoding, invisible characters, recovery after mistakes."""
