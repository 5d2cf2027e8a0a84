"""One door per format: templates and a read-only context become finished files."""
