"""Bytes of finished documents, read back without anything of the renderers."""
