"""What content files and form sets may hold: every key declared once.

Readers take known keys, kinds, bounds and defaults from here; the guides their tables of keys,
editors their JSON Schema.
"""
